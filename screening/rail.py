"""This floor's entries of the left rail."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Count, FilteredRelation, Q
from django.urls import reverse

from reviews.access import May, may
from reviews.models import Membership
from reviews.rail import Section
from screening.models import Candidate, Report, Stage

Status = Candidate.Status


def sections(membership: Membership) -> list[Section]:
    """Titles and abstracts, full texts, conflicts: what waits for the viewer, what they did. Two queries.

    Who does not screen sees the team's numbers instead.
    """
    review = membership.review
    mine = FilteredRelation("standings", condition=Q(standings__reviewer=membership.user_id))
    rows = (
        Candidate.objects.filter(review=review)
        .annotate(mine=mine)
        .order_by()
        .values_list("stage", "status")
        .annotate(n=Count("pk"), voted=Count("mine__pk"))
    )
    number: dict[tuple[str, str], int] = defaultdict(int)
    voted: dict[tuple[str, str], int] = defaultdict(int)
    for stage, status, n, by_me in rows:
        number[stage, status], voted[stage, status] = n, by_me
    to_find = Report.objects.of(review).sought().filter(retrieval=Report.Retrieved.SOUGHT).count()

    def todo(stage: Stage) -> int:
        waiting = number[stage, Status.OPEN]
        return waiting - voted[stage, Status.OPEN] if may(membership, May.SCREEN) else waiting

    def done(stage: Stage) -> int:
        if may(membership, May.SCREEN):
            return sum(voted[stage, status] for status in Status.values)
        return number[stage, Status.INCLUDED] + number[stage, Status.EXCLUDED]

    def conflicts(stage: Stage) -> int:
        return number[stage, Status.CONFLICT]

    titles, texts = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
    return [
        Section(
            40,
            "screening",
            "Screening",
            reverse("screening:screen", args=[review.slug, titles]),
            todo=todo(titles),
            done=done(titles),
            conflicts=conflicts(titles),
        ),
        Section(
            45,
            "fulltext",
            "Full texts",
            reverse("screening:reports", args=[review.slug]),
            todo=todo(texts) + (to_find if may(membership, May.RETRIEVE) else 0),
            done=done(texts),
            conflicts=conflicts(texts),
        ),
        Section(
            50,
            "conflicts",
            "Conflicts",
            reverse("screening:conflicts", args=[review.slug]),
            conflicts=conflicts(titles) + conflicts(texts),
        ),
    ]
