"""Extractions side by side, and what the team settles."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from extraction.forms.choosing import ChoiceForm
from extraction.models import Completion, Study
from extraction.queries.cells import Row, Sides, sheet_of
from extraction.queries.cells import compare as compare_values
from extraction.queries.progress import Progress, progress
from extraction.queries.questions import Thread, threads
from extraction.queries.standing import people_of
from extraction.services import values
from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.models import Membership
from reviews.views.answers import carry_out, first_error

#: The tabs of the page, in the order in which one works.
SHOWS = {
    "differing": "Differing",
    "agreeing": "Agreeing",
    "settled": "Settled",
    "questions": "Questions",
}


@require_safe
def compare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What differs first; tabs lead to what agrees, what is settled and what was asked."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    state = progress(study, Completion.Task.RESULTS)
    if state.awaits_verification:
        return redirect("extraction:verify", slug, pk)
    return render(request, "extraction/compare.html", _context(request, member, study, state))


def _context(request: HttpRequest, member: Membership, study: Study, state: Progress) -> dict[str, Any]:
    people, sides = people_of(member.review), compare_values(study, viewer=member.user)
    asked = threads(study, state, viewer=member.user) if sides else []
    shown = _shown(request, sides)
    rows = _rows(sides, asked, shown) if sides else []
    return {
        "study": study,
        "sides": sides,
        "shown": shown,
        "cards": [(row, [one for one in asked if one.cell == row.cell]) for row in rows],
        "tabs": _tabs(study, sides, asked, shown) if sides else [],
        "chosen": request.GET.get("show", ""),
        "focus": "on" in request.GET,
        "alone": not state.is_enough,
        "may_ask": state.is_enough,
        "user_id": member.user_id,
        "through": [people[user] for user in sorted(state.through)],
        "in_the_middle": member.user_id in state.begun - state.through,
    }


def _shown(request: HttpRequest, sides: Sides | None) -> str:
    """The tab that was asked for, else the first on which there is something to do."""
    asked = request.GET.get("show", "")
    if asked in SHOWS or sides is None:
        return asked
    return "differing" if sides.differing else "agreeing" if sides.agreeing else "settled"


def _rows(sides: Sides, asked: list[Thread], shown: str) -> list[Row]:
    if shown == "questions":
        cells = {one.cell for one in asked}
        return [row for row in sides.rows if row.cell in cells]
    rows: dict[str, list[Row]] = {
        "differing": sides.differing,
        "agreeing": sides.agreeing,
        "settled": sides.settled,
    }
    return rows[shown]


def _tabs(study: Study, sides: Sides, asked: list[Thread], shown: str) -> list[dict[str, Any]]:
    address = reverse("extraction:compare", args=[study.review.slug, study.pk])
    counts = {
        "differing": len(sides.differing),
        "agreeing": len(sides.agreeing),
        "settled": len(sides.settled),
        "questions": sum(not one.is_resolved for one in asked),
    }
    return [
        {"title": title, "url": f"{address}?show={name}", "current": name == shown, "count": counts[name]}
        for name, title in SHOWS.items()
    ]


def back_to(request: HttpRequest, name: str, slug: str, pk: int, **more: str) -> str:
    """A page of the study with what was chosen there: the tab, and the PDF beside it."""
    kept = {key: request.POST.get(key, "") for key in ("show", "read")}
    query = urlencode({key: text for key, text in (kept | more).items() if text})
    return reverse(f"extraction:{name}", args=[slug, pk]) + (f"?{query}" if query else "")


@require_POST
def settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle one cell."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    to = back_to(request, "compare", slug, pk, on="1")
    form = ChoiceForm(request.POST, study=study, sheet=sheet_of(study))
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    names = ("cell", "text", "note", "chosen_from", "seen")
    verb = partial(values.settle, study=study, **{name: form.cleaned_data[name] for name in names})
    return carry_out(request, to, partial(verb, by=member.user), done="Settled.")


@require_POST
def settle_agreeing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Settle all on which the extractors agree."""
    member = review_for(request, slug, May.SETTLE)
    study = get_object_or_404(Study, review=member.review, pk=pk)
    try:
        count = values.settle_agreeing(study=study, note=request.POST.get("note", ""), by=member.user)
        messages.success(request, f"Settled: {count}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("extraction:compare", slug, pk)
