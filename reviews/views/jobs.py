"""Background work: how far it is, stopping it, trying again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.models import Job, Membership
from reviews.services import jobs
from reviews.views.answers import carry_out


def _job_of(member: Membership, pk: int) -> Job:
    return get_object_or_404(Job.objects.select_related("review", "created_by"), pk=pk, review=member.review)


@require_safe
def job(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Progress: a page of its own, or the piece that polls itself on another page.

    When the work has ended, the page around that piece is loaded anew: it has something else to show now.
    """
    member = review_for(request, slug, May.VIEW)
    row = _job_of(member, pk)
    own = row.created_by_id == member.user_id
    context = {"job": row, "may_steer": own or may(member, May.MANAGE_TEAM)}
    if not getattr(request, "htmx", False):
        return render(request, "reviews/job.html", context)
    answer = render(request, "reviews/job.html#progress", context)
    if row.is_finished:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def job_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask it to stop."""
    return _steer(request, slug, pk, jobs.cancel)


@require_POST
def job_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on from where it stopped."""
    return _steer(request, slug, pk, jobs.retry)


def _steer(request: HttpRequest, slug: str, pk: int, verb: Callable[..., None]) -> HttpResponse:
    member = review_for(request, slug, May.VIEW)
    row = _job_of(member, pk)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("reviews:job", args=[slug, pk])
    return carry_out(request, back, partial(verb, job=row, by=member.user))
