"""How far reviewers agree in a stage."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from screening.models import Policy, Stage
from screening.queries.agreement import agreement_of
from screening.queries.reports import report_counts
from screening.views.tabs import report_tabs, stage_tabs


@require_safe
def agreement(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Coefficients with their counts; each count leads to its records."""
    full_text = stage == Stage.FULL_TEXT
    member = review_for(request, slug, May.VIEW, section="fulltext" if full_text else "screening")
    review = member.review
    rows = (
        reverse("screening:reports", args=[slug])
        if full_text
        else reverse("screening:candidates", args=[slug, stage])
    )
    context = {
        "stage": stage,
        "agreement": agreement_of(review, stage),
        "policy": Policy.objects.in_force(review, stage),
        "rows": rows,
        "noun": "reports" if full_text else "records",
        "tabs": report_tabs(review, report_counts(review)) if full_text else stage_tabs(review, "agreement"),
    }
    return render(request, "screening/agreement.html", context)
