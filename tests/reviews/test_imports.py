"""Uploading a file and reading it: nothing is lost, nothing is doubled, and what is odd is said."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from reviews.errors import NotAllowed, Refused
from reviews.models import Event, Import, Job, Record
from reviews.queries.rawtags import tags_of
from reviews.services import imports, jobs, reading
from tests.conftest import Cast
from tests.factories import a_search
from tests.reviews.factories import an_imported_file, an_upload, ris, work


def test_a_file_becomes_records_and_its_bytes_are_kept(cast: Cast) -> None:
    content = ris("Exercise in ALS", "Sport and motor neurons", DO="10.1000/x")
    origin = an_imported_file(cast.review, content, by=cast.ben)
    assert (origin.seen, origin.made, origin.refused) == (2, 2, 0)
    assert origin.job
    assert origin.job.status == Job.Status.DONE
    assert origin.is_read
    first = Record.objects.get(origin=origin, position=1)
    assert (first.title, first.authors, first.year, first.doi) == (
        "Exercise in ALS",
        ["Author1, A."],
        2020,
        "10.1000/x",
    )
    assert origin.file.read() == content
    assert content[first.offset : first.offset + first.length].startswith(b"TY  - JOUR")
    assert Path(origin.file.path).name == f"{origin.sha256[:16]}.ris"


def test_other_formats_are_read_too_and_their_tags_are_found_again(cast: Cast) -> None:
    content = b"PMID- 12345\nOWN - NLM\nSTAT- MEDLINE\nTI  - A title\nFAU - Author, Ann\nDP  - 2020 Mar\n\n"
    origin = an_imported_file(cast.review, content, by=cast.ben)
    record = Record.objects.get(origin=origin)
    assert (origin.format, record.title, record.pmid, record.year) == ("nbib", "A title", "12345", 2020)
    assert ("FAU", "Author, Ann") in (tags_of(record) or ())


def test_the_history_tells_of_the_upload_and_of_its_end(cast: Cast) -> None:
    an_imported_file(cast.review, ris("A title"), by=cast.ben)
    finished, received = Event.objects.filter(review=cast.review)
    assert (received.verb, received.actor) == ("import.received", cast.ben)
    assert (finished.verb, finished.actor) == ("import.finished", None)
    assert finished.data["records"] == 1


def test_the_same_bytes_are_recognised_and_imported_again_only_when_asked(cast: Cast) -> None:
    first = an_imported_file(cast.review, ris("A title"), by=cast.ben, source="Scopus")
    search = a_search(cast.review)
    with pytest.raises(imports.AlreadyImported, match=r"as export\.ris, for Scopus") as refusal:
        an_upload(search, ris("A title"), by=cast.ben, name="copy.ris")
    assert refusal.value.before == first
    assert Import.objects.count() == 1
    again = work(an_upload(search, ris("A title"), by=cast.ben, name="copy.ris", again=True))
    assert again.made == 1


def test_another_review_may_import_the_same_file(cast: Cast) -> None:
    from tests.factories import a_review

    an_imported_file(cast.review, ris("A title"), by=cast.ben)
    other = a_review(lead=cast.ben)
    an_upload(a_search(other), ris("A title"), by=cast.ben)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"   \r\n\r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF document"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"PK\x03\x04 stuff", "ZIP archive"),
        (b"Dear colleague, here are my references.", "No reference was recognised"),
        (bytes(range(256)) * 20, "not a text file"),
    ],
)
def test_a_file_without_references_is_refused_and_nothing_is_kept(
    cast: Cast, content: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        an_upload(a_search(cast.review), content, by=cast.ben)
    assert not Import.objects.exists()
    assert not Job.objects.exists()


def test_a_file_beyond_the_limit_is_refused(cast: Cast, settings: object) -> None:
    settings.UPLOAD_LIMIT = 10  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="larger than 0 MB"):
        an_upload(a_search(cast.review), ris("A title"), by=cast.ben)


def test_an_observer_imports_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        an_upload(a_search(cast.review), ris("A title"), by=cast.dov)


@pytest.mark.parametrize(
    "title",
    [
        "Robert'); DROP TABLE reviews_record; --",
        "Schlaf 😴 und Übung: a trial",
        "التمارين الرياضية لمرضى التصلب الجانبي",
        "运动对肌萎缩侧索硬化的影响",
        "<script>alert(1)</script>",
    ],
)
def test_odd_titles_arrive_as_they_are(cast: Cast, title: str) -> None:
    origin = an_imported_file(cast.review, ris(title), by=cast.ben)
    assert Record.objects.get(origin=origin).title == title


def test_a_very_long_abstract_arrives_whole(cast: Cast) -> None:
    abstract = "word " * 10_000
    origin = an_imported_file(cast.review, ris("A title", AB=abstract), by=cast.ben)
    assert Record.objects.get(origin=origin).abstract == abstract.strip()


def test_zero_bytes_and_half_characters_do_not_reach_the_database(cast: Cast) -> None:
    content = (
        ris("A ti\x00tle", AB="An ab\x00stract") + b"\r\nTY  - JOUR\r\nTI  - \xed\xa0\x80 half\r\nER  - \r\n"
    )
    origin = an_imported_file(cast.review, content, by=cast.ben)
    assert origin.made == 2
    assert Record.objects.get(origin=origin, position=1).title == "A title"


def test_the_last_record_of_a_truncated_file_is_kept_and_reported(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris("Whole", "Cut off")[:-10], by=cast.ben)
    assert origin.made == 2
    assert origin.problem_counts == {"truncated": 1}
    problem = origin.problems.get()
    assert problem.line > 5
    assert problem.remedy


def test_a_refused_record_is_counted_and_shown(cast: Cast) -> None:
    content = ris("A title") + b"\r\nTY  - JOUR\r\nER  - \r\n"
    origin = an_imported_file(cast.review, content, by=cast.ben)
    assert (origin.seen, origin.made, origin.refused) == (2, 1, 1)
    assert origin.problems.get(refused=True).code == "empty-record"


def test_values_too_long_for_their_column_are_cut_and_reported(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris("A title", VL="9" * 300), by=cast.ben)
    record = Record.objects.get(origin=origin)
    assert record.volume == "9" * 100
    assert origin.problems.get().code == "value-too-long"


def test_of_a_frequent_problem_the_first_are_kept_and_all_are_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "KEPT_PER_KIND", 3)
    content = b"".join(b"TY  - JOUR\r\nAU  - Nobody\r\nER  - \r\n" for _ in range(10))
    origin = an_imported_file(cast.review, content, by=cast.ben)
    assert origin.problem_counts["empty-title"] == 10
    assert origin.problems.filter(code="empty-title").count() == 3
    assert origin.problems_met == sum(origin.problem_counts.values())


def test_reading_goes_on_from_the_checkpoint_after_a_crash(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = [f"Study number {number} of many" for number in range(25)]
    monkeypatch.setattr(reading, "BATCH", 10)
    origin = an_upload(a_search(cast.review), ris(*titles), by=cast.ben)
    assert origin.job

    def crash(_origin: Import, batch: reading._Batch) -> None:
        if Record.objects.filter(origin=origin).count() == 10:
            raise RuntimeError("out of luck")
        write(_origin, batch)

    write = reading._write
    monkeypatch.setattr(reading, "_write", crash)
    failed = work(origin)
    assert failed.job
    assert failed.job.status == Job.Status.FAILED
    assert "tried again" in failed.job.message
    assert failed.made == Record.objects.filter(origin=origin).count() == 10
    assert failed.job.checkpoint["position"] == 10

    monkeypatch.setattr(reading, "_write", write)
    jobs.retry(job=failed.job, by=cast.ben)
    done = work(origin)
    assert done.job
    assert done.job.status == Job.Status.DONE
    records = list(Record.objects.filter(origin=origin).order_by("position"))
    assert [record.title for record in records] == titles
    assert [record.position for record in records] == list(range(1, 26))
    assert all(one.line < other.line for one, other in pairwise(records))


def test_cancelling_keeps_what_was_read_and_can_be_taken_up_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    origin = an_upload(a_search(cast.review), ris("One", "Two", "Three", "Four", "Five"), by=cast.ben)
    assert origin.job
    write = reading._write

    def write_and_cancel(_origin: Import, batch: reading._Batch) -> None:
        write(_origin, batch)
        if Record.objects.filter(origin=origin).count() == 4:
            Job.objects.filter(origin=origin).update(cancel_requested=True)

    monkeypatch.setattr(reading, "_write", write_and_cancel)
    stopped = work(origin)
    assert stopped.job
    assert stopped.job.status == Job.Status.CANCELLED
    assert stopped.made == Record.objects.filter(origin=origin).count() == 2
    monkeypatch.setattr(reading, "_write", write)
    jobs.retry(job=stopped.job, by=cast.ben)
    assert work(origin).made == 5


def test_a_second_delivery_of_a_finished_job_changes_nothing(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris("One", "Two"), by=cast.ben)
    again = work(origin)
    assert again.made == Record.objects.count() == 2
    assert again.job == origin.job


def test_a_file_is_read_by_its_content_not_by_its_name(cast: Cast) -> None:
    file = ContentFile(ris("A title"))
    origin = imports.receive(
        search=a_search(cast.review), file=file, name="../../etc/passwd.pdf", by=cast.ben
    )
    assert work(origin).made == 1
    assert ".." not in origin.file.path
