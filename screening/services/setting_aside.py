"""Reports that were read but cannot be decided on yet: awaiting classification, or about an ongoing study."""

from __future__ import annotations

from django.db import transaction

from reviews.errors import NothingToDo, Refused
from reviews.models import User
from reviews.services import history
from screening.models import Report, SettingAside
from screening.services import standing
from screening.services.reports import lock, short

Kind = SettingAside.Kind
LONGEST_REASON = 2_000


@transaction.atomic
def set_aside(*, report: Report, kind: SettingAside.Kind, reason: str, by: User) -> SettingAside:
    """Neither included nor excluded for now, and no votes are asked for; those there are are kept.

    Also says that what awaited classification is an ongoing study, or the other way round.
    """
    row = lock(report, by)
    reason = reason.strip()
    if kind not in {Kind.AWAITING, Kind.ONGOING}:
        raise Refused("Say whether it awaits classification or its study is ongoing.")
    if not reason:
        raise Refused("Say what is waited for: the review names these reports with the reason.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"At most {LONGEST_REASON} characters; these are {len(reason)}.")
    if row.retrieval != Report.Retrieved.RETRIEVED:
        raise Refused(
            "Only what was retrieved and read is set aside. A register's entry counts: give its address as the full text."
        )
    if set_aside_as(row) == (kind, reason):
        raise NothingToDo("It is set aside for this reason already.")
    return _write(row, kind, reason, f"set aside ({kind.label.lower()})", by)


@transaction.atomic
def take_up(*, report: Report, reason: str = "", by: User) -> SettingAside:
    """It can be decided on now; the votes it had count again."""
    row = lock(report, by)
    if not set_aside_as(row)[0]:
        raise NothingToDo("This report is not set aside.")
    return _write(row, Kind.TAKEN_UP, reason.strip()[:LONGEST_REASON], "took up again", by)


def set_aside_as(report: Report) -> tuple[str, str]:
    """The kind and the reason in force; both empty when it is not set aside."""
    newest = report.set_aside.order_by("pk").last()
    return (newest.kind, newest.reason) if newest and newest.kind else ("", "")


def _write(row: Report, kind: SettingAside.Kind, reason: str, did: str, by: User) -> SettingAside:
    fact = SettingAside.objects.create(report=row, kind=kind, reason=reason, by=by)
    standing.reports_changed(review=row.review, report_ids=[row.pk])
    verb = "report.set-aside" if kind else "report.taken-up"
    history.record(verb, f"{did} “{short(row.title)}”", review=row.review, subject=row, by=by)
    return fact
