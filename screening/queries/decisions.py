"""What was said about one candidate, as far as the viewer may see it, and how it was counted."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Membership, Review
from screening.decision import Ballot, decide
from screening.models import (
    Candidate,
    Comment,
    Consent,
    Labelling,
    Policy,
    Proposal,
    Resolution,
    Stage,
    Standing,
    Verdict,
    Vote,
)


@dataclass(frozen=True, slots=True)
class Said:
    """The votes that count, every vote ever cast, and the resolutions of a candidate, oldest first.

    `late` are ids of votes that came when the decision was made already: kept, and not counted.
    """

    standing: list[Vote]
    votes: list[Vote]
    resolutions: list[Resolution]
    late: frozenset[int] = frozenset()


def said_about(candidate: Candidate, membership: Membership) -> Said:
    """Only what `membership` may see today: of an undecided candidate of a blinded stage, one's own votes."""
    about = Vote.objects.visible_to(membership).about(candidate)
    votes = list(about.select_related("reviewer", "reason", "policy").distinct())
    counting = set(Standing.objects.filter(candidate=candidate).values_list("vote", flat=True))
    resolutions = Resolution.objects.about(candidate).select_related("by", "reason", "meeting")
    standing = _by_place([vote for vote in votes if vote.pk in counting], votes)
    late = frozenset(vote.pk for vote in standing[_deciding(candidate, standing) :])
    return Said(standing, votes, list(resolutions), late)


def _by_place(standing: list[Vote], votes: list[Vote]) -> list[Vote]:
    """In the order in which reviewers took their places: a change of mind keeps the place."""
    since: dict[int, int] = {}
    for vote in votes:
        if vote.verdict == Verdict.WITHDRAWN:
            since.pop(vote.reviewer_id, None)
        else:
            since.setdefault(vote.reviewer_id, vote.pk)
    return sorted(standing, key=lambda vote: since.get(vote.reviewer_id, vote.pk))


def _deciding(candidate: Candidate, standing: list[Vote]) -> int:
    """How many of the standing votes, in their order, made the decision."""
    if not candidate.is_complete:
        return len(standing)
    policy = Policy.objects.in_force(candidate.review, Stage(candidate.stage))
    standing_as = [Ballot(v.pk, v.reviewer_id, v.verdict, None, place) for place, v in enumerate(standing)]
    checked = policy.checks(candidate.subject_id)
    return decide(standing_as, rule=policy.rule_for(candidate), checked=checked).deciding


def comments_on(candidate: Candidate, membership: Membership) -> QuerySet[Comment]:
    """The discussion, as far as the viewer may read it, oldest first."""
    return Comment.objects.visible_to(membership).about(candidate).select_related("by")


def labels_on(candidate: Candidate, membership: Membership) -> QuerySet[Labelling]:
    """The labels that are on it and that the viewer may see."""
    found = Labelling.objects.visible_to(membership).about(candidate).standing()
    return found.select_related("label", "by").order_by("label__name")


def proposal_on(candidate: Candidate) -> Proposal | None:
    """The proposal in force: the newest, unless it was taken back or a resolution came after it."""
    newest = Proposal.objects.about(candidate).select_related("by", "reason").last()
    if newest is None or newest.verdict == Verdict.WITHDRAWN:
        return None
    last = Resolution.objects.about(candidate).last()
    return newest if newest.resolution_id == (last.pk if last else None) else None


def answers_to(proposal: Proposal) -> dict[int, Consent]:
    """The newest word of each person to a proposal."""
    return {consent.by_id: consent for consent in proposal.consents.select_related("by").order_by("pk")}


def conflicts_of(review: Review) -> QuerySet[Candidate]:
    """The conflict board: everything complete on which the votes do not agree, newest record first."""
    found = Candidate.objects.filter(review=review).in_conflict()
    return found.select_related("record__search", "report").order_by("stage", "pk").reverse()


def with_votes(candidates: list[Candidate]) -> dict[int, list[Vote]]:
    """The standing votes of candidates whose votes are complete, which everybody may see. One query."""
    complete = [one.pk for one in candidates if one.is_complete]
    rows = Standing.objects.filter(candidate__in=complete).select_related("vote__reviewer", "vote__reason")
    found: dict[int, list[Vote]] = {pk: [] for pk in complete}
    for row in rows.order_by("vote_id"):
        found[row.candidate_id].append(row.vote)
    return found


def resolved_of(review: Review) -> QuerySet[Candidate]:
    """What a resolution decided."""
    found = Candidate.objects.filter(review=review, resolved=True)
    return found.select_related("record", "report", "reason").order_by("-pk")
