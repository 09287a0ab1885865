"""A figure as a file to keep."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from synthesis.figures.drawing import Drawing
from synthesis.figures.formats import CONTENT_TYPES, FORMATS, render


def as_download(picture: Drawing, kind: str, *, name: str) -> HttpResponse:
    """The drawing as SVG, PDF or PNG; 404 for any other kind."""
    if kind not in FORMATS:
        raise Http404("Figures come as SVG, PDF or PNG.")
    response = HttpResponse(render(picture, kind), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
