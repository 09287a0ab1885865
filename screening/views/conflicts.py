"""The conflict board, and the page where votes lie side by side."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.access import May, review_for
from reviews.models import Criterion, Membership
from reviews.views.answers import carry_out, page_of
from screening.forms.voting import ReopenForm, ResolutionForm
from screening.models import Candidate, Policy, Resolution, Stage, Verdict
from screening.queries import queue
from screening.queries.decisions import conflicts_of, resolved_of, said_about
from screening.queries.reports import records_behind
from screening.services import conflicts as verbs
from screening.views.tabs import Tab


@require_safe
def conflicts(request: HttpRequest, slug: str) -> HttpResponse:
    """What has all its votes, and they do not agree; or how those ended that were resolved."""
    member = review_for(request, slug, May.VIEW, section="conflicts")
    resolved = request.GET.get("show") == "resolved"
    waiting, ended = conflicts_of(member.review), resolved_of(member.review)
    address = reverse("screening:conflicts", args=[slug])
    tabs = [
        Tab("To be resolved", address, not resolved, waiting.count()),
        Tab("Resolved", f"{address}?show=resolved", resolved, ended.count()),
    ]
    stages = [Stage.TITLE_ABSTRACT, Stage.FULL_TEXT]
    context = {
        "tabs": tabs,
        "resolved": resolved,
        "page": page_of(request, ended if resolved else waiting),
        "policies": [Policy.objects.in_force(member.review, stage) for stage in stages],
        "arbitrates": any(verbs.may_arbitrate(member, stage) for stage in stages),
    }
    return render(request, "screening/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One decision: its votes side by side, its resolutions, and the form that ends a conflict."""
    member = review_for(
        request, slug, May.ARBITRATE if request.method == "POST" else May.VIEW, section="conflicts"
    )
    candidate = _candidate(member, pk)
    kinds = verbs.kinds_open_to(member, candidate)
    stage = Stage(candidate.stage)
    form = ResolutionForm(request.POST or None, review=member.review, stage=stage, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        data |= {"kind": Resolution.Kind(data["kind"]), "verdict": Verdict(data["verdict"])}
        verb = partial(verbs.resolve, candidate=candidate, **data, by=member.user)
        to = reverse("screening:conflicts", args=[slug])
        return carry_out(request, to, verb, done="The conflict is resolved.")
    status = 422 if form.errors else 200
    context = _context(member, candidate) | {"form": form, "kinds": kinds, "reopen": ReopenForm()}
    return render(request, "screening/conflict.html", context, status=status)


@require_POST
def reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a resolution back."""
    member = review_for(request, slug, May.ARBITRATE, section="conflicts")
    candidate = _candidate(member, pk)
    why = request.POST.get("explanation", "")[:5000]
    to = reverse("screening:conflict", args=[slug, pk])
    return carry_out(request, to, partial(verbs.reopen, candidate=candidate, explanation=why, by=member.user))


def _candidate(member: Membership, pk: int) -> Candidate:
    rows = Candidate.objects.select_related("record__search", "report", "reason", "review")
    return get_object_or_404(rows, pk=pk, review=member.review)


def _context(member: Membership, candidate: Candidate) -> dict[str, Any]:
    stage = Stage(candidate.stage)
    criteria = list(member.review.criteria.filter(retired_at=None))
    report = candidate.report
    documents = report.documents.filter(withdrawn_at=None) if report else []
    return {
        "candidate": candidate,
        "card": queue.cards(member.review, [candidate])[0] if candidate.record_id else None,
        "records": records_behind(report) if report else [],
        "documents": documents,
        "said": said_about(candidate, member),
        "policy": Policy.objects.in_force(member.review, stage),
        "inclusion": [c for c in criteria if c.kind == Criterion.Kind.INCLUSION],
        "exclusion": [c for c in criteria if c.kind == Criterion.Kind.EXCLUSION],
    }
