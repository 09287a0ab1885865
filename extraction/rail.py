"""This floor's entries of the left rail."""

from __future__ import annotations

from django.urls import reverse

from extraction.queries.overview import Work, states
from extraction.queries.questions import questions_for
from extraction.queries.studies import waiting_reports
from reviews.access import May, may
from reviews.models import Membership
from reviews.rail import Section

_PAGES = {"studies": "studies", "extraction": "extraction", "bias": "bias_table"}


def sections(membership: Membership) -> list[Section]:
    """Studies, extraction and risk of bias, with what is to do there for the viewer; seven queries, two more where something was asked."""
    review, user = membership.review, membership.user_id
    every = states(review)
    results, bias = [state.results for state in every.values()], [state.bias for state in every.values()]
    waiting = waiting_reports(review).count()

    def entry(order: int, key: str, title: str, todo: int, done: int, conflicts: int = 0) -> Section:
        url = reverse(f"extraction:{_PAGES[key]}", args=[review.slug])
        return Section(order, key, title, url, todo=todo, done=done, conflicts=conflicts or None)

    def todo(works: list[Work], permission: May) -> int:
        return sum(work.needs(user) for work in works) if may(membership, permission) else 0

    may_settle = may(membership, May.SETTLE)
    confirm = sum(work.awaits(user) for work in results) if may_settle else 0

    def differing(works: list[Work]) -> int:
        shown = works if may_settle else []
        return sum(work.differing > 0 and work.sees_others(user) for work in shown)

    return [
        entry(60, "studies", "Studies", waiting, len(every)),
        entry(
            70,
            "extraction",
            "Extraction",
            todo(results, May.EXTRACT) + confirm + sum(questions_for(review, user=user).values()),
            sum(work.is_settled for work in results),
            differing(results),
        ),
        entry(
            80,
            "bias",
            "Risk of bias",
            todo(bias, May.ASSESS),
            sum(work.is_settled for work in bias),
            differing(bias),
        ),
        Section(85, "published", "Published results", reverse("extraction:published", args=[review.slug])),
    ]
