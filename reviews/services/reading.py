"""Reads an imported file into records, batch by batch, so that a killed worker's successor goes on where it stopped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast

from django.db import models
from django.db.models import F

from reviews.errors import Refused
from reviews.formats import FormatError, Problem, Reference, Sniffed, read
from reviews.models import Import, ImportProblem, Record
from reviews.services import changes, duplicates, history
from reviews.services.jobs import Lease

#: Records written in one transaction. The measured speed is the same from 500 to 2000.
BATCH: Final = 500
#: Of each kind of problem so many are kept with their lines; all are counted.
KEPT_PER_KIND: Final = 200

_LONGEST: Final = {
    name: cast("models.CharField[str, str]", Record._meta.get_field(name)).max_length or 0  # noqa: SLF001 - Django's own door to a model
    for name in ("kind", "volume", "issue", "pages", "doi", "pmid", "accession", "language")
}


def read_import(lease: Lease, *, import_id: int) -> dict[str, Any]:
    """The job: read the file to its end, then look for duplicates; returns the counts."""
    origin = Import.objects.select_related("search__review", "created_by").get(pk=import_id)
    if not lease.job.checkpoint.get("read"):
        with origin.file.open("rb") as stream:
            _read(lease, origin, cast("BinaryIO", stream))
    links = duplicates.find_for(origin)
    with lease.step(done=origin.size, message="Linking duplicates"):
        linked = duplicates.write_links(review=origin.search.review, links=links)
        return _finish(origin, linked)


@dataclass(slots=True)
class _Batch:
    """What was read since the last checkpoint."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _read(lease: Lease, origin: Import, stream: BinaryIO) -> None:
    place = lease.job.checkpoint
    sniffed = Sniffed(origin.format, origin.encoding, origin.dialect, "")
    try:
        found = read(stream, sniffed=sniffed, start=place.get("offset", 0), position=place.get("position", 0))
    except FormatError as error:
        raise Refused(str(error)) from None
    batch = _Batch()
    for item in found:
        if isinstance(item, Problem):
            batch.problems.append(item)
            continue
        batch.records.append(_record(origin, item, batch))
        if len(batch.records) == BATCH:
            end = item.offset + item.length
            with lease.step(
                done=end,
                total=origin.size,
                message=f"{item.position} records read",
                checkpoint={"offset": end, "position": item.position},
            ):
                _write(origin, batch)
            batch = _Batch()
    with lease.step(
        done=origin.size, total=origin.size, message="Looking for duplicates", checkpoint={"read": True}
    ):
        _write(origin, batch)


def _write(origin: Import, batch: _Batch) -> None:
    """Records, problems and counts of a batch; the floors above hear of the records."""
    made = Record.objects.bulk_create(batch.records)
    refused = sum(problem.refused for problem in batch.problems)
    Import.objects.filter(pk=origin.pk).update(
        made=F("made") + len(made), refused=F("refused") + refused, seen=F("seen") + len(made) + refused
    )
    _keep_problems(origin, batch.problems)
    changes.records_changed(review=origin.search.review, record_ids=[record.pk for record in made])


def _keep_problems(origin: Import, problems: list[Problem]) -> None:
    counts = Counter(Import.objects.values_list("problem_counts", flat=True).get(pk=origin.pk))
    kept: list[ImportProblem] = []
    for problem in problems:
        counts[problem.code] += 1
        if counts[problem.code] <= KEPT_PER_KIND:
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


def _record(origin: Import, reference: Reference, batch: _Batch) -> Record:
    """A row for a reference; a value too long for its column is cut, and that is said (the file keeps all of it)."""
    short: dict[str, str] = {}
    for name, longest in _LONGEST.items():
        value: str = getattr(reference, name)
        short[name] = value[:longest]
        if len(value) > longest:
            batch.problems.append(_too_long(reference, name, value))
    return Record(
        review_id=origin.search.review_id,
        search_id=origin.search_id,
        origin_id=origin.pk,
        position=reference.position,
        line=reference.line,
        offset=reference.offset,
        length=reference.length,
        title=reference.title,
        abstract=reference.abstract,
        authors=list(reference.authors),
        year=reference.year,
        journal=reference.journal,
        url=reference.url,
        keywords=list(reference.keywords),
        **short,
    )


def _too_long(reference: Reference, name: str, value: str) -> Problem:
    return Problem(
        line=reference.line,
        tag="",
        code="value-too-long",
        message=f"The {name} is {len(value)} characters long; the first {_LONGEST[name]} were taken.",
        excerpt=value[:200],
        refused=False,
        remedy="Look at the record: something else may have slipped into this field. The file keeps all of it.",
    )


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
