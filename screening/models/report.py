"""Reports: documents that are sought, retrieved and read in full."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
    # Derived from Retrieval facts and from what became of its records; screening/services write them.
    retrieval = models.CharField(max_length=15, choices=Retrieved.choices, default=Retrieved.SOUGHT)
    is_sought = models.BooleanField(
        default=True,
        help_text="At least one of its records is (still) included on title and abstract, or was hand-picked.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retrieval__in=["sought", "retrieved", "not-retrieved"]),
                name="report_retrieval_is_known",
            ),
        ]
        indexes = [models.Index(fields=["review", "retrieval"], name="report_by_review_and_retrieval")]

    def __str__(self) -> str:
        return self.title


class ReportRecord(models.Model):
    """Which records describe a report: usually one; several when databases index one paper differently."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="report_links")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("report", "record", name="record_is_linked_once_to_a_report")]

    def __str__(self) -> str:
        return f"{self.report_id} ← {self.record_id}"  # type: ignore[attr-defined]


class Retrieval(models.Model):
    """A fact about the search for a report's full text; the newest counts."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="retrievals")
    outcome = models.CharField(max_length=15, choices=Report.Retrieved.choices)
    note = models.TextField(blank=True, help_text="For a report not retrieved: what was tried.")
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
        return f"{self.report_id}: {self.outcome}"  # type: ignore[attr-defined]


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

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
