"""Answers to a form side by side: pick one, write another, or ask."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.answering import AnswerChoiceForm
from extraction.models import Questionnaire, Study
from extraction.queries.answers import compare_answers, form_progress
from extraction.queries.progress import INDEPENDENT
from extraction.queries.questionnaires import form_of
from extraction.queries.standing import people_of
from extraction.questionnaires import NOT_REPORTED
from extraction.services import answers
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out, first_error


def _found(member: Membership, pk: int, study_pk: int) -> tuple[Questionnaire, Study]:
    study = get_object_or_404(Study, review=member.review, pk=study_pk)
    return get_object_or_404(Questionnaire, review=member.review, pk=pk), study


@require_safe
def compare(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """What differs first, then what agrees, then what is settled."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    questionnaire, study = _found(member, pk, study_pk)
    people, state = people_of(member.review), form_progress(questionnaire, study)
    context = {
        "questionnaire": questionnaire,
        "study": study,
        "sides": compare_answers(questionnaire, study, viewer=member.user),
        "alone": len(state.through) < INDEPENDENT,
        "through": [people[user] for user in sorted(state.through)],
        "in_the_middle": member.user_id in state.begun - state.through,
        "not_reported": NOT_REPORTED,
    }
    return render(request, "extraction/questionnaires/compare.html", context)


@require_POST
def settle(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """Settle one answer."""
    member = review_for(request, slug, May.SETTLE)
    questionnaire, study = _found(member, pk, study_pk)
    to = reverse("extraction:form_compare", args=[slug, pk, study_pk])
    asked = form_of(questionnaire).asked(study.arms.filter(retired_at=None))
    form = AnswerChoiceForm(request.POST, questionnaire=questionnaire, study=study, asked=asked)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    names = ("slot", "text", "note", "chosen_from", "seen")
    verb = partial(answers.settle, **{name: form.cleaned_data[name] for name in names})
    return carry_out(
        request, to, partial(verb, questionnaire=questionnaire, study=study, by=member.user), done="Settled."
    )


@require_POST
def settle_agreeing(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """Settle all on which the extractors agree."""
    member = review_for(request, slug, May.SETTLE)
    questionnaire, study = _found(member, pk, study_pk)
    note = request.POST.get("note", "")
    try:
        count = answers.settle_agreeing(questionnaire=questionnaire, study=study, note=note, by=member.user)
        messages.success(request, f"Settled: {count}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("extraction:form_compare", slug, pk, study_pk)


@require_POST
def ask(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """Ask the extractors about one answer."""
    member = review_for(request, slug, May.SETTLE)
    questionnaire, study = _found(member, pk, study_pk)
    to = reverse("extraction:form_compare", args=[slug, pk, study_pk])
    slots = {slot.key: slot for slot in form_of(questionnaire).ever_asked(study.arms.all())}
    slot = slots.get(request.POST.get("slot", ""))
    if slot is None:
        messages.error(request, "This question is not asked (any more).")
        return redirect(to)
    text = request.POST.get("text", "")
    verb = partial(answers.ask, questionnaire=questionnaire, study=study, slot=slot, text=text)
    return carry_out(
        request, to, partial(verb, by=member.user), done="Asked. Whoever is through can read it."
    )
