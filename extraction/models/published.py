"""Published reviews whose claims are checked, and the sheets of claims that were pasted: facts, one row each time."""

from __future__ import annotations

from django.db import models


class PublishedReview(models.Model):
    """Somebody else's review, whose claims the team checks."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="published")
    title = models.CharField(max_length=200)
    citation = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "title"], name="published_review_once_by_title")
        ]

    def __str__(self) -> str:
        return self.title


class ClaimSheet(models.Model):
    """A fact: the claims as somebody pasted them. The newest number counts; what follows from it is never stored.

    The format is in extraction/published/; lines that could not be read stand in `text` like the others.
    """

    published = models.ForeignKey(PublishedReview, on_delete=models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["published", "number"]
        constraints = [
            models.UniqueConstraint(fields=["published", "number"], name="claim_sheet_once_by_number")
        ]

    def __str__(self) -> str:
        return f"{self.published}, version {self.number}"
