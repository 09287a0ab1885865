"""Checks: what does not follow from the numbers given, over the whole review."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from extraction.filters import FindingFilter
from extraction.queries.checks import findings_seen, raised_before
from extraction.sentinels import SENTINELS
from extraction.services import checks as verbs
from reviews.access import May, may, review_for
from reviews.views.answers import carry_out


@require_safe
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands against the numbers that the viewer may see; what was dismissed; what stands no longer."""
    member = review_for(request, slug, May.VIEW, section="extraction")
    every = findings_seen(member.review, viewer=member.user)
    chosen = FindingFilter(request.GET, every)
    before = raised_before(member.review, [one.fingerprint for one in every], viewer=member.user)
    context = {
        "filter": chosen,
        "open": [one for one in chosen.shown if not one.is_dismissed],
        "dismissed": [one for one in chosen.shown if one.is_dismissed],
        "before": before[:200],
        "serious": sum(one.is_serious and not one.is_dismissed for one in every),
        "any": bool(every or before),
        "may_extract": may(member, May.EXTRACT),
    }
    return render(request, "extraction/checks.html", context)


@require_safe
def sentinels(request: HttpRequest, slug: str) -> HttpResponse:
    """What is checked, and where each rule comes from."""
    review_for(request, slug, May.VIEW, section="extraction")
    return render(request, "extraction/sentinels.html", {"sentinels": SENTINELS})


@require_POST
def answer(request: HttpRequest, slug: str, fingerprint: str) -> HttpResponse:
    """Dismiss a finding with a reason, or (`again`) take that back."""
    member = review_for(request, slug, May.EXTRACT)
    to = reverse("extraction:checks", args=[slug])
    verb = partial(verbs.raise_again, review=member.review, fingerprint=fingerprint, by=member.user)
    if "again" not in request.POST:
        reason = request.POST.get("reason", "")
        verb = partial(
            verbs.dismiss, review=member.review, fingerprint=fingerprint, reason=reason, by=member.user
        )
    return carry_out(request, to, verb, done="It is on record.")
