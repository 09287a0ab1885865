"""Reports: documents that are sought, retrieved and read in full."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from reviews.models import Review

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions about reports."""

    def of(self, review: Review) -> ReportQuerySet:
        """The reports of one review."""
        return self.filter(review=review)

    def sought(self) -> ReportQuerySet:
        """Reports that are wanted today, whatever became of them."""
        return self.filter(is_sought=True)


class Report(models.Model):
    """A document about a study. It exists once somebody decided to seek it; what became of it is a Retrieval."""

    class Retrieved(models.TextChoices):
        """Where the search for the document stands."""

        SOUGHT = "sought", "Sought"
        RETRIEVED = "retrieved", "Retrieved"
        NOT_RETRIEVED = "not-retrieved", "Not retrieved"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="reports")
    title = models.TextField()
    citation = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Derived from facts (retrievals, picks, what became of its records); services/standing.py writes them.
    retrieval = models.CharField(max_length=15, choices=Retrieved.choices, default=Retrieved.SOUGHT)
    from_databases = models.BooleanField(
        default=False, help_text="A record from a database or register led to it (left column of PRISMA)."
    )
    from_other_methods = models.BooleanField(
        default=False, help_text="Picked from websites, organisations or citations (right column of PRISMA)."
    )
    is_sought = models.BooleanField(
        default=False, help_text="By one route or both; false when all that led to it was taken back."
    )

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retrieval__in=["sought", "retrieved", "not-retrieved"]),
                name="report_retrieval_is_known",
            ),
            models.CheckConstraint(
                condition=Q(is_sought=False, from_databases=False, from_other_methods=False)
                | Q(is_sought=True) & (Q(from_databases=True) | Q(from_other_methods=True)),
                name="report_is_sought_by_a_route",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "is_sought", "retrieval"], name="report_by_review_and_retrieval")
        ]

    def __str__(self) -> str:
        return self.title


class ReportRecord(models.Model):
    """A fact: this record describes this report. Of a record's links the newest counts.

    Usually a report has one record; several when databases index one paper differently, or when two records turn out
    to be one paper and their reports are joined.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="report_links")
    by = models.ForeignKey(
        "reviews.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody, when the report was made because its record was included.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report_id} ← {self.record_id}"


class Pick(models.Model):
    """A fact about a record found by other methods: its report is sought, or it is left aside. The newest counts.

    Such records are not screened on title and abstract: PRISMA 2020 leads them straight to "reports sought".
    """

    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="picks")
    sought = models.BooleanField()
    note = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.record_id}: {'sought' if self.sought else 'left aside'}"


class Retrieval(models.Model):
    """A fact about the search for a report's full text; the newest counts."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="retrievals")
    outcome = models.CharField(max_length=15, choices=Report.Retrieved.choices)
    note = models.TextField(
        blank=True, help_text="Not retrieved: what was tried. Retrieved without a file: where it can be read."
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="not-retrieved", note=""), name="not_retrieved_says_what_was_tried"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.outcome}"

    @property
    def address(self) -> str:
        """The web address in the note, if there is one that can be opened."""
        found = _ADDRESS.search(self.note)
        if found is None:
            return ""
        address = found[0].rstrip(".,;:!?)]}”’'")
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            return ""
        return address


class DocumentQuerySet(models.QuerySet["Document"]):
    """Questions about documents."""

    def current(self) -> DocumentQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Document(models.Model):
    """A PDF of a report, kept as it was uploaded."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="documents")
    file = models.FileField(upload_to="reports/%Y/%m/")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "report",
                "sha256",
                condition=Q(withdrawn_at=None),
                name="document_is_attached_once_to_a_report",
            ),
        ]

    def __str__(self) -> str:
        return self.name
