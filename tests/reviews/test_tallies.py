"""Kept numbers are what counting anew would give, whatever happened to the rows."""

from __future__ import annotations

import pytest
from django.db import connection

from reviews.models import Record, Tally
from reviews.queries import tallies
from reviews.services import duplicates, removals
from reviews.services import tallies as keeping
from screening.models import Candidate, Standing
from screening.services import votes
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.screening.factories import IN, OUT, a_conflict, candidates, voted


def kept(cast: Cast, prefix: str = "") -> dict[str, int]:
    numbers = Tally.objects.of(cast.review, "")
    assert numbers == tallies.counted_anew(cast.review)
    return {name: n for name, n in numbers.items() if name.startswith(prefix)}


def test_every_way_in_which_records_change_is_counted(cast: Cast) -> None:
    medline, embase = (a_search(cast.review, source=name) for name in ("MEDLINE", "Embase"))
    rows = [a_record(cast.review, search=search) for search in (medline, medline, embase)]
    files = [row.origin_id for row in rows]
    assert sum(kept(cast, "record").values()) == 3
    duplicates.link(left=rows[0], right=rows[1], by=cast.ana)
    duplicates.link(left=rows[0], right=rows[2], by=cast.ana)
    kept(cast)
    numbers = tallies.of_files(cast.review)
    assert sum(row.heads for row in numbers.values()) == 1
    assert sum(row.within for row in numbers.values()) == 1
    assert numbers[files[2]].between == numbers[files[2]].duplicates == 1
    duplicates.part(record=Record.objects.get(pk=rows[2].pk), by=cast.ana)
    removals.remove(
        review=cast.review, records=[rows[2].pk], kind="automation", reason="Language", by=cast.ana
    )
    kept(cast)
    numbers = tallies.of_files(cast.review)
    assert numbers[files[2]].removed == {"automation": 1}
    assert (numbers[files[2]].heads, numbers[files[2]].records) == (1, 1)


def test_votes_move_candidates_from_one_number_to_another(cast: Cast) -> None:
    one, _, _ = candidates(cast.review, 3)
    voted(one, cast.ben, OUT)
    voted(one, cast.chi, IN)
    a_conflict(cast.review, cast.ben, cast.chi)
    numbers = kept(cast)
    assert numbers["candidate:title-abstract:conflict"] == 2
    assert numbers["candidate:title-abstract:open"] == 2
    assert numbers[f"standing:title-abstract:{cast.ben.pk}:conflict"] == 2
    votes.take_back(candidate=one, by=cast.ben)
    assert kept(cast)[f"standing:title-abstract:{cast.chi.pk}:open"] == 1


def test_many_rows_at_once_are_counted(cast: Cast) -> None:
    candidates(cast.review, 30)
    Candidate.objects.filter(review=cast.review).update(status="excluded")
    assert kept(cast)["candidate:title-abstract:excluded"] == 30
    Candidate.objects.filter(review=cast.review).delete()
    assert not any(name.startswith("candidate") for name in kept(cast))
    assert not Standing.objects.exists()


def test_numbers_that_were_wrong_are_put_right_and_told(cast: Cast) -> None:
    candidates(cast.review, 3)
    Tally.objects.filter(name__startswith="candidate").update(n=99)
    assert keeping.recount(cast.review) == 1
    assert kept(cast)["candidate:title-abstract:open"] == 3
    assert keeping.recount(cast.review) == 0


def test_reviews_are_counted_apart(cast: Cast) -> None:
    from tests.factories import a_review

    candidates(cast.review, 2)
    candidates(a_review(lead=cast.eve), 5)
    assert kept(cast)["candidate:title-abstract:open"] == 2


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one slot")
def test_slots_are_folded_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates(cast.review, 3)
    monkeypatch.setattr(keeping, "MANY_SLOTS", 1)
    before = kept(cast)
    assert keeping.fold() > 0
    assert kept(cast) == before
    assert not Tally.objects.exclude(slot=0).exists()


def test_every_tallied_table_has_its_triggers(db: None) -> None:
    """SQLite drops a table's triggers when a migration makes the table anew: such a migration has to put them back."""
    names = {
        f"{table.table}_tally_{event}"
        for table in tallies._tables()
        for event in ("insert", "update", "delete")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if connection.vendor == "sqlite"
            else "SELECT tgname FROM pg_trigger"
        )
        assert names <= {row[0] for row in cursor.fetchall()}
