"""Verbs: judge the risk of bias, alone and as a team."""

from __future__ import annotations

from django.db import transaction

from extraction.errors import BadValue, ChangedMeanwhile, NotYet
from extraction.models import Completion, Judgement, Study
from extraction.queries.bias import compare_judgements, own_judgements
from extraction.queries.progress import INDEPENDENT, through
from extraction.riskofbias import Tool
from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import User
from reviews.services import history


@transaction.atomic
def judge(
    *, study: Study, tool: Tool, item: str, level: str, support: str, seen: int | None = None, by: User
) -> Judgement | None:
    """An assessor's judgement on one item, with what it rests on; None when nothing is new."""
    require(May.ASSESS, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    _check(tool, item, level, support)
    if by.pk in through(study, Completion.Task.BIAS):
        raise Refused("You have finished this assessment. Reopen it to change a judgement.")
    own = own_judgements(study, tool, user=by).get(item)
    if seen is not None and seen != (own.pk if own else 0):
        raise ChangedMeanwhile(
            "You changed this judgement in another tab. Nothing was saved: reload and enter it again."
        )
    now = (own.level, own.support) if own else ("", "")
    if now == (level, support.strip()):
        return None
    judgement = Judgement.objects.create(
        study=study, tool=tool.key, item=item, level=level, support=support.strip(), by=by
    )
    name = tool.item(item).name.lower()
    history.record(
        "bias.judged",
        f"judged {name} of “{study}”",
        review=study.review,
        subject=study,
        by=by,
        judgement=judgement.pk,
    )
    return judgement


@transaction.atomic
def settle(*, study: Study, tool: Tool, item: str, level: str, support: str, by: User) -> Judgement:
    """The team's judgement on an item, once two assessors are through (or one, with a word on why)."""
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    _check(tool, item, level, support)
    if not level:
        raise BadValue("Choose a judgement.")
    if compare_judgements(study, tool, viewer=by) is None:
        raise NotYet("The assessments of this study cannot be compared yet.")
    judgement = Judgement.objects.create(
        study=study, tool=tool.key, item=item, level=level, support=support.strip(), settled=True, by=by
    )
    name = tool.item(item).name.lower()
    history.record(
        "bias.settled",
        f"settled {name} of “{study}”",
        review=study.review,
        subject=study,
        by=by,
        judgement=judgement.pk,
    )
    return judgement


@transaction.atomic
def settle_agreeing(*, study: Study, tool: Tool, by: User) -> int:
    """Settle every item on which two or more assessors agree; returns how many."""
    require(May.SETTLE, review=study.review, by=by)
    sides = compare_judgements(study, tool, viewer=by)
    if sides is None or len(sides.assessors) < INDEPENDENT:
        raise NotYet("Two assessors have to be through before their agreement counts.")
    rows = [row for row in sides.rows if row.agree and not row.is_settled]
    for row in rows:
        supports = list(
            dict.fromkeys(judgement.support for judgement in row.judgements.values() if judgement)
        )
        first = next(judgement for judgement in row.judgements.values() if judgement)
        settle(
            study=study, tool=tool, item=row.item.key, level=first.level, support=" / ".join(supports), by=by
        )
    return len(rows)


def _check(tool: Tool, item: str, level: str, support: str) -> None:
    if item not in {known.key for known in tool.items}:
        raise BadValue(f"{tool.name} has no item “{item}”.")
    if level and level not in {known.key for known in tool.levels}:
        raise BadValue(f"{tool.name} knows no judgement “{level}”.")
    if level and not support.strip():
        raise BadValue("Write what the judgement rests on: a quote, or what the report does not say.")
