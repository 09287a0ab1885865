"""Lists of a stage: its records, and where every colleague stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from reviews.views.answers import page_of
from screening.filters.lists import CandidateFilter
from screening.models import Policy, Stage, Standing
from screening.queries.progress import my_counts, stage_counts, team_progress
from screening.queries.reports import report_counts
from screening.views.tabs import report_tabs, stage_tabs


@require_safe
def candidates(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """All records of the title and abstract stage."""
    member = review_for(request, slug, May.VIEW, section="screening")
    if stage == Stage.FULL_TEXT:
        return redirect("screening:reports", slug)
    found = CandidateFilter(request.GET, review=member.review, user=member.user)
    page = page_of(request, found.qs)
    standing = Standing.objects.filter(candidate__in=page.object_list, reviewer=member.user)
    mine = {row.candidate_id: row for row in standing}
    context = {
        "filter": found,
        "page": page,
        "rows": [(candidate, mine.get(candidate.pk)) for candidate in page.object_list],
        "policy": Policy.objects.in_force(member.review, stage),
        "tabs": stage_tabs(member.review, "candidates"),
        "stage": stage,
        "ordering": request.GET.get("ordering", ""),
    }
    return render(request, "screening/candidates.html", context)


@require_safe
def progress(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """How far the stage is, and where every colleague stands."""
    full_text = stage == Stage.FULL_TEXT
    member = review_for(request, slug, May.VIEW, section="fulltext" if full_text else "screening")
    review = member.review
    counts = stage_counts(review, stage)
    context = {
        "stage": stage,
        "counts": counts,
        "mine": my_counts(review, stage, member.user, counts),
        "team": team_progress(review, stage, counts),
        "policy": Policy.objects.in_force(review, stage),
        "tabs": report_tabs(review, report_counts(review)) if full_text else stage_tabs(review, "progress"),
    }
    return render(request, "screening/progress.html", context)
