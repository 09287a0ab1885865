"""Forms and answers with sensible surroundings."""

from __future__ import annotations

from itertools import count

from extraction.models import Questionnaire, Study
from extraction.queries.questionnaires import Form, Slot, form_of
from extraction.questionnaires import Definition, Kind, Question, Section
from extraction.services import answers, questionnaires
from extraction.services.answers import Written
from reviews.models import Review, User

_numbers = count(1)
COUNTRY = Question("country", "Country", Kind.TEXT)
FOLLOW_UP = Question("follow_up", "Follow-up", Kind.NUMBER, unit="months")
DESIGN = Question("design", "Design", Kind.CHOICE, choices=("RCT", "Cohort"))
FUNDERS = Question("funders", "Funders", Kind.CHOICES, choices=("Public", "Industry"))
AGE = Question("age", "Mean age", Kind.NUMBER, unit="years")
METHODS = Section("methods", "Methods", (COUNTRY, FOLLOW_UP, DESIGN, FUNDERS))
GROUPS = Section("groups", "Groups", (AGE,), per_arm=True)
ASKED = Definition((METHODS, GROUPS))


def a_form(review: Review, definition: Definition = ASKED, name: str = "") -> Questionnaire:
    """A form in its second version, which asks this."""
    form = questionnaires.add(review=review, name=name or f"Form {next(_numbers)}", by=review.created_by)
    ask(form, definition)
    return form


def ask(form: Questionnaire, definition: Definition) -> Form:
    """A new version of the form."""
    seen = form_of(form).newest.number
    questionnaires.revise(questionnaire=form, definition=definition, seen=seen, by=form.review.created_by)
    return form_of(form)


def answer(form: Questionnaire, study: Study, by: User, **texts: str) -> None:
    """Somebody's answers by the questions' keys, through the verb; an answer that is refused is an error."""
    written = [Written(Slot(key), text) for key, text in texts.items()]
    for refusal in answers.save(questionnaire=form, study=study, written=written, by=by).refused.values():
        raise refusal


def filled_in(form: Questionnaire, study: Study, by: User, **texts: str) -> None:
    """The same, and finished."""
    answer(form, study, by, **texts)
    answers.finish(questionnaire=form, study=study, by=by)
