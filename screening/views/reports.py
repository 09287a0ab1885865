"""Full texts: the list, a report beside its voting form, its documents, and records found by other methods."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.models import Criterion, Membership, Record
from reviews.views.answers import carry_out, first_error, page_of
from screening.filters.lists import FoundFilter, ReportFilter
from screening.forms.retrieving import ElsewhereForm, GivenUpForm, JoinForm, SetAsideForm, UploadForm
from screening.forms.voting import VoteForm, reasons_of
from screening.models import Candidate, Document, LoosePdf, Policy, Report, Stage, Standing
from screening.queries.decisions import said_about
from screening.queries.reports import found_elsewhere as records_found_elsewhere
from screening.queries.reports import records_behind, report_counts, report_rows
from screening.services import reports as verbs
from screening.services import setting_aside, votes
from screening.views.tabs import report_tabs

#: A PDF is shown in its own frame: no script, no form, nothing fetched, whatever is in it.
DOCUMENT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
)


@require_safe
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """All reports that are sought, by where they are."""
    member = review_for(request, slug, May.VIEW, section="fulltext")
    found = ReportFilter(request.GET, review=member.review, user=member.user)
    page = page_of(request, found.qs)
    counts = report_counts(member.review)
    context = {
        "filter": found,
        "page": page,
        "rows": report_rows(list(page.object_list), member.user),
        "counts": counts,
        "tabs": report_tabs(member.review, counts, request.GET.get("state", "")),
        "next": _next_unread(member),
        "may_retrieve": may(member, May.RETRIEVE),
    }
    return render(request, "screening/reports.html", context)


@require_safe
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The full text beside the voting form."""
    member = review_for(request, slug, May.VIEW, section="fulltext")
    row = get_object_or_404(Report, pk=pk, review=member.review)
    return render(request, "screening/report.html", _context(member, row))


def _context(member: Membership, row: Report) -> dict[str, Any]:
    review = member.review
    candidate = Candidate.objects.filter(report=row).select_related("review", "reason", "report").first()
    criteria = list(review.criteria.filter(retired_at=None))
    mine = None
    if candidate:
        standing = Standing.objects.filter(candidate=candidate, reviewer=member.user)
        mine = standing.select_related("vote__reason").first()
    return {
        "report": row,
        "records": list(records_behind(row)),
        "documents": list(row.documents.filter(withdrawn_at=None).select_related("by")),
        "retrievals": row.retrievals.select_related("by").order_by("-pk"),
        "candidate": candidate,
        "said": said_about(candidate, member) if candidate else None,
        "mine": mine.vote if mine else None,
        "policy": Policy.objects.in_force(review, Stage.FULL_TEXT),
        "may_vote": may(member, May.SCREEN) and candidate is not None and _is_votable(candidate, mine),
        "may_retrieve": row.is_sought and may(member, May.RETRIEVE),
        "inclusion": [c for c in criteria if c.kind == Criterion.Kind.INCLUSION],
        "exclusion": [c for c in criteria if c.kind == Criterion.Kind.EXCLUSION],
        "reasons": reasons_of(review),
        "upload": UploadForm(),
        "elsewhere": ElsewhereForm(),
        "given_up": GivenUpForm(),
        "join": JoinForm(report=row),
        "set_aside": SetAsideForm(),
        "asides": list(row.set_aside.select_related("by").order_by("-pk")),
        "limit": verbs.LARGEST_PDF,
        "next": _next_unread(member, but=row.pk),
    }


def _is_votable(candidate: Candidate, mine: Standing | None) -> bool:
    """A vote is offered where one is needed, or can be changed; a late one is taken but not asked for."""
    if candidate.resolved or candidate.is_set_aside:
        return False
    return mine is not None or candidate.status == Candidate.Status.OPEN


