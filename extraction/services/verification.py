"""Verbs of the second person: confirm what one extractor read, cell by cell. To correct a value is to settle another."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from extraction.errors import NotYet
from extraction.models import Study, Value
from extraction.queries.cells import Cell
from extraction.queries.verification import steps_of
from extraction.services import values
from reviews.errors import ChangedMeanwhile
from reviews.models import User
from reviews.services import history


@transaction.atomic
def confirm(*, study: Study, cell: Cell, reading: int, seen: int, by: User) -> Value:
    """The team's value of a cell is what the extractor read: `reading` is its id as the page showed it.

    `seen` is the id of the settled value that was on the page (0: none).
    """
    values.lock_for_settling(study, by=by)
    source = study.values.filter(pk=reading, settled=False).first()
    if source is None:
        raise ChangedMeanwhile("This reading was changed after you opened the page. Look at it again.")
    return values.settle(study=study, cell=cell, text=source.text, chosen_from=source, seen=seen, by=by)


@transaction.atomic
def confirm_empty(*, study: Study, cells: Collection[Cell], by: User) -> list[Value]:
    """The report does not say what these cells of one line ask: all of them, as the page showed them, or none."""
    state = values.lock_for_settling(study, by=by)
    if not state.may_verify(by.pk):
        raise NotYet("There is no single extraction here that you could confirm.")
    open_steps = [step for step in steps_of(study, state).steps if step.reading is None and not step.is_done]
    if not cells or set(cells) not in [set(step.cells) for step in open_steps]:
        raise ChangedMeanwhile("Something was written here after you opened the page. Look at it again.")
    fresh = [
        Value(
            study=study,
            outcome_id=cell.outcome,
            arm_id=cell.arm,
            comparison_id=cell.comparison,
            time_id=cell.time,
            field=cell.field,
            settled=True,
            by=by,
        )
        for cell in cells
    ]
    for value in fresh:
        value.save(force_insert=True)
    said = f"confirmed that the reports of “{study}” do not say more ({fresh[0].outcome})"
    ids = [value.pk for value in fresh]
    history.record("value.settled", said, review=study.review, subject=study, by=by, values=ids)
    return fresh
