"""Casting votes, changing one's mind, undo."""

from __future__ import annotations

import pytest

from reviews.access import May, require
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Event, Record
from screening.errors import AlreadyResolved, NotACandidate, ReasonNeeded
from screening.models import Candidate, Report, Resolution, Stage, Standing, Vote
from screening.services import conflicts, standing, votes
from tests.conftest import Cast
from tests.factories import a_reason, a_record, a_review
from tests.screening.factories import IN, MAYBE, OUT, a_candidate, a_conflict, a_full_text, a_policy, voted


def status(candidate: Candidate) -> str:
    candidate.refresh_from_db()
    return candidate.status


def test_one_vote_leaves_it_open_and_two_includes_close_it(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, IN)
    assert status(candidate) == "open"
    voted(candidate, cast.ben, MAYBE)
    assert status(candidate) == "included"
    assert candidate.votes == 2


def test_a_second_exclude_closes_the_record_for_the_higher_ranked_reason(cast: Cast) -> None:
    second, first = a_reason(cast.review, "No control group", 2), a_reason(cast.review, "Animals", 1)
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, OUT, second)
    voted(candidate, cast.ben, OUT, first)
    assert status(candidate) == "excluded"
    assert candidate.reason == first


def test_an_included_record_gets_one_report_and_keeps_it_through_undo_and_back(cast: Cast) -> None:
    candidate = a_candidate(cast.review, title="Exercise in ALS", doi="10.1/x", authors=["Drory VE"])
    voted(candidate, cast.ana, IN)
    voted(candidate, cast.ben, IN)
    report = Report.objects.get()
    assert (report.title, report.is_sought, report.from_databases) == ("Exercise in ALS", True, True)
    assert "Drory VE" in report.citation
    assert "10.1/x" in report.citation
    votes.take_back(candidate=candidate, by=cast.ben)
    report.refresh_from_db()
    assert not report.is_sought
    voted(candidate, cast.chi, IN)
    assert Report.objects.get().is_sought


def test_the_same_vote_sent_twice_counts_once(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    first = votes.cast(candidate=candidate, verdict=IN, note="Fits", by=cast.ana)
    assert votes.cast(candidate=candidate, verdict=IN, note=" Fits ", by=cast.ana) == first
    assert Vote.objects.count() == 1


def test_a_change_of_mind_is_a_new_fact(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, IN)
    voted(candidate, cast.ana, OUT)
    assert Vote.objects.count() == 2
    assert Standing.objects.get(candidate=candidate).verdict == OUT


def test_a_late_vote_is_kept_and_changes_nothing(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, IN)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, OUT)
    assert status(candidate) == "included"
    assert candidate.votes == 3


@pytest.mark.parametrize("who", ["dov", "eve"])
def test_who_may_not_screen_cannot_vote(cast: Cast, who: str) -> None:
    candidate = a_candidate(cast.review)
    with pytest.raises(NotAllowed):
        voted(candidate, getattr(cast, who), IN)
    with pytest.raises(NotAllowed):
        votes.take_back(candidate=candidate, by=getattr(cast, who))
    assert not Vote.objects.exists()


def test_who_left_cannot_vote_and_their_votes_count_all_the_same(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, IN)
    membership = require(May.VIEW, review=cast.review, by=cast.ben)
    membership.left_at = membership.joined_at
    membership.save()
    with pytest.raises(NotAllowed):
        voted(candidate, cast.ben, OUT)
    voted(candidate, cast.chi, IN)
    assert status(candidate) == "included"


def test_nobody_can_take_back_the_vote_of_another(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, IN)
    with pytest.raises(NothingToDo):
        votes.take_back(candidate=candidate, by=cast.ana)
    assert Standing.objects.get(candidate=candidate).reviewer == cast.ben


