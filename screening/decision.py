"""The one rule by which votes and resolutions become a status. Pure: no database, no clock, no chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a decision stands."""

    OPEN = "open"
    CONFLICT = "conflict"
    INCLUDED = "included"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """An exclusion reason; of several the one with the smallest rank counts."""

    rank: int
    id: int


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it was cast: `verdict` is include, exclude, maybe or withdrawn; `vote` grows with time."""

    vote: int
    reviewer: int
    verdict: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A reviewer's vote that counts today. `since` is the first vote after the last one taken back, if any.

    A change of mind keeps the reviewer's place in the order of voting; who takes the vote back gives the place up.
    """

    vote: int
    reviewer: int
    verdict: str
    reason: Reason | None
    since: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """A resolution: `verdict` is include, exclude or withdrawn; `resolution` grows with time."""

    resolution: int
    verdict: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from the facts."""

    status: Status
    reason: Reason | None = None
    resolved: bool = False


def ballots(casts: Iterable[Cast]) -> list[Ballot]:
    """The standing vote of each reviewer, in the order in which they took their places."""
    standing: dict[int, Ballot] = {}
    for cast in sorted(casts, key=lambda cast: cast.vote):
        earlier = standing.pop(cast.reviewer, None)
        if cast.verdict != "withdrawn":
            since = earlier.since if earlier else cast.vote
            standing[cast.reviewer] = Ballot(cast.vote, cast.reviewer, cast.verdict, cast.reason, since)
    return sorted(standing.values(), key=lambda ballot: ballot.since)


def newest(rulings: Iterable[Ruling]) -> Ruling | None:
    """The resolution in force: the last one, unless it was taken back."""
    last = max(rulings, key=lambda ruling: ruling.resolution, default=None)
    return None if last is None or last.verdict == "withdrawn" else last


def decide(standing: Sequence[Ballot], *, votes_needed: int, ruling: Ruling | None = None) -> Decision:
    """The status that follows from standing votes (in order of their places) and a resolution in force.

    A resolution overrides. Otherwise the first `votes_needed` votes decide; later ones are kept and change nothing.
    Too few votes leave it open, excludes from all exclude for the highest-ranked reason given, excludes from none
    include ("maybe" lets a record pass), and anything else is a conflict.
    """
    if votes_needed < 1:
        raise ValueError("A decision needs at least one vote.")
    if ruling is not None:
        status = Status.EXCLUDED if ruling.verdict == "exclude" else Status.INCLUDED
        return Decision(status, ruling.reason, resolved=True)
    deciding = standing[:votes_needed]
    if len(deciding) < votes_needed:
        return Decision(Status.OPEN)
    excludes = [ballot for ballot in deciding if ballot.verdict == "exclude"]
    if not excludes:
        return Decision(Status.INCLUDED)
    if len(excludes) < len(deciding):
        return Decision(Status.CONFLICT)
    return Decision(Status.EXCLUDED, min((b.reason for b in excludes if b.reason), default=None))
