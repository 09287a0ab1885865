"""Filling in a form for a study."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from extraction.forms.filling import FillingForm
from extraction.forms.sheet import whole
from extraction.models import Questionnaire, Study
from extraction.queries.answers import askings_for, form_progress, own_answers
from extraction.queries.questionnaires import form_of
from extraction.queries.studies import documents_of
from extraction.services import answers
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out
from screening.models import Report


def _found(member: Membership, pk: int, study_pk: int) -> tuple[Questionnaire, Study]:
    study = get_object_or_404(Study, review=member.review, pk=study_pk)
    return get_object_or_404(Questionnaire, review=member.review, pk=pk), study


def _filling(
    member: Membership, questionnaire: Questionnaire, study: Study, data: QueryDict | None
) -> FillingForm:
    return FillingForm(
        form_of(questionnaire),
        study.arms.all(),
        own_answers(questionnaire, study, user=member.user),
        list(Report.objects.filter(study_links__study=study, study_links__ended_at=None).order_by("pk")),
        data,
        askings_for(questionnaire, study, viewer=member.user),
    )


def fill(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """The form; its Save button sends all of it."""
    member = review_for(request, slug, May.EXTRACT, section="extraction")
    questionnaire, study = _found(member, pk, study_pk)
    sent = request.POST if request.method == "POST" else None
    filling = _filling(member, questionnaire, study, sent)
    if sent is not None and _saved(request, filling, questionnaire, study, member):
        return redirect("extraction:form_fill", slug, pk, study_pk)
    context = _context(request, member, questionnaire, study, filling)
    status = 422 if sent is not None else 200
    return render(request, "extraction/questionnaires/fill.html", context, status=status)


def _saved(
    request: HttpRequest, filling: FillingForm, questionnaire: Questionnaire, study: Study, member: Membership
) -> bool:
    """Save what can be saved; False when the form has to be shown again with what is wrong."""
    try:
        saved = answers.save(
            questionnaire=questionnaire, study=study, written=filling.written(), by=member.user
        )
    except Refused as error:
        messages.error(request, str(error))
        return False
    filling.own = own_answers(questionnaire, study, user=member.user)
    filling.errors = {slot: str(error) for slot, error in saved.refused.items()}
    if not saved.refused:
        messages.success(request, "Saved." if saved.answers else "There was nothing new to save.")
    return not saved.refused


def _context(
    request: HttpRequest,
    member: Membership,
    questionnaire: Questionnaire,
    study: Study,
    filling: FillingForm,
) -> dict[str, Any]:
    state, documents = form_progress(questionnaire, study), documents_of(study)
    return {
        "study": study,
        "questionnaire": questionnaire,
        "filling": filling,
        "blocks": filling.blocks(),
        "errors": len(filling.errors),
        "gone": filling.no_longer_asked(),
        "documents": documents,
        "reading": next((row for row in documents if row.pk == whole(request.GET.get("read"))), None),
        "finished": member.user_id in state.through,
        "sees_others": state.sees_others(member.user_id),
        "may_settle": may(member, May.SETTLE),
    }


@require_POST
def save(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """What a script sends while somebody types: the answers that changed. It is told what became of each."""
    member = review_for(request, slug, May.EXTRACT)
    questionnaire, study = _found(member, pk, study_pk)
    filling = _filling(member, questionnaire, study, None)
    try:
        written = filling.sent(request.body)
        saved = answers.save(questionnaire=questionnaire, study=study, written=written, by=member.user)
    except Refused as error:
        return JsonResponse({"error": str(error)}, status=409)
    filling.own = own_answers(questionnaire, study, user=member.user)
    return JsonResponse(filling.answer(written, saved))


@require_POST
def finish(request: HttpRequest, slug: str, pk: int, study_pk: int) -> HttpResponse:
    """My answers are complete, or (`reopen`) they are not."""
    member = review_for(request, slug, May.EXTRACT)
    questionnaire, study = _found(member, pk, study_pk)
    verb = answers.reopen if "reopen" in request.POST else answers.finish
    to = reverse("extraction:form_fill", args=[slug, pk, study_pk])
    return carry_out(request, to, partial(verb, questionnaire=questionnaire, study=study, by=member.user))
