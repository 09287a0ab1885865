"""A vote on many records of the list: shown before it is cast, and taken back with one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reviews.access import May, review_for
from reviews.errors import NothingToDo, Refused
from reviews.models import Membership
from reviews.views.answers import first_error
from screening.filters.lists import CandidateFilter
from screening.forms.bulk import BulkForm
from screening.models import Policy, Stage
from screening.queries.bulk import plan
from screening.services import bulk as verbs
from screening.views.tabs import stage_tabs

#: Under this name the session keeps the votes of the last time, so that they can be taken back.
LAST = "screening.bulk"


@require_POST
def bulk(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """What the vote would do; and, once that was seen, the vote."""
    member = review_for(request, slug, May.SCREEN, section="screening")
    form = BulkForm(request.POST, review=member.review)
    if not form.is_valid():
        return _back(request, member, first_error(form))
    ids = _ids(request, member, form)
    if not ids:
        return _back(request, member, "Tick the records first.")
    if len(ids) > verbs.MOST:
        return _back(
            request, member, f"At most {verbs.MOST} records at once. Narrow the list by its filters."
        )
    if form.cleaned_data["sure"]:
        return _vote(request, member, form, ids)
    return _preview(request, member, form, ids)


def _ids(request: HttpRequest, member: Membership, form: BulkForm) -> list[int]:
    if not form.cleaned_data["all"] or form.cleaned_data["sure"]:
        return form.chosen
    listed = CandidateFilter(QueryDict(request.POST.get("query", "")), member=member)
    return list(listed.qs.values_list("pk", flat=True)[: verbs.MOST + 1])


def _preview(request: HttpRequest, member: Membership, form: BulkForm, ids: list[int]) -> HttpResponse:
    policy = Policy.objects.in_force(member.review, Stage.TITLE_ABSTRACT)
    if not policy.bulk:
        return _back(request, member, "The policy of this stage does not allow to vote on several at once.")
    verdict = form.cleaned_data["verdict"]
    context = {
        "plan": plan(member, ids, verdict=verdict, reason=form.because, policy=policy),
        "verdict": verdict,
        "reason": form.because,
        "ids": ",".join(map(str, ids)),
        "query": request.POST.get("query", ""),
        "stage": Stage.TITLE_ABSTRACT,
        "tabs": stage_tabs(member.review, "candidates"),
        "back": _address(request, member),
    }
    return render(request, "screening/bulk.html", context)


def _vote(request: HttpRequest, member: Membership, form: BulkForm, ids: list[int]) -> HttpResponse:
    try:
        cast = verbs.vote(
            review=member.review,
            ids=ids,
            verdict=form.cleaned_data["verdict"],
            reason=form.because,
            by=member.user,
        )
    except Refused as error:
        return _back(request, member, str(error))
    request.session[LAST] = {"review": member.review.pk, "votes": [vote.pk for vote in cast]}
    return redirect(_address(request, member))


@require_POST
def take_back(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Undo the last time."""
    member = review_for(request, slug, May.SCREEN, section="screening")
    last = last_of(request, member)
    try:
        undone = verbs.take_back(review=member.review, vote_ids=last, by=member.user)
    except NothingToDo as error:
        request.session.pop(LAST, None)
        return _back(request, member, str(error))
    except Refused as error:
        return _back(request, member, str(error))
    request.session.pop(LAST, None)
    left = f" {undone.left} had been resolved or voted on again; they stay." if undone.left else ""
    messages.success(request, f"{undone.taken_back} votes are taken back.{left}")
    return redirect(_address(request, member))


def last_of(request: HttpRequest, member: Membership) -> list[int]:
    """The votes that this person cast at once the last time, in this review and session."""
    last = request.session.get(LAST) or {}
    return last.get("votes", []) if last.get("review") == member.review.pk else []


def _back(request: HttpRequest, member: Membership, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect(_address(request, member))


def _address(request: HttpRequest, member: Membership) -> str:
    """The list, narrowed as it was; only what a query string can hold is taken from what was posted."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    address = reverse("screening:candidates", args=[member.review.slug, Stage.TITLE_ABSTRACT])
    return f"{address}?{query}" if query else address
