"""What is asked about a cell before it is settled, and what is answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CellQuestion(models.Model):
    """A fact: a question about what was read for a cell. A later settled value of the cell resolves it.

    `asked` are the ids of the extractors it goes to: those who were through when it was asked, or one of them.
    `settled_then` is what the team had settled on the cell at that time.
    """

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="cell_questions")
    outcome = models.ForeignKey("extraction.Outcome", on_delete=models.PROTECT, related_name="+")
    arm = models.ForeignKey("extraction.Arm", on_delete=models.PROTECT, null=True, related_name="+")
    comparison = models.ForeignKey(
        "extraction.Comparison", on_delete=models.PROTECT, null=True, related_name="+"
    )
    time = models.ForeignKey("extraction.TimePoint", on_delete=models.PROTECT, null=True, related_name="+")
    field = models.CharField(max_length=12)
    asked = models.JSONField(default=list)
    text = models.TextField()
    settled_then = models.ForeignKey(
        "extraction.Value", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cell_question_has_words")]

    def __str__(self) -> str:
        return self.text


class CellAnswer(models.Model):
    """A fact: what somebody says to a question about a cell."""

    question = models.ForeignKey(CellQuestion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cell_answer_has_words")]

    def __str__(self) -> str:
        return self.text
