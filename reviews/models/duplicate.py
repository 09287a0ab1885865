"""What was decided about pairs of records; which records form a cluster is computed from it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

#: What people decide about duplicates, as the history calls it; each can be taken back.
DECISIONS: Final = (
    "duplicates.linked",
    "duplicates.parted",
    "duplicates.answered",
    "duplicates.accepted",
    "duplicates.asked-again",
)


class Judgement(models.TextChoices):
    """Are two records the same article?"""

    SAME = "same", "Same article"
    UNCERTAIN = "uncertain", "To be decided by a person"
    DIFFERENT = "different", "Different articles"
    WITHDRAWN = "withdrawn", "Taken back"


class DuplicateVerdict(models.Model):
    """A fact about a pair of records. Of a pair's verdicts the newest by a person counts, else the newest by a rule.

    A WITHDRAWN takes one verdict of a person back, named by `takes_back`, as if it had never been said: what stood
    before it stands again.
    """

    review = models.ForeignKey(
        "reviews.Review", on_delete=models.PROTECT, related_name="duplicate_verdicts", db_index=False
    )
    left = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Judgement.choices)
    rule = models.CharField(
        max_length=60, blank=True, help_text="The rule that linked them; empty for a person."
    )
    score = models.FloatField(default=1.0)
    evidence = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    decision = models.ForeignKey(
        "reviews.Event",
        on_delete=models.PROTECT,
        null=True,
        related_name="verdicts",
        help_text="The line of the history that tells of it: what a person said at one go is taken back at one go.",
    )
    takes_back = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="taken_back_by")
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
            models.CheckConstraint(
                condition=Q(takes_back=None) | Q(verdict="withdrawn"), name="only_a_withdrawal_takes_back"
            ),
        ]
        indexes = [
            models.Index(fields=["review", "left", "right"], name="verdict_by_pair"),
            models.Index(fields=["review", "verdict", "rule"], name="verdict_by_word_and_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id}–{self.right_id}: {self.verdict}"


class DuplicateQuestion(models.Model):
    """A pair that waits for a person: rules are not sure, or would link records that are told apart.

    Derived from the verdicts; its only writer is services/duplicates.py.
    """

    review = models.ForeignKey(
        "reviews.Review", on_delete=models.CASCADE, related_name="duplicate_questions", db_index=False
    )
    left = models.ForeignKey("reviews.Record", on_delete=models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey("reviews.Record", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60, blank=True)
    score = models.FloatField()

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [models.UniqueConstraint("left", "right", name="one_question_per_pair")]
        indexes = [models.Index("review", F("score").desc(), "id", name="question_by_review_and_score")]

    def __str__(self) -> str:
        return f"{self.left_id}–{self.right_id}?"


class RecordBlock(models.Model):
    """The name of a block that a record is in: only records with a name in common can be duplicates by rule.

    Derived from the record alone, so that new records are compared with the few old ones that matter; written and
    rebuilt by services/blocking.py. It refers to other tables without constraints, which would double its cost.
    """

    pk = models.CompositePrimaryKey("review_id", "name", "record_id")
    review = models.ForeignKey(
        "reviews.Review", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    name = models.BigIntegerField()
    record = models.ForeignKey(
        "reviews.Record", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.name}: {self.record_id}"


class FieldChoice(models.Model):
    """A fact: a person chose that a record's value of a field is shown for its cluster, or (not `shown`) took that back.

    Of the choices about the records of a cluster the newest one that stands counts.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="field_choices")
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, related_name="field_choices")
    field = models.CharField(max_length=20)
    shown = models.BooleanField(default=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(field=""), name="choice_names_a_field")]

    def __str__(self) -> str:
        return f"{self.field} of {self.record_id}"
