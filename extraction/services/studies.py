"""Verbs: form studies of included reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from extraction.models import Study, StudyReport
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from screening.models import Report
from screening.queries import included_reports

EDITABLE = ("label", "year", "design", "country", "registration", "notes", "moderators")


@transaction.atomic
def found(*, review: Review, reports: Iterable[Report], label: str, by: User, **details: Any) -> Study:
    """Make a study of one or more included reports that belong to none yet."""
    require(May.EXTRACT, review=review, by=by)
    label = label.strip()
    if not label:
        raise Refused("Give the study a label, for example the first author and the year.")
    if Study.objects.filter(review=review, label=label).exists():
        raise Refused(
            f"There is a study called “{label}” already. Join the report to it, or choose another label."
        )
    study = Study.objects.create(review=review, label=label, created_by=by, **details)
    for report in reports:
        _link(study, report, by)
    history.record("study.founded", f"made the study “{study}”", review=review, subject=study, by=by)
    return study


@transaction.atomic
def join(*, study: Study, report: Report, by: User) -> StudyReport:
    """One more report tells of `study`."""
    require(May.EXTRACT, review=study.review, by=by)
    link = _link(study, report, by)
    history.record(
        "study.joined", f"joined “{report}” to the study “{study}”", review=study.review, subject=study, by=by
    )
    return link


@transaction.atomic
def part(*, link: StudyReport, by: User) -> None:
    """The report does not belong to the study after all; it awaits a study again, and the study keeps its values."""
    review = link.study.review
    require(May.EXTRACT, review=review, by=by)
    if not StudyReport.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now()):
        raise NothingToDo("This report has been parted from the study already.")
    history.record(
        "study.parted",
        f"parted “{link.report}” from the study “{link.study}”",
        review=review,
        subject=link.study,
        by=by,
    )


@transaction.atomic
def edit(*, study: Study, by: User, **changes: Any) -> Study:
    """Change what is known about the study; the history keeps what was there before."""
    require(May.EXTRACT, review=study.review, by=by)
    study = Study.objects.select_for_update().get(pk=study.pk)
    unknown = set(changes) - set(EDITABLE)
    if unknown:
        raise TypeError(f"Not a detail of a study: {', '.join(sorted(unknown))}")
    differing = {
        name: [getattr(study, name), value]
        for name, value in changes.items()
        if getattr(study, name) != value
    }
    if not differing:
        return study
    for name, (_, value) in differing.items():
        setattr(study, name, value)
    try:
        with transaction.atomic():
            study.save(update_fields=list(differing))
    except IntegrityError:
        raise Refused(f"There is a study called “{study.label}” already.") from None
    history.record(
        "study.edited",
        f"changed the details of “{study}”",
        review=study.review,
        subject=study,
        by=by,
        changes=differing,
    )
    return study


def _link(study: Study, report: Report, by: User) -> StudyReport:
    if not included_reports(study.review).filter(pk=report.pk).exists():
        raise Refused(f"“{report}” is not included: only included reports belong to a study.")
    if StudyReport.objects.filter(report=report, ended_at=None).exists():
        raise Refused(f"“{report}” belongs to a study already.")
    return StudyReport.objects.create(study=study, report=report, by=by)
