"""Importing: files are uploaded, each is recognised and assigned to a search, and then all are read."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, review_for
from reviews.errors import Refused
from reviews.formats import Sniffed
from reviews.formats.columnnames import MARKS
from reviews.forms.uploads import FORMATS, AssignForm, FilesForm, FormatForm, MappingForm
from reviews.models import Membership, Search, Upload
from reviews.queries import doctor, waiting
from reviews.services import looking
from reviews.services import uploads as verbs
from reviews.views.answers import carry_out, first_error

#: What the browser's own uploading (static/js/dropzone.js) says of itself: it wants an answer without a page.
ONE_BY_ONE = "X-Quorum-Upload"
#: Digits of a number that a database can look for.
LONGEST_NUMBER = 18


def _upload_of(member: Membership, pk: int) -> Upload:
    return get_object_or_404(Upload.objects.select_related("review"), pk=pk, review=member.review)


@require_safe
def uploads(request: HttpRequest, slug: str) -> HttpResponse:
    """Room for new files, and those that wait."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    return _page(request, member)


def _page(
    request: HttpRequest,
    member: Membership,
    *,
    form: FilesForm | None = None,
    data: Any = None,
    status: int = 200,
) -> HttpResponse:
    rows = list(waiting.waiting_of(member.review))
    searches = waiting.searches_to_choose_from(member.review)
    before = waiting.came_before(member.review, rows)
    forms = [AssignForm(data, upload=row, searches=searches) for row in rows]
    context = {
        "form": form or FilesForm(),
        "rows": [
            {
                "upload": each.upload,
                "form": each,
                "before": before.get(each.upload.sha256),
                "format": FORMATS.get(each.upload.format, ""),
                "odd": doctor.odd(each.upload.problem_counts),
            }
            for each in forms
        ],
        "separators": MARKS,
        "ready": sum(row.is_ready for row in rows),
    }
    return render(request, "reviews/imports_add.html", context, status=status)


@require_POST
def upload_receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in files, each on its own: what is wrong with one does not hold up the others."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    form = FilesForm(request.POST, request.FILES, request=request)
    search = _search_named(member, request.POST.get("search", ""))
    troubles = list(form.left_out) if form.is_valid() else [first_error(form)]
    for file in form.cleaned_data.get("files", []):
        try:
            verbs.receive(
                review=member.review, file=file, name=file.name or "file", search=search, by=member.user
            )
        except Refused as error:
            troubles.append(str(error))
    if request.headers.get(ONE_BY_ONE):
        return HttpResponse("\n".join(troubles), status=422 if troubles else 204, content_type="text/plain")
    for trouble in troubles:
        messages.error(request, trouble)
    return redirect("reviews:uploads", slug)


def _search_named(member: Membership, number: str) -> Search | None:
    """The search on whose behalf files are uploaded, if any, and if it is one of this review."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return Search.objects.filter(review=member.review, pk=int(number)).first()


@require_POST
def uploads_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Import the waiting files that can be read (or the one whose button was pressed); the others stay."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    rows = [row for row in waiting.waiting_of(member.review) if row.is_ready]
    if (only := request.POST.get("only", "")).isdecimal():
        rows = [row for row in rows if str(row.pk) == only]
    started, troubles = _start(request, member, rows)
    if started:
        counted = "1 file is" if started == 1 else f"{started} files are"
        messages.success(request, f"{counted} being read. You can leave this page; the work goes on.")
    for trouble in troubles:
        messages.error(request, trouble)
    if troubles:
        return _page(request, member, data=request.POST, status=422)
    return redirect("reviews:imports" if started else "reviews:uploads", slug)


def _start(request: HttpRequest, member: Membership, rows: list[Upload]) -> tuple[int, list[str]]:
    """How many were started, and what was in the way of the others. Parts of one new search go to one search."""
    searches = waiting.searches_to_choose_from(member.review)
    fresh: dict[tuple[str, ...], Search] = {}
    started, troubles = 0, []
    for row in rows:
        form = AssignForm(request.POST, upload=row, searches=searches)
        if not form.is_valid():
            troubles.append(f"{row.name}: {first_error(form)}")
            continue
        chosen = form.search
        name = (
            ()
            if isinstance(chosen, Search)
            else tuple(str(chosen[part]).casefold() for part in ("kind", "source", "platform"))
        )
        try:
            origin = verbs.start(
                upload=row, search=fresh.get(name, chosen), again=form.cleaned_data["again"], by=member.user
            )
        except Refused as error:
            troubles.append(str(error))
            continue
        started += 1
        if name:
            fresh[name] = origin.search
    return started, troubles


@require_safe
def upload_look(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a waiting file is, its columns, and its first records as they would be read."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = _upload_of(member, pk)
    return _look_page(request, row, MappingForm(upload=row))


def _look_page(
    request: HttpRequest, row: Upload, form: MappingForm, *, trouble: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "upload": row,
        "format": FORMATS.get(row.format, ""),
        "separators": MARKS,
        "mapping_form": form if row.columns else None,
        "format_form": FormatForm(upload=row),
        "trouble": trouble,
        "first": [] if row.refusal or row.needs_mapping else _first(row),
    }
    return render(request, "reviews/imports_look.html", context, status=status)


def _first(row: Upload) -> list[Any]:
    """The first records; none where the file is gone."""
    try:
        with row.file.open("rb") as stream:
            sniffed = Sniffed(row.format, row.encoding, row.dialect, "")
            return looking.preview(stream, sniffed=sniffed, mapping=row.mapping)  # type: ignore[arg-type]
    except (OSError, ValueError):
        return []


@require_POST
def upload_columns(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say what the columns hold."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = _upload_of(member, pk)
    form = MappingForm(request.POST, upload=row)
    if not form.is_valid():
        return _look_page(request, row, form, trouble=first_error(form), status=422)
    try:
        verbs.map_columns(upload=row, mapping=form.mapping, by=member.user)
    except Refused as error:
        return _look_page(request, row, form, trouble=str(error), status=422)
    messages.success(request, "The columns are set. Look whether the first records are right.")
    return redirect("reviews:upload_look", slug, pk)


@require_POST
def upload_format(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Read it as something else."""
    member = review_for(request, slug, May.SEARCH, section="searches")
    row = _upload_of(member, pk)
    to = reverse("reviews:upload_look", args=[slug, pk])
    form = FormatForm(request.POST, upload=row)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    return carry_out(request, to, partial(verbs.reread, upload=row, **form.cleaned_data, by=member.user))


@require_POST
def upload_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Throw it away."""
    member = review_for(request, slug, May.SEARCH)
    row = _upload_of(member, pk)
    to = reverse("reviews:uploads", args=[slug])
    return carry_out(
        request, to, partial(verbs.discard, upload=row, by=member.user), done=f"{row.name} is gone."
    )
