"""Extractions side by side, and what the team settles."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.choosing import ChoiceForm
from extraction.models import Completion, Study
from extraction.queries.cells import compare as compare_values
from extraction.queries.cells import sheet_of
from extraction.queries.progress import INDEPENDENT, progress
from extraction.queries.standing import people_of
from extraction.services import values
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.views.answers import carry_out, first_error


@require_safe
def compare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What differs first, then what agrees, then what is settled."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    people = people_of(member.review)
    state = progress(study, Completion.Task.RESULTS)
    context = {
        "study": study,
        "sides": compare_values(study, viewer=member.user),
        "alone": len(state.through) < INDEPENDENT,
        "through": [people[user] for user in sorted(state.through)],
        "in_the_middle": member.user_id in state.begun - state.through,
    }
    return render(request, "extraction/compare.html", context)


@require_POST
def settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle one cell."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    to = reverse("extraction:compare", args=[slug, pk])
    form = ChoiceForm(request.POST, study=study, sheet=sheet_of(study))
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    names = ("cell", "text", "note", "chosen_from", "seen")
    verb = partial(values.settle, study=study, **{name: form.cleaned_data[name] for name in names})
    return carry_out(request, to, partial(verb, by=member.user), done="Settled.")


@require_POST
def settle_agreeing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle all on which the extractors agree."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    try:
        count = values.settle_agreeing(study=study, note=request.POST.get("note", ""), by=member.user)
        messages.success(request, f"Settled: {count}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("extraction:compare", slug, pk)
