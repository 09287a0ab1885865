"""What happened in a review, and where it stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from reviews.filters.history import EventFilter
from reviews.models import Event, Job
from reviews.views.answers import page_of


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What to do next, stage by stage; the stages are those of the left rail."""
    member = review_for(request, slug, May.VIEW, section="overview")
    context = {
        "events": Event.objects.filter(review=member.review).select_related("actor")[:8],
        "jobs": Job.objects.filter(review=member.review, finished_at=None).select_related("review")[:5],
    }
    return render(request, "reviews/overview.html", context)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what when."""
    member = review_for(request, slug, May.VIEW, section="history")
    shown = EventFilter(request.GET, review=member.review)
    return render(request, "reviews/history.html", {"filter": shown, "page": page_of(request, shown.qs)})
