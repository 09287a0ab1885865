"""The order by likely relevance: what made it, when, and what moved its first records up."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.models import Job
from reviews.views.answers import carry_out
from screening.models import Policy, Ranking, Stage
from screening.queries.why import first_of
from screening.services import ranking as verbs
from screening.views.tabs import stage_tabs

SHOWN = 50


@require_safe
def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """The ranking in force, and those before it."""
    member = review_for(request, slug, May.VIEW, section="screening")
    review = member.review
    newest = Ranking.objects.in_force(review)
    jobs = Job.objects.filter(review=review, name=verbs.JOB).order_by("-pk")
    last = jobs.first()
    context = {
        "ranking": newest,
        "first": first_of(newest, SHOWN) if newest else [],
        "earlier": Ranking.objects.filter(review=review, ready=True).order_by("-pk")[1:SHOWN],
        "job": last if last and last.status != Job.Status.DONE else None,
        "policy": Policy.objects.in_force(review, Stage.TITLE_ABSTRACT),
        "may_ask": may(member, May.SCREEN),
        "tabs": stage_tabs(review, "ranking"),
    }
    return render(request, "screening/ranking.html", context)


@require_POST
def rank(request: HttpRequest, slug: str) -> HttpResponse:
    """Order the records anew."""
    member = review_for(request, slug, May.SCREEN, section="screening")
    verb = partial(verbs.ask, review=member.review, by=member.user)
    to = reverse("screening:ranking", args=[slug])
    return carry_out(request, to, verb, done="The records are being ordered; voting goes on meanwhile.")
