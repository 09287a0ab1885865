"""A figure or a table as a file to keep."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from synthesis.figures.drawing import Drawing
from synthesis.figures.formats import CONTENT_TYPES, FORMATS, render


def as_download(picture: Drawing, kind: str, *, name: str) -> HttpResponse:
    """The drawing as SVG, PDF or PNG; 404 for any other kind."""
    if kind not in FORMATS:
        raise Http404("Figures come as SVG, PDF or PNG.")
    return as_file(render(picture, kind), f"{name}.{kind}", CONTENT_TYPES[kind])


def as_file(content: bytes | str, name: str, content_type: str) -> HttpResponse:
    """Something to be kept under this name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
