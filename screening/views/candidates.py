"""Lists of a stage: its records, and where every colleague stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reviews.access import May, may, review_for
from reviews.models import Membership
from reviews.views.answers import page_of
from screening.filters.lists import CandidateFilter
from screening.forms.voting import reasons_of
from screening.models import Policy, Stage
from screening.queries.listing import COLUMNS, USUAL, rows_of
from screening.queries.progress import my_counts, stage_counts, team_progress
from screening.queries.reports import report_counts
from screening.services.policies import in_words
from screening.views.bulk import last_of
from screening.views.tabs import report_tabs, stage_tabs

#: Filters that are offered only where there is something to choose.
OFFERED = {"batches": "batch", "rounds": "round"}


@require_safe
def candidates(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """All records of the title and abstract stage."""
    member = review_for(request, slug, May.VIEW, section="screening")
    if stage == Stage.FULL_TEXT:
        return redirect("screening:reports", slug)
    found = CandidateFilter(request.GET, member=member)
    page = page_of(request, found.qs)
    policy = Policy.objects.in_force(member.review, stage)
    context = {
        "filter": found,
        "page": page,
        "rows": rows_of(list(page.object_list), member, policy),
        "policy": policy,
        "tabs": stage_tabs(member.review, "candidates"),
        "stage": stage,
        "ordering": request.GET.get("ordering", ""),
        "columns": COLUMNS,
        "shown": _columns(request),
        **{f"has_{name}": found.filters[field].queryset.exists() for name, field in OFFERED.items()},
        **_at_once(request, member, policy),
    }
    return render(request, "screening/candidates.html", context)


def _at_once(request: HttpRequest, member: Membership, policy: Policy) -> dict[str, Any]:
    """Voting on several at once: whether it is allowed, with which reasons, and what was done the last time."""
    allowed = policy.bulk and may(member, May.SCREEN)
    return {
        "query": request.GET.urlencode(),
        "may_vote_at_once": allowed,
        "reasons": reasons_of(member.review) if allowed else [],
        "cast_at_once": len(last_of(request, member)),
    }


def _columns(request: HttpRequest) -> list[str]:
    chosen = [name for name in COLUMNS if name in request.GET.getlist("column")]
    return chosen or list(USUAL)


@require_safe
def progress(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """How far the stage is, and where every colleague stands."""
    full_text = stage == Stage.FULL_TEXT
    member = review_for(request, slug, May.VIEW, section="fulltext" if full_text else "screening")
    review = member.review
    counts, policy = stage_counts(review, stage), Policy.objects.in_force(review, stage)
    context = {
        "stage": stage,
        "counts": counts,
        "mine": my_counts(review, stage, member.user, counts),
        "team": team_progress(review, stage, counts),
        "policy": policy,
        "how": in_words(policy),
        "tabs": report_tabs(review, report_counts(review)) if full_text else stage_tabs(review, "progress"),
    }
    return render(request, "screening/progress.html", context)
