"""The list of records, one record, and taking records out before screening."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.filters.records import RecordFilter
from reviews.formats import WRITERS, write
from reviews.forms.records import BulkRemovalForm, RemovalForm
from reviews.models import Record, Rescue
from reviews.queries import exporting, rawtags, table
from reviews.queries.clusters import members_of
from reviews.queries.counting import counted
from reviews.services import removals
from reviews.views.answers import carry_out, first_error, page_of


@require_safe
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """Records, filtered."""
    member = review_for(request, slug, May.VIEW, section="searches")
    shown = RecordFilter(request.GET, review=member.review)
    copies = counted(Record.objects.filter(duplicate_of=OuterRef("pk")), by="duplicate_of")
    rows = shown.qs.select_related("search").defer("abstract", "keywords").annotate(copies=copies)
    context = {
        "filter": shown,
        "page": page_of(request, rows),
        "ordering": request.GET.get("ordering", ""),
        "query": request.GET.urlencode(),
        "filtered": [
            (name, value) for name, values in request.GET.lists() for value in values if name != "format"
        ],
        "writers": WRITERS,
        "form": BulkRemovalForm(auto_id="bulk_%s"),
        "may_remove": may(member, May.SEARCH),
    }
    return render(request, "reviews/records.html", context)


@require_safe
def records_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same records as a table for a spreadsheet."""
    member = review_for(request, slug, May.VIEW)
    shown = RecordFilter(request.GET, review=member.review)
    answer = StreamingHttpResponse(table.csv_lines(shown.qs), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-records.csv"'
    return answer


@require_safe
def records_export(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """The same records in a format that other programs read, with every original tag."""
    member = review_for(request, slug, May.VIEW)
    chosen = request.GET.get("format", "")
    if chosen not in WRITERS:
        messages.error(request, "Choose a format to export in.")
        return redirect("reviews:records", slug)
    shown = RecordFilter(request.GET, review=member.review)
    pieces = write(exporting.references_of(shown.qs), chosen)
    answer = StreamingHttpResponse(pieces, content_type=WRITERS[chosen].mime)
    name = f"{slug}-{_named(shown)}-{timezone.localdate():%Y-%m-%d}.{WRITERS[chosen].extension}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _named(shown: RecordFilter) -> str:
    """What the file is called after: the one source that it holds records of, or all of them."""
    data = shown.form.cleaned_data if shown.form.is_valid() else {}
    origin = data.get("origin")
    search = data.get("search") or (origin.search if origin else None)
    return slugify(str(search))[:60] if search and slugify(str(search)) else "records"


@require_safe
def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything known about one record."""
    member = review_for(request, slug, May.VIEW, section="searches")
    rows = Record.objects.select_related("search", "origin", "duplicate_of")
    row = get_object_or_404(rows, pk=pk, review=member.review)
    context = {
        "record": row,
        "tags": rawtags.tags_of(row),
        "others": [other for other in members_of(row) if other.pk != row.pk],
        "removals": row.removals.select_related("by"),
        "form": RemovalForm(),
        "rescue": Rescue.objects.filter(record=row).select_related("by", "problem").first(),
        "may_remove": may(member, May.SEARCH),
        "may_link": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/record.html", context)


@require_POST
def record_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take one record out before screening."""
    member = review_for(request, slug, May.SEARCH)
    get_object_or_404(Record, pk=pk, review=member.review)
    form = RemovalForm(request.POST)
    to = reverse("reviews:record", args=[slug, pk])
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    verb = partial(removals.remove, review=member.review, records=[pk], **form.cleaned_data, by=member.user)
    return carry_out(request, to, verb, done="The record is taken out. It is kept, and can be put back.")


@require_POST
def record_put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put one record back."""
    member = review_for(request, slug, May.SEARCH)
    get_object_or_404(Record, pk=pk, review=member.review)
    verb = partial(removals.put_back, review=member.review, records=[pk], by=member.user)
    return carry_out(request, reverse("reviews:record", args=[slug, pk]), verb, done="The record is back.")


@require_POST
def records_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take out (or, with `back`, put back) the records ticked, or all that the filter in the address shows."""
    member = review_for(request, slug, May.SEARCH)
    query = urlencode(list(request.GET.lists()), doseq=True)
    to = f"{reverse('reviews:records', args=[slug])}?{query}"
    back = "back" in request.POST
    form = BulkRemovalForm({**request.POST.dict(), "reason": "Put back"} if back else request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect(to)
    if form.cleaned_data["scope"] == "all":
        pks = list(RecordFilter(request.GET, review=member.review).qs.values_list("pk", flat=True))
    else:
        pks = form.cleaned_data["records"]
    verb = removals.put_back if back else partial(removals.remove, kind=form.cleaned_data["kind"])
    return carry_out(
        request,
        to,
        partial(verb, review=member.review, records=pks, reason=form.cleaned_data["reason"], by=member.user),
        done="Put back." if back else "Taken out. They are kept, and can be put back.",
    )
