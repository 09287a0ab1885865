"""Tables of the report: to read, and as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from synthesis.queries.report_tables import KINDS, Kind
from synthesis.reporting import tables as files
from synthesis.views.downloads import as_file

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The first kind."""
    review_for(request, slug, May.VIEW, section="tables")
    return redirect("synthesis:table", slug, KINDS[0].key)


@require_safe
def table(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """All tables of a kind, of what the viewer may see."""
    member = review_for(request, slug, May.VIEW, section="tables")
    kind = _kind(key)
    context = {"kind": kind, "kinds": KINDS, "tables": kind.make(member.review, member.user)}
    return render(request, "synthesis/tables.html", context)


@require_safe
def download(request: HttpRequest, slug: str, key: str, kind: str) -> HttpResponse:
    """The same as CSV (`table` says which, where there are several), Excel or Word."""
    member = review_for(request, slug, May.VIEW)
    chosen = _kind(key)
    made = chosen.make(member.review, member.user)
    name = f"{slug}-{key}.{kind}"
    if not made:
        raise Http404("There is nothing to put into this table yet.")
    if kind == "xlsx":
        return as_file(files.as_xlsx(made), name, _XLSX)
    if kind == "docx":
        title = f"{member.review.title}: {chosen.name}"
        return as_file(files.as_docx(made, title=title), name, DOCX)
    number = request.GET.get("table", "1")
    if kind != "csv" or number not in {str(one) for one in range(1, len(made) + 1)}:
        raise Http404("Tables come as CSV (one by one), XLSX or DOCX.")
    return as_file(files.as_csv(made[int(number) - 1]), name, "text/csv; charset=utf-8")


def _kind(key: str) -> Kind:
    for kind in KINDS:
        if kind.key == key:
            return kind
    raise Http404("There is no such table.")
