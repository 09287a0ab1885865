"""Published results: somebody else's review, its claims, and which of them follow from each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from extraction.forms.published import ClaimsForm, PublishedForm
from extraction.forms.sheet import whole
from extraction.models import ClaimSheet, PublishedReview
from extraction.published import KINDS, check_text, example_text
from extraction.published.examples import CITATION, TITLE
from extraction.queries.published import csv_lines, grouped, listed, sheet_of, versions
from extraction.services import published as verbs
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Review

SECTION = "published"
#: What the form of a new published review is filled with.
EXAMPLE = {"title": TITLE, "citation": CITATION}


@require_safe
def every(request: HttpRequest, slug: str) -> HttpResponse:
    """The published reviews whose claims are kept here."""
    member = review_for(request, slug, May.VIEW, section=SECTION)
    context = {"rows": listed(member.review), "may_add": may(member, May.EXTRACT)}
    return render(request, "extraction/published.html", context)


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Paste the claims of another one; `example` fills the form with those of the example."""
    member = review_for(request, slug, May.EXTRACT, section=SECTION)
    initial = EXAMPLE | {"text": example_text()} if "example" in request.GET else {}
    form = PublishedForm(request.POST if request.method == "POST" else None, initial=initial)

    def keep() -> str:
        made = verbs.add(review=member.review, **form.values, by=member.user)
        return reverse("extraction:published_one", args=[slug, made.pk])

    return _answer(request, form, keep, heading="Check a published review", back_to=None)


@require_safe
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the checks say of the newest version of its claims, or of the version asked for."""
    member = review_for(request, slug, May.VIEW, section=SECTION)
    subject = _published(member.review, pk)
    sheet = _version(request, subject)
    report = check_text(sheet.text)
    context = {
        "published": subject,
        "sheet": sheet,
        "groups": grouped(report),
        "problems": report.problems,
        "versions": versions(subject),
        "may_add": may(member, May.EXTRACT),
    }
    return render(request, "extraction/published_one.html", context)


def revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A new version of the claims, beginning from the newest one."""
    member = review_for(request, slug, May.EXTRACT, section=SECTION)
    subject = _published(member.review, pk)
    newest = _version(request, subject)
    initial = {"text": newest.text, "seen": newest.number}
    form = ClaimsForm(request.POST if request.method == "POST" else None, initial=initial)
    to = reverse("extraction:published_one", args=[slug, pk])

    def keep() -> str:
        seen = form.cleaned_data["seen"] or 0
        verbs.revise(published=subject, text=form.cleaned_data["text"], seen=seen, by=member.user)
        return to

    return _answer(request, form, keep, heading=f"Claims of {subject}", back_to=(to, subject.title))


@require_safe
def verdicts_csv(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """All verdicts as a table for a spreadsheet."""
    member = review_for(request, slug, May.VIEW)
    sheet = _version(request, _published(member.review, pk))
    answer = StreamingHttpResponse(csv_lines(sheet), content_type="text/csv; charset=utf-8")
    name = f"{slug}-published-{pk}-version-{sheet.number}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _published(review: Review, pk: int) -> PublishedReview:
    return get_object_or_404(PublishedReview.objects.select_related("review"), review=review, pk=pk)


def _version(request: HttpRequest, subject: PublishedReview) -> ClaimSheet:
    asked = request.GET.get("version")
    sheet = sheet_of(subject, whole(asked) if asked else None) if not asked or whole(asked) else None
    if sheet is None:
        raise Http404("No such version.")
    return sheet


def _answer(
    request: HttpRequest,
    form: ClaimsForm,
    keep: Callable[[], str],
    *,
    heading: str,
    back_to: tuple[str, str] | None,
) -> HttpResponse:
    """Show the form, with a preview if that was asked for; or save it and go on."""
    preview, stopped = "preview" in request.POST, False
    if request.method == "POST" and not preview and form.is_valid():
        stopped = form.unread_stop_it
        if not stopped and (to := _kept(request, form, keep)):
            return redirect(to)
    context: dict[str, Any] = {
        "form": form,
        "heading": heading,
        "kinds": KINDS,
        "back_to": back_to,
        "stopped": stopped,
    }
    if request.method == "POST":
        report = form.report
        context |= {"report": report, "groups": grouped(report), "problems": report.problems}
    status = 200 if request.method != "POST" or preview else 422
    return render(request, "extraction/published_form.html", context, status=status)


def _kept(request: HttpRequest, form: ClaimsForm, keep: Callable[[], str]) -> str:
    """Where to go once it is saved; nowhere when it was refused, with the reason on the form."""
    try:
        to = keep()
    except Refused as error:
        form.add_error(None, str(error))
        return ""
    messages.success(request, "Saved and checked.")
    return to