@require_POST
def report_vote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Vote on a full text, or take the vote back; then on to the next one that waits."""
    member = review_for(request, slug, May.SCREEN, section="fulltext")
    candidate = get_object_or_404(Candidate.objects.select_related("review"), report=pk, review=member.review)
    here = reverse("screening:report", args=[slug, pk])
    if "undo" in request.POST:
        return carry_out(request, here, partial(votes.take_back, candidate=candidate, by=member.user))
    form = VoteForm(request.POST, review=member.review)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(here)
    verb = partial(votes.cast, candidate=candidate, **form.cleaned_data, by=member.user)
    return carry_out(request, here, verb, done="Your vote counts.")


@require_POST
def retrieved(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The full text is here: a PDF, or where it is."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    row = get_object_or_404(Report, pk=pk, review=member.review)
    elsewhere = "where" in request.POST
    form = ElsewhereForm(request.POST) if elsewhere else UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _wrong(request, member, row, {"elsewhere" if elsewhere else "upload": form})
    verb = partial(verbs.retrieved, report=row, **form.cleaned_data, by=member.user)
    to = reverse("screening:report", args=[slug, pk])
    return carry_out(request, to, verb, done="The full text is here; it can be read and voted on.")


@require_POST
def retrieval(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give the search up, or take it up again."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    row = get_object_or_404(Report, pk=pk, review=member.review)
    to = reverse("screening:report", args=[slug, pk])
    if "again" in request.POST:
        return carry_out(request, to, partial(verbs.seek_again, report=row, by=member.user))
    form = GivenUpForm(request.POST)
    if not form.is_valid():
        return _wrong(request, member, row, {"given_up": form})
    verb = partial(verbs.not_retrieved, report=row, **form.cleaned_data, by=member.user)
    return carry_out(
        request, to, verb, done="It counts as not retrieved. It can be sought again at any time."
    )


@require_POST
def join(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Two reports are one document."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    row = get_object_or_404(Report, pk=pk, review=member.review)
    form = JoinForm(request.POST, report=row)
    if not form.is_valid():
        return _wrong(request, member, row, {"join": form})
    into = form.cleaned_data["into"]
    to = reverse("screening:report", args=[slug, into.pk])
    verb = partial(verbs.join, report=row, into=into, by=member.user)
    return carry_out(request, to, verb, done="Both are one report now.")


@require_POST
def part(request: HttpRequest, slug: str, pk: int, record: int) -> HttpResponse:
    """A record is about another document."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    linked = Record.objects.filter(review=member.review, report_links__report=pk).distinct()
    row = get_object_or_404(linked, pk=record)
    to = reverse("screening:report", args=[slug, pk])
    verb = partial(verbs.part, record=row, by=member.user)
    return carry_out(request, to, verb, done="The record leads to a report of its own now.")


@require_POST
def set_aside(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a report that was read aside, or take it up again."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    row = get_object_or_404(Report, pk=pk, review=member.review)
    to = reverse("screening:report", args=[slug, pk])
    if "again" in request.POST:
        verb = partial(setting_aside.take_up, report=row, by=member.user)
        return carry_out(request, to, verb, done="It is to be decided on again; the votes it had count.")
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _wrong(request, member, row, {"set_aside": form})
    verb = partial(setting_aside.set_aside, report=row, **form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="It is set aside: neither included nor excluded for now.")


def _wrong(request: HttpRequest, member: Membership, row: Report, forms: dict[str, Any]) -> HttpResponse:
    return render(request, "screening/report.html", _context(member, row) | forms, status=422)


@require_safe
@xframe_options_sameorigin
def document(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """A PDF, to be read in the page."""
    member = review_for(request, slug, May.VIEW)
    return shown(get_object_or_404(Document, pk=pk, report__review=member.review))


def shown(row: Document | LoosePdf) -> FileResponse:
    """A kept PDF as the browser's reader gets it."""
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is missing on the server.") from error
    response = FileResponse(file, filename=row.name, content_type="application/pdf")
    response["Content-Security-Policy"] = DOCUMENT_POLICY
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def withdraw_document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The wrong PDF."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    row = get_object_or_404(
        Document.objects.select_related("report__review"), pk=pk, report__review=member.review
    )
    to = reverse("screening:report", args=[slug, row.report_id])
    verb = partial(verbs.withdraw_document, document=row, by=member.user)
    return carry_out(request, to, verb, done="The PDF is withdrawn.")


@require_safe
def found_elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """Records of websites, organisations and citation searching: seek their reports, or leave them aside."""
    member = review_for(request, slug, May.VIEW, section="fulltext")
    rows = records_found_elsewhere(member.review)
    found = FoundFilter(request.GET, queryset=rows)
    context = {
        "filter": found,
        "page": page_of(request, found.qs),
        "any": rows.exists(),
        "may_retrieve": may(member, May.RETRIEVE),
    }
    return render(request, "screening/found_elsewhere.html", context)


@require_POST
def pick(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Seek a record's report, or leave it aside."""
    member = review_for(request, slug, May.RETRIEVE, section="fulltext")
    record = get_object_or_404(Record, pk=pk, review=member.review)
    verb = verbs.seek if "seek" in request.POST else verbs.leave_aside
    to = f"{reverse('screening:found_elsewhere', args=[slug])}#record-{pk}"
    return carry_out(request, to, partial(verb, record=record, by=member.user))


def _next_unread(member: Membership, *, but: int = 0) -> int | None:
    """The next report that waits for the viewer's vote."""
    if not may(member, May.SCREEN):
        return None
    waiting = Candidate.objects.of(member.review, Stage.FULL_TEXT).awaiting(member.user)
    unread = waiting.exclude(report=but).order_by("report").values_list("report", flat=True)
    return unread.filter(report__gt=but).first() or unread.first()
