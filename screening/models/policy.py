"""How a stage is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from reviews.models import Review


class Stage(models.TextChoices):
    """The two rounds of screening."""

    TITLE_ABSTRACT = "title-abstract", "Title and abstract"
    FULL_TEXT = "full-text", "Full text"


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Questions about policies."""

    def in_force(self, review: Review, stage: Stage) -> Policy:
        """The newest version; a review that has none yet is decided by the defaults (an unsaved row)."""
        newest = (
            self.filter(review=review, stage=stage).order_by("-version").select_related("arbiter").first()
        )
        return newest or Policy(review=review, stage=stage, version=0, by=review.created_by)


class Policy(models.Model):
    """One version of a stage's rules; the newest counts, and votes remember the one they were cast under."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="policies")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    version = models.PositiveIntegerField()
    votes_needed = models.PositiveSmallIntegerField(default=2)
    blinded = models.BooleanField(
        default=True, help_text="Nobody sees another's vote on a record before it is decided."
    )
    arbiter = models.ForeignKey(
        "reviews.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who resolves conflicts; nobody named means any lead.",
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PolicyQuerySet] = PolicyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["review", "stage", "-version"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint("review", "stage", "version", name="policy_versions_are_numbered"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="policy_stage_is_known"),
            models.CheckConstraint(
                condition=Q(votes_needed__gte=1, votes_needed__lte=3), name="policy_needs_one_to_three_votes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, version {self.version}"
