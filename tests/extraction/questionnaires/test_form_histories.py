"""However a form is edited, no answer is lost, and a question never inherits the answers of another."""

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

from extraction.forms.builder import BuilderForm
from extraction.forms.filling import FillingForm
from extraction.models import Answer, Study
from extraction.queries.answers import compare_answers, own_answers
from extraction.queries.questionnaires import Slot, effects, form_of
from extraction.questionnaires import Kind, as_data, from_data, last_asked, problems
from extraction.services import answers, questionnaires
from extraction.services.answers import Written
from reviews.errors import NothingToDo, Refused
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.factories import a_form
from tests.factories import a_member, a_review, a_user

PLACES = st.integers(0, 30)
TEXTS = st.sampled_from(["", "12", "12.0", "RCT", "Public\nIndustry", "NR", "some words", "2018-05"])
LABELS = st.sampled_from(["Country", "Age", "Design", "国", "Age"])


class Edits(RuleBasedStateMachine):
    """A form is edited with the buttons of the builder, while two people answer it; a plain dict keeps count."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.ana = a_user("Ana")
        review = a_review(lead=self.ana)
        self.people = [self.ana, a_member(review, "Ben")]
        self.form = a_form(review)
        self.study: Study = a_study(review)
        self.arms = [an_arm(self.study), an_arm(self.study)]
        self.said: dict[tuple[int, str], tuple[str, str]] = {}
        self.page = BuilderForm(form_of(self.form))

    def pick(self, items: list[Any], which: int) -> Any:
        return items[which % len(items)] if items else None

    @rule(verb=st.sampled_from(["up", "down", "remove", "add"]), which=PLACES)
    def press_a_button_of_a_section(self, verb: str, which: int) -> None:
        section = self.pick(self.page.sections, which)
        self.page.act(f"{verb}:{section.key}" if section else "add-section")

    @rule(verb=st.sampled_from(["up", "down", "remove"]), which=PLACES)
    def press_a_button_of_a_question(self, verb: str, which: int) -> None:
        asked = [question for section in self.page.sections for question in section.questions]
        if question := self.pick(asked, which):
            self.page.act(f"{verb}:{question.key}")

    @rule(which=PLACES)
    def bring_one_back(self, which: int) -> None:
        if question := self.pick(self.page.removed(), which):
            self.page.act(f"back:{question.key}")

    @rule(
        which=PLACES,
        label=LABELS,
        kind=st.sampled_from([*map(str, Kind), "colour"]),
        unit=st.sampled_from(["", "kg"]),
    )
    def rewrite_a_question(self, which: int, label: str, kind: str, unit: str) -> None:
        asked = [question for section in self.page.sections for question in section.questions]
        if question := self.pick(asked, which):
            question.label, question.kind, question.unit = label, kind, unit
            question.choices = question.choices or "RCT\nCohort"

    @rule(which=PLACES)
    def ask_a_section_of_the_arms_or_of_the_study(self, which: int) -> None:
        if section := self.pick(self.page.sections, which):
            section.per_arm, section.title = not section.per_arm, section.title or f"Section {which}"

    @rule()
    def save_the_form(self) -> None:
        before, definition = form_of(self.form), self.page.definition()
        told = effects(before, definition)
        with contextlib.suppress(Refused):
            version = questionnaires.revise(
                questionnaire=self.form, definition=definition, seen=before.newest.number, by=self.ana
            )
            assert told
            assert problems(definition) == {}
            assert version.number == before.newest.number + 1
        self.page = BuilderForm(form_of(self.form))

    @rule(who=st.integers(0, 1), which=PLACES, text=TEXTS)
    def answer(self, who: int, which: int, text: str) -> None:
        slots = list(form_of(self.form).ever_asked(self.arms))
        slot: Slot | None = self.pick(slots, which)
        if slot is None:
            return
        written = [Written(slot, text)]
        with contextlib.suppress(NothingToDo):
            saved = answers.save(
                questionnaire=self.form, study=self.study, written=written, by=self.people[who]
            )
            for row in saved.answers:
                label = self.label_of(row)
                self.said[self.people[who].pk, slot.key] = (row.text, label)

    def label_of(self, answer: Answer) -> str:
        """What the question was called in the version that the answer was given to."""
        return from_data(answer.version.definition).by_key()[answer.question][1].label

    @invariant()
    def no_answer_is_lost(self) -> None:
        for person in self.people:
            own = own_answers(self.form, self.study, user=person)
            kept = {slot.key: row.text for slot, row in own.items()}
            assert kept == {key: text for (pk, key), (text, _) in self.said.items() if pk == person.pk}

    @invariant()
    def every_answer_can_be_read(self) -> None:
        form = form_of(self.form)
        for person in self.people:
            own = own_answers(self.form, self.study, user=person)
            page = FillingForm(form, self.arms, own, [])
            drawn = {
                entry.key: entry.text
                for block in page.blocks()
                for _, entries in block.lines
                for entry in entries
            }
            for asked, answer in page.no_longer_asked():
                slot = Slot(answer.question, answer.arm_id)
                assert asked.question.key == answer.question
                assert slot.key not in drawn
                drawn[slot.key] = answer.text
            assert {key: text for key, text in drawn.items() if text} == {
                slot.key: row.text for slot, row in own.items() if row.text
            }

    @invariant()
    def an_answer_stays_with_the_question_it_was_given_to(self) -> None:
        ever = last_asked(form_of(self.form).definitions)
        for answer in Answer.objects.filter(questionnaire=self.form).select_related("version"):
            assert answer.question in ever
            assert answer.question in from_data(answer.version.definition).by_key()

    @invariant()
    def old_versions_stay_what_they_were(self) -> None:
        form = form_of(self.form)
        assert [version.number for version in form.versions] == list(range(1, len(form.versions) + 1))
        assert all(
            as_data(definition) == version.definition
            for version, definition in zip(form.versions, form.definitions, strict=True)
        )

    @invariant()
    def nobody_sees_the_others(self) -> None:
        assert compare_answers(self.form, self.study, viewer=self.people[1]) is None


@pytest.mark.django_db
def test_random_edits_never_lose_an_answer() -> None:
    # A failing history is reported as it was found: shrinking it against a database takes minutes.
    run_state_machine_as_test(
        Edits,
        settings=settings(max_examples=3, stateful_step_count=12, deadline=None, phases=[Phase.generate]),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_long_random_edits_never_lose_an_answer() -> None:
    run_state_machine_as_test(
        Edits,
        settings=settings(max_examples=15, stateful_step_count=50, deadline=None, phases=[Phase.generate]),
    )
