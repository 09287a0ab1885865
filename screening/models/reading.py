"""Who reads what, and when: leases on records in hand, assignments, and rankings of what to read next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from screening.models.policy import Stage
from screening.models.subject import ABOUT_ONE_THING

if TYPE_CHECKING:
    from reviews.models import Review


class Lease(models.Model):
    """A reviewer has a candidate in hand until a moment; after it the row means nothing and may be taken over.

    Not a fact and not derived: losing all rows of this table costs at most a superfluous vote.
    """

    # Without a constraint in the database: a candidate may vanish (its record is linked to a duplicate) between being shown
    # and the end of the transaction that shows it, and that must not fail for the sake of a lease.
    candidate = models.ForeignKey(
        "screening.Candidate", on_delete=models.CASCADE, related_name="leases", db_constraint=False
    )
    reviewer = models.ForeignKey("reviews.User", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("candidate", "reviewer", name="one_lease_per_candidate_and_reviewer")
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.candidate_id} until {self.until}"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about batches."""

    def in_force(self) -> Self:
        """Those that were not taken back."""
        return self.filter(end=None)


class Batch(models.Model):
    """Records given out together: to named people, each in part (by share) or all of them."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="batches")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    name = models.CharField(max_length=100)
    weights = models.JSONField(help_text="User id → weight; each reads in proportion to it.")
    readers = models.PositiveSmallIntegerField(help_text="How many of them read each record.")
    seed = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField(help_text="How many records.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BatchQuerySet] = BatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "batches"
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="batch_has_a_name")]

    def __str__(self) -> str:
        return self.name


class BatchEnd(models.Model):
    """A fact: a batch was taken back, and what it gave out is anybody's again."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="end")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.batch}: taken back"


class Assignment(models.Model):
    """One reader of one record or report of a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="assignments")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        "reviews.Record", on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    report = models.ForeignKey(
        "screening.Report", on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    reviewer = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="assignment_is_about_one_thing")
        ]
        indexes = [
            models.Index(fields=["record", "reviewer"], name="assignment_by_record"),
            models.Index(fields=["report", "reviewer"], name="assignment_by_report"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.record_id or self.report_id}"


class RankingQuerySet(models.QuerySet["Ranking"]):
    """Questions about rankings."""

    def in_force(self, review: Review) -> Ranking | None:
        """The newest that is complete."""
        return self.filter(review=review, ready=True).order_by("-pk").first()


class Ranking(models.Model):
    """An order of reading that a model proposes for titles and abstracts, with what it takes to compute it again."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="rankings")
    model = models.CharField(max_length=100, help_text="Name and version.")
    parameters = models.JSONField(default=dict)
    data_hash = models.CharField(max_length=64, help_text="Of the texts and labels it was computed from.")
    labels = models.PositiveIntegerField(default=0, help_text="How many decided records it learned from.")
    seconds = models.FloatField(default=0)
    ready = models.BooleanField(default=False, help_text="All its rows are written.")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[RankingQuerySet] = RankingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["review", "ready"], name="ranking_by_review")]

    def __str__(self) -> str:
        return f"{self.model}, {self.at:%d %B %Y %H:%M}"


class RankedRecord(models.Model):
    """The place of a record in a ranking; 1 is read first. Only the first few thousand need a row."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="records")
    record = models.ForeignKey("reviews.Record", on_delete=models.CASCADE, related_name="ranked")
    place = models.PositiveIntegerField()
    score = models.FloatField(null=True)

    class Meta:
        ordering = ["ranking", "place"]
        constraints = [
            models.UniqueConstraint("ranking", "place", name="one_record_per_place_of_a_ranking"),
            models.UniqueConstraint("record", "ranking", name="one_place_per_record_of_a_ranking"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.record_id}"
