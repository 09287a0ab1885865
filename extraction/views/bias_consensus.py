"""Assessments side by side, and what the team settles."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.assessment_consensus import ConsensusForm, to_settle
from extraction.models import Completion, Study
from extraction.queries.bias import compare_judgements, settled_at
from extraction.queries.bias_tools import tool_of
from extraction.queries.progress import INDEPENDENT, progress
from extraction.queries.standing import people_of
from extraction.services import bias
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.views.answers import carry_out, first_error


@require_safe
def compare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Item by item, and result by result."""
    member = review_for(request, slug, May.SETTLE, section="bias")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    people, state, tool = people_of(member.review), progress(study, Completion.Task.BIAS), tool_of(study)
    sides = compare_judgements(study, tool, viewer=member.user)
    context = {
        "study": study,
        "tool": tool,
        "sides": sides,
        "rows": to_settle(tool, sides, settled_at(study, tool)) if sides else [],
        "alone": len(state.through) < INDEPENDENT,
        "through": [people[user] for user in sorted(state.through)],
        "in_the_middle": member.user_id in state.begun - state.through,
    }
    return render(request, "extraction/bias_compare.html", context)


@require_POST
def settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle one item."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    tool = tool_of(study)
    to, form = reverse("extraction:bias_compare", args=[slug, pk]), ConsensusForm(request.POST, tool=tool)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(bias.settle, study=study, tool=tool, **form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="Settled.")


@require_POST
def settle_agreeing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle all on which the assessors agree."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    try:
        count = bias.settle_agreeing(study=study, tool=tool_of(study), by=member.user)
        messages.success(request, f"Settled: {count}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("extraction:bias_compare", slug, pk)
