"""The four steps of starting a review."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from reviews.models import Review


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as components/steps.html draws it."""

    title: str
    url: str
    current: bool
    done: bool


def setup_steps(review: Review | None, at: int) -> list[Step]:
    """Question, criteria, decisions, team; only a review that exists has addresses to go to."""
    names = [
        ("Question", "reviews:question"),
        ("Criteria and reasons", "reviews:set_up"),
        ("How decisions are made", "screening:policy"),
        ("Team", "reviews:team"),
    ]
    return [
        Step(title, reverse(name, args=[review.slug]) if review else "", number == at, number < at)
        for number, (title, name) in enumerate(names)
    ]
