"""The left rail: each floor says which pages it has and how much is to do there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def rail(request: HttpRequest) -> dict[str, Any]:
    """Template context for a page inside a review; nothing for fragments and for pages outside of one."""
    membership = getattr(request, "membership", None)
    if membership is None or getattr(request, "htmx", False):
        return {}
    sections = [section for path in settings.RAIL for section in import_string(path)(membership)]
    sections.sort(key=lambda section: section.order)
    return {
        "rail": sections,
        "rail_current": getattr(request, "rail_section", ""),
        "membership": membership,
        "review": membership.review,
    }
