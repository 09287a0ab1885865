"""The conflict board: the votes of each conflict, whose it is, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse

from reviews.models import Membership, User
from screening.models import Candidate, Consent, Proposal, Resolution, Standing, Vote
from screening.queries.decisions import answers_to, conflicts_of, proposal_on, with_votes


@dataclass(frozen=True, slots=True)
class Row:
    """One conflict: its votes, whether the viewer is one of those who disagree, and how it ended, if it did."""

    candidate: Candidate
    votes: list[Vote]
    is_mine: bool
    proposal: Proposal | None
    resolution: Resolution | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with what the others said to it. `waits_for` are those who have not agreed (yet)."""

    proposal: Proposal
    answers: list[Consent]
    waits_for: list[User]
    is_mine: bool
    may_answer: bool


def rows(candidates: Iterable[Candidate], membership: Membership) -> list[Row]:
    """What a page of the board shows: three queries, however many conflicts."""
    found = list(candidates)
    votes = with_votes(found)
    resolutions = _newest(Resolution.objects.select_related("by", "meeting", "record"), found)
    proposals = _newest(Proposal.objects.select_related("by", "record"), found)
    out = []
    for one in found:
        resolution = resolutions.get((one.stage, one.subject_id))
        proposal = proposals.get((one.stage, one.subject_id))
        since = resolution.pk if resolution else None
        if proposal and (proposal.verdict == "withdrawn" or proposal.resolution_id != since):
            proposal = None
        said = votes.get(one.pk, [])
        mine = any(vote.reviewer_id == membership.user_id for vote in said)
        out.append(Row(one, said, mine, proposal, resolution))
    return out


Fact = TypeVar("Fact", Resolution, Proposal)


def _newest(facts: QuerySet[Fact], candidates: list[Candidate]) -> dict[tuple[str, int], Fact]:
    """The newest fact about each candidate, by stage and by the id of its record or report."""
    records = [one.record_id for one in candidates if one.record_id]
    reports = [one.report_id for one in candidates if one.report_id]
    about = Q(record__in=records) | Q(record__duplicate_of__in=records) | Q(report__in=reports)
    found: dict[tuple[str, int], Fact] = {}
    for fact in facts.filter(about).order_by("pk"):
        root = (fact.record.duplicate_of_id or fact.record.pk) if fact.record else fact.report_id
        found[fact.stage, root or 0] = fact
    return found


def proposal_for(candidate: Candidate, membership: Membership) -> Proposed | None:
    """The proposal in force, as this member sees it."""
    proposal = proposal_on(candidate)
    if proposal is None:
        return None
    answers = answers_to(proposal)
    voters = User.objects.filter(
        pk__in=Standing.objects.filter(candidate=candidate).values("reviewer")
    ).exclude(pk=proposal.by_id)
    waits = [who for who in voters if not (who.pk in answers and answers[who.pk].agrees)]
    mine = proposal.by_id == membership.user_id
    return Proposed(proposal, list(answers.values()), waits, mine, membership.user in waits)


def next_address(membership: Membership, candidate: Candidate, *, back: bool = False) -> str:
    """The conflict after this one on the board (or before it); empty at the end."""
    rows = conflicts_of(membership.review)
    if back:
        before = Q(stage=candidate.stage, pk__gt=candidate.pk) | Q(stage__gt=candidate.stage)
        found = rows.filter(before).reverse().first()
    else:
        after = Q(stage=candidate.stage, pk__lt=candidate.pk) | Q(stage__lt=candidate.stage)
        found = rows.filter(after).first()
    return reverse("screening:conflict", args=[membership.review.slug, found.pk]) if found else ""
