"""The form of the ALS example: filled in from what the reports are known to say, and part-way."""

from __future__ import annotations

import pytest

from demo import loading
from extraction.models import Questionnaire
from extraction.queries.answers import compare_answers, form_works, settled_answers
from extraction.queries.questionnaires import forms_of
from reviews.models import User


@pytest.mark.slow
@pytest.mark.django_db
def test_the_form_of_the_als_example_is_settled_disputed_and_begun() -> None:
    (review,) = loading.load(["als"])
    (form,) = forms_of(review)
    works = {
        study.label: form_works(review, [form])[form.questionnaire.pk, study.pk]
        for study in review.studies.all()
    }
    assert works["Braga 2018"].is_settled
    assert works["Ferri 2019"].differing == 1
    assert len(works["van Groenestijn 2019"].through) == 1
    assert works["Cheah 2009"].begun
    assert not works["Cheah 2009"].through
    assert not works["Drory 2001"].begun
    settled = settled_answers(review)
    braga = review.studies.get(label="Braga 2018")
    texts = {column.question: settled.text(braga.pk, column) for column in settled.columns}
    assert texts["country"] == "Portugal"
    assert texts["female"] == "Aerobic exercise: 25 %"
    assert texts["primary_outcome"] == ""
    ferri = review.studies.get(label="Ferri 2019")
    sides = compare_answers(
        Questionnaire.objects.get(), ferri, viewer=User.objects.get(email="ana@example.org")
    )
    assert sides
    assert [row.slot.question for row in sides.differing] == ["country"]
    assert sides.differing[0].askings
