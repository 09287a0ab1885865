"""Whatever two modes, three people and questions do in whatever order: no word is lost, and nobody sees too early."""

from __future__ import annotations

import contextlib

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from extraction.models import CellAnswer, CellQuestion, Completion, Study, Value
from extraction.queries.agreement import agreement_of
from extraction.queries.cells import Cell, compare, own_values, settled_values, sheet_of
from extraction.queries.overview import states
from extraction.queries.progress import progress
from extraction.queries.questions import threads
from extraction.queries.verification import verification
from extraction.services import completion, questions, values
from extraction.services import verification as verbs
from extraction.services.policy import choose_mode
from extraction.services.values import Reading
from reviews.errors import Refused
from reviews.models import User
from tests.extraction.factories import RESULTS, a_study, an_arm, an_outcome
from tests.factories import a_member, a_review, a_user

PEOPLE = st.integers(0, 2)
CELLS = st.integers(0, 4)
TEXTS = st.sampled_from(["", "1", "1.0", "2", "2.04"])


class Histories(RuleBasedStateMachine):
    """A model in plain sets and dicts says who may see what and what the team agreed on."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(verified=st.booleans())
    def begin(self, verified: bool) -> None:
        ana = a_user("Ana")
        review = a_review(lead=ana)
        self.people: list[User] = [ana, a_member(review, "Ben"), a_member(review, "Chi")]
        self.study: Study = a_study(review)
        an_outcome(review)
        an_arm(self.study)
        self.cells: list[Cell] = list(sheet_of(self.study).lines())[:5]
        self.newest: dict[tuple[int, Cell], str] = {}
        self.agreed: dict[Cell, str] = {}
        self.begun: set[int] = set()
        self.done: set[int] = set()
        self.rows = 0
        self.said = 0
        self.verified = False
        if verified:
            self.change_how_it_is_done()

    def sees(self, person: User) -> bool:
        """Who may see the others' readings, said in another way than the code does."""
        enough = len(self.done) > (0 if self.verified else 1)
        return person.pk in self.done or (enough and person.pk not in self.begun)

    def alone(self) -> bool:
        """One extraction that a second person confirms."""
        return self.verified and len(self.done) == 1

    @rule()
    def change_how_it_is_done(self) -> None:
        self.verified = not self.verified
        mode = "verified" if self.verified else "independent"
        choose_mode(review=self.study.review, mode=mode, by=self.people[0])

    @rule(who=PEOPLE, which=CELLS, text=TEXTS)
    def read(self, who: int, which: int, text: str) -> None:
        person, cell = self.people[who], self.cells[which]
        with contextlib.suppress(Refused):
            saved = values.record(study=self.study, readings=[Reading(cell, text)], by=person)
            assert person.pk not in self.done
            self.rows += len(saved)
            if saved:
                self.newest[person.pk, cell] = text
                self.begun.add(person.pk)

    @rule(who=PEOPLE, reopen=st.booleans())
    def finish_or_reopen(self, who: int, reopen: bool) -> None:
        person = self.people[who]
        with contextlib.suppress(Refused):
            (completion.reopen if reopen else completion.finish)(study=self.study, task=RESULTS, by=person)
            (self.done.discard if reopen else self.done.add)(person.pk)

    @rule(who=PEOPLE, which=CELLS, text=TEXTS, note=st.sampled_from(["", "why"]))
    def settle(self, who: int, which: int, text: str, note: str) -> None:
        person, cell = self.people[who], self.cells[which]
        with contextlib.suppress(Refused):
            values.settle(study=self.study, cell=cell, text=text, note=note, by=person)
            self.settled(person)
            self.agreed[cell] = text
            self.rows += 1

    @rule(who=PEOPLE)
    def settle_all_that_agree(self, who: int) -> None:
        before = Value.objects.filter(settled=True).count()
        with contextlib.suppress(Refused):
            count = values.settle_agreeing(study=self.study, note="why", by=self.people[who])
            assert not self.alone()
            self.settled(self.people[who])
            self.agreed = {cell: value.text for cell, value in settled_values(self.study).items()}
            self.rows += count
            assert Value.objects.filter(settled=True).count() == before + count

    @rule(who=PEOPLE, steps=st.integers(1, 3))
    def confirm(self, who: int, steps: int) -> None:
        person = self.people[who]
        for _ in range(steps):
            found = verification(self.study, viewer=person)
            step = found.current("", "") if found else None
            if step is None:
                return
            self.settled(person)
            seen = step.settled.pk if step.settled else 0
            if step.reading:
                verbs.confirm(
                    study=self.study, cell=step.cells[0], reading=step.reading.pk, seen=seen, by=person
                )
                assert self.newest[next(iter(self.done)), step.cells[0]] == step.reading.text
            else:
                verbs.confirm_empty(study=self.study, cells=step.cells, by=person)
            text = step.reading.text if step.reading else ""
            self.agreed |= dict.fromkeys(step.cells, text)
            self.rows += len(step.cells)

    def settled(self, person: User) -> None:
        """Whoever settled was allowed to see, and did not confirm what they extracted alone."""
        assert self.sees(person)
        assert self.done
        assert not (self.alone() and person.pk in self.done)

    @rule(who=PEOPLE, which=CELLS, to=st.none() | PEOPLE)
    def ask(self, who: int, which: int, to: int | None) -> None:
        person = self.people[who]
        with contextlib.suppress(Refused):
            asked = None if to is None else self.people[to].pk
            question = questions.ask(
                study=self.study, cell=self.cells[which], text="Why?", to=asked, by=person
            )
            assert self.sees(person)
            assert set(question.asked) <= self.done - {person.pk}
            self.said += 1

    @rule(who=PEOPLE)
    def answer(self, who: int) -> None:
        question = CellQuestion.objects.filter(study=self.study).last()
        person = self.people[who]
        with contextlib.suppress(Refused):
            if question:
                questions.answer(question=question, text=f"I am {person.pk}", by=person)
                assert self.sees(person) or person.pk in [*question.asked, question.by_id]
                self.said += 1

    @invariant()
    def no_word_is_lost(self) -> None:
        assert Value.objects.filter(study=self.study).count() == self.rows
        told = CellQuestion.objects.filter(study=self.study).count()
        assert told + CellAnswer.objects.filter(question__study=self.study).count() == self.said
        for person in self.people:
            own = {cell: value.text for cell, value in own_values(self.study, user=person).items()}
            assert own == {cell: text for (pk, cell), text in self.newest.items() if pk == person.pk}
        agreed = {cell: value.text for cell, value in settled_values(self.study).items()}
        assert agreed == self.agreed

    @invariant()
    def nobody_sees_too_early(self) -> None:
        state = progress(self.study, Completion.Task.RESULTS)
        for person in self.people:
            assert (compare(self.study, viewer=person) is not None) is self.sees(person)
            confirms = verification(self.study, viewer=person) is not None
            assert confirms is (self.alone() and person.pk not in self.begun)
            if not self.sees(person):
                assert not agreement_of(self.study.review, viewer=person).studies
                for one in threads(self.study, state, viewer=person):
                    assert person.pk in [*one.question.asked, one.question.by_id]
                    assert {said.by_id for said in one.answers} <= {person.pk}

    @invariant()
    def what_is_told_of_the_study_is_what_its_pages_tell(self) -> None:
        work = states(self.study.review)[self.study.pk].results
        assert (set(work.begun), set(work.through)) == (self.begun, self.done)
        for person in self.people:
            sides = compare(self.study, viewer=person)
            if sides is not None and self.done:
                shown = (len(sides.differing), len(sides.agreeing))
                assert (work.differing, work.agreeing) == shown
            found = verification(self.study, viewer=person)
            if found is not None:
                is_open = [step for step in found.steps if step.reading and not step.is_done]
                assert sum(bool(step.reading and step.reading.text) for step in is_open) <= work.to_settle


@pytest.mark.slow
@pytest.mark.django_db
def test_random_histories_of_two_modes_lose_nothing_and_keep_blinding() -> None:
    # A failing history is reported as it was found: shrinking it against a database takes minutes.
    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None, phases=[Phase.generate]),
    )
