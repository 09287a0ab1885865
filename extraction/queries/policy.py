"""How a review extracts: the newest policy, and those before it."""

from __future__ import annotations

from extraction.models import ExtractionPolicy
from reviews.models import Review

Mode = ExtractionPolicy.Mode


def mode_of(review: int) -> ExtractionPolicy.Mode:
    """The mode in force, by the review's id; independent where nobody chose. One query."""
    newest = ExtractionPolicy.objects.filter(review=review).order_by("-pk").values_list("mode", flat=True)
    return Mode(newest.first() or Mode.INDEPENDENT)


def policies_of(review: Review) -> list[ExtractionPolicy]:
    """Every policy that was ever set, the newest first. One query."""
    return list(ExtractionPolicy.objects.filter(review=review).select_related("by").order_by("-pk"))
