"""What a verb may refuse, in words that a person is shown."""

from __future__ import annotations


class Refused(Exception):
    """A rule of the review says no; the message is shown to the person who asked."""


class NotAllowed(Refused):
    """The person's role does not cover what they asked for."""


class NothingToDo(Refused):
    """What was asked for has been done already, or has nothing to act on."""


class ChangedMeanwhile(Refused):
    """Somebody else wrote to the same thing after the person had opened it."""
