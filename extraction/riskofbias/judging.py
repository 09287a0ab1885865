"""From answers to a proposed judgement, with the path that leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extraction.riskofbias.conditions import ANSWERS, NOT_APPLICABLE, side
from extraction.riskofbias.tool import Item, Question, Tool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the answers lead to. No level: some of what is asked is `missing` (keys of questions or items)."""

    level: str
    path: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def asked(item: Item, answers: Mapping[str, str]) -> dict[str, bool]:
    """Question → whether it is asked, given the answers so far; what was answered and is not asked counts as NA."""
    so_far: dict[str, str] = {}
    found: dict[str, bool] = {}
    for question in item.questions:
        found[question.key] = question.when.holds(so_far)
        if not found[question.key]:
            so_far[question.key] = NOT_APPLICABLE
        elif _is_answered(question, answers):
            so_far[question.key] = answers[question.key]
    return found


def standing(item: Item, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that count: to questions that are asked, and among the answers these allow."""
    is_asked = asked(item, answers)
    return {
        question.key: answers[question.key]
        for question in item.questions
        if is_asked[question.key] and _is_answered(question, answers)
    }


def meaning(answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What answers mean to the algorithm: definite and probable ones are the same."""
    return tuple(sorted((question, side(answer)) for question, answer in answers.items()))


def propose(tool: Tool, item: Item, answers: Mapping[str, str]) -> Proposal:
    """The level that the answers lead to, and one sentence for each part of the way; for items with `parts`."""
    is_asked, given = asked(item, answers), standing(item, answers)
    missing = tuple(key for key, needed in is_asked.items() if needed and key not in given)
    if missing:
        return Proposal("", missing=missing)
    complete = {key: given.get(key, NOT_APPLICABLE) for key in is_asked}
    order = [level.key for level in tool.levels_of(item)]
    worst, path = order[0], []
    for part in item.parts:
        rule, told = next((rule, met) for rule in part if (met := rule.when.case_met(complete)) is not None)
        said = ", ".join(f"{key} {ANSWERS[complete[key]].lower()}" for key in told)
        path.append(f"{said}: {rule.because} → {tool.level(rule.level).name}.")
        worst = max(worst, rule.level, key=order.index)
    if len(item.parts) > 1:
        path.append(f"The worse of the parts counts → {tool.level(worst).name}.")
    return Proposal(worst, tuple(path))


def propose_overall(tool: Tool, levels: Mapping[str, str]) -> Proposal:
    """The overall level that the judgements on the items lead to; none for a tool that leaves it to people."""
    if tool.overall is None or not tool.has_overall:
        return Proposal("")
    missing = tuple(item.key for item in tool.domains if not levels.get(item.key))
    if missing:
        return Proposal("", missing=missing)
    level, because = tool.overall({item.key: levels[item.key] for item in tool.domains})
    return Proposal(level, (f"{because} → {tool.level(level).name}.",))


def _is_answered(question: Question, answers: Mapping[str, str]) -> bool:
    return answers.get(question.key) in question.answers
