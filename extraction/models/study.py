"""Studies: the investigations that reports tell of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Study(models.Model):
    """One investigation, with one or more reports."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="studies")
    label = models.CharField(
        max_length=120, help_text="As it stands in tables and plots, for example Braga 2018."
    )
    year = models.IntegerField(null=True, blank=True)
    design = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=120, blank=True, help_text="Where the participants were.")
    registration = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)
    moderators = models.JSONField(
        default=dict, blank=True, help_text="Study-level numbers and groups, by name."
    )
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["label", "pk"]
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint("review", "label", name="study_label_is_used_once_per_review"),
            models.CheckConstraint(condition=~Q(label=""), name="study_has_a_label"),
        ]

    def __str__(self) -> str:
        return self.label


class StudyReport(models.Model):
    """Which reports tell of a study. A link that was wrong is ended, not deleted."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="links")
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, related_name="study_links")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "report", condition=Q(ended_at=None), name="report_belongs_to_one_study_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id} ← {self.report_id}"


class Completion(models.Model):
    """A fact: somebody says that their extraction or assessment of a study is done, or goes back to it."""

    class Task(models.TextChoices):
        """What is done."""

        RESULTS = "results", "Extraction"
        BIAS = "bias", "Risk of bias"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="completions")
    task = models.CharField(max_length=8, choices=Task.choices)
    done = models.BooleanField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(task__in=["results", "bias"]), name="completion_task_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} {'done' if self.done else 'reopened'}"
