"""The discussion about a record or report. It opens once the votes are in, and lines are only added."""

from __future__ import annotations

from django.db import transaction

from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import User
from screening.errors import NotYours
from screening.models import Candidate, Comment, Policy, Stage
from screening.models.subject import subject_of
from screening.services.votes import LONGEST_NOTE, lock


@transaction.atomic
def add(*, candidate: Candidate, text: str, by: User) -> Comment:
    """Add a line, for everybody in the review to read."""
    require(May.SCREEN, review=candidate.review, by=by)
    row = lock(candidate)
    if not is_open(row):
        raise NotYours("The discussion opens when all votes are in, so that nobody is influenced before.")
    text = text.strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > LONGEST_NOTE:
        raise Refused(f"A comment may have at most {LONGEST_NOTE} characters; this one has {len(text)}.")
    return Comment.objects.create(**subject_of(row), text=text, by=by)


def is_open(candidate: Candidate) -> bool:
    """Whether the candidate may be talked about: its votes are complete, or nobody is blinded."""
    if candidate.is_complete:
        return True
    policy = Policy.objects.in_force(candidate.review, Stage(candidate.stage))
    return not policy.blinded and not (candidate.in_pilot and policy.has_pilot)
