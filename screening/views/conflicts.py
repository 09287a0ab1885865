"""The conflict board, and the page where votes lie side by side."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.models import Criterion, Membership
from reviews.views.answers import carry_out, page_of
from screening.filters.conflicts import ConflictFilter
from screening.forms.conflicts import CommentForm, DecisionForm, ReopenForm
from screening.models import Candidate, Policy, Proposal, Resolution, Stage
from screening.queries import board, showing
from screening.queries.decisions import comments_on, labels_on, resolved_of, said_about
from screening.queries.reports import records_behind
from screening.services import conflicts as verbs
from screening.services import consensus, threads
from screening.views.tabs import Tab

Kind = Resolution.Kind


@require_safe
def conflicts(request: HttpRequest, slug: str) -> HttpResponse:
    """What has all its votes, and they do not agree; or how those ended that were resolved."""
    member = review_for(request, slug, May.VIEW, section="conflicts")
    resolved = request.GET.get("show") == "resolved"
    waiting = ConflictFilter(request.GET, member=member)
    ended = resolved_of(member.review)
    address = reverse("screening:conflicts", args=[slug])
    page = page_of(request, ended if resolved else waiting.qs)
    context = {
        "tabs": [
            Tab("To be resolved", address, not resolved, waiting.total),
            Tab("Resolved", f"{address}?show=resolved", resolved, ended.count()),
        ],
        "resolved": resolved,
        "filter": waiting,
        "page": page,
        "rows": board.rows(page.object_list, member),
        "may_meet": may(member, May.ARBITRATE),
    }
    return render(request, "screening/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One decision: its votes side by side, what was proposed and said, and the form that ends a conflict."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.ARBITRATE if posted else May.VIEW, section="conflicts")
    candidate = _candidate(member, pk)
    stage = Stage(candidate.stage)
    form = DecisionForm(request.POST or None, review=member.review, stage=stage)
    if posted and form.is_valid():
        return _decide(request, member, candidate, form)
    status = 422 if form.errors else 200
    context = _context(member, candidate) | {"form": form}
    return render(request, "screening/conflict.html", context, status=status)


@require_POST
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Agree to the proposal that was on the page (`agree`), or not, or take one's own back (`withdraw`)."""
    member = review_for(request, slug, May.ARBITRATE, section="conflicts")
    candidate = _candidate(member, pk)
    to = reverse("screening:conflict", args=[slug, pk])
    if "withdraw" in request.POST:
        back = partial(consensus.withdraw, candidate=candidate, by=member.user)
        return carry_out(request, to, back, done="Your proposal is taken back.")
    number = request.POST.get("proposal", "")
    known = int(number) if number.isdecimal() and len(number) < 19 else 0
    proposal = get_object_or_404(Proposal, pk=known, review=member.review)
    agrees = "agree" in request.POST
    done = "You agreed." if agrees else "The others can see that you do not agree."
    verb = partial(consensus.answer, proposal=proposal, agrees=agrees, by=member.user)
    return carry_out(request, to, verb, done=done)


@require_POST
def comment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add to the discussion."""
    member = review_for(request, slug, May.SCREEN, section="conflicts")
    candidate, form = _candidate(member, pk), CommentForm(request.POST)
    if not form.is_valid():
        context = _context(member, candidate) | {"comment": form}
        return render(request, "screening/conflict.html", context, status=422)
    verb = partial(threads.add, candidate=candidate, text=form.cleaned_data["text"], by=member.user)
    to = reverse("screening:conflict", args=[slug, pk])
    return carry_out(request, f"{to}#discussion", verb)


@require_POST
def reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a resolution back."""
    member = review_for(request, slug, May.ARBITRATE, section="conflicts")
    candidate = _candidate(member, pk)
    why = request.POST.get("explanation", "")[:5000]
    to = reverse("screening:conflict", args=[slug, pk])
    return carry_out(request, to, partial(verbs.reopen, candidate=candidate, explanation=why, by=member.user))


def _decide(
    request: HttpRequest, member: Membership, candidate: Candidate, form: DecisionForm
) -> HttpResponse:
    data = form.cleaned_data
    here = reverse("screening:conflict", args=[member.review.slug, candidate.pk])
    if request.POST.get("kind") == Kind.ARBITRATION:
        verb = partial(verbs.resolve, candidate=candidate, kind=Kind.ARBITRATION, **data, by=member.user)
        there = board.next_address(member, candidate) or reverse(
            "screening:conflicts", args=[member.review.slug]
        )
        answered = carry_out(request, there, verb, done="The conflict is resolved.")
        candidate.refresh_from_db()
        return answered if candidate.resolved else redirect(here)
    propose = partial(consensus.propose, candidate=candidate, **data, by=member.user)
    return carry_out(request, here, propose, done="Proposed. It is resolved when the others agree.")


def _candidate(member: Membership, pk: int) -> Candidate:
    rows = Candidate.objects.select_related("record__search", "report", "reason", "review")
    return get_object_or_404(rows, pk=pk, review=member.review)


def _context(member: Membership, candidate: Candidate) -> dict[str, Any]:
    stage, review = Stage(candidate.stage), member.review
    criteria = list(review.criteria.filter(retired_at=None))
    report = candidate.report
    in_conflict = candidate.status == Candidate.Status.CONFLICT
    return {
        "candidate": candidate,
        "card": showing.cards(member, [candidate])[0] if candidate.record_id else None,
        "records": records_behind(report) if report else [],
        "documents": report.documents.filter(withdrawn_at=None) if report else [],
        "said": said_about(candidate, member),
        "policy": Policy.objects.in_force(review, stage),
        "inclusion": [c for c in criteria if c.kind == Criterion.Kind.INCLUSION],
        "exclusion": [c for c in criteria if c.kind == Criterion.Kind.EXCLUSION],
        "arbitrates": verbs.may_arbitrate(member, candidate),
        "proposes": in_conflict and consensus.may_propose(member, candidate),
        "proposal": board.proposal_for(candidate, member) if in_conflict else None,
        "comments": comments_on(candidate, member),
        "labels": labels_on(candidate, member),
        "talks": may(member, May.SCREEN) and threads.is_open(candidate),
        "form": DecisionForm(review=review, stage=stage),
        "comment": CommentForm(),
        "reopen": ReopenForm(),
        "next_url": board.next_address(member, candidate),
        "previous_url": board.next_address(member, candidate, back=True),
    }