def test_votes_behind_a_resolution_are_fixed_until_it_is_opened_again(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    conflicts.resolve(
        candidate=candidate, kind=Resolution.Kind.ARBITRATION, verdict=IN, explanation="Fits.", by=cast.ana
    )
    with pytest.raises(AlreadyResolved):
        voted(candidate, cast.ben, OUT)
    with pytest.raises(AlreadyResolved):
        votes.take_back(candidate=candidate, by=cast.chi)
    assert status(candidate) == "included"
    conflicts.reopen(candidate=candidate, explanation="Not so sure.", by=cast.ana)
    voted(candidate, cast.ben, OUT)
    assert status(candidate) == "excluded"


def test_a_vote_on_what_is_gone_says_so(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    Record.objects.filter(pk=candidate.subject_id).update(removed_as="other")
    standing.records_changed(review=cast.review, record_ids=[candidate.subject_id])
    with pytest.raises(NotACandidate, match="no longer to be screened"):
        voted(candidate, cast.ben, IN)


def test_votes_on_duplicates_count_together_and_come_apart_again(cast: Cast) -> None:
    first, second = a_candidate(cast.review), a_candidate(cast.review)
    voted(first, cast.ana, IN)
    voted(second, cast.ben, IN)
    Record.objects.filter(pk=second.subject_id).update(duplicate_of=first.record_id)
    standing.records_changed(review=cast.review, record_ids=[second.subject_id])
    assert status(first) == "included"
    assert not Candidate.objects.filter(record=second.subject_id).exists()
    Record.objects.filter(pk=second.subject_id).update(duplicate_of=None)
    standing.records_changed(review=cast.review, record_ids=[second.subject_id])
    assert status(first) == "open"
    assert Candidate.objects.get(record=second.record_id).votes == 1
    assert not Report.objects.get().is_sought


def test_a_full_text_exclusion_needs_a_reason_and_only_an_exclusion_has_one(cast: Cast) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    reason = a_reason(cast.review)
    with pytest.raises(ReasonNeeded):
        voted(candidate, cast.ana, OUT)
    with pytest.raises(Refused, match="Only an exclusion"):
        voted(candidate, cast.ana, IN, reason)
    voted(candidate, cast.ana, OUT, reason)
    voted(candidate, cast.ben, OUT, reason)
    assert (status(candidate), candidate.reason) == ("excluded", reason)


def test_a_reason_of_another_review_or_a_retired_one_is_refused(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    foreign = a_reason(a_review(lead=cast.eve))
    with pytest.raises(Refused, match="not one of the exclusion reasons"):
        voted(candidate, cast.ana, OUT, foreign)


def test_what_is_not_a_verdict_is_refused(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    with pytest.raises(Refused, match="include, exclude or maybe"):
        voted(candidate, cast.ana, "withdrawn")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="at most 5000"):
        votes.cast(candidate=candidate, verdict=IN, note="x" * 5001, by=cast.ana)


def test_the_history_never_says_how_somebody_voted(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi, title="Trial of cycling")
    voted(candidate, cast.ben, OUT)
    votes.take_back(candidate=candidate, by=cast.ben)
    lines = list(Event.objects.filter(review=cast.review).values_list("sentence", "data", "verb"))
    assert len(lines) == 4
    for sentence, data, verb in lines:
        said = f"{sentence} {data} {verb}".lower()
        assert not any(word in said for word in ("include", "exclude", "maybe"))


def test_a_vote_remembers_its_policy_and_reading_time(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    candidate = a_candidate(cast.review)
    vote = votes.cast(candidate=candidate, verdict=IN, seconds=12.5, by=cast.ana)
    assert (vote.policy.version, vote.seconds) == (1, 12.5)
    later = votes.cast(candidate=candidate, verdict=OUT, seconds=1e9, by=cast.ana)
    assert later.seconds == 3600


def test_one_vote_costs_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    a_policy(cast.review, votes_needed=2)
    candidate = a_candidate(cast.review)
    with django_assert_max_num_queries(18):
        voted(candidate, cast.ana, IN)


def test_new_records_cost_the_same_number_of_queries_however_many(
    cast: Cast, django_assert_num_queries
) -> None:
    few = [a_record(cast.review).pk for _ in range(2)]
    many = [a_record(cast.review).pk for _ in range(60)]
    with django_assert_num_queries(13):
        standing.records_changed(review=cast.review, record_ids=few)
    with django_assert_num_queries(13):
        standing.records_changed(review=cast.review, record_ids=many)
    assert Candidate.objects.of(cast.review, Stage.TITLE_ABSTRACT).count() == 62
