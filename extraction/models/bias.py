"""Risk-of-bias judgements: facts, one row each time an assessor says something."""

from __future__ import annotations

from django.db import models


class Judgement(models.Model):
    """An assessor's judgement on one item of a tool for a study; the newest of an assessor counts.

    Tools, items and levels are data in extraction/riskofbias/. `settled` rows are the team's consensus. An empty
    `outcome_group` means the item is judged once for the study.
    """

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="judgements")
    tool = models.CharField(max_length=30)
    item = models.CharField(max_length=40)
    outcome_group = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=20, blank=True, help_text="Empty: taken back.")
    support = models.TextField(blank=True, help_text="The quote or fact that the judgement rests on.")
    settled = models.BooleanField(default=False)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["study", "tool"], name="judgement_by_study_and_tool")]

    def __str__(self) -> str:
        return f"{self.item}: {self.level}"
