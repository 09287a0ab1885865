"""One imported file: how far it is read, what was odd about it, and the file itself."""

from __future__ import annotations

from django.db.models import Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reviews.access import May, may, review_for
from reviews.models import Import, Membership
from reviews.queries import doctor, searching
from reviews.views.answers import page_of


def _import_of(member: Membership, pk: int) -> Import:
    rows = Import.objects.select_related("search", "created_by", "job__review")
    return get_object_or_404(rows, pk=pk, search__review=member.review)


@require_safe
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """All files with what became of their records, by source; the table follows running work by itself."""
    member = review_for(request, slug, May.VIEW, section="searches")
    template = "reviews/imports.html"
    if getattr(request, "htmx", False):
        return render(request, f"{template}#files", {"summary": doctor.summary_of(member.review)})
    context = {
        "summary": doctor.summary_of(member.review),
        "waiting": member.review.uploads.count(),
        "may_search": may(member, May.SEARCH),
    }
    return render(request, template, context)


@require_safe
def import_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was read, and what was odd, line by line."""
    member = review_for(request, slug, May.VIEW, section="searches")
    origin = _import_of(member, pk)
    seen = origin.search.imports.aggregate(seen=Sum("seen"))["seen"] or 0
    context = {
        "origin": origin,
        "search": origin.search,
        "job": origin.job,
        "records_url": f"{reverse('reviews:records', args=[slug])}?origin={origin.pk}",
        "tally": searching.tally_of(origin),
        "seen_of_search": seen,
        "missing": None if origin.search.hits is None else origin.search.hits - seen,
        "problems": page_of(request, origin.problems.all()),
        "problems_left_out": origin.problems_met - origin.problems.count(),
        "may_search": may(member, May.SEARCH),
    }
    return render(request, "reviews/import.html", context)


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
        stream, as_attachment=True, filename=origin.name, content_type="application/x-research-info-systems"
    )
