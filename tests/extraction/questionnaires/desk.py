"""Somebody's desk: a form, a study and the people."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Answer, Questionnaire, Study
from extraction.queries.answers import (
    Row,
    compare_answers,
    own_answers,
)
from extraction.queries.questionnaires import Slot
from extraction.services import answers
from reviews.models import User
from tests.conftest import Cast


@dataclass(frozen=True, slots=True)
class Desk:
    """A form, a study with two arms, and the people."""

    cast: Cast
    form: Questionnaire
    study: Study

    def own(self, person: User) -> dict[str, str]:
        """What somebody has answered."""
        rows = own_answers(self.form, self.study, user=person)
        return {slot.key: row.text for slot, row in rows.items()}

    def row(self, question: str, viewer: User) -> Row:
        """A row of the comparison."""
        sides = compare_answers(self.form, self.study, viewer=viewer)
        assert sides
        return next(row for row in sides.rows if row.slot.question == question)

    def settle(self, question: str, text: str, note: str = "", **more: object) -> Answer:
        """Ana settles one answer."""
        return answers.settle(
            questionnaire=self.form,
            study=self.study,
            slot=Slot(question),
            text=text,
            note=note,
            by=self.cast.ana,
            **more,  # type: ignore[arg-type]
        )
