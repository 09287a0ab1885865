"""PDFs that were uploaded together and have no report yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class LoosePdfQuerySet(models.QuerySet["LoosePdf"]):
    """Questions about loose PDFs."""

    def waiting(self) -> LoosePdfQuerySet:
        """Those that nobody has placed or put away."""
        return self.filter(settled_at=None)


class LoosePdf(models.Model):
    """A PDF that waits for somebody to say which report it is of; it is kept whatever is decided."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="loose_pdfs")
    file = models.FileField(upload_to="reports/%Y/%m/")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    guesses = models.JSONField(default=list, help_text="Likely reports: id, likeness in percent, why.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(
        "screening.Report",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Where it was placed; none if it was put away.",
    )

    objects: ClassVar[LoosePdfQuerySet] = LoosePdfQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name = "loose PDF"
        constraints = [
            models.UniqueConstraint(
                "review", "sha256", condition=Q(settled_at=None), name="loose_pdf_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
