"""This floor's entries of the left rail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from reviews.access import May, may
from reviews.models import Membership, Tally
from reviews.rail import Section
from screening.models import Candidate, Report, Stage

Status = Candidate.Status


@dataclass(frozen=True, slots=True)
class Waiting:
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


def _tally(membership: Membership) -> Waiting:
    """Kept numbers, in two queries."""
    kept = Tally.objects.of
    number = kept(membership.review, "candidate:")
    voted = kept(membership.review, "standing:")
    mine: dict[tuple[str, str], int] = defaultdict(int)
    for name, n in voted.items():
        stage, reviewer, status = name.split(":")
        if int(reviewer) == membership.user_id:
            mine[stage, status] = n
    return Waiting(membership, defaultdict(int, {_pair(name): n for name, n in number.items()}), mine)


def _pair(name: str) -> tuple[str, str]:
    stage, _, status = name.partition(":")
    return stage, status
