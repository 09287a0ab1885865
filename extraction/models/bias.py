"""Risk-of-bias judgements and which tool they are made with: facts, one row each time somebody says something."""

from __future__ import annotations

from django.db import models


class Judgement(models.Model):
    """An assessor's judgement on one item of a tool; the newest of an assessor on an item and outcome counts.

    Tools, items, questions and levels are data in extraction/riskofbias/. `settled` rows are the team's consensus. Without an
    `outcome` the judgement is about the study as a whole. `proposed` is where the `answers` led when this was said; a `level`
    that differs from it has a `reason`.
    """

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="judgements")
    tool = models.CharField(max_length=30)
    item = models.CharField(max_length=40)
    outcome = models.ForeignKey(
        "extraction.Outcome", on_delete=models.PROTECT, null=True, related_name="judgements"
    )
    answers = models.JSONField(
        default=dict, blank=True, help_text="Signalling question → Y, PY, PN, N, NI or NA."
    )
    proposed = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=20, blank=True, help_text="Empty: taken back, or not reached yet.")
    reason = models.TextField(blank=True, help_text="Why the level is another one than proposed.")
    direction = models.CharField(max_length=20, blank=True)
    support = models.TextField(blank=True, help_text="The quote or fact that the judgement rests on.")
    settled = models.BooleanField(default=False)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["study", "tool"], name="judgement_by_study_and_tool")]

    def __str__(self) -> str:
        return f"{self.item}: {self.level}"


class CustomTool(models.Model):
    """A tool that the team wrote. To change it is to write a version that replaces it; judgements stay with theirs."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="custom_tools")
    definition = models.JSONField(help_text="See extraction.riskofbias.custom.")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.definition["name"])

    @property
    def size(self) -> int:
        """How many items it asks; a template would take `items` for those of the dictionary."""
        return len(self.definition["items"])


class ToolChoice(models.Model):
    """With which tool studies are assessed: all of a design, or (no design) all for which nothing else was chosen.

    The newest row on a design counts. No tool: what was chosen for this design is taken back.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="tool_choices")
    design = models.CharField(max_length=120, blank=True)
    tool = models.CharField(max_length=30, blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.design or 'Every design'}: {self.tool}"
