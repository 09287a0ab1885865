"""Verb: take judgements from a file of robvis as one's own, where one has said nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from extraction.errors import BadValue
from extraction.models import Outcome, Study
from extraction.queries.bias import own_at
from extraction.queries.bias_tools import tools_of
from extraction.queries.overview import states
from extraction.riskofbias import Tool
from extraction.riskofbias.robvis import Judged
from extraction.services.bias import assess
from extraction.services.bias_rules import Opinion
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history


@dataclass(frozen=True, slots=True)
class Taking:
    """One study of a file: what would be taken, what is kept as it is, or why nothing can be taken."""

    label: str
    study: Study | None
    levels: dict[str, str]
    kept: tuple[str, ...] = ()
    refusal: str = ""


def preview(
    *, review: Review, tool: Tool, outcome: Outcome | None, rows: Sequence[Judged], by: User
) -> list[Taking]:
    """What taking the rows would do; nothing is written. Three queries, and one for each study."""
    studies = {
        " ".join(study.label.split()).casefold(): study for study in Study.objects.filter(review=review)
    }
    every, tools = states(review), tools_of(review)
    found = []
    for row in rows:
        study = studies.get(" ".join(row.study.split()).casefold())
        if study is None:
            found.append(Taking(row.study, None, {}, refusal="There is no study of this name."))
        elif tools[study.pk] != tool.key:
            found.append(Taking(row.study, study, {}, refusal="It is assessed with another tool."))
        elif by.pk in every[study.pk].bias.through:
            found.append(
                Taking(row.study, study, {}, refusal="You have finished its assessment. Reopen it first.")
            )
        else:
            found.append(_taking(study, tool, outcome, row, by))
    return found


@transaction.atomic
def take(
    *, review: Review, tool: Tool, outcome: Outcome | None, rows: Sequence[Judged], name: str, by: User
) -> int:
    """Take what `preview` shows as `by`'s own judgements; returns how many. What they had said is never overwritten."""
    require(May.ASSESS, review=review, by=by)
    if tool.unit == "result" and outcome is None:
        raise BadValue("Choose the outcome that the judgements are about.")
    name = " ".join(name.replace("\x00", "").split())[:200]
    count = 0
    for taking in preview(review=review, tool=tool, outcome=outcome, rows=rows, by=by):
        if taking.study is None or not taking.levels:
            continue
        said = [
            Opinion(
                item,
                level,
                f"Taken from the file {name}",
                seen=0,
                outcome=_at(tool, item, outcome),
                reason=f"Taken from the file {name}, which tells no answers",
                is_imported=True,
            )
            for item, level in taking.levels.items()
        ]
        saved = assess(study=taking.study, tool=tool, opinions=said, by=by)
        for item, refusal in saved.refused.items():
            raise Refused(f"{taking.label}, {tool.item(item).name}: {refusal}")
        count += len(said)
    if not count:
        raise NothingToDo("There is nothing in this file that you have not judged already.")
    history.record(
        "bias.imported", f"took {count} judgements from the file {name}", review=review, subject=review, by=by
    )
    return count


def _taking(study: Study, tool: Tool, outcome: Outcome | None, row: Judged, by: User) -> Taking:
    own = own_at(study, tool, user=by)
    said = {item for item, at in own if at == _at(tool, item, outcome)}
    said |= {item for (item, at), judged in own.items() if at is None and judged.level}
    kept = tuple(tool.item(item).name for item in row.levels if item in said)
    return Taking(
        row.study, study, {item: level for item, level in row.levels.items() if item not in said}, kept
    )


def _at(tool: Tool, item: str, outcome: Outcome | None) -> int | None:
    """Domains that are facts about the study are taken for it as a whole."""
    return outcome.pk if outcome and tool.item(item).per_outcome else None
