"""Verbs: write down what a report says, and settle what extractors read differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from extraction.conversions import NotANumber, parse_number
from extraction.errors import BadValue, ChangedMeanwhile, NotYet
from extraction.models import Arm, Comparison, Completion, Field, Outcome, Study, Value
from extraction.queries.cells import Cell, cell_of, compare, own_values
from extraction.queries.progress import INDEPENDENT, through
from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import User
from reviews.services import history
from screening.models import Report

MEASURES = ("MD", "SMD", "OR", "RR", "RD")
_NEVER_NEGATIVE = {Field.N, Field.EVENTS, Field.SD, Field.SE, Field.ESTIMATE_SE}
_WHOLE = {Field.N, Field.EVENTS}


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody wants to write into a cell. `seen` is the id of their value that was on the page (0: none)."""

    cell: Cell
    text: str
    quote: str = ""
    page: str = ""
    report: int | None = None
    seen: int | None = None


@transaction.atomic
def record(*, study: Study, readings: Iterable[Reading], by: User) -> list[Value]:
    """Save the readings that differ from what `by` has written already; all of them, or none."""
    require(May.EXTRACT, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    if by.pk in through(study, Completion.Task.RESULTS):
        raise Refused("You have finished this extraction. Reopen it to change a value.")
    own = own_values(study, user=by)
    changed = [reading for reading in readings if _differs(reading, own.get(reading.cell))]
    for reading in changed:
        _check_seen(reading, own.get(reading.cell))
        _check_address(study, reading)
    values = [Value.objects.create(study=study, by=by, **_columns(reading)) for reading in changed]
    if values:
        history.record(
            "values.extracted",
            f"extracted {len(values)} value{'s'[: len(values) != 1]} of “{study}”",
            review=study.review,
            subject=study,
            by=by,
            values=[value.pk for value in values],
        )
    return values


@transaction.atomic
def settle(
    *, study: Study, cell: Cell, text: str, note: str = "", chosen_from: Value | None = None, by: User
) -> Value:
    """Write the team's value of a cell. Where extractors differ, or only one is through, `note` says why."""
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    sides = compare(study, viewer=by)
    if sides is None or not sides.extractors:
        raise NotYet("The extractions of this study cannot be compared yet.")
    row = next((row for row in sides.rows if row.cell == cell), None)
    sure = row is not None and row.agree and len(sides.extractors) >= INDEPENDENT
    if not sure and not note.strip():
        raise Refused("Say why: the extractors differ here, or only one of them is through.")
    if chosen_from is not None and (cell_of(chosen_from) != cell or chosen_from.study_id != study.pk):  # type: ignore[attr-defined]
        raise Refused("The chosen reading belongs to another cell.")
    reading = Reading(cell, text)
    _check_address(study, reading)
    value = Value.objects.create(
        study=study,
        by=by,
        settled=True,
        note=note.strip(),
        chosen_from=chosen_from,
        **_columns(reading, chosen_from),
    )
    history.record(
        "value.settled",
        f"settled a value of “{study}” ({value.outcome}; {value.get_field_display()})",
        review=study.review,
        subject=study,
        by=by,
        value=value.pk,
    )
    return value


@transaction.atomic
def settle_agreeing(*, study: Study, by: User) -> int:
    """Settle every cell on which two or more extractors agree; returns how many."""
    require(May.SETTLE, review=study.review, by=by)
    sides = compare(study, viewer=by)
    if sides is None or len(sides.extractors) < INDEPENDENT:
        raise NotYet("Two extractors have to be through before their agreement counts.")
    rows = [row for row in sides.rows if row.agree and not row.is_settled]
    for row in rows:
        reading = next(value for value in row.readings.values() if value)
        settle(study=study, cell=row.cell, text=reading.text, chosen_from=reading, by=by)
    return len(rows)


def _differs(reading: Reading, own: Value | None) -> bool:
    if own is None:
        return bool(reading.text.strip())
    now = (own.text, own.quote, own.page, own.report_id)  # type: ignore[attr-defined]
    return now != (reading.text.strip(), reading.quote.strip(), reading.page.strip(), reading.report)


def _check_seen(reading: Reading, own: Value | None) -> None:
    if reading.seen is not None and reading.seen != (own.pk if own else 0):
        raise ChangedMeanwhile(
            f"You changed {Field(reading.cell.field).label.lower()} in another tab"
            f" (it is “{own.text if own else ''}” now). Nothing was saved: reload and enter it again."
        )


def _check_address(study: Study, reading: Reading) -> None:
    """The cell's parts must all belong to this study and its review."""
    review, cell = study.review_id, reading.cell  # type: ignore[attr-defined]
    known = Outcome.objects.filter(pk=cell.outcome, review=review).exists()
    if cell.arm is not None:
        known = known and Arm.objects.filter(pk=cell.arm, study=study).exists()
    else:
        known = known and Comparison.objects.filter(pk=cell.comparison, review=review).exists()
    if reading.report is not None:
        known = known and Report.objects.filter(pk=reading.report, study_links__study=study).exists()
    if not known:
        raise Refused("This cell does not belong to the study.")


def _columns(reading: Reading, source: Value | None = None) -> dict[str, object]:
    field, text = Field(reading.cell.field), reading.text.strip()
    return {
        "outcome_id": reading.cell.outcome,
        "arm_id": reading.cell.arm,
        "comparison_id": reading.cell.comparison,
        "field": field,
        "text": text,
        "number": number_in(field, text),
        "quote": (source.quote if source else reading.quote).strip(),
        "page": (source.page if source else reading.page).strip(),
        "report_id": source.report_id if source else reading.report,  # type: ignore[attr-defined]
    }


def number_in(field: Field, text: str) -> float | None:
    """What `text` means in a cell of this kind; None for an empty one. Raises BadValue."""
    if not text:
        return None
    if field == Field.MEASURE:
        if text not in MEASURES:
            raise BadValue(f"“{text}” is not an effect measure: choose one of {', '.join(MEASURES)}.")
        return None
    try:
        number = parse_number(text)
    except NotANumber as error:
        raise BadValue(f"{field.label}: {error}") from error
    if field in _NEVER_NEGATIVE and number < 0:
        raise BadValue(f"{field.label} cannot be negative (it says {text}).")
    if field in _WHOLE and number != int(number):
        raise BadValue(f"{field.label} must be a whole number (it says {text}).")
    return number
