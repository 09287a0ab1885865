"""The PDF viewer as one tag: {% pdf_viewer document review.slug %}."""

from __future__ import annotations

from typing import Any

from django import template

from screening.models import Document
from screening.pdfpages import MOST_PAGES, PdfProblem
from screening.queries.documents import sizes_of

register = template.Library()


@register.inclusion_tag("components/pdf_viewer.html")
def pdf_viewer(document: Document, slug: str) -> dict[str, Any]:
    """The pages of a document, or what is wrong with it. The page links css/pages/pdf.css and js/pdf/viewer.js."""
    context: dict[str, Any] = {"document": document, "slug": slug, "pages": (), "problem": ""}
    try:
        sizes = sizes_of(document)
    except PdfProblem as error:
        return context | {"problem": str(error)}
    except FileNotFoundError:
        return context | {"problem": "The file is missing on the server. Upload it again."}
    more = document.pages > len(sizes) == MOST_PAGES
    return context | {"pages": list(enumerate(sizes, start=1)), "count": len(sizes), "is_cut": more}
