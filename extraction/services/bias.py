"""Verbs: judge the risk of bias, alone and as a team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from extraction.errors import BadValue, NotYet
from extraction.models import Completion, Judgement, Study
from extraction.queries.bias import compare_judgements, own_judgements
from extraction.queries.progress import INDEPENDENT, through
from extraction.riskofbias import Tool
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import User
from reviews.services import history

LONGEST_SUPPORT = 5_000


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says on an item. `seen` is the id of their judgement that was on the page (0: none)."""

    item: str
    level: str
    support: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a form that was sent: the new judgements, and why some items were not saved."""

    judgements: list[Judgement]
    refused: dict[str, Refused]


@transaction.atomic
def judge(
    *, study: Study, tool: Tool, item: str, level: str, support: str, seen: int | None = None, by: User
) -> Judgement | None:
    """An assessor's judgement on one item, with what it rests on; None when nothing is new."""
    saved = assess(study=study, tool=tool, opinions=[Opinion(item, level, support, seen)], by=by)
    for refusal in saved.refused.values():
        raise refusal
    return saved.judgements[0] if saved.judgements else None


@transaction.atomic
def assess(*, study: Study, tool: Tool, opinions: Iterable[Opinion], by: User) -> Saved:
    """Save every opinion that can be, and say of each other one why not."""
    require(May.ASSESS, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    if by.pk in through(study, Completion.Task.BIAS):
        raise Refused("You have finished this assessment. Reopen it to change a judgement.")
    own = own_judgements(study, tool, user=by)
    fresh, refused = [], {}
    for opinion in (_tidy(opinion) for opinion in opinions):
        before = own.get(opinion.item)
        if (opinion.level, opinion.support) == ((before.level, before.support) if before else ("", "")):
            continue
        try:
            _check(tool, opinion)
            if opinion.seen is not None and opinion.seen != (before.pk if before else 0):
                raise ChangedMeanwhile(
                    "You changed this in another tab after opening this page. Choose which one is right."
                )
            fresh.append(_judgement(study, tool, opinion, by))
        except Refused as refusal:
            refused[opinion.item] = refusal
    for judgement in fresh:
        judgement.save(force_insert=True)
        _tell("bias.judged", "judged", study, tool, [judgement], by)
    return Saved(fresh, refused)


@transaction.atomic
def settle(
    *, study: Study, tool: Tool, item: str, level: str, support: str, seen: int | None = None, by: User
) -> Judgement:
    """The team's judgement on an item, once `by` may see the assessments; `support` says why.

    `seen` is the id of the settled judgement that was on the page (0: none).
    """
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    sides = compare_judgements(study, tool, viewer=by)
    if sides is None or not sides.assessors:
        raise NotYet("The assessments of this study cannot be compared yet.")
    opinion = _tidy(Opinion(item, level, support, seen))
    _check(tool, opinion)
    if not opinion.level:
        raise BadValue("Choose a judgement.")
    before = next(row.settled for row in sides.rows if row.item.key == item)
    if seen is not None and seen != (before.pk if before else 0):
        raise ChangedMeanwhile("Somebody settled this after you opened the page. Look at it again.")
    judgement = _judgement(study, tool, opinion, by, settled=True)
    judgement.save(force_insert=True)
    _tell("bias.settled", "settled", study, tool, [judgement], by)
    return judgement


@transaction.atomic
def settle_agreeing(*, study: Study, tool: Tool, by: User) -> int:
    """Settle every item on which two or more assessors agree; returns how many."""
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    sides = compare_judgements(study, tool, viewer=by)
    if sides is None or len(sides.assessors) < INDEPENDENT:
        raise NotYet("Two assessors have to be through before their agreement counts.")
    judgements = []
    for row in sides.agreeing:
        first = next(judgement for judgement in row.judgements.values() if judgement)
        opinion = Opinion(row.item.key, first.level, row.supports)
        judgements.append(_judgement(study, tool, opinion, by, settled=True))
    if not judgements:
        raise NothingToDo("Everything on which the assessors agree is settled already.")
    for judgement in judgements:
        judgement.save(force_insert=True)
    _tell("bias.settled", "settled", study, tool, judgements, by)
    return len(judgements)


def _tidy(opinion: Opinion) -> Opinion:
    """Without blanks at the ends, and without NUL, which PostgreSQL does not take."""
    return Opinion(opinion.item, opinion.level, opinion.support.replace("\x00", "").strip(), opinion.seen)


def _check(tool: Tool, opinion: Opinion) -> None:
    if opinion.item not in {known.key for known in tool.items}:
        raise BadValue(f"{tool.name} has no item “{opinion.item}”.")
    if opinion.level and opinion.level not in {known.key for known in tool.levels}:
        raise BadValue(f"{tool.name} knows no judgement “{opinion.level}”.")
    if opinion.level and not opinion.support:
        raise BadValue("Write what the judgement rests on: a quote, or what the report does not say.")
    if len(opinion.support) > LONGEST_SUPPORT:
        raise BadValue(f"This is too long: at most {LONGEST_SUPPORT} characters.")


def _judgement(study: Study, tool: Tool, opinion: Opinion, by: User, *, settled: bool = False) -> Judgement:
    return Judgement(
        study=study,
        tool=tool.key,
        item=opinion.item,
        level=opinion.level,
        support=opinion.support,
        settled=settled,
        by=by,
    )


def _tell(verb: str, did: str, study: Study, tool: Tool, judgements: list[Judgement], by: User) -> None:
    names = ", ".join(tool.item(judgement.item).name.lower() for judgement in judgements)
    ids = [judgement.pk for judgement in judgements]
    history.record(
        verb, f"{did} {names} of “{study}”", review=study.review, subject=study, by=by, judgements=ids
    )
