"""Verbs: write down what a report says, and settle what extractors read differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from extraction.conversions import NotANumber, parse_number
from extraction.errors import BadValue, NotYet
from extraction.models import Completion, Field, Study, Value
from extraction.queries.cells import BOUNDS, Cell, Row, cell_of, compare, meaning, own_values, sheet_of
from extraction.queries.checks import Raised, findings_of
from extraction.queries.progress import Progress, progress, through
from extraction.services import checks
from extraction.services.telling import results_changed
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import User
from reviews.services import history

#: What an estimate can be, by metafor's codes.
MEASURES = ("MD", "SMD", "OR", "RR", "RD", "HR", "IRR")
LONGEST_TEXT, LONGEST_PAGE, LONGEST_QUOTE, LONGEST_METHOD = 60, 20, 5_000, 200
_NEVER_NEGATIVE = {
    *(Field.N, Field.EVENTS, Field.PERSON_TIME, Field.PERCENT, Field.SD, Field.SE),
    *(Field.ESTIMATE_SE, Field.P, Field.F, Field.DF),
}
_WHOLE = {Field.N, Field.EVENTS}
#: The largest number that makes sense in a cell.
_LARGEST = {Field.PERCENT: 100, Field.P: 1, Field.CI_LEVEL: 100}


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody wants to write into a cell. `seen` is the id of their value that was on the page (0: none).

    A number that was computed names its `method`, and `inputs` is what the calculator was given.
    """

    cell: Cell
    text: str
    quote: str = ""
    page: str = ""
    report: int | None = None
    seen: int | None = None
    method: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a sheet that was sent: the new values, why some cells were not saved, and what the sentinels say."""

    values: list[Value]
    refused: dict[Cell, Refused]
    raised: list[Raised] = field(default_factory=list)


@transaction.atomic
def record(*, study: Study, readings: Iterable[Reading], by: User) -> list[Value]:
    """Save the readings that differ from what `by` has written already; all of them, or none."""
    saved = save(study=study, readings=readings, by=by)
    for refusal in saved.refused.values():
        raise refusal
    return saved.values


@transaction.atomic
def save(*, study: Study, readings: Iterable[Reading], by: User) -> Saved:
    """Save every reading that can be, and say of each other one why not: one bad cell costs nobody the rest."""
    require(May.EXTRACT, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    if by.pk in through(study, Completion.Task.RESULTS):
        raise Refused("You have finished this extraction. Reopen it to change a value.")
    own, cells = own_values(study, user=by), sheet_of(study).lines()
    reports = set(study.links.values_list("report_id", flat=True))
    fresh, refused = [], {}
    for reading in (_tidy(reading) for reading in readings):
        before = own.get(reading.cell)
        if not _differs(reading, before):
            continue
        try:
            _check(reading, before, asked=reading.cell in cells, reports=reports)
            fresh.append(Value(study=study, by=by, **_columns(reading)))
        except Refused as refusal:
            refused[reading.cell] = refusal
    for value in fresh:
        value.save(force_insert=True)
    if fresh:
        _tell("values.extracted", f"extracted {_count(len(fresh), 'value')}", study, fresh, by)
        raised = checks.look(review=study.review, outcomes={value.outcome_id for value in fresh}, by=by)
        return Saved(fresh, refused, findings_of(study, raised))
    return Saved(fresh, refused)


@transaction.atomic
def settle(
    *,
    study: Study,
    cell: Cell,
    text: str,
    note: str = "",
    chosen_from: Value | None = None,
    seen: int | None = None,
    by: User,
) -> Value:
    """Write the team's value of a cell. Where extractors differ, or fewer are through than needed, `note` says why.

    `seen` is the id of the settled value that was on the page (0: none).
    """
    state = lock_for_settling(study, by=by)
    sides = compare(study, viewer=by)
    if sides is None or not sides.extractors:
        raise NotYet("The extractions of this study cannot be compared yet.")
    row = next((row for row in sides.rows if row.cell == cell), None)
    if row is None and cell not in sheet_of(study).lines():
        raise Refused("This cell is not asked for.")
    if seen is not None and seen != (row.settled.pk if row and row.settled else 0):
        raise ChangedMeanwhile("Somebody settled this after you opened the page. Look at it again.")
    _check_choice(study, cell, row, chosen_from)
    value = _settled(study, _tidy(Reading(cell, text)), note.strip(), chosen_from, by)
    if not value.note and not (row and state.is_enough and _is_agreed(row, value)):
        raise Refused(_say_why(state))
    value.save(force_insert=True)
    what = f"settled a value ({value.outcome}; {value.get_field_display()})"
    _tell("value.settled", what, study, [value], by)
    checks.look(review=study.review, outcomes={value.outcome_id}, by=by)
    results_changed(review=study.review, by=by)
    return value


@transaction.atomic
def settle_agreeing(*, study: Study, note: str = "", by: User) -> int:
    """Settle every cell on which the extractors agree; returns how many.

    Where only one extractor is through there is nothing to agree with: then `note` says why one was enough.
    """
    state = lock_for_settling(study, by=by)
    sides = compare(study, viewer=by)
    if sides is None or not sides.extractors:
        raise NotYet("The extractions of this study cannot be compared yet.")
    if state.awaits_verification:
        raise NotYet("One person extracted this study: confirm each value by itself.")
    if not state.is_enough and not note.strip():
        raise NotYet("Only one extractor is through: wait for another, or say why one is enough.")
    values = [_agreed(study, row, note.strip(), by) for row in sides.agreeing]
    if not values:
        raise NothingToDo("Everything on which the extractors agree is settled already.")
    for value in values:
        value.save(force_insert=True)
    _tell("value.settled", f"settled {_count(len(values), 'agreeing value')}", study, values, by)
    checks.look(review=study.review, outcomes={value.outcome_id for value in values}, by=by)
    results_changed(review=study.review, by=by)
    return len(values)


def lock_for_settling(study: Study, *, by: User) -> Progress:
    """Nobody else settles meanwhile. Whoever extracted alone does not confirm their own numbers; raises Refused."""
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    state = progress(study, Completion.Task.RESULTS)
    if state.awaits_verification and by.pk in state.through:
        raise Refused("A second person confirms what you extracted.")
    return state


def number_in(field: Field, text: str) -> float | None:
    """What `text` means in a cell of this kind; None for an empty one. Raises BadValue."""
    if not text:
        return None
    if field == Field.MEASURE:
        if text not in MEASURES:
            raise BadValue(f"“{text}” is not an effect measure: choose one of {', '.join(MEASURES)}.")
        return None
    try:
        number = parse_number(text[1:] if field == Field.P and text.startswith(BOUNDS) else text)
    except NotANumber as error:
        raise BadValue(f"{field.label}: {error}") from error
    if number > _LARGEST.get(field, number):
        raise BadValue(f"{field.label} cannot be above {_LARGEST[field]} (it says {text}).")
    if field in _NEVER_NEGATIVE and number < 0:
        raise BadValue(f"{field.label} cannot be negative (it says {text}).")
    if field in _WHOLE and number != int(number):
        raise BadValue(f"{field.label} must be a whole number (it says {text}).")
    return number


def _tidy(reading: Reading) -> Reading:
    """Without blanks at the ends, and without NUL, which PostgreSQL does not take."""
    text, quote, page = (
        part.replace("\x00", "").strip() for part in (reading.text, reading.quote, reading.page)
    )
    return replace(reading, text=text, quote=quote, page=page)


def _differs(reading: Reading, before: Value | None) -> bool:
    if before is None:
        # A report alone is only what the page had preselected.
        return bool(reading.text or reading.quote or reading.page)
    now = (before.text, before.quote, before.page, before.report_id, before.method, before.inputs)
    said = (reading.text, reading.quote, reading.page, reading.report, reading.method, dict(reading.inputs))
    return now != said


def _check(reading: Reading, before: Value | None, *, asked: bool, reports: set[int]) -> None:
    if not asked:
        raise Refused("This cell is not asked for (any more): its arm, outcome or comparison was retired.")
    if reading.seen is not None and reading.seen != (before.pk if before else 0):
        raise ChangedMeanwhile(
            f"You wrote “{before.text if before else ''}” here in another tab. Choose which one is right."
        )
    if reading.report is not None and reading.report not in reports:
        raise Refused("This report does not belong to the study.")
    for name, text, longest in (
        ("The value", reading.text, LONGEST_TEXT),
        ("The page", reading.page, LONGEST_PAGE),
        ("The quote", reading.quote, LONGEST_QUOTE),
        ("The method", reading.method, LONGEST_METHOD),
    ):
        if len(text) > longest:
            raise BadValue(f"{name} is too long: at most {longest} characters.")


def _columns(reading: Reading) -> dict[str, object]:
    field = Field(reading.cell.field)
    return {
        "outcome_id": reading.cell.outcome,
        "arm_id": reading.cell.arm,
        "comparison_id": reading.cell.comparison,
        "time_id": reading.cell.time,
        "field": field,
        "text": reading.text,
        "number": number_in(field, reading.text),
        "quote": reading.quote,
        "page": reading.page,
        "report_id": reading.report,
        "method": reading.method,
        "inputs": dict(reading.inputs),
    }


def _settled(study: Study, reading: Reading, note: str, source: Value | None, by: User) -> Value:
    """An unsaved settled value; where it was read comes from the reading it was chosen from."""
    if source is not None:
        reading = replace(reading, quote=source.quote, page=source.page, report=source.report_id)
        if source.text == reading.text:
            reading = replace(reading, method=source.method, inputs=source.inputs)
    if len(reading.text) > LONGEST_TEXT:
        raise BadValue(f"The value is too long: at most {LONGEST_TEXT} characters.")
    return Value(study=study, by=by, settled=True, note=note, chosen_from=source, **_columns(reading))


def _agreed(study: Study, row: Row, note: str, by: User) -> Value:
    """What agreeing extractors read, with the words of the first who gave a quote."""
    readings = [value for value in row.readings.values() if value]
    source = next((value for value in readings if value.quote), readings[0] if readings else None)
    return _settled(study, Reading(row.cell, source.text if source else ""), note, source, by)


def _check_choice(study: Study, cell: Cell, row: Row | None, source: Value | None) -> None:
    """What is chosen stands in the cell today, and its author is through."""
    if source is None:
        return
    if cell_of(source) != cell or source.study_id != study.pk:
        raise Refused("The chosen reading belongs to another cell.")
    standing = {value.pk for value in row.readings.values() if value} if row else set()
    if source.pk not in standing:
        raise ChangedMeanwhile("This reading was changed after you opened the page. Look at it again.")


def _say_why(state: Progress) -> str:
    if state.is_verified:
        return "Say why: this is not what was extracted."
    return "Say why: the extractors differ here, only one is through, or this is neither's reading."


def _is_agreed(row: Row, value: Value) -> bool:
    """Is `value` what all extractors read?"""
    agreed = {meaning(one.text, one.number) if one else None for one in row.readings.values()}
    return agreed == {meaning(value.text, value.number)}


def _tell(verb: str, what: str, study: Study, values: list[Value], by: User) -> None:
    sentence, ids = f"{what} of “{study}”", [value.pk for value in values]
    history.record(verb, sentence, review=study.review, subject=study, by=by, values=ids)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
