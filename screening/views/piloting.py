"""A stage's pilot rounds: draw, see how far everybody is, the agreement, and what follows."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.models import Membership
from reviews.views.answers import carry_out
from screening.forms.reading import PilotEndForm
from screening.models import Candidate, Pilot, PilotEnd, Policy, Stage
from screening.queries import piloting
from screening.queries.pilots import is_locked, rounds
from screening.services import pilots


@require_safe
def pilot(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """The running round, or the last one, and those before."""
    member = review_for(request, slug, May.VIEW, section=_section(stage))
    return _page(request, member, stage)


@require_POST
def begin(request: HttpRequest, slug: str, stage: Stage) -> HttpResponse:
    """Draw a round."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section=_section(stage))
    verb = partial(pilots.begin, review=member.review, stage=stage, by=member.user)
    to = reverse("screening:pilot", args=[slug, stage])
    return carry_out(request, to, verb, done="The round is drawn. Everybody gets its records first.")


@require_POST
def end(request: HttpRequest, slug: str, stage: Stage, pk: int) -> HttpResponse:
    """End a round by hand."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section=_section(stage))
    row = get_object_or_404(Pilot, pk=pk, review=member.review, stage=stage)
    form = PilotEndForm(request.POST)
    if not form.is_valid():
        return _page(request, member, stage, form)
    outcome = PilotEnd.Outcome(form.cleaned_data["outcome"])
    why = form.cleaned_data["explanation"]
    verb = partial(pilots.end, pilot=row, outcome=outcome, explanation=why, by=member.user)
    return carry_out(
        request, reverse("screening:pilot", args=[slug, stage]), verb, done="The round has ended."
    )


def _page(
    request: HttpRequest, member: Membership, stage: Stage, form: PilotEndForm | None = None
) -> HttpResponse:
    policy = Policy.objects.in_force(member.review, stage)
    drawn = list(rounds(policy).select_related("by", "end__by"))
    last = drawn[0] if drawn else None
    running = last if last and not hasattr(last, "end") else None
    context = {
        "stage": stage,
        "policy": policy,
        "last": last,
        "running": running,
        "result": piloting.result_of(last, policy) if last else None,
        "conflicts": _conflicts(last),
        "earlier": drawn[1:],
        "locked": is_locked(policy),
        "may_edit": may(member, May.EDIT_PROTOCOL),
        "form": form or PilotEndForm(),
    }
    return render(request, "screening/pilot.html", context, status=422 if form else 200)


def _conflicts(last: Pilot | None) -> list[Candidate]:
    if last is None:
        return []
    rows = piloting.records_of(last).filter(status=Candidate.Status.CONFLICT)
    return list(rows.select_related("record", "report")[:100])


def _section(stage: Stage) -> str:
    return "fulltext" if stage == Stage.FULL_TEXT else "screening"
