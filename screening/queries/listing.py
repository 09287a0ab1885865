"""The rows of a list of candidates, with what the viewer may know of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reviews.models import Membership
from reviews.queries.shown import with_shown_values
from screening.models import Assignment, Candidate, Policy, Standing
from screening.queries.showing import CardLabel, labels_of

#: The columns that may be shown beside the title, in their order, with their names.
COLUMNS: Final = {
    "authors": "Authors",
    "journal": "Journal",
    "year": "Year",
    "source": "Source",
    "status": "Status",
    "votes": "Votes",
    "mine": "My vote",
    "labels": "Labels",
    "batch": "Batch",
}
USUAL: Final = ("authors", "year", "source", "status", "mine", "labels")


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate in the list. `votes` is None where their number would tell what somebody said."""

    candidate: Candidate
    mine: Standing | None
    labels: tuple[CardLabel, ...]
    batches: tuple[str, ...]
    votes: int | None


def rows_of(candidates: Sequence[Candidate], member: Membership, policy: Policy) -> list[Row]:
    """One row for each, in as many queries however many there are."""
    # A record without an abstract is not without one where a duplicate of it lends its own.
    with_shown_values(candidate.record for candidate in candidates if candidate.record)
    standing = Standing.objects.filter(candidate__in=candidates, reviewer=member.user).select_related("vote")
    mine = {row.candidate_id: row for row in standing}
    labels = labels_of(member, candidates)
    batches: dict[int | None, dict[str, None]] = {}
    given = Assignment.objects.filter(record__in=[one.record_id for one in candidates], batch__end=None)
    for record, name in given.order_by("batch").values_list("record_id", "batch__name"):
        batches.setdefault(record, {})[name] = None
    return [
        Row(
            candidate,
            mine.get(candidate.pk),
            tuple(label for label in labels[candidate.pk] if label.mine or label.others),
            tuple(batches.get(candidate.record_id, ())),
            _votes(candidate, policy),
        )
        for candidate in candidates
    ]


def _votes(candidate: Candidate, policy: Policy) -> int | None:
    told = candidate.status != Candidate.Status.OPEN or policy.tells_votes or candidate.in_pilot
    return candidate.votes if told else None
