"""Verbs: choose the tool that studies are assessed with, and write one of the team's own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from extraction.errors import BadValue
from extraction.models import Study
from extraction.models.bias import CustomTool, ToolChoice
from extraction.queries.bias_tools import (
    choices_of,
    custom_tool,
    find_tool,
    same_design,
    tool_key,
    tools_to_choose,
)
from extraction.queries.overview import states
from extraction.riskofbias import BadTool, definition
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history

LONGEST_DESIGN = 120


@transaction.atomic
def choose(*, review: Review, tool: str, design: str = "", by: User) -> ToolChoice:
    """From now on studies of this design are assessed with this tool; without a design, all others.

    No `tool` takes the choice for a design back. What was judged with another tool stays, and is not asked for any more; so
    nothing that somebody has finished may change its tool before they reopen it.
    """
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update().get(pk=review.pk)
    design = " ".join(design.replace("\x00", "").split())
    if len(design) > LONGEST_DESIGN:
        raise BadValue(f"A design has at most {LONGEST_DESIGN} characters.")
    if tool and tool not in {known.key for known in tools_to_choose(review)}:
        raise BadValue("Choose one of the tools.")
    if not tool and not design:
        raise BadValue("Choose a tool for studies of every other design.")
    before = choices_of(review.pk)
    if before.get(same_design(design), "") == tool:
        raise NothingToDo("This is chosen already.")
    after = before | {same_design(design): tool}
    _refuse_what_is_finished(review, before, after)
    choice = ToolChoice.objects.create(review=review, design=design, tool=tool, by=by)
    found = find_tool(review, tool)
    name = found.name if found else "the tool of other designs"
    of = f"studies that are “{design}”" if design else "studies of every other design"
    history.record(
        "bias.tool-chosen", f"chose {name} for {of}", review=review, subject=review, by=by, choice=choice.pk
    )
    return choice


@transaction.atomic
def write_tool(
    *,
    review: Review,
    name: str,
    items: Sequence[tuple[str, str]],
    levels: Sequence[tuple[str, str]],
    replaces: CustomTool | None = None,
    by: User,
) -> CustomTool:
    """A tool of the team's own: items (name, question), judged by hand at levels (name, light), from best to worst.

    A version that `replaces` another is chosen where that one was, unless somebody has finished an assessment with it.
    """
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update().get(pk=review.pk)
    try:
        told = definition(
            _line(name), [(_line(a), _line(b)) for a, b in items], [(_line(a), b) for a, b in levels]
        )
    except BadTool as error:
        raise BadValue(str(error)) from error
    if replaces is not None:
        if CustomTool.objects.filter(replaces=replaces).exists():
            raise ChangedMeanwhile(
                "Somebody has changed this tool after you opened the page. Look at it again."
            )
        if replaces.definition == told:
            raise NothingToDo("Nothing is changed.")
    row = CustomTool.objects.create(review=review, definition=told, replaces=replaces, by=by)
    did = "changed" if replaces else "wrote"
    history.record(
        "bias.tool-written",
        f"{did} the risk-of-bias tool “{row}”",
        review=review,
        subject=review,
        by=by,
        tool=row.pk,
    )
    if replaces is not None:
        _hand_over(review, custom_tool(replaces).key, custom_tool(row).key, by)
    return row


def _hand_over(review: Review, old: str, new: str, by: User) -> None:
    """Where the old version was chosen, the new one is; `Refused` where somebody has finished with the old one."""
    choices = choices_of(review.pk)
    using = [design for design, tool in choices.items() if tool == old]
    _refuse_what_is_finished(review, choices, choices | dict.fromkeys(using, new))
    for design in using:
        ToolChoice.objects.create(review=review, design=design, tool=new, by=by)


def _refuse_what_is_finished(review: Review, before: dict[str, str], after: dict[str, str]) -> None:
    changing = {
        study.pk: study.label
        for study in Study.objects.filter(review=review)
        if tool_key(study.design, before) != tool_key(study.design, after)
    }
    every = states(review) if changing else {}
    finished = [label for pk, label in changing.items() if every[pk].bias.through]
    if finished:
        names = ", ".join(finished[:3]) + (f" and {len(finished) - 3} more" if len(finished) > 3 else "")
        raise Refused(
            f"Somebody has finished assessing {names} with the present tool. They reopen their assessments first; "
            "what they judged is kept."
        )


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
