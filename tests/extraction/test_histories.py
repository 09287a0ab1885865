"""Whatever happens in whatever order: blinding holds, the newest word counts, and the overview tells what the pages tell."""

from __future__ import annotations

import contextlib
from typing import Any

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

from extraction.models import Arm, Study
from extraction.queries.bias import compare_judgements
from extraction.queries.cells import Cell, compare, own_values, settled_values, sheet_of
from extraction.queries.overview import Work, states
from extraction.queries.page import study_page
from extraction.riskofbias import ROB1
from extraction.services import bias, completion, structure, values
from extraction.services.values import Reading
from reviews.errors import Refused
from reviews.models import User
from tests.extraction.factories import BIAS, RESULTS, a_comparison, a_study, an_arm, an_outcome
from tests.factories import a_member, a_review, a_user

PEOPLE = st.integers(0, 2)
TASKS = st.sampled_from([RESULTS, BIAS])
CELLS = st.integers(0, 30)
TEXTS = st.sampled_from(["", "1", "1.0", "2", "2.04", "MD"])
LEVELS = st.sampled_from(["", "low", "high"])
ITEMS = st.sampled_from(["other", "incomplete-data"])


class Histories(RuleBasedStateMachine):
    """Three people read, judge, finish, reopen, settle and retire; a model in plain dicts keeps count."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        ana = a_user("Ana")
        review = a_review(lead=ana)
        self.people: list[User] = [ana, a_member(review, "Ben"), a_member(review, "Chi")]
        self.study: Study = a_study(review)
        an_outcome(review)
        a_comparison(review)
        self.arms: list[Arm] = [an_arm(self.study), an_arm(self.study)]
        self.cells: list[Cell] = list(sheet_of(self.study).lines())
        self.newest: dict[tuple[int, Cell], str] = {}
        self.agreed: dict[Cell, str] = {}
        self.begun: dict[Any, set[int]] = {RESULTS: set(), BIAS: set()}
        self.done: dict[Any, set[int]] = {RESULTS: set(), BIAS: set()}

    def sees(self, person: User, task: Any) -> bool:
        """Blinding, said in another way than the code does: who may see the others' work."""
        if person.pk in self.done[task]:
            return True
        return len(self.done[task]) > 1 and person.pk not in self.begun[task]

    @rule(who=PEOPLE, which=CELLS, text=TEXTS)
    def read(self, who: int, which: int, text: str) -> None:
        person, cell = self.people[who], self.cells[which % len(self.cells)]
        with contextlib.suppress(Refused):
            if values.record(study=self.study, readings=[Reading(cell, text)], by=person):
                assert person.pk not in self.done[RESULTS]
                self.newest[person.pk, cell] = text
                self.begun[RESULTS].add(person.pk)

    @rule(who=PEOPLE, item=ITEMS, level=LEVELS)
    def judge(self, who: int, item: str, level: str) -> None:
        person = self.people[who]
        with contextlib.suppress(Refused):
            if bias.judge(study=self.study, tool=ROB1, item=item, level=level, support="x", by=person):
                assert person.pk not in self.done[BIAS]
                self.begun[BIAS].add(person.pk)

    @rule(who=PEOPLE)
    def judge_the_rest(self, who: int) -> None:
        for item in ROB1.items:
            with contextlib.suppress(Refused):
                if bias.judge(
                    study=self.study,
                    tool=ROB1,
                    item=item.key,
                    level="unclear",
                    support="x",
                    by=self.people[who],
                ):
                    self.begun[BIAS].add(self.people[who].pk)

    @rule(who=PEOPLE, task=TASKS, reopen=st.booleans())
    def finish_or_reopen(self, who: int, task: Any, reopen: bool) -> None:
        person = self.people[who]
        verb = completion.reopen if reopen else completion.finish
        with contextlib.suppress(Refused):
            verb(study=self.study, task=task, by=person)
            (self.done[task].discard if reopen else self.done[task].add)(person.pk)

    @rule(who=PEOPLE, which=CELLS, text=TEXTS, note=st.sampled_from(["", "why"]))
    def settle(self, who: int, which: int, text: str, note: str) -> None:
        person, cell = self.people[who], self.cells[which % len(self.cells)]
        with contextlib.suppress(Refused):
            values.settle(study=self.study, cell=cell, text=text, note=note, by=person)
            assert self.done[RESULTS]
            assert self.sees(person, RESULTS)
            self.agreed[cell] = text

    @rule(who=PEOPLE)
    def settle_all_that_agree(self, who: int) -> None:
        with contextlib.suppress(Refused):
            values.settle_agreeing(study=self.study, by=self.people[who])
            self.agreed = {cell: value.text for cell, value in settled_values(self.study).items()}
        with contextlib.suppress(Refused):
            bias.settle_agreeing(study=self.study, tool=ROB1, by=self.people[who])

    @rule(which=st.integers(0, 1), back=st.booleans())
    def retire_or_bring_back(self, which: int, back: bool) -> None:
        with contextlib.suppress(Refused):
            verb = structure.bring_back if back else structure.retire
            verb(thing=self.arms[which], by=self.people[0])

    @invariant()
    def the_newest_reading_counts(self) -> None:
        for person in self.people:
            own = {cell: value.text for cell, value in own_values(self.study, user=person).items()}
            assert own == {cell: text for (pk, cell), text in self.newest.items() if pk == person.pk}
        settled = {cell: value.text for cell, value in settled_values(self.study).items()}
        assert settled == self.agreed

    @invariant()
    def blinding_holds(self) -> None:
        for person in self.people:
            for task, sides in (
                (RESULTS, compare(self.study, viewer=person)),
                (BIAS, compare_judgements(self.study, ROB1, viewer=person)),
            ):
                assert (sides is not None) is self.sees(person, task)
            page = study_page(self.study, viewer=person)
            at_work = person.pk in self.begun[RESULTS] - self.done[RESULTS]
            assert not (page.settled and at_work)

    @invariant()
    def only_finished_work_is_compared(self) -> None:
        for person in self.people:
            sides = compare(self.study, viewer=person)
            if sides is not None:
                assert {user.pk for user in sides.extractors} == self.done[RESULTS]
                assert all(set(row.readings) == self.done[RESULTS] for row in sides.rows)

    @invariant()
    def the_overview_tells_what_the_pages_tell(self) -> None:
        state = states(self.study.review)[self.study.pk]
        assert state.results.begun == self.begun[RESULTS]
        assert state.results.through == self.done[RESULTS]
        for person in self.people:
            sides = compare(self.study, viewer=person)
            if sides is not None:
                counts = (len(sides.differing), len(sides.agreeing), len(sides.settled))
                assert _counts(state.results) == counts
            judged = compare_judgements(self.study, ROB1, viewer=person)
            if judged is not None and judged.assessors:
                differing = sum(not row.is_settled and not row.agree for row in judged.rows)
                assert _counts(state.bias)[:2] == (differing, len(judged.agreeing))


def _counts(work: Work) -> tuple[int, int, int]:
    return work.differing, work.agreeing, work.settled


@pytest.mark.slow
@pytest.mark.django_db
def test_random_histories_keep_blinding_and_count_the_newest() -> None:
    # A failing history is reported as it was found: shrinking it against a database takes minutes.
    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, phases=[Phase.generate]),
    )
