"""Records taken out before screening, and put back."""

from __future__ import annotations

import pytest

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Record, Removal, Search
from reviews.services import duplicates, removals
from tests.conftest import Cast
from tests.factories import a_record, a_review, a_search
from tests.reviews.factories import three_records


def test_a_removed_record_is_kept_with_its_reason(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    done = removals.remove(
        review=cast.review, records=[a.pk, b.pk], kind="automation", reason="Not in English", by=cast.ben
    )
    assert done == 2
    assert set(Record.objects.filter(removed_as="automation")) == {a, b}
    assert c in Record.objects.not_removed()
    fact = Removal.objects.get(record=a)
    assert (fact.kind, fact.reason, fact.by) == ("automation", "Not in English", cast.ben)


def test_a_record_put_back_keeps_both_facts(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    removals.remove(review=cast.review, records=[a.pk], kind="other", reason="Retracted", by=cast.ben)
    assert removals.put_back(review=cast.review, records=[a.pk, b.pk], by=cast.chi) == 1
    a.refresh_from_db()
    assert a.removed_as == ""
    assert [fact.kind for fact in a.removals.all()] == ["other", ""]
    with pytest.raises(NothingToDo):
        removals.put_back(review=cast.review, records=[a.pk], by=cast.chi)


def test_what_cannot_be_removed_is_left_and_said(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    website = a_record(cast.review, search=a_search(cast.review, kind=Search.Kind.WEBSITE))

    def remove(*records: Record, reason: str = "Why not", by: object = cast.ben) -> int:
        pks = [record.pk for record in records]
        return removals.remove(review=cast.review, records=pks, kind="other", reason=reason, by=by)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="duplicate"):
        remove(b)
    with pytest.raises(Refused, match="databases and registers"):
        remove(website)
    with pytest.raises(Refused, match="Say why"):
        remove(a, reason=" ")
    with pytest.raises(NothingToDo, match="No record"):
        remove()
    with pytest.raises(NothingToDo, match="No record"):
        remove(a_record(a_review(lead=cast.ben)))
    with pytest.raises(NotAllowed):
        remove(a, by=cast.dov)
    assert remove(a, b, website) == 1
    with pytest.raises(NothingToDo, match="already"):
        remove(a)
