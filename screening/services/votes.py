"""Casting a vote, and taking one's own back. Nobody votes for somebody else: the voter is who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import ExclusionReason, User
from reviews.services import history
from screening.errors import AlreadyResolved, NotACandidate, ReasonNeeded, StageLocked
from screening.models import Candidate, Policy, Stage, Standing, Verdict, Vote
from screening.models.subject import subject_of
from screening.queries.pilots import is_locked
from screening.services import leases, pilots, policies, ranking, standing

#: Longer than a person reads one text; beyond it somebody went for lunch.
LONGEST_READING = 3600.0
LONGEST_NOTE = 5_000


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody says about one candidate."""

    candidate: Candidate
    verdict: Verdict
    reason: ExclusionReason | None = None
    note: str = ""
    seconds: float | None = None


@transaction.atomic
def cast(
    *,
    candidate: Candidate,
    verdict: Verdict,
    reason: ExclusionReason | None = None,
    note: str = "",
    seconds: float | None = None,
    by: User,
) -> Vote:
    """Vote, or change one's mind. Sent twice it counts once; a vote nobody needs any more is kept and changes nothing."""
    require(May.SCREEN, review=candidate.review, by=by)
    row = lock(candidate)
    policy = policies.in_force(row.review, Stage(row.stage))
    return _cast(row, policy, Ballot(candidate, verdict, reason, note, seconds), by)


@transaction.atomic
def cast_many(*, ballots: Sequence[Ballot], by: User) -> list[Vote]:
    """Several votes, all or none: a family of records voted on together, or a ticked part of a list."""
    votes = []
    # In one order, so that two people who do this at once wait for each other instead of blocking each other.
    for ballot in sorted(ballots, key=lambda ballot: ballot.candidate.pk):
        votes.append(
            cast(
                candidate=ballot.candidate,
                verdict=ballot.verdict,
                reason=ballot.reason,
                note=ballot.note,
                seconds=ballot.seconds,
                by=by,
            )
        )
    return votes


@transaction.atomic
def take_back(*, candidate: Candidate, by: User) -> Vote:
    """Undo: one's standing vote no longer counts. It stays in the history, as does its taking back."""
    require(May.SCREEN, review=candidate.review, by=by)
    row = lock(candidate)
    mine = Standing.objects.filter(candidate=row, reviewer=by).first()
    if mine is None:
        raise NothingToDo("You have no vote here that could be taken back.")
    if row.resolved:
        raise AlreadyResolved("This was resolved after you had voted. Ask for it to be opened again first.")
    policy = policies.in_force(row.review, Stage(row.stage))
    vote = Vote.objects.create(**subject_of(row), reviewer=by, verdict=Verdict.WITHDRAWN, policy=policy)
    standing.votes_changed(candidate=row, policy=policy)
    _tell("vote.taken-back", "took back the vote on", row, policy, by)
    return vote


@transaction.atomic
def take_back_many(*, candidates: Iterable[Candidate], by: User) -> list[Vote]:
    """Undo several votes, all or none."""
    return [take_back(candidate=one, by=by) for one in sorted(candidates, key=lambda one: one.pk)]


def _cast(row: Candidate, policy: Policy, ballot: Ballot, by: User) -> Vote:
    note = ballot.note.strip()
    _check(row, ballot.verdict, ballot.reason, note)
    mine = Standing.objects.filter(candidate=row, reviewer=by).select_related("vote").first()
    if mine and row.resolved:
        raise AlreadyResolved("This was resolved after you had voted. Ask for it to be opened again first.")
    said = (ballot.verdict, ballot.reason.pk if ballot.reason else None, note)
    if mine and (mine.vote.verdict, mine.vote.reason_id, mine.vote.note) == said:
        return mine.vote
    if mine is None and policy.has_pilot and not row.in_pilot and is_locked(policy):
        raise StageLocked("This stage is still closed: a pilot round comes first.")
    seconds = ballot.seconds
    vote = Vote.objects.create(
        **subject_of(row),
        reviewer=by,
        verdict=ballot.verdict,
        reason=ballot.reason,
        note=note,
        seconds=None if seconds is None else min(max(seconds, 0.0), LONGEST_READING),
        policy=policy,
    )
    standing.votes_changed(candidate=row, policy=policy)
    leases.release(candidate=row, by=by)
    _tell("vote.changed" if mine else "vote.cast", "voted again on" if mine else "voted on", row, policy, by)
    if row.in_pilot and policy.has_pilot:
        pilots.voted(candidate=row, policy=policy, by=by)
    ranking.votes_counted(policy=policy, by=by)
    return vote


def lock(candidate: Candidate) -> Candidate:
    """The candidate's row, held until the transaction ends, so that two votes at once are counted one after the other."""
    row = (
        Candidate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("review__created_by", "record", "report")
        .filter(pk=candidate.pk)
        .first()
    )
    if row is None:
        raise NotACandidate(
            "This is no longer to be screened: it was linked to a duplicate, removed or given up."
        )
    return row


def _check(row: Candidate, verdict: Verdict, reason: ExclusionReason | None, note: str) -> None:
    if verdict not in {Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.MAYBE}:
        raise Refused("Vote include, exclude or maybe.")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"A note may have at most {LONGEST_NOTE} characters; this one has {len(note)}.")
    check_reason(row, excluded=verdict == Verdict.EXCLUDE, reason=reason)


def check_reason(row: Candidate, *, excluded: bool, reason: ExclusionReason | None) -> None:
    """A reason goes with an exclusion only, comes from this review, and is obligatory at full text."""
    if reason is None:
        if excluded and row.stage == Stage.FULL_TEXT:
            raise ReasonNeeded("Say for which reason the report is excluded.")
        return
    if not excluded:
        raise Refused("Only an exclusion has a reason.")
    if reason.review_id != row.review_id or reason.retired_at is not None:
        raise Refused("This is not one of the exclusion reasons of this review.")


def _tell(verb: str, sentence: str, row: Candidate, policy: Policy, by: User) -> None:
    if not policy.tells_votes and not row.in_pilot:
        # Where one include is enough, to know that somebody voted and it is still open is to know how.
        history.record(verb, f"{sentence} something", review=row.review, by=by, stage=row.stage)
        return
    title = str(row.subject)
    title = title if len(title) <= 80 else title[:79].rstrip() + "…"
    history.record(
        verb, f"{sentence} “{title}”", review=row.review, subject=row.subject, by=by, stage=row.stage
    )
