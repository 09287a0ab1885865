"""Analyses: what is pooled and how; and their runs, which never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from synthesis.engine import Specification

#: The settings that have a column of their own, because lists show and compare them.
COLUMNS = ("measure", "model", "tau2", "test", "level")


class Analysis(models.Model):
    """A specification. Changing it makes a new one, so that every run can say what was asked for.

    What the settings can be is data in synthesis.engine, by metafor's words.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="analyses")
    title = models.CharField(max_length=200)
    outcome = models.ForeignKey("extraction.Outcome", on_delete=models.PROTECT, related_name="analyses")
    comparison = models.ForeignKey("extraction.Comparison", on_delete=models.PROTECT, related_name="analyses")
    measure = models.CharField(max_length=6)
    model = models.CharField(max_length=6, default="random")
    tau2 = models.CharField(max_length=4, default="REML")
    test = models.CharField(max_length=6, default="z")
    level = models.FloatField(default=95)
    options: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True, help_text="The other settings of synthesis.engine.Specification."
    )
    prespecified = models.BooleanField(
        default=False, help_text="Planned in the protocol; otherwise post hoc."
    )
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "analyses"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gt=50, level__lt=100), name="analysis_level_is_sensible"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="analysis_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asks(self) -> str:
        """Measure and model in a few words."""
        from synthesis.engine import MEASURES, MODELS

        model = MODELS.get(self.model, self.model)
        estimator = f" ({self.tau2})" if self.model == "random" else ""
        return f"{MEASURES[self.measure].name}, {model[0].lower()}{model[1:]}{estimator}"

    @property
    def specification(self) -> Specification:
        """All settings together. Raises BadInput for what an older version allowed and this one does not."""
        # The engine loads SciPy, for which not every process that knows the tables should wait.
        from synthesis.engine import Specification

        own = {name: getattr(self, name) for name in COLUMNS}
        return Specification.of(self.options | own)


class Run(models.Model):
    """One computation: the inputs as they were, the settings, the engine's version, and what came out."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    job = models.OneToOneField("reviews.Job", on_delete=models.PROTECT, null=True, related_name="run")
    inputs = models.JSONField(help_text="Each row with the identities of the extracted values it came from.")
    inputs_hash = models.CharField(max_length=64)
    settings = models.JSONField()
    engine = models.CharField(max_length=40)
    result = models.JSONField()
    warnings = models.JSONField(default=list)
    seconds = models.FloatField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint("analysis", "number", name="runs_are_numbered")]

    def __str__(self) -> str:
        return f"{self.analysis}, run {self.number}"
