"""Duplicates of new records are found whatever the order and the portions in which the files came."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from reviews.models import DuplicateQuestion, DuplicateVerdict, Import, Job, Record, RecordBlock, Review
from reviews.services import blocking, jobs, matching, reading, rebuilding
from tests.conftest import Cast
from tests.factories import a_record, a_review, a_search
from tests.reviews.factories import an_imported_file, an_upload, clusters, ris, work


def a_line(title: str, **tags: str) -> bytes:
    """A file of one record."""
    return ris(title, **{"JO": "Neurology", "VL": "12", "SP": "243", "EP": "251", **tags})


FILES = [
    a_line("Resistance exercise in amyotrophic lateral sclerosis: a trial", DO="10.1000/als.1"),
    a_line("Resistance exercise in amyotrophic lateral sclerosis: a trial.", SP="243", EP="51"),
    a_line(
        "Resistance Exercise in Amyotrophic Lateral Sclerosis: A Trial",
        DO="10.1000/als.2",
        SP="900",
        EP="907",
    ),
    a_line(
        "Walking, talking and breathing after a late diagnosis", VL="3", SP="1", EP="9", DO="10.1000/walk"
    ),
    a_line(
        "Walking, talking, and breathing after a late diagnosis", VL="3", SP="1", EP="9", DO="10.1000/WALK"
    ),
]


def outcome(review: Review) -> tuple[list[set[str]], set[frozenset[str]]]:
    """Clusters and questions, by the titles of the records."""
    asked = DuplicateQuestion.objects.filter(review=review).values_list("left__title", "right__title")
    return clusters(review), {frozenset(pair) for pair in asked}


def test_the_order_of_the_files_and_importing_all_at_once_change_nothing(cast: Cast) -> None:
    an_imported_file(cast.review, b"\r\n".join(FILES), by=cast.ana)
    at_once = outcome(cast.review)
    assert at_once[0]
    for order in list(permutations(FILES))[::11]:
        review = a_review(lead=cast.ana)
        for content in order:
            an_imported_file(review, content, by=cast.ana)
        assert outcome(review) == at_once


def test_a_portion_of_links_is_never_thought_over_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LINKS", 1)
    monkeypatch.setattr(blocking, "BATCH", 2)
    an_imported_file(cast.review, b"\r\n".join(FILES), by=cast.ana)
    review = a_review(lead=cast.ana)
    monkeypatch.undo()
    an_imported_file(review, b"\r\n".join(FILES), by=cast.ana)
    assert outcome(cast.review) == outcome(review)


def test_blocks_are_stored_with_the_file_and_rebuilt_from_the_records(cast: Cast) -> None:
    an_imported_file(cast.review, b"\r\n".join(FILES), by=cast.ana)
    assert set(Import.objects.values_list("blocked_as", flat=True)) == {blocking.VERSION}
    before = set(RecordBlock.objects.values_list("review", "name", "record"))
    assert {record for *_, record in before} == set(Record.objects.values_list("pk", flat=True))
    RecordBlock.objects.all().delete()
    rebuilding.rebuild(review=cast.review)
    assert set(RecordBlock.objects.values_list("review", "name", "record")) == before


def test_records_read_before_blocks_were_stored_are_found_too(cast: Cast) -> None:
    an_imported_file(cast.review, FILES[3], by=cast.ana)
    RecordBlock.objects.all().delete()
    Import.objects.update(blocked_as=0)
    an_imported_file(cast.review, FILES[4], by=cast.ana)
    assert len(clusters(cast.review)) == 1


def test_a_record_made_by_hand_finds_its_duplicates(cast: Cast) -> None:
    an_imported_file(cast.review, FILES[3], by=cast.ana)
    known = Record.objects.get()
    made = a_record(
        cast.review, title=f"{known.title}.", doi=known.doi, year=known.year, authors=known.authors
    )
    assert matching.match_records(review=cast.review, record_ids=[made.pk]) == 1
    assert len(clusters(cast.review)) == 1


def test_nothing_is_linked_across_reviews(cast: Cast) -> None:
    an_imported_file(cast.review, FILES[3], by=cast.ana)
    an_imported_file(a_review(lead=cast.ana), FILES[4], by=cast.ana)
    assert not DuplicateVerdict.objects.exists()


def test_a_job_stopped_while_looking_for_duplicates_goes_on_and_finds_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = an_upload(a_search(cast.review), b"\r\n".join(FILES), by=cast.ana)
    assert origin.job

    def cancelled(*_: object, **__: object) -> int:
        raise jobs.CancelRequested

    with monkeypatch.context() as patched:
        patched.setattr(matching, "write_links", cancelled)
        jobs.run(origin.job.pk, reading.read_import)
    job = Job.objects.get(pk=origin.job.pk)
    assert (job.status, job.checkpoint["read"]) == (Job.Status.CANCELLED, True)
    assert Record.objects.count() == len(FILES)
    jobs.retry(job=job, by=cast.ana)
    work(origin)
    assert clusters(cast.review)
    assert Record.objects.count() == len(FILES)


def test_remarks_made_once_per_file_are_not_made_again_by_a_worker_that_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"\r\n".join(ris(f"Trial number {n} of walking", QX="odd") for n in range(6))
    whole = an_imported_file(cast.review, content, by=cast.ana)
    monkeypatch.setattr(reading, "BATCH", 2)
    origin = an_upload(a_search(cast.review), content, by=cast.ana, again=True)
    assert origin.job
    original = reading._write
    calls: list[int] = []

    def twice(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise jobs.WorkerStopping
        original(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(reading, "_write", twice)
        jobs.run(origin.job.pk, reading.read_import)
    done = work(origin)
    assert done.made == whole.made
    assert done.problem_counts == whole.problem_counts
    assert whole.problem_counts["unknown-tag"] == 1


def test_no_query_is_left_open_while_a_batch_is_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """SQLite begins no transaction on a connection that is still reading what somebody else has written over."""
    monkeypatch.setattr(blocking, "BATCH", 1)
    search = a_search(cast.review)
    for title in ("One", "Two"):
        a_record(cast.review, search=search, title=title)
    batches = blocking.in_batches(Record.objects.of(cast.review))
    assert [key.title for key in next(batches)] == ["One"]
    with django_assert_num_queries(1):
        assert [key.title for key in next(batches)] == ["Two"]
    assert list(batches) == []
