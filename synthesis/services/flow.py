"""Verbs: say what the flow diagram cannot count by itself."""

from __future__ import annotations

from django.db import transaction

from extraction.models import Study
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from reviews.services.locking import lock
from synthesis.models import EarlierStudy, FlowStatement

FIELDS = ("earlier_studies", "earlier_reports", "earlier_source", "note_w4", "note_w6")


@transaction.atomic
def state(
    *,
    review: Review,
    earlier_studies: int | None = None,
    earlier_reports: int | None = None,
    earlier_source: str = "",
    note_w4: str = "",
    note_w6: str = "",
    by: User,
) -> FlowStatement:
    """Say whether the review updates an earlier one, with that one's numbers and where they stand, and explain warnings."""
    require(May.ANALYSE, review=review, by=by)
    lock(review)
    if (earlier_studies is None) != (earlier_reports is None):
        raise Refused("Give both numbers of the earlier review, its studies and their reports, or neither.")
    if earlier_studies is not None and earlier_reports is not None:
        if earlier_reports < earlier_studies:
            raise Refused("Each study has a report: there cannot be fewer reports than studies.")
        if not earlier_source.strip():
            raise Refused("Say where the numbers of the earlier review stand, for example its DOI.")
    said = FlowStatement(
        review=review,
        earlier_studies=earlier_studies,
        earlier_reports=earlier_reports,
        earlier_source=earlier_source.strip(),
        note_w4=note_w4.strip(),
        note_w6=note_w6.strip(),
        by=by,
    )
    before = FlowStatement.objects.in_force(review)
    if all(getattr(said, name) == getattr(before, name) for name in FIELDS):
        raise NothingToDo("Nothing was changed.")
    said.save()
    sentence = "said what the flow diagram cannot count"
    if said.is_update and not before.is_update:
        sentence = f"said that the review updates an earlier one with {earlier_studies} studies"
    history.record("flow.stated", sentence, review=review, subject=said, by=by)
    return said


@transaction.atomic
def mark_earlier(*, study: Study, is_earlier: bool, by: User) -> None:
    """Say that the earlier version of the review had this study already, or that it had not after all."""
    review = study.review
    require(May.ANALYSE, review=review, by=by)
    lock(review)
    if is_earlier and not FlowStatement.objects.in_force(review).is_update:
        raise Refused("Say first that the review updates an earlier one.")
    newest = EarlierStudy.objects.filter(study=study).order_by("-pk").first()
    if (newest is not None and newest.is_earlier) == is_earlier:
        raise NothingToDo("That is how it stands already.")
    EarlierStudy.objects.create(study=study, is_earlier=is_earlier, by=by)
    sentence = f"marked “{study}” as {'a study of the earlier review' if is_earlier else 'a new study'}"
    history.record("flow.study_marked", sentence, review=review, subject=study, by=by)
