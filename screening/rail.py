"""This floor's entries of the left rail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse

from reviews.access import May, may
from reviews.models import Membership
from reviews.rail import Section
from screening.models import Candidate, Report, Stage, Standing

Status = Candidate.Status


@dataclass(frozen=True, slots=True)
class Tally:
    """Candidates of the review by stage and status, and how many of them the viewer has voted on."""

    membership: Membership
    number: Mapping[tuple[str, str], int]
    voted: Mapping[tuple[str, str], int]

    def todo(self, stage: Stage) -> int:
        """What waits for the viewer; for who does not screen, what waits for the team."""
        waiting = self.number[stage, Status.OPEN]
        return waiting - self.voted[stage, Status.OPEN] if may(self.membership, May.SCREEN) else waiting

    def done(self, stage: Stage) -> int:
        """What the viewer voted on; for who does not screen, what is decided."""
        if may(self.membership, May.SCREEN):
            return sum(self.voted[stage, status] for status in Status.values)
        return self.number[stage, Status.INCLUDED] + self.number[stage, Status.EXCLUDED]

    def conflicts(self, stage: Stage) -> int:
        """What is in conflict."""
        return self.number[stage, Status.CONFLICT]

    def section(self, stage: Stage, order: int, key: str, title: str, url: str, *, also: int = 0) -> Section:
        """The stage's entry; `also` is what else there is to do."""
        todo, done = self.todo(stage) + also, self.done(stage)
        return Section(order, key, title, url, todo=todo, done=done, conflicts=self.conflicts(stage))


def sections(membership: Membership) -> list[Section]:
    """Titles and abstracts, full texts, conflicts. Three queries."""
    review, tally = membership.review, _tally(membership)
    titles, texts = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
    to_find = 0
    if may(membership, May.RETRIEVE):
        to_find = Report.objects.of(review).sought().filter(retrieval=Report.Retrieved.SOUGHT).count()
    screen = reverse("screening:screen", args=[review.slug, titles])
    reports = reverse("screening:reports", args=[review.slug])
    board = reverse("screening:conflicts", args=[review.slug])
    both = tally.conflicts(titles) + tally.conflicts(texts)
    return [
        tally.section(titles, 40, "screening", "Screening", screen),
        tally.section(texts, 45, "fulltext", "Full texts", reports, also=to_find),
        Section(50, "conflicts", "Conflicts", board, conflicts=both),
    ]


def _tally(membership: Membership) -> Tally:
    """Two queries, each read off one index."""
    all_, mine = Candidate.objects.all(), Standing.objects.filter(reviewer=membership.user_id)
    return Tally(membership, _counted(all_, membership), _counted(mine, membership))


def _counted(
    rows: QuerySet[Candidate] | QuerySet[Standing], membership: Membership
) -> dict[tuple[str, str], int]:
    found = (
        rows.filter(review=membership.review_id)
        .order_by()
        .values_list("stage", "status")
        .annotate(n=Count("pk"))
    )
    return defaultdict(int, {(stage, status): n for stage, status, n in found})
