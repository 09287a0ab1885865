"""Questions about a cell, and answers."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from extraction.forms.verifying import AskForm
from extraction.models import CellQuestion, Study
from extraction.queries.cells import sheet_of
from extraction.services import questions
from extraction.views.consensus import back_to
from reviews.access import May, review_for
from reviews.views.answers import carry_out, first_error

#: The pages on which questions stand; an answer goes back to where it was written.
PAGES = ("compare", "verify", "extract")


def _back(request: HttpRequest, slug: str, study: int, **more: str) -> str:
    page = request.POST.get("back", "")
    return back_to(request, page if page in PAGES else "compare", slug, study, **more)


@require_POST
def ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask the extractors about a cell."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    form = AskForm(request.POST, sheet=sheet_of(study))
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(_back(request, slug, pk))
    said = form.cleaned_data
    to = _back(request, slug, pk, after=said["cell"].key)
    verb = partial(questions.ask, study=study, cell=said["cell"], to=said["to"], text=said["text"])
    return carry_out(request, to, partial(verb, by=member.user), done="Asked.")


@require_POST
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say something to a question."""
    member = review_for(request, slug, May.EXTRACT)
    question = get_object_or_404(
        CellQuestion.objects.select_related("study__review", "outcome"),
        study__review=member.review,
        pk=pk,
    )
    verb = partial(questions.answer, question=question, text=request.POST.get("text", ""), by=member.user)
    return carry_out(request, _back(request, slug, question.study_id), verb, done="Answered.")
