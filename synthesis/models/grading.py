"""How sure people are of an effect: decisions by domain, the numbers they judge against, and the summary of findings."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from synthesis.grading import DOMAINS, in_words


class CertaintyDecision(models.Model):
    """A fact: by how many levels a domain of GRADE moves certainty in an analysis, and why. The newest counts.

    The suggestion is kept as it was, with the run it was computed from and the numbers people had given by then.
    """

    analysis = models.ForeignKey(
        "synthesis.Analysis", on_delete=models.PROTECT, related_name="certainty_decisions"
    )
    run = models.ForeignKey("synthesis.Run", on_delete=models.PROTECT, null=True, related_name="+")
    domain = models.CharField(max_length=16)
    change = models.SmallIntegerField()
    reason = models.TextField(blank=True)
    suggestion: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    basis: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, help_text="Comparator risk, thresholds and information size as they were."
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(domain__in=list(DOMAINS)), name="certainty_domain_is_known"),
            models.CheckConstraint(condition=Q(change__gte=-3, change__lte=2), name="certainty_moves_little"),
            models.CheckConstraint(
                condition=Q(change=0) | Q(domain="design") | ~Q(reason=""),
                name="certainty_change_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id} {self.domain}: {self.change:+d}"

    @property
    def says(self) -> str:
        """The decision in words."""
        return in_words(self.domain, self.change)

    @property
    def suggested(self) -> int | None:
        """What the numbers spoke for when it was decided."""
        change = self.suggestion.get("change")
        return change if isinstance(change, int) else None


class CertaintyBasis(models.Model):
    """A fact: the numbers that people give for an analysis. The newest counts.

    risks       comparator risks, at most three: label, risk between 0 and 1, source; the first is the one judged by
    thresholds  sizes of difference that matter, smallest first
    """

    analysis = models.ForeignKey(
        "synthesis.Analysis", on_delete=models.PROTECT, related_name="certainty_bases"
    )
    risks: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True
    )
    thresholds: models.JSONField[list[float], list[float]] = models.JSONField(default=list, blank=True)
    thresholds_source = models.TextField(blank=True)
    sd = models.FloatField(null=True, blank=True)
    scale = models.CharField(max_length=120, blank=True)
    comparator_mean = models.CharField(max_length=120, blank=True)
    reduction = models.FloatField(default=0.25)
    delta = models.FloatField(default=0.2)
    alpha = models.FloatField(default=0.05)
    power = models.FloatField(default=0.8)
    comment = models.TextField(blank=True, help_text="What the result means, in plain words.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "certainty bases"
        constraints = [
            models.CheckConstraint(condition=Q(sd=None) | Q(sd__gt=0), name="certainty_scale_has_a_spread"),
            models.CheckConstraint(
                condition=Q(reduction__gt=0, reduction__lte=1, delta__gt=0, alpha__gt=0, alpha__lt=1)
                & Q(power__gt=0, power__lt=1),
                name="certainty_information_size_can_be_computed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id}: numbers to judge by"


class SofSettings(models.Model):
    """A fact: which analyses the summary of findings shows, in which order, and what stands above it. The newest counts."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="sof_settings")
    analyses: models.JSONField[list[int], list[int]] = models.JSONField(
        default=list, blank=True, help_text="Ids, in the order of the table."
    )
    population = models.TextField(blank=True)
    setting = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "SoF settings"

    def __str__(self) -> str:
        return f"{self.review_id}: {len(self.analyses)} analyses"
