"""Outcomes and comparisons of the review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.structure import ComparisonForm, OutcomeForm
from extraction.models import Comparison, Outcome
from extraction.services import structure as verbs
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.forms.rows import RowForm
from reviews.models import Membership
from reviews.views.answers import carry_out, saved


@require_safe
def structure(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked of every study."""
    member = review_for(request, slug, May.VIEW, section="studies")
    return _page(request, member)


def _page(request: HttpRequest, member: Membership, **forms: RowForm) -> HttpResponse:
    outcomes = list(Outcome.objects.filter(review=member.review))
    comparisons = list(Comparison.objects.filter(review=member.review))
    context = {
        "may_extract": may(member, May.EXTRACT),
        "outcomes": [row for row in outcomes if row.retired_at is None],
        "comparisons": [row for row in comparisons if row.retired_at is None],
        "retired_outcomes": [row for row in outcomes if row.retired_at],
        "retired_comparisons": [row for row in comparisons if row.retired_at],
        "outcome_form": OutcomeForm(auto_id="outcome_%s"),
        "comparison_form": ComparisonForm(auto_id="comparison_%s"),
    }
    return render(request, "extraction/structure.html", context | forms, status=422 if forms else 200)


@require_POST
def outcome_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an outcome."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    return _add(
        request, member, "outcome_form", OutcomeForm(request.POST, auto_id="outcome_%s"), verbs.add_outcome
    )


@require_POST
def comparison_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a comparison."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    form = ComparisonForm(request.POST, auto_id="comparison_%s")
    return _add(request, member, "comparison_form", form, verbs.add_comparison)


def _add(
    request: HttpRequest, member: Membership, name: str, form: RowForm, verb: Callable[..., Any]
) -> HttpResponse:
    if form.is_valid():
        try:
            verb(review=member.review, **form.values, by=member.user)
            return redirect("extraction:structure", member.review.slug)
        except Refused as error:
            form.add_error(None, str(error))
    return _page(request, member, **{name: form})


def outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put an outcome right."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    thing = get_object_or_404(Outcome, review=member.review, pk=pk)
    form = OutcomeForm(request.POST or None, instance=get_object_or_404(Outcome, pk=pk))
    return _revise(request, member, thing, form, "Outcome")


def comparison(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a comparison right."""
    member = review_for(request, slug, May.EXTRACT, section="studies")
    thing = get_object_or_404(Comparison, review=member.review, pk=pk)
    form = ComparisonForm(request.POST or None, instance=get_object_or_404(Comparison, pk=pk))
    return _revise(request, member, thing, form, "Comparison")


def _revise(
    request: HttpRequest, member: Membership, thing: Outcome | Comparison, form: RowForm, heading: str
) -> HttpResponse:
    to = reverse("extraction:structure", args=[member.review.slug])
    verb = partial(verbs.revise, thing=thing, by=member.user)
    if request.method == "POST" and (answer := saved(request, form, to, verb, done=f"{heading}: saved.")):
        return answer
    context = {"form": form, "heading": heading, "back": to, "back_title": "Outcomes and comparisons"}
    return render(request, "extraction/form_page.html", context, status=422 if form.errors else 200)


@require_POST
def outcome_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire an outcome, or (`restore`) bring it back."""
    member = review_for(request, slug, May.EXTRACT)
    return _retire(request, member, get_object_or_404(Outcome, review=member.review, pk=pk))


@require_POST
def comparison_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Retire a comparison, or (`restore`) bring it back."""
    member = review_for(request, slug, May.EXTRACT)
    return _retire(request, member, get_object_or_404(Comparison, review=member.review, pk=pk))


def _retire(request: HttpRequest, member: Membership, thing: Outcome | Comparison) -> HttpResponse:
    verb = verbs.bring_back if "restore" in request.POST else verbs.retire
    to = reverse("extraction:structure", args=[member.review.slug])
    return carry_out(request, to, partial(verb, thing=thing, by=member.user))
