"""Linking and parting records: verdicts are facts, clusters follow from them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import DuplicateVerdict, Event, Judgement, Record, Review, Search
from reviews.services import duplicates, matching, searches
from reviews.services.editing import fingerprint
from screening.models import Candidate
from tests.conftest import Cast
from tests.factories import a_record, a_review, a_search
from tests.reviews.factories import an_imported_file, clusters, ris, three_records


def candidates(review: Review) -> set[str]:
    """The titles that await screening."""
    return set(Candidate.objects.filter(review=review).values_list("record__title", flat=True))


def test_records_that_share_a_doi_are_linked_when_a_file_has_been_read(cast: Cast) -> None:
    an_imported_file(
        cast.review, ris("Exercise in ALS, a trial", DO="10.1000/als"), by=cast.ben, source="Scopus"
    )
    an_imported_file(cast.review, ris("Exercise in ALS: a trial.", DO="10.1000/ALS"), by=cast.ben)
    assert clusters(cast.review) == [{"Exercise in ALS, a trial", "Exercise in ALS: a trial."}]
    verdict = DuplicateVerdict.objects.get()
    assert (verdict.by, verdict.rule, verdict.verdict) == (None, "same-doi", Judgement.SAME)
    assert {piece["field"] for piece in verdict.evidence} >= {"title", "doi"}


def test_duplicates_within_one_file_are_linked_too(cast: Cast) -> None:
    an_imported_file(cast.review, ris("The same trial", "The same trial", DO="10.1000/als"), by=cast.ben)
    assert Record.objects.exclude(duplicate_of=None).count() == 1


def test_a_file_imported_again_is_linked_record_by_record_with_the_first(cast: Cast) -> None:
    content = ris(
        "Exercise in motor neuron disease",
        "Sport in late stages of ALS",
        "Physiotherapy and function after diagnosis",
        JO="Neurology",
    )
    an_imported_file(cast.review, content, by=cast.ben)
    an_imported_file(cast.review, content, by=cast.ben)
    assert Record.objects.unique().count() == 3


def test_the_older_record_speaks_for_a_cluster(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    duplicates.link(left=b, right=a, by=cast.ben)
    b.refresh_from_db()
    assert b.duplicate_of == a


def test_a_record_from_a_database_speaks_for_one_from_a_website(cast: Cast) -> None:
    website = a_record(cast.review, search=a_search(cast.review, kind=Search.Kind.WEBSITE), title="Web")
    database = a_record(cast.review, search=a_search(cast.review), title="Database")
    duplicates.link(left=website, right=database, by=cast.ben)
    website.refresh_from_db()
    assert website.duplicate_of == database


def test_correcting_the_kind_of_a_search_chooses_anew_who_speaks(cast: Cast) -> None:
    first = a_search(cast.review, kind=Search.Kind.WEBSITE)
    website = a_record(cast.review, search=first, title="Web")
    database = a_record(cast.review, search=a_search(cast.review), title="Database")
    duplicates.link(left=website, right=database, by=cast.ben)
    values = {"kind": Search.Kind.DATABASE}
    searches.change(search=first, values=values, seen=fingerprint(first, values), by=cast.ben)
    database.refresh_from_db()
    assert database.duplicate_of == website


def test_clusters_grow_through_shared_members(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    duplicates.link(left=b, right=c, by=cast.chi)
    assert clusters(cast.review) == [{"A", "B", "C"}]


def test_parting_takes_one_record_out_and_leaves_the_others_together(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    duplicates.link(left=b, right=c, by=cast.ben)
    duplicates.part(record=b, reason="a protocol", by=cast.chi)
    assert clusters(cast.review) == [{"A", "C"}]
    duplicates.take_back(decision=Event.objects.get(verb="duplicates.parted"), by=cast.chi)


def test_a_person_outweighs_the_rules_and_a_later_import_does_not_undo_it(cast: Cast) -> None:
    an_imported_file(cast.review, ris("One trial", DO="10.1000/als"), by=cast.ben)
    an_imported_file(cast.review, ris("One trial", DO="10.1000/als", VL="2"), by=cast.ben)
    record = Record.objects.exclude(duplicate_of=None).get()
    duplicates.part(record=record, by=cast.chi)
    assert clusters(cast.review) == []
    matching.write_links(review=cast.review, links=matching.find_for(record.origin))
    assert clusters(cast.review) == []


def test_taking_back_lets_the_rules_speak_again(cast: Cast) -> None:
    an_imported_file(cast.review, ris("One trial", DO="10.1000/als"), by=cast.ben)
    an_imported_file(cast.review, ris("One trial", DO="10.1000/als", VL="2"), by=cast.ben)
    linked = clusters(cast.review)
    record = Record.objects.exclude(duplicate_of=None).get()
    duplicates.part(record=record, by=cast.chi)
    duplicates.take_back(decision=Event.objects.get(verb="duplicates.parted"), by=cast.chi)
    assert clusters(cast.review) == linked
    with pytest.raises(NothingToDo):
        duplicates.take_back(decision=Event.objects.get(verb="duplicates.parted"), by=cast.chi)


def test_linking_what_somebody_told_apart_is_refused_and_leaves_no_trace(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    duplicates.link(left=b, right=c, by=cast.ben)
    duplicates.part(record=c, by=cast.chi)
    d = a_record(cast.review, title="D")
    duplicates.link(left=c, right=d, by=cast.ben)
    facts = DuplicateVerdict.objects.count()
    with pytest.raises(Refused, match="Take that back first"):
        duplicates.link(left=a, right=d, by=cast.ben)
    assert DuplicateVerdict.objects.count() == facts


def test_a_persons_newer_word_replaces_their_colleagues_older_one(cast: Cast) -> None:
    a, b, _ = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    duplicates.part(record=a, by=cast.chi)
    duplicates.link(left=a, right=b, by=cast.ben)
    assert clusters(cast.review) == [{"A", "B"}]


def test_what_cannot_be_done_is_said(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    with pytest.raises(NothingToDo):
        duplicates.link(left=b, right=a, by=cast.ben)
    with pytest.raises(NothingToDo):
        duplicates.link(left=c, right=c, by=cast.ben)
    with pytest.raises(NothingToDo):
        duplicates.part(record=c, by=cast.ben)
    with pytest.raises(NotAllowed):
        duplicates.link(left=a, right=c, by=cast.dov)
    elsewhere = a_record(a_review(lead=cast.ben))
    with pytest.raises(Refused, match="different reviews"):
        duplicates.link(left=a, right=elsewhere, by=cast.ben)


def test_the_floor_above_hears_of_links_and_partings(cast: Cast) -> None:
    an_imported_file(cast.review, ris("One trial of exercise", "Another trial of sport"), by=cast.ben)
    one, other = Record.objects.all()
    duplicates.link(left=one, right=other, by=cast.ben)
    duplicates.part(record=other, by=cast.ben)
    assert candidates(cast.review) == {"One trial of exercise", "Another trial of sport"}


def test_rebuilding_repairs_what_somebody_broke(cast: Cast) -> None:
    a, b, c = three_records(cast.review)
    duplicates.link(left=a, right=b, by=cast.ben)
    Record.objects.filter(pk=c.pk).update(duplicate_of=a, removed_as="other")
    Record.objects.filter(pk=b.pk).update(duplicate_of=None)
    out = StringIO()
    call_command("rebuild", review=cast.review.slug, stdout=out)
    assert clusters(cast.review) == [{"A", "B"}]
    c.refresh_from_db()
    assert c.removed_as == ""
    assert out.getvalue() != f"{cast.review.slug}: 0 corrected\n"
    out = StringIO()
    call_command("rebuild", stdout=out)
    assert out.getvalue() == f"{cast.review.slug}: 0 corrected\n"
    with pytest.raises(CommandError, match="no review nowhere"):
        call_command("rebuild", review="nowhere")


def test_a_link_looks_at_its_own_cluster_only(cast: Cast, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        left, right = (a_record(cast.review, title=f"{number}{side}") for side in "lr")
        duplicates.link(left=left, right=right, by=cast.ben)
    a, b, _ = three_records(cast.review)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        duplicates.link(left=a, right=b, by=cast.ben)
