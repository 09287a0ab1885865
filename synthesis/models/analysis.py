"""Analyses: what is pooled and how; and their runs, which never change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Analysis(models.Model):
    """A specification. Changing it makes a new one, so that every run can say what was asked for."""

    class Measure(models.TextChoices):
        """Effect measures, by metafor's codes."""

        MD = "MD", "Mean difference"
        SMD = "SMD", "Standardised mean difference (Hedges' g)"
        OR = "OR", "Odds ratio"
        RR = "RR", "Risk ratio"
        RD = "RD", "Risk difference"

    class Model(models.TextChoices):
        """What the studies are taken to share."""

        COMMON = "common", "Common effect"
        RANDOM = "random", "Random effects"

    class Tau2(models.TextChoices):
        """Estimators of the between-study variance."""

        REML = "REML", "Restricted maximum likelihood"
        DL = "DL", "DerSimonian–Laird"

    class Test(models.TextChoices):
        """How the pooled effect's interval is made."""

        Z = "z", "Wald (normal)"
        KNHA = "knha", "Knapp–Hartung"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="analyses")
    title = models.CharField(max_length=200)
    outcome = models.ForeignKey("extraction.Outcome", on_delete=models.PROTECT, related_name="analyses")
    comparison = models.ForeignKey("extraction.Comparison", on_delete=models.PROTECT, related_name="analyses")
    measure = models.CharField(max_length=6, choices=Measure.choices)
    model = models.CharField(max_length=6, choices=Model.choices, default=Model.RANDOM)
    tau2 = models.CharField(max_length=4, choices=Tau2.choices, default=Tau2.REML)
    test = models.CharField(max_length=4, choices=Test.choices, default=Test.Z)
    level = models.FloatField(default=95)
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
