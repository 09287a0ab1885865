"""Files, imports and small clusters for the tests of the ground floor."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from reviews.models import Import, Record, Review, Search, User
from reviews.services import imports, jobs, reading
from tests.factories import a_record, a_search


def ris(*titles: str, **tags: str) -> bytes:
    """A RIS file with a record for each title; `tags` are added to every one of them."""
    records = []
    for number, title in enumerate(titles, start=1):
        lines = ["TY  - JOUR", f"TI  - {title}", f"AU  - Author{number}, A.", "PY  - 2020"]
        lines += [f"{tag}  - {value}" for tag, value in tags.items()]
        records.append("\r\n".join([*lines, "ER  - ", ""]))
    return "\r\n".join(records).encode()


def an_upload(
    search: Search, content: bytes, *, by: User, name: str = "export.ris", again: bool = False
) -> Import:
    """A file taken in, its job waiting."""
    return imports.receive(search=search, file=ContentFile(content), name=name, again=again, by=by)


def work(origin: Import) -> Import:
    """Let the job of an import run, in this process."""
    assert origin.job
    jobs.run(origin.job.pk, reading.read_import)
    return Import.objects.select_related("job").get(pk=origin.pk)


def an_imported_file(review: Review, content: bytes, *, by: User, **search: Any) -> Import:
    """A file read to its end, in a search of its own."""
    return work(an_upload(a_search(review, **search), content, by=by, again=True))


def clusters(review: Review) -> list[set[str]]:
    """The titles of each cluster of two or more, as stored."""
    groups: dict[int, set[str]] = {}
    for record in Record.objects.of(review):
        groups.setdefault(record.duplicate_of_id or record.pk, set()).add(record.title)
    return sorted((group for group in groups.values() if len(group) > 1), key=sorted)


def three_records(review: Review, **fields: Any) -> tuple[Record, Record, Record]:
    """Records named A, B and C, which no rule would link."""
    a, b, c = (a_record(review, title=name, **fields) for name in "ABC")
    return a, b, c
