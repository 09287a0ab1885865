"""Records in hand: nobody gives a vote that a colleague is just about to give, and nobody is ever blocked."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from reviews.models import Record, User
from screening.models import Candidate, Lease, RankedRecord, Ranking, Stage
from screening.queries import queue
from screening.services import leases, standing
from tests.conftest import Cast
from tests.factories import a_member
from tests.screening.factories import IN, OUT, a_policy, candidates, voted


def shown(cast: Cast, user: User, n: int = 9) -> list[int]:
    return [one.subject_id for one in queue.awaiting(cast.review, user, n=n)]


def test_the_last_slot_is_kept_for_who_reads_it(cast: Cast) -> None:
    first, second = candidates(cast.review, 2)
    voted(first, cast.ana, IN)
    assert leases.deal(review=cast.review, n=1, by=cast.ben).new == [first]
    assert shown(cast, cast.chi) == [second.subject_id]
    # The second needs two votes: two people may read it at once, a third may not.
    leases.deal(review=cast.review, n=2, by=cast.chi)
    leases.deal(review=cast.review, n=2, by=cast.ana)
    assert shown(cast, a_member(cast.review, "Fay")) == []


def test_one_sees_what_is_kept_for_oneself(cast: Cast) -> None:
    (only,) = candidates(cast.review, 1)
    a_policy(cast.review, votes_needed=1)
    assert leases.deal(review=cast.review, by=cast.ben).new == [only]
    assert leases.deal(review=cast.review, by=cast.ben).new == [only]
    assert Lease.objects.count() == 1


def test_a_lease_that_ran_out_blocks_nobody(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    (only,) = candidates(cast.review, 1)
    leases.deal(review=cast.review, by=cast.ben)
    assert shown(cast, cast.chi) == []
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert shown(cast, cast.chi) == [only.subject_id]
    leases.deal(review=cast.review, by=cast.chi)
    # What Ben still has on the screen is taken out of his hand.
    assert leases.deal(review=cast.review, held=[only.subject_id], by=cast.ben).gone == {only.subject_id}
    Lease.objects.update(until=timezone.now() - timedelta(days=1))
    leases.deal(review=cast.review, n=0, by=cast.ben)
    assert not Lease.objects.filter(reviewer=cast.ben).exists()


def test_voting_and_skipping_let_go(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    first, second = candidates(cast.review, 2)
    leases.deal(review=cast.review, by=cast.ben)
    voted(first, cast.ben, IN)
    leases.deal(review=cast.review, skipped=[second.subject_id], by=cast.ben)
    assert not Lease.objects.exists()
    assert shown(cast, cast.chi) == [second.subject_id]


def test_a_lease_keeps_nobody_from_voting_and_the_late_vote_is_kept(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    (only,) = candidates(cast.review, 1)
    leases.deal(review=cast.review, by=cast.ben)
    voted(only, cast.chi, IN)
    voted(only, cast.ben, OUT)
    only.refresh_from_db()
    assert (only.status, only.votes) == ("included", 2)


def test_under_safety_first_only_one_reads_at_a_time(cast: Cast) -> None:
    a_policy(cast.review, mode="safety")
    first, second = candidates(cast.review, 2)
    assert leases.deal(review=cast.review, n=1, by=cast.ben).new == [first]
    assert shown(cast, cast.chi) == [second.subject_id]


def test_a_record_that_vanishes_takes_its_lease_along(cast: Cast) -> None:
    first, second = candidates(cast.review, 2)
    leases.deal(review=cast.review, by=cast.ben)
    Record.objects.filter(pk=second.subject_id).update(duplicate_of=first.record_id)
    standing.records_changed(review=cast.review, record_ids=[second.subject_id])
    assert set(Lease.objects.values_list("candidate", flat=True)) == {first.pk}


# --- rankings ---


def rank(cast: Cast, rows: list[Candidate], *, ready: bool = True) -> Ranking:
    ranking = Ranking.objects.create(review=cast.review, model="test", data_hash="0", ready=ready)
    RankedRecord.objects.bulk_create(
        RankedRecord(ranking=ranking, record_id=row.subject_id, place=place)
        for place, row in enumerate(rows, start=1)
    )
    return ranking


def test_likely_includes_come_first_and_the_rest_at_random_behind(cast: Cast) -> None:
    rows = candidates(cast.review, 6)
    a_policy(cast.review, order="relevance", seed=3)
    at_random = shown(cast, cast.ben)
    assert sorted(at_random) == [row.subject_id for row in rows]
    rank(cast, [rows[4], rows[1]])
    first = [rows[4].subject_id, rows[1].subject_id]
    assert shown(cast, cast.ben) == [*first, *[pk for pk in at_random if pk not in first]]
    rank(cast, [rows[0]])
    rank(cast, [rows[5]], ready=False)
    assert shown(cast, cast.ben)[0] == rows[0].subject_id


def test_a_ranking_shows_nobody_what_they_have_voted_on(cast: Cast) -> None:
    rows = candidates(cast.review, 3)
    a_policy(cast.review, order="relevance")
    rank(cast, rows[::-1])
    voted(rows[2], cast.ben, IN)
    assert shown(cast, cast.ben)[0] == rows[1].subject_id
    assert shown(cast, cast.chi)[0] == rows[2].subject_id


def test_other_orders_do_not_look_at_a_ranking(cast: Cast) -> None:
    rows = candidates(cast.review, 3)
    rank(cast, rows[::-1])
    assert shown(cast, cast.ben) == [row.subject_id for row in rows]


def test_a_share_is_mixed_in_at_random(cast: Cast) -> None:
    rows = candidates(cast.review, 60)
    rank(cast, rows)
    a_policy(cast.review, order="relevance", random_share=50, seed=1)
    by_rank = [row.subject_id for row in rows]
    positions = dict(Candidate.objects.values_list("record_id", "position"))
    at_random = sorted(by_rank, key=lambda pk: positions[pk])
    likely = chance = after = 0
    for _ in range(40):
        (got,) = leases.deal(review=cast.review, after=after, n=1, by=cast.ben).new
        # Of both orders each turn takes the next one.
        assert got.subject_id in (by_rank[0], at_random[0])
        likely += got.subject_id == by_rank[0]
        chance += got.subject_id == at_random[0]
        after = got.subject_id
        by_rank.remove(after)
        at_random.remove(after)
        voted(got, cast.ben, OUT)
    assert 8 <= chance <= 32
    assert 8 <= likely <= 32


def test_the_queue_costs_the_same_however_long(cast: Cast, django_assert_max_num_queries) -> None:
    candidates(cast.review, 60)
    with django_assert_max_num_queries(7):
        leases.deal(review=cast.review, by=cast.ben)
    assert Candidate.objects.of(cast.review, Stage.TITLE_ABSTRACT).count() == 60
