"""A figure as a file to keep."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse

from synthesis.figures.drawing import Drawing
from synthesis.figures.formats import CONTENT_TYPES, FORMATS, Format, render


def as_download(picture: Drawing, kind: str, *, name: str) -> HttpResponse:
    """The drawing as SVG, PDF or PNG; 404 for any other kind."""
    if kind not in FORMATS:
        raise Http404("Figures come as SVG, PDF or PNG.")
    form = cast("Format", kind)
    response = HttpResponse(render(picture, form), content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
