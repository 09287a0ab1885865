"""Many PDFs at once, and those that wait for somebody to say what they are."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.access import May, review_for
from reviews.models import Membership, Review
from reviews.views.answers import carry_out, first_error
from screening.forms.retrieving import ManyPdfsForm, PlaceForm
from screening.models import LoosePdf, Report
from screening.services import placing as verbs
from screening.services.reports import LARGEST_PDF
from screening.views.reports import shown


@require_http_methods(["GET", "HEAD", "POST"])
def pdfs(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload, see what went where, and settle the rest."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    form = ManyPdfsForm(request.POST, request.FILES) if request.method == "POST" else ManyPdfsForm()
    results = None
    if form.is_valid():
        results = verbs.receive(review=member.review, files=form.cleaned_data["files"], by=member.user)
    return render(request, "screening/pdfs.html", _context(member, form, results))


def _context(member: Membership, form: ManyPdfsForm, results: list[verbs.Placing] | None) -> dict[str, Any]:
    waiting = list(LoosePdf.objects.waiting().filter(review=member.review).select_related("by")[:200])
    return {
        "form": form,
        "results": results,
        "waiting": _with_guesses(member.review, waiting),
        "reports": Report.objects.of(member.review).sought().order_by("title").only("pk", "title"),
        "limit": LARGEST_PDF,
    }


def _with_guesses(review: Review, waiting: list[LoosePdf]) -> list[dict[str, Any]]:
    """Each waiting PDF with the reports it is likely of; one query for all."""
    named = {guess[0] for loose in waiting for guess in loose.guesses}
    reports = Report.objects.of(review).sought().in_bulk(named)
    return [
        {"pdf": loose, "guesses": [(reports[g[0]], g[1], g[2]) for g in loose.guesses if g[0] in reports]}
        for loose in waiting
    ]


@require_safe
@xframe_options_sameorigin
def loose_pdf(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """A PDF that has no report yet, to be looked at."""
    member = review_for(request, slug, May.RETRIEVE)
    return shown(get_object_or_404(LoosePdf, pk=pk, review=member.review))


@require_POST
def place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It is of this report, or of none."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    loose = get_object_or_404(LoosePdf.objects.select_related("review"), pk=pk, review=member.review)
    to = reverse("screening:pdfs", args=[slug])
    if "away" in request.POST:
        verb = partial(verbs.put_away, loose=loose, by=member.user)
        return carry_out(request, to, verb, done=f"{loose.name} is put away.")
    form = PlaceForm(request.POST, review=member.review)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    place_it = partial(verbs.place, loose=loose, **form.cleaned_data, by=member.user)
    return carry_out(request, to, place_it, done=f"{loose.name} is with its report now.")
