"""After any history of links, partings, answers and votes, taking decisions back restores the exact earlier state."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reviews.deduplication import Band, Link
from reviews.errors import Refused
from reviews.models import DuplicateQuestion, Event, Record, Review, User
from reviews.queries.shown import shown_of
from reviews.services import clustering, duplicates, matching
from screening.models import Candidate, Stage, Standing, Verdict
from screening.services import votes
from synthesis.queries.flow import flow_of
from tests.conftest import Cast
from tests.factories import a_member, a_record, a_review, a_search, a_user

RULES = {Band.SAME: "same-doi", Band.UNCERTAIN: "similar-title", Band.DIFFERENT: "two-pmids"}


def state_of(review: Review) -> dict[str, Any]:
    """All that people see of a review and that follows from its facts."""
    candidates = Candidate.objects.filter(review=review)
    heads = Record.objects.of(review).unique().order_by("pk")
    return {
        "links": list(Record.objects.of(review).order_by("pk").values_list("pk", "duplicate_of")),
        "fields": {pk: dict(shown.values) for pk, shown in shown_of(heads).items()},
        "questions": sorted(
            DuplicateQuestion.objects.filter(review=review).values_list("left", "right", "rule")
        ),
        "candidates": sorted(candidates.values_list("record", "status", "votes")),
        "standing": sorted(
            Standing.objects.filter(candidate__in=candidates).values_list(
                "candidate__record", "reviewer", "vote"
            )
        ),
        "flow": [(box.name, number) for box, number in flow_of(review).rows],
    }


class Undoing(RuleBasedStateMachine):
    """Rules speak, people vote and decide; each decision may be tried and taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.ana: User = a_user()
        self.review = a_review(lead=self.ana)
        self.people = [self.ana, a_member(self.review)]
        searches = [a_search(self.review), a_search(self.review, kind="website")]
        self.records = [
            a_record(self.review, search=searches[n % 3 == 2], title=f"T{n}", abstract="x" * n)
            for n in range(6)
        ]
        matching_ids = [record.pk for record in self.records]
        from reviews.services import changes

        changes.records_changed(review=self.review, record_ids=matching_ids)

    def pair(self, data: st.DataObject) -> tuple[Record, Record]:
        """Any two records."""
        left, right = sorted(data.draw(st.sets(st.integers(0, 5), min_size=2, max_size=2)))
        return Record.objects.get(pk=self.records[left].pk), Record.objects.get(pk=self.records[right].pk)

    @rule(data=st.data(), band=st.sampled_from(Band), score=st.sampled_from([0.7, 0.9]))
    def rules_speak(self, data: st.DataObject, band: Band, score: float) -> None:
        """About any pair, whatever they said before."""
        a, b = self.pair(data)
        matching.write_links(review=self.review, links=[Link(a.pk, b.pk, band, RULES[band], score, ())])

    @rule(data=st.data(), verdict=st.sampled_from([Verdict.INCLUDE, Verdict.EXCLUDE]), who=st.integers(0, 1))
    def vote(self, data: st.DataObject, verdict: Verdict, who: int) -> None:
        """On any candidate."""
        open_ones = list(Candidate.objects.of(self.review, Stage.TITLE_ABSTRACT).order_by("pk"))
        if open_ones:
            candidate = data.draw(st.sampled_from(open_ones))
            with contextlib.suppress(Refused):
                votes.cast(candidate=candidate, verdict=verdict, by=self.people[who])

    @rule(data=st.data(), kind=st.sampled_from(["link", "part", "same", "apart"]))
    def decide(self, data: st.DataObject, kind: str) -> None:
        """Something that stays for now."""
        with contextlib.suppress(Refused):
            self.decision(data, kind)

    def decision(self, data: st.DataObject, kind: str) -> Event:
        """Carry out a decision."""
        a, b = self.pair(data)
        if kind == "link":
            return duplicates.link(left=a, right=b, by=self.ana)
        if kind == "part":
            return duplicates.part(record=a, by=self.ana)
        same, apart = ([a.pk, b.pk], []) if kind == "same" else ([], [a.pk, b.pk])
        return duplicates.answer(review=self.review, same=same, apart=apart, by=self.ana)

    @rule(data=st.data(), kind=st.sampled_from(["link", "part", "same", "apart"]))
    def try_and_take_back(self, data: st.DataObject, kind: str) -> None:
        """It is as if it had never been."""
        before = state_of(self.review)
        try:
            decision = self.decision(data, kind)
        except Refused:
            assert state_of(self.review) == before
            return
        duplicates.take_back(decision=decision, by=self.ana)
        assert state_of(self.review) == before

    @rule(of=st.sampled_from(sorted(set(RULES.values()))))
    def ask_again_and_take_back(self, of: str) -> None:
        """The same for everything by one rule."""
        before = state_of(self.review)
        with contextlib.suppress(Refused):
            duplicates.take_back(
                decision=duplicates.ask_again(review=self.review, rule=of, by=self.ana), by=self.ana
            )
        assert state_of(self.review) == before

    @rule()
    def accept_all_and_take_back(self) -> None:
        """The same for a bulk run."""
        before = state_of(self.review)
        asked = DuplicateQuestion.objects.filter(review=self.review)
        with contextlib.suppress(Refused):
            run = duplicates.accept(review=self.review, questions=asked, expected=asked.count(), by=self.ana)
            duplicates.take_back(decision=run, by=self.ana)
        assert state_of(self.review) == before

    @precondition(
        lambda self: Event.objects.filter(review=self.review, verb__startswith="duplicates.").exists()
    )
    @rule(data=st.data())
    def take_back_an_old_one(self, data: st.DataObject) -> None:
        """In any order."""
        events = Event.objects.filter(review=self.review, verb__startswith="duplicates.").order_by("pk")
        with contextlib.suppress(Refused):
            duplicates.take_back(decision=data.draw(st.sampled_from(list(events))), by=self.ana)

    @invariant()
    def stored_is_what_the_facts_say(self) -> None:
        """Rebuilding finds nothing to correct."""
        assert clustering.rebuild(review=self.review) == 0


@pytest.mark.slow
@pytest.mark.django_db
def test_any_decision_taken_back_restores_the_exact_earlier_state(cast: Cast) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Undoing, settings=settings(max_examples=15, stateful_step_count=12, deadline=None, derandomize=True)
    )
