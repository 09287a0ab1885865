"""Reads an imported file into records, batch by batch, so that a killed worker's successor goes on where it stopped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import F

from reviews.errors import Refused
from reviews.formats import FormatError, Problem, read
from reviews.formats.problems import ONCE_PER_FILE
from reviews.models import Import, ImportProblem, Record
from reviews.queries.originals import Original, opened
from reviews.services import changes, history, matching, originals, storing
from reviews.services.jobs import Lease

#: Records written in one transaction: larger ones are hardly faster, and others have to wait for them.
BATCH: Final = 1000
#: Of each kind of problem so many are kept with their lines; all are counted.
KEPT_PER_KIND: Final = 200
#: Of the refused records more: each of them is one that somebody has to look for.
KEPT_REFUSED: Final = 10_000


def read_import(lease: Lease, *, import_id: int) -> dict[str, Any]:
    """The job: read the file to its end, then look for duplicates; returns the counts."""
    origin = read_file(lease, import_id=import_id)
    linked = matching.match_file(lease, origin)
    with lease.step(done=origin.size, total=origin.size):
        return _finish(origin, linked)


def read_file(lease: Lease, *, import_id: int) -> Import:
    """The first half of the job: what the file holds is stored; nothing is done that was done before."""
    origin = Import.objects.select_related("search__review", "created_by").get(pk=import_id)
    if not lease.job.checkpoint.get("read"):
        try:
            originals.render(origin)
        except FormatError as error:
            raise Refused(str(error)) from None
        with opened(origin) as original:
            _read(lease, origin, original)
    return origin


@dataclass(slots=True)
class _Batch:
    """What was read since the last checkpoint."""

    rows: list[storing.Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _read(lease: Lease, origin: Import, original: Original) -> None:
    place = lease.job.checkpoint
    try:
        found = read(
            original.stream,
            sniffed=original.sniffed,
            mapping=origin.mapping or None,
            start=place.get("offset", 0),
            position=place.get("position", 0),
        )
    except FormatError as error:
        raise Refused(str(error)) from None
    batch = _Batch()
    for item in found:
        if isinstance(item, Problem):
            batch.problems.append(item)
            continue
        batch.rows.append(storing.row_of(origin, item, batch.problems))
        if len(batch.rows) == BATCH:
            end = item.offset + item.length
            place = {"offset": end, "position": item.position}
            message = f"{item.position} records read"
            with lease.step(done=end, total=original.size, message=message, checkpoint=place):
                _write(origin, batch)
            batch = _Batch()
    message, place = "Looking for duplicates", {**place, "read": True}
    with lease.step(done=original.size, total=original.size, message=message, checkpoint=place):
        _write(origin, batch)


def _write(origin: Import, batch: _Batch) -> None:
    """Records, problems and counts of a batch; the floors above hear of the records."""
    made = storing.write(batch.rows)
    refused = sum(problem.refused for problem in batch.problems)
    Import.objects.filter(pk=origin.pk).update(
        made=F("made") + len(made), refused=F("refused") + refused, seen=F("seen") + len(made) + refused
    )
    _keep_problems(origin, batch.problems)
    changes.records_added(review=origin.search.review, record_ids=made)


def _keep_problems(origin: Import, problems: list[Problem]) -> None:
    counts = Counter(Import.objects.values_list("problem_counts", flat=True).get(pk=origin.pk))
    kept: list[ImportProblem] = []
    said = _said_before(origin, problems)
    for problem in problems:
        if (problem.code, problem.tag) in said:
            continue
        counts[problem.code] += 1
        if counts[problem.code] <= (KEPT_REFUSED if problem.refused else KEPT_PER_KIND):
            kept.append(
                ImportProblem(
                    origin=origin,
                    line=problem.line,
                    tag=problem.tag[:20],
                    code=problem.code,
                    message=problem.message,
                    excerpt=problem.excerpt,
                    remedy=problem.remedy,
                    refused=problem.refused,
                )
            )
    ImportProblem.objects.bulk_create(kept)
    Import.objects.filter(pk=origin.pk).update(problem_counts=counts)


def _said_before(origin: Import, problems: list[Problem]) -> set[tuple[str, str]]:
    """Remarks made once per file that a worker before us has made already: a reader that goes on makes them again."""
    if not any(problem.code in ONCE_PER_FILE for problem in problems):
        return set()
    return set(origin.problems.filter(code__in=ONCE_PER_FILE).values_list("code", "tag"))


def _finish(origin: Import, linked: int) -> dict[str, Any]:
    origin.refresh_from_db()
    found = Record.objects.filter(origin=origin, duplicate_of__isnull=False).count()
    outcome = {"records": origin.made, "refused": origin.refused, "duplicates": found, "links": linked}
    history.record(
        "import.finished",
        f"read {origin.name}: {origin.made} records, {found} of them duplicates",
        review=origin.search.review,
        subject=origin,
        by=None,
        **outcome,
    )
    return outcome
