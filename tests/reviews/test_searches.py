"""Searches: added, corrected, each change with what was there before."""

from __future__ import annotations

from datetime import date

import pytest

from reviews.errors import ChangedMeanwhile, NotAllowed
from reviews.models import Event, Search
from reviews.services import searches
from reviews.services.editing import fingerprint
from screening.models import Candidate
from tests.conftest import Cast
from tests.factories import a_search
from tests.reviews.factories import an_imported_file, ris


def test_a_search_is_kept_with_what_prisma_s_asks_for(cast: Cast) -> None:
    values = {"source": "MEDLINE", "platform": "Ovid", "hits": 812, "searched_on": date(2026, 3, 1)}
    search = searches.add(review=cast.review, values=values, by=cast.ben)
    assert (str(search), search.hits, search.created_by) == ("MEDLINE (Ovid)", 812, cast.ben)
    assert Event.objects.get().sentence == "added the search MEDLINE (Ovid)"


def test_a_correction_keeps_what_was_there(cast: Cast) -> None:
    search = a_search(cast.review, hits=80, searched_on=date(2026, 3, 1))
    values = {"hits": 812, "searched_on": date(2026, 3, 2)}
    searches.change(search=search, values=values, seen=fingerprint(search, values), by=cast.ben)
    assert Event.objects.get().data["changes"] == {
        "hits": {"before": 80, "after": 812},
        "searched_on": {"before": "2026-03-01", "after": "2026-03-02"},
    }


def test_of_two_tabs_the_second_is_told(cast: Cast) -> None:
    search = a_search(cast.review)
    seen = fingerprint(search, ["hits"])
    searches.change(search=search, values={"hits": 1}, seen=seen, by=cast.ben)
    with pytest.raises(ChangedMeanwhile):
        searches.change(search=search, values={"hits": 2}, seen=seen, by=cast.chi)
    assert Search.objects.get().hits == 1


def test_records_move_to_the_other_column_with_their_search(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris("A trial of exercise"), by=cast.ben)
    assert Candidate.objects.filter(review=cast.review).count() == 1
    search = origin.search
    searches.change(
        search=search, values={"kind": "website"}, seen=fingerprint(search, ["kind"]), by=cast.ben
    )
    assert not Candidate.objects.filter(review=cast.review).exists()


def test_an_observer_adds_no_search(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        searches.add(review=cast.review, values={"source": "MEDLINE"}, by=cast.dov)
    with pytest.raises(NotAllowed):
        searches.change(search=a_search(cast.review), values={"hits": 1}, seen="", by=cast.dov)
