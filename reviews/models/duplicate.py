"""What was decided about pairs of records; which records form a cluster is computed from it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Judgement(models.TextChoices):
    """Are two records the same article?"""

    SAME = "same", "Same article"
    DIFFERENT = "different", "Different articles"
    WITHDRAWN = "withdrawn", "Taken back"


class DuplicateVerdict(models.Model):
    """A fact about a pair of records. Of a pair's verdicts the newest by a person counts, else the newest by a rule.

    A person's WITHDRAWN takes their own word back, so that the rules speak again.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="duplicate_verdicts")
    left = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Judgement.choices)
    rule = models.CharField(
        max_length=60, blank=True, help_text="The rule that linked them; empty for a person."
    )
    score = models.FloatField(default=1.0)
    evidence = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="verdict_pair_is_ordered"),
            models.CheckConstraint(condition=Q(verdict__in=Judgement.values), name="verdict_is_known"),
            models.CheckConstraint(
                condition=Q(by=None) & ~Q(rule="") | Q(by__isnull=False, rule=""),
                name="verdict_is_by_a_rule_or_by_a_person",
            ),
        ]
        indexes = [models.Index(fields=["review", "left", "right"], name="verdict_by_pair")]

    def __str__(self) -> str:
        return f"{self.left_id}–{self.right_id}: {self.verdict}"
