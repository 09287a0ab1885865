"""Imported files: all of them by source, and for each the doctor's report, its problems, and the file itself."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.filters.problems import ProblemFilter
from reviews.formats.columnnames import MARKS
from reviews.forms.imports import RescueForm, WithdrawForm
from reviews.forms.uploads import FORMATS
from reviews.models import Import, ImportProblem, Membership
from reviews.queries import doctor, pieces, searching
from reviews.queries.table import Echo, harmless
from reviews.services import rescues, withdrawals
from reviews.views.answers import carry_out, first_error, page_of


def _import_of(member: Membership, pk: int) -> Import:
    rows = Import.objects.select_related("search", "created_by", "job__review")
    return get_object_or_404(rows, pk=pk, search__review=member.review)


@require_safe
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """All files with what became of their records, by source; the table follows running work by itself."""
    member = review_for(request, slug, May.VIEW, section="searches")
    template = "reviews/imports.html"
    if getattr(request, "htmx", False):
        context = {"summary": doctor.summary_of(member.review), "review": member.review}
        return render(request, f"{template}#files", context)
    context = {
        "summary": doctor.summary_of(member.review),
        "waiting": member.review.uploads.count(),
        "may_search": may(member, May.SEARCH),
    }
    return render(request, template, context)


@require_safe
def import_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was read, what was not, and what was odd."""
    member = review_for(request, slug, May.VIEW, section="searches")
    origin = _import_of(member, pk)
    context = {
        "origin": origin,
        "search": origin.search,
        "job": origin.job,
        "format": FORMATS.get(origin.format, origin.format.upper()),
        "separators": MARKS,
        "records_url": f"{reverse('reviews:records', args=[member.review.slug])}?origin={origin.pk}",
        "tally": searching.tally_of(origin),
        "refused": page_of(request, doctor.refused_of(origin), per_page=20),
        "rescued": doctor.rescued(origin),
        "kinds": doctor.kinds_of(origin),
        "hits": doctor.hits_of(origin.search),
        "withdrawal": origin.withdrawals.select_related("by").last(),
        "withdraw_form": WithdrawForm(),
        "may_search": may(member, May.SEARCH),
    }
    return render(request, "reviews/import.html", context)


@require_safe
def import_problems(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Every line that was odd, filtered."""
    member = review_for(request, slug, May.VIEW, section="searches")
    origin = _import_of(member, pk)
    shown = ProblemFilter(request.GET, origin=origin)
    context = {
        "origin": origin,
        "search": origin.search,
        "filter": shown,
        "problems": page_of(request, shown.qs.select_related("rescue")),
        "left_out": origin.problems_met - origin.problems.count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "reviews/import_problems.html", context)


@require_safe
def import_problems_csv(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """The same as a table for a spreadsheet."""
    member = review_for(request, slug, May.VIEW)
    origin = _import_of(member, pk)
    shown = ProblemFilter(request.GET, origin=origin)
    answer = StreamingHttpResponse(_lines(shown.qs), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-problems-{origin.pk}.csv"'
    return answer


def _lines(problems: QuerySet[ImportProblem]) -> Iterator[str]:
    columns = ("line", "kind", "tag", "refused", "message", "remedy", "excerpt")
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(columns)
    for row in problems.values_list(
        "line", "code", "tag", "refused", "message", "remedy", "excerpt"
    ).iterator():
        yield writer.writerow([harmless(value) for value in row])


@require_safe
def import_file(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """The kept file, byte for byte, never shown by the browser itself."""
    member = review_for(request, slug, May.VIEW)
    origin = _import_of(member, pk)
    try:
        stream = origin.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404("The file is no longer in the store.") from None
    return FileResponse(
        stream, as_attachment=True, filename=origin.name, content_type="application/octet-stream"
    )


def problem(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A refused record as it stands in the file, and making a record of it all the same."""
    member = review_for(
        request, slug, May.SEARCH if request.method == "POST" else May.VIEW, section="searches"
    )
    rows = ImportProblem.objects.select_related(
        "origin__search", "origin__job", "rescue__record", "rescue__by"
    )
    row = get_object_or_404(rows, pk=pk, origin__search__review=member.review)
    piece = pieces.piece_of(row) if row.refused else None
    form = RescueForm(request.POST or None, initial={"title": piece.title if piece else ""})
    if request.method == "POST" and form.is_valid():
        try:
            record = rescues.rescue(problem=row, title=form.cleaned_data["title"], by=member.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "A record is made of it, with its title only.")
            return redirect("reviews:record", slug, record.pk)
    context: dict[str, Any] = {"problem": row, "origin": row.origin, "piece": piece, "form": form}
    context["may_rescue"] = may(member, May.SEARCH) and piece and piece.title and not hasattr(row, "rescue")
    return render(request, "reviews/import_problem.html", context, status=422 if form.errors else 200)


@require_POST
def import_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the file out of the review, with all its records."""
    member = review_for(request, slug, May.SEARCH)
    origin = _import_of(member, pk)
    to = reverse("reviews:import", args=[slug, pk])
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(withdrawals.withdraw, origin=origin, reason=form.cleaned_data["reason"], by=member.user)
    return carry_out(request, to, verb, done="The file is withdrawn. It is kept, and can be put back.")


@require_POST
def import_put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a withdrawn file back."""
    member = review_for(request, slug, May.SEARCH)
    origin = _import_of(member, pk)
    verb = partial(withdrawals.put_back, origin=origin, by=member.user)
    to = reverse("reviews:import", args=[slug, pk])
    return carry_out(request, to, verb, done="The file is back, with its records and their votes.")
