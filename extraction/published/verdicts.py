"""What a check says about a claim."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from extraction.published.claims import Claim


class Status(enum.Enum):
    """Whether a claim follows from the numbers given; the value is what a reader is told."""

    DOES_NOT_FOLLOW = "does not follow"
    CANNOT_BE_CHECKED = "cannot be checked"
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one claim.

    `expected` is what the numbers given lead to and `found` what is printed; `how_far` they are apart and the `usual_cause`
    of that are empty when the claim follows. `source` says where the rule comes from.
    """

    claim: Claim
    check: str
    status: Status
    expected: str
    found: str
    source: str
    how_far: str = ""
    usual_cause: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with everything that was checked about it.

    One check that fails is enough for `does not follow`, and one that passes enough for `follows` when none fails.
    """

    claim: Claim
    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def status(self) -> Status:
        """The status of the claim as a whole."""
        every = {verdict.status for verdict in self.verdicts}
        for status in (Status.DOES_NOT_FOLLOW, Status.FOLLOWS):
            if status in every:
                return status
        return Status.CANNOT_BE_CHECKED


def follows(claim: Claim, check: str, *, expected: str, found: str, source: str) -> Verdict:
    """The claim follows from the numbers given."""
    return Verdict(claim, check, Status.FOLLOWS, expected, found, source)


def cannot(claim: Claim, check: str, *, missing: str, source: str) -> Verdict:
    """A number that the check needs is not given; `missing` says which."""
    return Verdict(claim, check, Status.CANNOT_BE_CHECKED, missing, "", source)


def judged(
    claim: Claim,
    check: str,
    *,
    ok: bool,
    expected: str,
    found: str,
    source: str,
    how_far: str,
    usual_cause: str,
) -> Verdict:
    """Follows when `ok`; otherwise it does not, and how far and why that usually happens is kept."""
    if ok:
        return follows(claim, check, expected=expected, found=found, source=source)
    return Verdict(claim, check, Status.DOES_NOT_FOLLOW, expected, found, source, how_far, usual_cause)
