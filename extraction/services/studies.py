"""Verbs: form studies of included reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from extraction.models import Study, StudyReport
from extraction.queries.studies import awaiting_a_study, label_for, labels_in_use
from extraction.services.telling import results_changed
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import editing, history
from reviews.services.locking import lock
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
    study = Study(review=review, label=label, created_by=by, **details)
    try:
        with transaction.atomic():
            study.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            f"There is a study called “{label}” already. Join the report to it, or choose another label."
        ) from None
    for report in reports:
        _link(study, report, by)
    _tell("study.founded", f"made the study “{study}”", study, by)
    return study


@transaction.atomic
def found_each(*, review: Review, by: User) -> list[Study]:
    """Make a study of every included report that awaits one, labelled by its first author and year."""
    require(May.EXTRACT, review=review, by=by)
    lock(review)
    used, made = labels_in_use(review), []
    for waiting in awaiting_a_study(review):
        label = label_for(waiting, used)
        used.add(label)
        study = Study.objects.create(review=review, label=label, year=waiting.year, created_by=by)
        StudyReport.objects.create(study=study, report=waiting.report, by=by)
        _tell("study.founded", f"made the study “{study}”", study, by)
        made.append(study)
    if not made:
        raise NothingToDo("No included report awaits a study.")
    return made


@transaction.atomic
def join(*, study: Study, report: Report, by: User) -> StudyReport:
    """One more report tells of `study`."""
    require(May.EXTRACT, review=study.review, by=by)
    link = _link(study, report, by)
    _tell("study.joined", f"joined “{report}” to the study “{study}”", study, by)
    return link


@transaction.atomic
def part(*, link: StudyReport, by: User) -> None:
    """The report does not belong to the study after all; it awaits a study again, and the study keeps its values."""
    require(May.EXTRACT, review=link.study.review, by=by)
    if not StudyReport.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now()):
        raise NothingToDo("This report has been parted from the study already.")
    _tell("study.parted", f"parted “{link.report}” from the study “{link.study}”", link.study, by)


@transaction.atomic
def edit(*, study: Study, values: Mapping[str, Any], seen: str, by: User) -> Study:
    """Change what is known about the study; `seen` is the fingerprint of the details that were on the page."""
    require(May.EXTRACT, review=study.review, by=by)
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"Not a detail of a study: {', '.join(sorted(unknown))}")
    row = Study.objects.select_for_update().get(pk=study.pk)
    try:
        with transaction.atomic():
            changes = editing.apply(row, values, seen=seen)
    except IntegrityError:
        raise Refused(f"There is a study called “{row.label}” already.") from None
    _tell("study.edited", f"changed the details of “{row}”", row, by, changes=changes)
    results_changed(review=row.review, by=by)
    return row


def _link(study: Study, report: Report, by: User) -> StudyReport:
    if not included_reports(study.review).filter(pk=report.pk).exists():
        raise Refused(f"“{report}” is not included: only included reports belong to a study.")
    try:
        with transaction.atomic():
            return StudyReport.objects.create(study=study, report=report, by=by)
    except IntegrityError:
        raise Refused(f"“{report}” belongs to a study already.") from None


def _tell(verb: str, sentence: str, study: Study, by: User, **data: Any) -> None:
    history.record(verb, sentence, review=study.review, subject=study, by=by, **data)
