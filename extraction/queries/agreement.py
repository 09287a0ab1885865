"""How far extractors agree, by field, and what became of each one's readings.

What counts is what somebody had read when they finished a study for the first time: from then on they may have seen
their colleagues' numbers, and what they change to match is no agreement.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from extraction.conversions import NotANumber, same_after_rounding
from extraction.models import Completion, Field, Value
from extraction.models.structure import is_asked_at
from extraction.queries.cells import Cell, meaning
from extraction.queries.policy import Mode, mode_of
from extraction.queries.progress import Progress
from extraction.queries.sidebyside import stands
from extraction.queries.standing import people_of
from reviews.models import Review, User

#: The normal deviate of a 95 % interval.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, as a percentage with Wilson's 95 % interval; None: of nothing."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """From 0 to 100."""
        return 100 * self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both limits, from 0 to 100."""
        if not self.of:
            return None
        low, high = wilson(self.count, self.of)
        return 100 * low, 100 * high


@dataclass(slots=True)
class FieldAgreement:
    """How often those who read the same cells found the same number; cells in which nobody found one do not count."""

    field: Field
    exact: int = 0
    rounded: int = 0
    differed: int = 0
    one_empty: int = 0

    @property
    def both(self) -> int:
        """Cells in which everybody found a number."""
        return self.exact + self.rounded + self.differed

    @property
    def cells(self) -> int:
        """Cells in which somebody did."""
        return self.both + self.one_empty

    @property
    def agreed(self) -> Share:
        """The same number, exactly or after rounding, of all cells in which somebody found one."""
        return Share(self.exact + self.rounded, self.cells)


@dataclass(slots=True)
class ExtractorRecord:
    """What became of one person's readings once the team settled."""

    person: User
    kept: int = 0
    rounded: int = 0
    corrected: int = 0
    missed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def cells(self) -> int:
        """Settled cells in which they or the team found a number."""
        return self.kept + self.rounded + self.corrected + self.missed

    @property
    def became(self) -> Share:
        """Their reading is the settled one, exactly or after rounding."""
        return Share(self.kept + self.rounded, self.cells)

    @property
    def most_given(self) -> list[tuple[str, int]]:
        """Reasons for correcting them, the most frequent first."""
        return self.reasons.most_common()


@dataclass(frozen=True, slots=True)
class Agreement:
    """The page. `left_out` are studies that the viewer must not compare yet."""

    fields: list[FieldAgreement]
    everything: FieldAgreement
    extractors: list[ExtractorRecord]
    studies: int
    left_out: int


@dataclass(slots=True)
class _Heard:
    """What was said on one cell: what each read when they first finished, their newest row, and the settled one."""

    first: dict[int, tuple[str, float | None]] = field(default_factory=dict)
    newest: dict[int, int] = field(default_factory=dict)
    settled: tuple[int, str, float | None, str] | None = None


@dataclass(slots=True)
class _Finished:
    """When each person first finished a study, and who is through today."""

    first: dict[int, datetime] = field(default_factory=dict)
    through: set[int] = field(default_factory=set)


def agreement_of(review: Review, *, viewer: User) -> Agreement:
    """Agreement on the studies that `viewer` may compare; four queries."""
    finished, verified = _finished(review), mode_of(review.pk) == Mode.VERIFIED
    heard, begun = _heard(review, finished)
    people = people_of(review)
    fields: dict[str, FieldAgreement] = {}
    records: dict[int, ExtractorRecord] = {}
    counted = left_out = 0
    for study, cells in heard.items():
        through = frozenset(finished[study].through)
        state = Progress(frozenset(begun[study]), through, verified)
        if not through:
            continue
        if not state.sees_others(viewer.pk):
            left_out += 1
            continue
        counted += 1
        for cell, said in cells.items():
            if len(through) > 1:
                _count_field(fields, cell, [said.first.get(user) for user in through])
            for user in through:
                record = records.setdefault(user, ExtractorRecord(people[user]))
                _count_reading(record, said, user, through)
    found = [fields[name] for name in Field.values if name in fields]
    told = sorted((one for one in records.values() if one.cells), key=lambda one: one.person.pk)
    return Agreement(found, _sum(found), told, counted, left_out)


