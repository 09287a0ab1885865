"""Writing down a meeting that settled conflicts."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Membership
from screening.filters.conflicts import ConflictFilter
from screening.forms.conflicts import MeetingForm, SettledForm
from screening.forms.voting import reasons_of
from screening.models import Candidate
from screening.queries import board
from screening.services import meetings

#: A meeting that settles more is written down in two.
MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    """Date, people and minutes, and what became of each conflict that the board's filter shows."""
    member = review_for(request, slug, May.ARBITRATE, section="conflicts")
    posted = request.method == "POST"
    form = MeetingForm(request.POST if posted else None, review=member.review)
    settled = _forms(request, member)
    valid = all([form.is_valid(), *(one.is_valid() for one in settled)])
    if posted and valid and _hold(member, form, settled):
        return redirect(reverse("screening:conflicts", args=[slug]) + "?show=resolved")
    candidates = [one.candidate for one in settled]
    context = {
        "form": form,
        "rows": list(zip(board.rows(candidates, member), settled, strict=True)),
        "most": MOST,
    }
    return render(request, "screening/meeting.html", context, status=422 if posted else 200)


def _forms(request: HttpRequest, member: Membership) -> list[SettledForm]:
    """The conflicts that were on the page, when it comes back; else those that the filter shows."""
    rows = ConflictFilter(request.GET, member=member).qs[:MOST]
    data = None
    if request.method == "POST":
        data = request.POST
        asked = [int(pk) for pk in data.getlist("conflict")[:MOST] if pk.isdecimal() and len(pk) < 19]
        waiting = Candidate.objects.filter(review=member.review, pk__in=asked)
        rows = waiting.select_related("record__search", "report").order_by("-stage", "-pk")
    reasons = reasons_of(member.review)
    return [SettledForm(data, candidate=one, reasons=reasons) for one in rows]


def _hold(member: Membership, form: MeetingForm, settled: list[SettledForm]) -> bool:
    data = form.cleaned_data
    verb = partial(
        meetings.hold,
        review=member.review,
        held_on=data["held_on"],
        present=list(data["present"]),
        minutes=data["minutes"],
        settled=[one.settled for one in settled if one.settled],
        by=member.user,
    )
    try:
        verb()
    except Refused as error:
        form.add_error(None, str(error))
        return False
    return True
