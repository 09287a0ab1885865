"""The page where titles and abstracts are voted on: plain forms, which static/js/screen.js sends in the background."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Criterion, Membership, Record
from reviews.views.answers import first_error
from screening.forms.preferring import PreferenceForm
from screening.forms.voting import VoteForm, reasons_of
from screening.models import Candidate, Policy, Preference, Stage, Verdict
from screening.queries import queue, showing
from screening.queries.progress import my_counts, stage_counts, team_progress
from screening.queries.why import why_now
from screening.services import leases, votes
from screening.views.tabs import stage_tabs

IN_BACKGROUND = "X-Quorum-Screen"


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Read and vote; a vote arrives here too."""
    if stage == Stage.FULL_TEXT:
        review_for(request, slug, May.VIEW)
        return redirect("screening:reports", slug)
    if request.method == "POST":
        return _vote(request, review_for(request, slug, May.SCREEN, section="screening"))
    member = review_for(request, slug, May.VIEW, section="screening")
    return render(request, "screening/screen.html", _page(request, member))


@require_POST
def take_back(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Undo a vote and read that record again."""
    member = review_for(request, slug, May.SCREEN, section="screening")
    candidate = posted_candidate(request, member)
    try:
        votes.take_back(candidate=candidate, by=member.user)
    except Refused as error:
        return refuse(request, member, str(error))
    if IN_BACKGROUND in request.headers:
        return _answer(request, member)
    return redirect(f"{address_of(member)}?record={candidate.record_id}")


def _vote(request: HttpRequest, member: Membership) -> HttpResponse:
    form = VoteForm(request.POST, review=member.review)
    if not form.is_valid():
        return refuse(request, member, first_error(form))
    try:
        votes.cast(candidate=posted_candidate(request, member), **form.cleaned_data, by=member.user)
    except Refused as error:
        return refuse(request, member, str(error))
    if IN_BACKGROUND in request.headers:
        return _answer(request, member)
    return redirect(f"{address_of(member)}?after={request.POST['record']}")


def refuse(request: HttpRequest, member: Membership, why: str) -> HttpResponse:
    """Say why not: to the script with 422, to a person by a message on the page."""
    if IN_BACKGROUND in request.headers:
        return HttpResponse(why, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, why)
    return redirect(address_of(member))


def _answer(request: HttpRequest, member: Membership) -> HttpResponse:
    """What the page lacks after a vote: the cards after those in hand, the last votes, the progress."""
    held = _numbers(request.POST.get("have", ""))
    skipped = _numbers(request.POST.get("skipped", ""))
    after = max(held, default=number_in(request.POST.get("record")))
    hand = leases.deal(
        review=member.review,
        held=held,
        skipped=skipped,
        after=after,
        n=queue.IN_HAND - len(held),
        by=member.user,
    )
    policy = Policy.objects.in_force(member.review, Stage.TITLE_ABSTRACT)
    context = {
        "cards": showing.cards(
            member, hand.new, pico=True, unread=True, why=why_now(hand.new, policy, member.user)
        ),
        "gone": hand.gone,
        **_standing(member),
        "review": member.review,
        "csrf_token": get_token(request),
    }
    # Without the request: the left rail, which counts every floor, is not on a fragment.
    return HttpResponse(render_to_string("screening/answer.html", context))


def _page(request: HttpRequest, member: Membership) -> dict[str, Any]:
    review, user = member.review, member.user
    screens = may(member, May.SCREEN)
    asked, after = number_in(request.GET.get("record")), number_in(request.GET.get("after"))
    now = [_candidate(member, asked)] if asked and screens else []
    held = [asked] if asked else []
    ahead = leases.deal(review=review, held=held, after=after, by=user).new if screens else []
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    hand = [*now, *ahead][: queue.IN_HAND]
    preference = Preference.objects.of(review, user)
    shown = showing.cards(member, hand, preference=preference, pico=True, why=why_now(hand, policy, user))
    criteria = list(review.criteria.filter(retired_at=None))
    standing = _standing(member)
    return {
        "may_screen": screens,
        "card": shown[0] if shown else None,
        "ahead": shown[1:],
        "inclusion": [c for c in criteria if c.kind == Criterion.Kind.INCLUSION],
        "exclusion": [c for c in criteria if c.kind == Criterion.Kind.EXCLUSION],
        "reasons": reasons_of(review)[:9],
        "policy": policy,
        "preference": preference,
        "preference_form": PreferenceForm(instance=preference, auto_id="preference_%s"),
        "team": [] if shown else team_progress(review, Stage.TITLE_ABSTRACT, standing["counts"]),
        "tabs": stage_tabs(review, "screen"),
        **standing,
    }


def _standing(member: Membership) -> dict[str, Any]:
    """Progress and last votes."""
    counts = stage_counts(member.review, Stage.TITLE_ABSTRACT)
    return {
        "counts": counts,
        "mine": my_counts(member.review, Stage.TITLE_ABSTRACT, member.user, counts),
        "last_votes": showing.last_votes(member.review, member.user),
        "stage": Stage.TITLE_ABSTRACT,
        "verdicts": Verdict,
    }


def posted_candidate(request: HttpRequest, member: Membership) -> Candidate:
    """What the posted record stands for today."""
    return _candidate(member, number_in(request.POST.get("record")))


def _candidate(member: Membership, record_id: int) -> Candidate:
    """By record, not by candidate: when the record was linked to a duplicate meanwhile, the vote goes to its cluster."""
    record = Record.objects.of(member.review).filter(pk=record_id).first()
    root = (record.duplicate_of_id or record.pk) if record else 0
    found = Candidate.objects.filter(record=root, review=member.review).select_related(
        "review", "record__search"
    )
    candidate = found.first()
    if candidate is None:
        raise Http404("This record is not to be screened.")
    return candidate


def address_of(member: Membership) -> str:
    """The page of this review."""
    return reverse("screening:screen", args=[member.review.slug, Stage.TITLE_ABSTRACT])


def number_in(text: str | None) -> int:
    """An id as a page sends it; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _numbers(text: str) -> list[int]:
    """At most a few hundred ids, as the page sends them."""
    return [number for part in text.split(",")[:500] if (number := number_in(part))]