def wilson(count: int, of: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a proportion `count`/`of`, both limits from 0 to 1.

    Wilson EB (1927) J Am Stat Assoc 22:209–212; method 3 of Newcombe RG (1998) Stat Med 17:857–872.
    """
    share, square = count / of, z * z
    centre = share + square / (2 * of)
    width = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return max(0.0, (centre - width) / scale), min(1.0, (centre + width) / scale)


def _finished(review: Review) -> dict[int, _Finished]:
    found: dict[int, _Finished] = defaultdict(_Finished)
    rows = Completion.objects.filter(study__review=review, task=Completion.Task.RESULTS).order_by("pk")
    for study, by, done, at in rows.values_list("study_id", "by_id", "done", "at"):
        if done:
            found[study].first.setdefault(by, at)
            found[study].through.add(by)
        else:
            found[study].through.discard(by)
    return found


def _heard(
    review: Review, finished: Mapping[int, _Finished]
) -> tuple[dict[int, dict[Cell, _Heard]], dict[int, set[int]]]:
    """What was said on every cell that is asked for, and who has begun each study."""
    heard: dict[int, dict[Cell, _Heard]] = defaultdict(lambda: defaultdict(_Heard))
    begun: dict[int, set[int]] = defaultdict(set)
    cell = ("outcome_id", "arm_id", "comparison_id", "field", "time_id")
    retired = ("outcome__retired_at", "arm__retired_at", "comparison__retired_at", "time__retired_at")
    window = ("time__weeks", "outcome__window_from", "outcome__window_to", "outcome__asks_baseline")
    said = ("pk", "by_id", "settled", "text", "number", "note", "at")
    rows = Value.objects.filter(study__review=review).order_by("pk")
    for study, *rest in rows.values_list("study_id", *said, *retired, *window, *cell):
        pk, by, settled, text, number, note, at = rest[:7]
        if not settled:
            begun[study].add(by)
        if any(rest[7:11]) or not (rest[11] is None or is_asked_at(*rest[11:15])):
            continue
        here = heard[study][Cell(*rest[15:])]
        if settled:
            here.settled = (pk, text, number, note)
            continue
        here.newest[by] = pk
        since = finished[study].first.get(by) if study in finished else None
        if since is not None and at <= since:
            here.first[by] = (text, number)
    return heard, begun


def _count_field(
    fields: dict[str, FieldAgreement], cell: Cell, readings: Iterable[tuple[str, float | None] | None]
) -> None:
    read = list(readings)
    found = [one for one in read if one is not None and meaning(*one) is not None]
    if not found:
        return
    row = fields.setdefault(cell.field, FieldAgreement(Field(cell.field)))
    if len(found) < len(read):
        row.one_empty += 1
    elif len({meaning(*one) for one in found}) == 1:
        row.exact += 1
    elif all(_is_rounding(one[0], other[0]) for one, other in combinations(found, 2)):
        row.rounded += 1
    else:
        row.differed += 1


def _count_reading(record: ExtractorRecord, said: _Heard, user: int, through: Iterable[int]) -> None:
    if said.settled is None or not stands(said.settled[0], [said.newest.get(one, 0) for one in through]):
        return
    _, text, number, note = said.settled
    agreed, reading = meaning(text, number), said.first.get(user)
    own = meaning(*reading) if reading else None
    if own is None and agreed is None:
        return
    if own == agreed:
        record.kept += 1
    elif own is None:
        record.missed += 1
    elif reading and agreed is not None and _is_rounding(reading[0], text):
        record.rounded += 1
    else:
        record.corrected += 1
        if note:
            record.reasons[note] += 1


def _is_rounding(one: str, other: str) -> bool:
    try:
        return same_after_rounding(one, other)
    except NotANumber:
        return False


def _sum(rows: Iterable[FieldAgreement]) -> FieldAgreement:
    total = FieldAgreement(Field.N)
    for row in rows:
        total.exact += row.exact
        total.rounded += row.rounded
        total.differed += row.differed
        total.one_empty += row.one_empty
    return total
