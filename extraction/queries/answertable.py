"""The code book and the answers of a form as rows of a table to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extraction.models import Answer, Study
from extraction.queries.answers import columns_of, form_works, texts_by_study
from extraction.queries.questionnaires import Form
from extraction.questionnaires import CODE_BOOK, code_book
from reviews.formats.writing.table import guarded
from reviews.models import User

#: Whose an answer is, in the second column of the table.
TEAM, MINE = "settled", "mine"


def code_book_rows(form: Form) -> list[list[str]]:
    """A head and a row for each question that was ever asked; none of a cell begins as a formula does."""
    return [list(CODE_BOOK), *([guarded(cell) for cell in row] for row in code_book(form.definitions))]


def answer_rows(form: Form, *, viewer: User) -> Iterator[list[str]]:
    """A head, then for each study what the team settled and what `viewer` answered: nobody else's; six queries.

    What is settled is left out where the viewer is in the middle of their own answers.
    """
    review = form.questionnaire.review
    columns = columns_of(form)
    works = form_works(review, [form])
    rows = Answer.objects.filter(questionnaire=form.questionnaire).select_related("arm").order_by("pk")
    settled = texts_by_study(form, rows.filter(settled=True))
    own = texts_by_study(form, rows.filter(settled=False, by=viewer))
    yield ["study", "whose", *(column.question for column in columns)]
    for study in Study.objects.filter(review=review):
        work = works[form.questionnaire.pk, study.pk]
        team = settled.get(study.pk) if work.sees_settled(viewer.pk) else None
        for whose, texts in ((TEAM, team), (MINE, own.get(study.pk))):
            if texts:
                yield _guarded([study.label, whose, *(texts.get(column.address, "") for column in columns)])


def _guarded(cells: Iterable[str]) -> list[str]:
    return [guarded(cell) for cell in cells]
