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
    AWAITING = "awaiting"
    ONGOING = "ongoing"


class Mode(StrEnum):
    """How the votes of a stage are weighed."""

    INDEPENDENT = "independent"
    VERIFIED = "verified"
    SAFETY = "safety"
    REASSESSED = "reassessed"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many votes a decision takes and what they must say.

    INDEPENDENT  `votes` people vote; all of them exclude, or none does, else it is a conflict.
    VERIFIED     one person decides; an exclusion that is drawn for it is checked by a second person.
    SAFETY       the first include decides; to exclude takes `votes` excludes and nobody who includes before.
    REASSESSED   two vote; unless both let it pass, two others vote as well, and pairs that disagree are a conflict.
    """

    mode: Mode = Mode.INDEPENDENT
    votes: int = 2

    def __post_init__(self) -> None:
        if self.votes < 1:
            raise ValueError("A decision needs at least one vote.")

    @property
    def most_votes(self) -> int:
        """How many votes one decision can take."""
        return {Mode.VERIFIED: 2, Mode.REASSESSED: 4}.get(self.mode, self.votes)

    @property
    def first_votes(self) -> int:
        """How many people may vote at the same moment on what nobody has voted on."""
        return decide([], rule=self).lacking

    @property
    def tells_votes(self) -> bool:
        """Whether to see how many votes an undecided record has tells nothing of what they say."""
        return self.mode == Mode.INDEPENDENT


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
    """What follows from the facts.

    `lacking` is how many people may vote at the same moment without one of their votes being superfluous; 0 when it is
    not open. `deciding` is how many of the standing votes made the decision; later ones changed nothing.
    """

    status: Status
    reason: Reason | None = None
    resolved: bool = False
    lacking: int = 0
    deciding: int = 0


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


def decide(
    standing: Sequence[Ballot], *, rule: Rule, checked: bool = True, ruling: Ruling | None = None
) -> Decision:
    """The status that follows from standing votes (in order of their places) and a resolution in force.

    A resolution overrides. Otherwise the first votes that suffice decide; later ones are kept and change nothing.
    `checked` says whether an exclusion of a VERIFIED stage was drawn to be checked. "Maybe" lets a record pass, like
    an include. Of the reasons given by the excludes that decided, the highest-ranked counts.
    """
    excludes = [ballot.verdict == "exclude" for ballot in standing]
    status, number = _WEIGH[rule.mode](excludes, rule.votes, checked)
    deciding = len(standing) if status is Status.OPEN else number
    if ruling is not None:
        ruled = Status.EXCLUDED if ruling.verdict == "exclude" else Status.INCLUDED
        return Decision(ruled, ruling.reason, resolved=True, deciding=deciding)
    if status is Status.OPEN:
        return Decision(status, lacking=number, deciding=deciding)
    reasons = [ballot.reason for ballot in standing[:number] if ballot.verdict == "exclude" and ballot.reason]
    reason = min(reasons, default=None) if status is Status.EXCLUDED else None
    return Decision(status, reason, deciding=deciding)


def while_set_aside(decision: Decision, kinds: Sequence[str]) -> Decision:
    """The decision on a report, given what was said about setting it aside, oldest first: "awaiting", "ongoing" or "".

    The last word counts; "" takes the report up again. While it is set aside it is neither included nor excluded, for no
    reason, and lacks no votes; those it has are kept, and decide again afterwards as if nothing had been.
    """
    last = kinds[-1] if kinds else ""
    if not last:
        return decision
    return Decision(Status(last), resolved=decision.resolved, deciding=decision.deciding)


# Each of these takes, for the votes in order, whether they exclude; it returns the status with the number of votes that
# made it, or OPEN with the number of votes that are certainly still needed.


def _independent(excludes: list[bool], needed: int, _checked: bool) -> tuple[Status, int]:
    if len(excludes) < needed:
        return Status.OPEN, needed - len(excludes)
    return _unanimous(excludes[:needed]), needed


def _verified(excludes: list[bool], _needed: int, checked: bool) -> tuple[Status, int]:
    if not excludes:
        return Status.OPEN, 1
    if not excludes[0]:
        return Status.INCLUDED, 1
    if not checked:
        return Status.EXCLUDED, 1
    return _independent(excludes, 2, checked)


def _safety(excludes: list[bool], needed: int, _checked: bool) -> tuple[Status, int]:
    for number, exclude in enumerate(excludes[:needed], start=1):
        if not exclude:
            return Status.INCLUDED, number
    # The next vote may be an include that decides alone, so never more than one at a time is certainly needed.
    return (Status.OPEN, 1) if len(excludes) < needed else (Status.EXCLUDED, needed)


def _reassessed(excludes: list[bool], _needed: int, _checked: bool) -> tuple[Status, int]:
    first, second = excludes[:2], excludes[2:4]
    if len(first) < 2:
        return Status.OPEN, 2 - len(first)
    if not any(first):
        return Status.INCLUDED, 2
    if len(second) < 2:
        return Status.OPEN, 2 - len(second)
    before, after = _unanimous(first), _unanimous(second)
    # Who disagreed is outvoted by two others who agree; two pairs of one mind each that differ have to talk.
    return (after if before in {after, Status.CONFLICT} else Status.CONFLICT), 4


def _unanimous(excludes: list[bool]) -> Status:
    if not any(excludes):
        return Status.INCLUDED
    return Status.EXCLUDED if all(excludes) else Status.CONFLICT


_WEIGH = {
    Mode.INDEPENDENT: _independent,
    Mode.VERIFIED: _verified,
    Mode.SAFETY: _safety,
    Mode.REASSESSED: _reassessed,
}
