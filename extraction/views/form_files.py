"""The code book and the answers of a form as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from extraction.models import Questionnaire
from extraction.queries.answertable import answer_rows, code_book_rows
from extraction.queries.questionnaires import form_of
from reviews.access import May, review_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def codebook(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    """What every column means, as CSV or XLSX."""
    member = review_for(request, slug, May.VIEW)
    form = form_of(get_object_or_404(Questionnaire, review=member.review, pk=pk))
    rows, name = code_book_rows(form), f"{slug}-form-{pk}-codebook.{kind}"
    if kind == "csv":
        return _file(_csv(rows), name, "text/csv; charset=utf-8")
    if kind == "xlsx":
        return _file(_xlsx(rows), name, XLSX)
    raise Http404("A code book comes as CSV or XLSX.")


@require_safe
def answers(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the team settled and what the viewer answered, a column for each question."""
    member = review_for(request, slug, May.VIEW)
    form = form_of(get_object_or_404(Questionnaire, review=member.review, pk=pk))
    rows = answer_rows(form, viewer=member.user)
    return _file(_csv(rows), f"{slug}-form-{pk}-answers.csv", "text/csv; charset=utf-8")


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark that makes a spreadsheet read it as such."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Code book")
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
