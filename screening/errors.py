"""What the verbs of this floor may refuse, in words that a person is shown."""

from __future__ import annotations

from reviews.errors import Refused


class NotACandidate(Refused):
    """The record or report is not (or no longer) to be screened."""


class AlreadyResolved(Refused):
    """A conflict was resolved, so votes that led to it cannot be changed any more."""


class ReasonNeeded(Refused):
    """An exclusion at full text names its reason."""


class NotInConflict(Refused):
    """There is nothing to resolve."""


class NotYours(Refused):
    """Somebody else decides this: the arbiter, or the reviewers who disagree."""


class BadDocument(Refused):
    """The uploaded file is not a PDF that can be read."""


class StageLocked(Refused):
    """The stage waits for its pilot round."""


class NotAgreed(Refused):
    """Nothing is proposed that could be agreed to, or somebody has to agree who cannot."""
