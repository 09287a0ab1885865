"""Many people at the same moment: on PostgreSQL no vote is lost or doubled, and stored statuses equal rebuilt ones."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from reviews.errors import Refused
from reviews.services import duplicates
from screening.models import Candidate, Policy, Report, Stage, Standing, Vote
from screening.services import policies, standing, votes
from tests.conftest import Cast
from tests.factories import a_member
from tests.screening.factories import IN, MAYBE, OUT, candidates
from tests.screening.invariants import snapshot

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*jobs: Callable[[], Any]) -> None:
    """Start all jobs at the same moment, each with its own connection; errors come out."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> None:
        try:
            gate.wait()
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


def test_two_reviewers_at_once_both_count(transactional_db: None, cast: Cast) -> None:
    for candidate in candidates(cast.review, 12):
        together(
            lambda c=candidate: votes.cast(candidate=c, verdict=IN, by=cast.ben),  # type: ignore[misc]
            lambda c=candidate: votes.cast(candidate=c, verdict=IN, by=cast.chi),  # type: ignore[misc]
        )
    assert set(Candidate.objects.values_list("status", "votes")) == {("included", 2)}
    assert Report.objects.count() == 12


def test_one_vote_sent_twice_at_once_is_one_vote(transactional_db: None, cast: Cast) -> None:
    for candidate in candidates(cast.review, 8):
        together(*[lambda c=candidate: votes.cast(candidate=c, verdict=OUT, by=cast.ben)] * 3)
    assert Vote.objects.count() == Standing.objects.count() == 8


def test_a_crowd_with_a_lead_who_changes_the_policy_meanwhile(transactional_db: None, cast: Cast) -> None:
    rows = candidates(cast.review, 15)
    people = [cast.ana, cast.ben, cast.chi, a_member(cast.review, "Fay"), a_member(cast.review, "Gil")]

    def screens(number: int) -> Callable[[], None]:
        def work() -> None:
            random = Random(number)  # noqa: S311 - chance of a test, not a secret
            for candidate in random.sample(rows, len(rows)):
                votes.cast(candidate=candidate, verdict=random.choice([IN, OUT, MAYBE]), by=people[number])
                if random.random() < 0.2:
                    votes.take_back(candidate=candidate, by=people[number])

        return work

    def changes_policy() -> None:
        for needed in (1, 3, 2, 1, 2):
            try:
                policies.change(
                    review=cast.review,
                    stage=Stage.TITLE_ABSTRACT,
                    votes_needed=needed,
                    blinded=True,
                    arbiter=None,
                    by=cast.ana,
                )
            except Refused:
                continue

    together(*[screens(number) for number in range(5)], changes_policy)
    assert Vote.objects.exclude(verdict="withdrawn").count() == 75
    assert Policy.objects.in_force(cast.review, Stage.TITLE_ABSTRACT).votes_needed == 2
    stored = snapshot(cast.review)
    standing.rebuild(review=cast.review)
    assert snapshot(cast.review) == stored


def test_votes_while_a_librarian_links_and_parts_duplicates(transactional_db: None, cast: Cast) -> None:
    rows = candidates(cast.review, 10)
    records = [row.record for row in rows if row.record]

    def screens(number: int) -> Callable[[], None]:
        def work() -> None:
            for candidate in rows:
                with suppress(Refused):  # its record was linked a moment ago
                    votes.cast(candidate=candidate, verdict=IN, by=(cast.ben, cast.chi)[number])

        return work

    def links() -> None:
        for left, right in zip(records[::2], records[1::2], strict=True):
            duplicates.link(left=left, right=right, by=cast.ana)
        duplicates.part(record=records[1], by=cast.ana)

    together(screens(0), screens(1), links)
    stored = snapshot(cast.review)
    standing.rebuild(review=cast.review)
    assert snapshot(cast.review) == stored
    assert Candidate.objects.count() == 6
