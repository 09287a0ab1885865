"""The order by relevance: a job learns from what is decided, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.errors import NotAllowed
from reviews.models import Job, User
from reviews.services import jobs
from screening.models import Candidate, Policy, RankedRecord, Ranking
from screening.queries import queue
from screening.services import ranking
from tests.conftest import Cast
from tests.screening.factories import IN, OUT, a_candidate, a_policy, voted

SignIn = Callable[[User], Client]
ABOUT = ("Exercise for people with amyotrophic lateral sclerosis", "Diesel engines and soot in tunnels")


@pytest.fixture
def pile(cast: Cast) -> list[Candidate]:
    """Twenty records on exercise among forty on engines."""
    texts = [ABOUT[number % 3 > 0] for number in range(60)]
    return [
        a_candidate(cast.review, title=f"{text}, report {n}", abstract=f"{text}. " * 5)
        for n, text in enumerate(texts)
    ]


def ranked(cast: Cast) -> Ranking:
    job = ranking.ask(review=cast.review, by=cast.ana)
    jobs.run(job.pk, ranking.rank)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.message
    found = Ranking.objects.in_force(cast.review)
    assert found is not None
    return found


def titles(found: Ranking, n: int) -> list[str]:
    return [row.record.title for row in found.records.select_related("record").order_by("place")[:n]]


def decide(cast: Cast, rows: list[Candidate]) -> None:
    for row in rows:
        verdict = IN if row.subject.title.startswith("Exercise") else OUT
        for reviewer in (cast.ben, cast.chi):
            voted(row, reviewer, verdict)


def test_before_any_vote_the_protocol_s_question_orders(cast: Cast, pile: list[Candidate]) -> None:
    cast.review.population = "People with amyotrophic lateral sclerosis"
    cast.review.save()
    found = ranked(cast)
    assert all(title.startswith("Exercise") for title in titles(found, 20))
    assert found.labels == 0


def test_decided_records_teach_and_are_not_ranked_again(cast: Cast, pile: list[Candidate]) -> None:
    decide(cast, pile[:6])
    found = ranked(cast)
    assert all(title.startswith("Exercise") for title in titles(found, 18))
    assert found.labels == 6
    assert found.records.count() == 54
    assert not found.records.filter(record__in=[row.record_id for row in pile[:6]]).exists()


def test_a_single_vote_moves_nothing(cast: Cast, pile: list[Candidate]) -> None:
    decide(cast, pile[:6])
    before = list(ranked(cast).records.order_by("place").values_list("record", flat=True))
    voted(pile[7], cast.ben, IN)
    voted(pile[8], cast.ben, OUT)
    after = ranked(cast)
    assert list(after.records.order_by("place").values_list("record", flat=True)) == before
    assert after.labels == 6


def test_the_same_facts_give_the_same_order_and_hash(cast: Cast, pile: list[Candidate]) -> None:
    decide(cast, pile[:6])
    one = ranked(cast)
    places = list(one.records.order_by("place").values_list("record", flat=True))
    ranking._memory.of.clear()
    other = ranked(cast)
    assert list(other.records.order_by("place").values_list("record", flat=True)) == places
    assert one.data_hash == other.data_hash
    decide(cast, pile[6:8])
    assert ranked(cast).data_hash != one.data_hash


def test_new_records_are_ranked_with_the_old(cast: Cast, pile: list[Candidate]) -> None:
    decide(cast, pile[:6])
    ranked(cast)
    late = a_candidate(cast.review, title=f"{ABOUT[0]}, a late one", abstract=ABOUT[0])
    assert ranked(cast).records.get(record=late.record_id).place <= 19


def test_the_queue_follows_and_says_why(cast: Cast, pile: list[Candidate], signed_in: SignIn) -> None:
    a_policy(cast.review, order=Policy.Order.RELEVANCE)
    decide(cast, pile[:6])
    found = ranked(cast)
    first = queue.awaiting(cast.review, cast.ana)[0]
    assert first.record_id == found.records.get(place=1).record_id
    page = signed_in(cast.ana).get(reverse("screening:screen", args=[cast.review.slug, "title-abstract"]))
    assert "Place 1 by likely relevance, for: " in page.content.decode()


def test_enough_new_decisions_ask_for_a_new_order_and_fewer_do_not(cast: Cast, pile: list[Candidate]) -> None:
    a_policy(cast.review, order=Policy.Order.RELEVANCE)
    decide(cast, pile[:1])
    assert Job.objects.filter(name=ranking.JOB).count() == 1
    ranked(cast)
    decide(cast, pile[1 : ranking.EVERY])
    assert Job.objects.filter(name=ranking.JOB).count() == 1
    decide(cast, pile[ranking.EVERY : ranking.EVERY + 1])
    assert Job.objects.filter(name=ranking.JOB).count() == 2


def test_in_another_order_votes_ask_for_nothing(cast: Cast, pile: list[Candidate]) -> None:
    decide(cast, pile[:12])
    assert not Job.objects.filter(name=ranking.JOB).exists()


def test_a_review_without_records_is_no_failure(cast: Cast) -> None:
    job = ranking.ask(review=cast.review, by=cast.ana)
    jobs.run(job.pk, ranking.rank)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert not RankedRecord.objects.exists()


def test_an_observer_looks_and_does_not_ask(cast: Cast, pile: list[Candidate], signed_in: SignIn) -> None:
    with pytest.raises(NotAllowed):
        ranking.ask(review=cast.review, by=cast.dov)
    decide(cast, pile[:6])
    ranked(cast)
    text = signed_in(cast.dov).get(reverse("screening:ranking", args=[cast.review.slug])).content.decode()
    assert "The first 50" in text
    assert "Order anew" not in text
    assert "tag--include" in text


def test_the_page_asks_and_is_empty_before(cast: Cast, signed_in: SignIn) -> None:
    client, address = signed_in(cast.ben), reverse("screening:ranking", args=[cast.review.slug])
    assert "No order yet" in client.get(address).content.decode()
    client.post(reverse("screening:rank", args=[cast.review.slug]))
    assert "waiting for a worker" in client.get(address).content.decode()
