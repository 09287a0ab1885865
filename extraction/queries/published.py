"""Published reviews, the versions of their claims, and what the checks say of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from extraction.models import ClaimSheet, PublishedReview
from extraction.published import Checked, Report, Status, check_text
from reviews.models import Review
from reviews.queries.table import Echo, harmless

COLUMNS = (
    "claim",
    "line",
    "what",
    "status of the claim",
    "check",
    "status of the check",
    "expected",
    "found",
    "how far",
    "usual cause",
    "source of the check",
    "where the claim stands",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A published review in the list: its newest version, and what came of it."""

    sheet: ClaimSheet
    report: Report

    @property
    def published(self) -> PublishedReview:
        """The published review."""
        return self.sheet.published

    @property
    def raised(self) -> int:
        """How many of its claims do not follow."""
        return len(self.report.having(Status.DOES_NOT_FOLLOW))


def listed(review: Review) -> list[Listed]:
    """Every published review of the project in the order of titles; one query."""
    newer = ClaimSheet.objects.filter(published=OuterRef("published"), number__gt=OuterRef("number"))
    newest = ClaimSheet.objects.filter(~Exists(newer), published__review=review)
    return [
        Listed(sheet, check_text(sheet.text))
        for sheet in newest.select_related("published", "by").order_by("published__title", "pk")
    ]


def versions(published: PublishedReview) -> list[ClaimSheet]:
    """All versions without their texts, the newest first; one query."""
    return list(published.sheets.select_related("by").defer("text").order_by("-number"))


def sheet_of(published: PublishedReview, number: int | None) -> ClaimSheet | None:
    """The version of this number, or the newest; None when there is no such version."""
    sheets = published.sheets.select_related("by").order_by("-number")
    return (sheets.filter(number=number) if number is not None else sheets).first()


def grouped(report: Report) -> list[tuple[Status, str, list[Checked]]]:
    """The claims by status, with the address of each group on the page; those that do not follow first."""
    return [(status, status.value.replace(" ", "-"), report.having(status)) for status in Status]


def csv_lines(sheet: ClaimSheet) -> Iterator[str]:
    """A head, a line for each check, and one for each line that could not be read."""
    writer, report = csv.writer(Echo()), check_text(sheet.text)
    # Without this mark a spreadsheet takes UTF-8 for something else.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for one in report.checked:
        claim = one.claim
        for verdict in one.verdicts:
            yield writer.writerow(
                [
                    harmless(value)
                    for value in (
                        claim.ref,
                        claim.line,
                        claim.what,
                        one.status.value,
                        verdict.check,
                        verdict.status.value,
                        verdict.expected,
                        verdict.found,
                        verdict.how_far,
                        verdict.usual_cause,
                        verdict.source,
                        claim.head.place,
                    )
                ]
            )
    for problem in report.problems:
        line = ["", problem.line, problem.text, "cannot be read", "", "", problem.message, "", "", "", "", ""]
        yield writer.writerow([harmless(value) for value in line])
