"""The views of a stage, as components/tabs.html draws them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from reviews.models import Review
from screening.models import Stage
from screening.queries.reports import ReportCounts


@dataclass(frozen=True, slots=True)
class Tab:
    """One view; `count` of None is not shown."""

    title: str
    url: str
    current: bool = False
    count: int | None = None


def stage_tabs(review: Review, current: str) -> list[Tab]:
    """The title and abstract stage: screening itself, the list, and where everybody stands."""
    names = (
        ("screen", "Screen"),
        ("candidates", "All records"),
        ("progress", "Progress"),
        ("agreement", "Agreement"),
    )
    tabs = [
        Tab(title, reverse(f"screening:{name}", args=[review.slug, Stage.TITLE_ABSTRACT]), name == current)
        for name, title in names
    ]
    order = Tab("Relevance", reverse("screening:ranking", args=[review.slug]), current == "ranking")
    stop = Tab("When to stop", reverse("screening:stopping", args=[review.slug]), current == "stopping")
    return [*tabs, order, stop]


def report_tabs(review: Review, counts: ReportCounts, current: str | None = None) -> list[Tab]:
    """The full-text stage: all reports, and those in each state."""
    address = reverse("screening:reports", args=[review.slug])
    states = (
        ("", "All", counts.total),
        ("sought", "To be found", counts.sought),
        ("read", "To be read", counts.read),
        ("conflict", "In conflict", counts.conflict),
        ("included", "Included", counts.included),
        ("excluded", "Excluded", counts.excluded),
        ("awaiting", "Awaiting classification", counts.awaiting),
        ("ongoing", "Ongoing", counts.ongoing),
        ("not-retrieved", "Not retrieved", counts.not_retrieved),
    )
    # Most reviews set nothing aside: the row then fits on a screen without these two.
    rare = {"awaiting", "ongoing"}
    return [
        Tab(title, f"{address}?state={state}" if state else address, state == current, count)
        for state, title, count in states
        if count or state == current or state not in rare
    ]
