"""A full text in our own viewer: its page, the pictures of its pages, their words, and where words occur.

Who may open the PDF may see all of this, and nobody else.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from reviews.access import May, review_for
from screening.models import Document
from screening.pdfpages import Box, Busy, Hit, NoSuchPage, PageText, PdfProblem, scale_for
from screening.queries.documents import READER, hits_in, picture_of, words_of

#: A page of a kept file at a scale is always the same picture; only this person's browser may keep it.
FOR_EVER = "private, max-age=31536000, immutable"
FOR_AN_HOUR = "private, max-age=3600"

#: Pixels per point if the page does not say: sharp in half the width of a laptop's screen.
USUAL_SCALE = "1.5"

MISSING = "The file is missing on the server."


@require_safe
def read(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The viewer alone; `?page=` and `?quote=` lead to a sentence."""
    member = review_for(request, slug, May.VIEW, section="fulltext")
    rows = Document.objects.select_related("report")
    row = get_object_or_404(rows, pk=pk, report__review=member.review)
    return render(request, "screening/read_document.html", {"document": row})


@require_safe
def page_image(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A page as PNG; `?scale=` is in pixels per point (1/72 inch)."""
    row = _document(request, slug, pk)
    try:
        scale = scale_for(float(request.GET.get("scale", USUAL_SCALE)))
    except ValueError:
        return _plain("The scale has to be a number above 0.", 400)
    etag = f'"{row.sha256[:32]}-{number}-{scale:g}-{READER}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = HttpResponse(picture_of(row, number, scale), content_type="image/png")
        except (PdfProblem, FileNotFoundError) as error:
            return _plain(*_said(error))
    response["ETag"] = etag
    response["Cache-Control"] = FOR_EVER
    return response


@require_safe
def page_words(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """The words of a page with their places, as JSON."""
    row = _document(request, slug, pk)
    try:
        page = words_of(row, number)
    except (PdfProblem, FileNotFoundError) as error:
        return _error(error)
    return _kept(_page_data(page))


@require_safe
def find_words(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Where `?q=` occurs in the document, as JSON."""
    row = _document(request, slug, pk)
    try:
        hits = hits_in(row, request.GET.get("q", ""))
    except (PdfProblem, FileNotFoundError) as error:
        return _error(error)
    return _kept({"hits": [_hit_data(hit) for hit in hits]})


def _document(request: HttpRequest, slug: str, pk: int) -> Document:
    member = review_for(request, slug, May.VIEW)
    return get_object_or_404(Document, pk=pk, report__review=member.review)


def _page_data(page: PageText) -> dict[str, Any]:
    words = [[word.text, word.after, word.line, word.ends_sentence, *_box(word.box)] for word in page.words]
    return {"page": page.number, "words": words, "cut": page.is_cut}


def _hit_data(hit: Hit) -> dict[str, Any]:
    return {
        "first": [hit.first.page, hit.first.word],
        "last": [hit.last.page, hit.last.word],
        "boxes": [[page, *_box(box)] for page, box in hit.boxes],
    }


def _box(box: Box) -> list[float]:
    return [round(part, 5) for part in (box.x, box.y, box.width, box.height)]


def _kept(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data)
    response["Cache-Control"] = FOR_AN_HOUR
    return response


def _error(error: Exception) -> JsonResponse:
    message, status = _said(error)
    return JsonResponse({"error": message}, status=status)


def _plain(message: str, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


def _said(error: Exception) -> tuple[str, int]:
    """What went wrong in words, and its status."""
    if isinstance(error, FileNotFoundError):
        raise Http404(MISSING) from error
    status = 404 if isinstance(error, NoSuchPage) else 503 if isinstance(error, Busy) else 422
    return str(error), status
