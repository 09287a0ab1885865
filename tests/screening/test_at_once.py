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
from screening.models import (
    Candidate,
    Lease,
    PilotEnd,
    Policy,
    Proposal,
    Report,
    Resolution,
    Stage,
    Standing,
    Vote,
)
from screening.queries import piloting
from screening.services import conflicts, consensus, leases, pilots, policies, standing, votes
from tests.conftest import Cast
from tests.factories import a_member
from tests.screening.factories import IN, MAYBE, OUT, a_conflict, candidates
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


def test_two_people_who_ask_at_once_never_get_the_same_last_slot(transactional_db: None, cast: Cast) -> None:
    candidates(cast.review, 30)
    policies.change(review=cast.review, stage=Stage.TITLE_ABSTRACT, votes_needed=1, by=cast.ana)
    people = [cast.ana, cast.ben, cast.chi]
    for _ in range(3):
        got: list[int] = []

        def asks(person: Any, got: list[int] = got) -> Callable[[], None]:
            return lambda: got.extend(row.pk for row in leases.deal(review=cast.review, by=person).new)

        together(*[asks(person) for person in people])
        assert len(got) == len(set(got)) == 9
        Lease.objects.all().delete()


def test_the_last_votes_of_a_pilot_at_once_open_the_stage_once(transactional_db: None, cast: Cast) -> None:
    candidates(cast.review, 9)
    policies.change(review=cast.review, stage=Stage.TITLE_ABSTRACT, pilot_size=2, by=cast.ana)
    for _ in range(3):
        pilot = pilots.begin(review=cast.review, stage=Stage.TITLE_ABSTRACT, by=cast.ana)
        rows = list(piloting.records_of(pilot))
        for row in rows:
            votes.cast(candidate=row, verdict=IN, by=cast.ben)
        together(*[lambda r=row: votes.cast(candidate=r, verdict=IN, by=cast.chi) for row in rows])
        assert PilotEnd.objects.get(pilot=pilot).outcome == "reached"


def test_of_two_who_agree_and_decide_at_once_one_ends_the_conflict(
    transactional_db: None, cast: Cast
) -> None:
    for _ in range(5):
        candidate = a_conflict(cast.review, cast.ben, cast.chi)
        explanation = "It has no control group."
        proposal = consensus.propose(candidate=candidate, verdict=OUT, explanation=explanation, by=cast.ben)

        def agrees(proposal: Proposal = proposal) -> None:
            with suppress(Refused):
                consensus.answer(proposal=proposal, agrees=True, by=cast.chi)

        def decides(candidate: Candidate = candidate) -> None:
            kind = Resolution.Kind.ARBITRATION
            with suppress(Refused):
                conflicts.resolve(
                    candidate=candidate, kind=kind, verdict=IN, explanation="Fits.", by=cast.ana
                )

        together(agrees, decides)
        assert Resolution.objects.filter(record=candidate.record_id).count() == 1
