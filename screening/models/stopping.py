"""When reading may stop: the rule a team chose, and the decision to stop or to read on. Facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from reviews.models import Review


class StoppingRuleQuerySet(models.QuerySet["StoppingRule"]):
    """Questions about rules."""

    def in_force(self, review: Review) -> StoppingRule | None:
        """The newest version, if the team chose any."""
        return self.filter(review=review).order_by("-version").select_related("by").first()


class StoppingRule(models.Model):
    """One version of what a team decided beforehand about stopping; the newest counts."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="stopping_rules")
    version = models.PositiveIntegerField()
    target = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
        help_text="The recall aimed at: the share of all relevant records that is to be found.",
    )
    confidence = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0.5), MaxValueValidator(0.999)],
        help_text="How sure the test has to be that the target is reached.",
    )
    in_a_row = models.PositiveIntegerField(
        default=50, help_text="So many irrelevant records in a row (SAFE)."
    )
    expected = models.PositiveIntegerField(
        null=True, help_text="How many relevant records are expected in all."
    )
    seeds = models.JSONField(
        default=list, help_text="Ids of records that were known before: left out of the test."
    )
    key_papers = models.JSONField(default=list, help_text="Ids of records that reading has to find.")
    note = models.TextField(blank=True)
    read_before = models.PositiveIntegerField(help_text="How many records had been read when it was chosen.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StoppingRuleQuerySet] = StoppingRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["review", "-version"]
        constraints = [
            models.UniqueConstraint("review", "version", name="stopping_rule_versions_are_numbered"),
            models.CheckConstraint(
                condition=Q(target__gte=0.5, target__lt=1, confidence__gte=0.5, confidence__lt=1),
                name="stopping_rule_aims_between_a_half_and_all",
            ),
        ]

    def __str__(self) -> str:
        return f"Recall of {self.target} at {self.confidence} confidence, version {self.version}"


class StopQuerySet(models.QuerySet["Stop"]):
    """Questions about decisions to stop."""

    def in_force(self, review: Review) -> Stop | None:
        """The decision to stop that stands today; None while the team reads on."""
        newest = self.filter(review=review).order_by("-pk").select_related("rule", "by").first()
        return newest if newest and newest.stopped else None

    def since_reading_on(self, review: Review) -> StopQuerySet:
        """All decisions to stop that stand: more than one if records came after the first."""
        opened = (
            self.filter(review=review, stopped=False).order_by("-pk").values_list("pk", flat=True).first()
        )
        return self.filter(review=review, stopped=True, pk__gt=opened or 0)


class Stop(models.Model):
    """A fact: the team stopped reading titles and abstracts, or reads on after all. The newest counts.

    It keeps the numbers of that moment: what was known, whatever happens later.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="stops")
    stopped = models.BooleanField(help_text="False: the team reads on.")
    rule = models.ForeignKey(StoppingRule, on_delete=models.PROTECT, null=True, related_name="stops")
    total = models.PositiveIntegerField(help_text="Records in the test: all but seeds and pilot rounds.")
    read = models.PositiveIntegerField()
    found = models.PositiveIntegerField(help_text="Included, or still in conflict.")
    p = models.FloatField(help_text="That recall is below the target.")
    most = models.PositiveIntegerField(help_text="As many relevant records as are not ruled out.")
    removed = models.PositiveIntegerField(help_text="How many unread records were set aside, or came back.")
    removal_reason = models.TextField(help_text="What their removals say.")
    other_model = models.BooleanField(default=False, help_text="SAFE: another model was tried on the rest.")
    quality_check = models.BooleanField(default=False, help_text="SAFE: excluded records were checked.")
    reason = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StopQuerySet] = StopQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="stop_has_a_reason"),
            models.CheckConstraint(
                condition=Q(stopped=False) | Q(rule__isnull=False), name="stop_names_its_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{'Stopped' if self.stopped else 'Read on'} after {self.read} of {self.total}"

    @property
    def least_recall(self) -> float | None:
        """The recall reached at the rule's confidence; None (0/0) when nothing could be relevant."""
        return self.found / self.most if self.most else None
