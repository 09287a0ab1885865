"""From what somebody says on an item to the judgement that is stored: the rules about one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from extraction.errors import BadValue
from extraction.models import Judgement, Study
from extraction.riskofbias import DIRECTIONS, Item, Proposal, Tool, propose, propose_overall, standing
from reviews.models import User

LONGEST_SUPPORT = 5_000
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says on an item, of the study or of one outcome's result.

    No `level`: the one that the answers lead to. Another one than that needs a `reason`. `seen` is the id of their judgement
    that was on the page (0: none). `is_imported`: from a file, which tells levels but no answers.
    """

    item: str
    level: str
    support: str
    seen: int | None = None
    outcome: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    reason: str = ""
    direction: str = ""
    is_imported: bool = False

    def tidy(self) -> Opinion:
        """Without blanks at the ends, and without NUL, which PostgreSQL does not take."""

        def clean(text: str) -> str:
            return text.replace("\x00", "").strip()

        return replace(self, support=clean(self.support), reason=clean(self.reason))


def said(judgement: Judgement | None) -> tuple[object, ...]:
    """What a judgement says, to tell whether another one says something new."""
    if judgement is None:
        return ("", "", {}, "", "")
    return (judgement.level, judgement.support, judgement.answers, judgement.reason, judgement.direction)


def proposal_for(tool: Tool, item: Item, answers: Mapping[str, str], levels: Mapping[str, str]) -> Proposal:
    """Where the answers lead, or, for the overall item, the `levels` of the domains; no level where people decide."""
    if item.is_overall:
        return propose_overall(tool, levels)
    return propose(tool, item, answers) if item.parts else Proposal("")


def judgement_of(
    study: Study, tool: Tool, opinion: Opinion, levels: Mapping[str, str], *, by: User, settled: bool = False
) -> Judgement:
    """The row to store; BadValue says what is wrong with the opinion."""
    item = _item(tool, opinion)
    answers = _answers(item, opinion)
    proposal = proposal_for(tool, item, answers, levels)
    level = opinion.level or (proposal.level if item.parts or item.is_overall else "")
    _check(tool, item, opinion, level)
    is_other = bool(proposal.level and level and level != proposal.level)
    if level and item.parts and proposal.missing and not opinion.is_imported:
        raise BadValue(f"Answer first: {', '.join(proposal.missing)}.")
    if level and item.is_overall and proposal.missing and not opinion.is_imported:
        raise BadValue(f"Judge first: {', '.join(tool.item(key).name for key in proposal.missing)}.")
    if is_other and not opinion.reason:
        raise BadValue(
            f"The answers lead to “{tool.level(proposal.level).name}”. Say why you judge otherwise."
        )
    is_departure = is_other or opinion.is_imported or _departs_from_the_study(tool, item, opinion)
    if _departs_from_the_study(tool, item, opinion) and level and not opinion.reason:
        raise BadValue("This is judged once for the study. Say why this result differs.")
    return Judgement(
        study=study,
        tool=tool.key,
        item=item.key,
        outcome_id=opinion.outcome,
        answers=answers,
        proposed=proposal.level,
        level=level,
        reason=opinion.reason if is_departure else "",
        direction=opinion.direction if item.has_direction else "",
        support=opinion.support,
        settled=settled,
        by=by,
    )


def _item(tool: Tool, opinion: Opinion) -> Item:
    known = {item.key: item for item in tool.items}
    if opinion.item not in known:
        raise BadValue(f"{tool.name} has no item “{opinion.item}”.")
    item = known[opinion.item]
    if opinion.outcome is None and item not in tool.items_for(study=True):
        raise BadValue(f"“{item.name}” is judged for each result. Choose the outcome.")
    if opinion.outcome is not None and tool.unit == "study" and not item.per_outcome:
        raise BadValue(f"“{item.name}” is judged once for the study.")
    return item


def _departs_from_the_study(tool: Tool, item: Item, opinion: Opinion) -> bool:
    return opinion.outcome is not None and tool.unit == "result" and not item.per_outcome


def _answers(item: Item, opinion: Opinion) -> dict[str, str]:
    allowed = {question.key: question.answers for question in item.questions}
    for key, answer in opinion.answers.items():
        if key not in allowed:
            raise BadValue(f"“{item.name}” has no question {key}.")
        if answer and answer not in allowed[key]:
            raise BadValue(f"“{answer}” is no answer to question {key}.")
    return standing(item, opinion.answers)


def _check(tool: Tool, item: Item, opinion: Opinion, level: str) -> None:
    if level and level not in {known.key for known in tool.levels_of(item)}:
        raise BadValue(f"{tool.name} knows no judgement “{level}”.")
    if level and item.needs_support and not opinion.support:
        raise BadValue("Write what the judgement rests on: a quote, or what the report does not say.")
    if len(opinion.support) > LONGEST_SUPPORT:
        raise BadValue(f"This is too long: at most {LONGEST_SUPPORT} characters.")
    if len(opinion.reason) > LONGEST_REASON:
        raise BadValue(f"The reason is too long: at most {LONGEST_REASON} characters.")
    if opinion.direction and opinion.direction not in DIRECTIONS:
        raise BadValue(f"There is no direction called “{opinion.direction}”.")
