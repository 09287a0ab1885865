"""The report: a draft of the manuscript and the reporting checklists, to read and as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from reviews.models import Membership
from synthesis.queries.checklists import checklist_of
from synthesis.queries.manuscript import manuscript_of
from synthesis.queries.report_facts import facts_of
from synthesis.reporting import manuscript as writing
from synthesis.reporting import tables as files
from synthesis.reporting.checklists import KINDS, Checklist
from synthesis.views.downloads import as_file

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as it would be downloaded now, and how far each checklist is answered."""
    member = review_for(request, slug, May.VIEW, section="report")
    facts = facts_of(member.review, member.user)
    checklists = [made for kind in KINDS if (made := checklist_of(facts, kind.key))]
    context = {"manuscript": manuscript_of(facts), "checklists": checklists, "kinds": KINDS}
    return render(request, "synthesis/report.html", context)


@require_safe
def manuscript(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as a Word document, of what the viewer may see."""
    member = review_for(request, slug, May.VIEW)
    made = manuscript_of(facts_of(member.review, member.user))
    return as_file(writing.write(made), f"{slug}-manuscript.docx", _DOCX)


@require_safe
def checklist(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A checklist, item by item."""
    member = review_for(request, slug, May.VIEW, section="report")
    context = {"checklist": _checklist(member, key), "kinds": KINDS}
    return render(request, "synthesis/checklist.html", context)


@require_safe
def checklist_download(request: HttpRequest, slug: str, key: str, kind: str) -> HttpResponse:
    """The same as CSV or Word."""
    member = review_for(request, slug, May.VIEW)
    if kind not in ("csv", "docx"):
        raise Http404("Checklists come as CSV or DOCX.")
    table, name = _checklist(member, key).table, f"{slug}-{key}.{kind}"
    if kind == "csv":
        return as_file(files.as_csv(table), name, "text/csv; charset=utf-8")
    return as_file(files.as_docx([table], title=f"{member.review.title}: {table.title}"), name, _DOCX)


def _checklist(member: Membership, key: str) -> Checklist:
    if key not in {kind.key for kind in KINDS}:
        raise Http404("There is no such checklist.")
    made = checklist_of(facts_of(member.review, member.user), key)
    assert made is not None  # noqa: S101 - asked above
    return made
