"""Background work that a person waits for. The row is the truth; a broker only carries its id."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about jobs."""

    def unfinished(self) -> JobQuerySet:
        """Queued or running."""
        return self.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])


class Job(models.Model):
    """One piece of work: claimed by at most one worker at a time, and resumed from its checkpoint."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    name = models.CharField(max_length=80, help_text="The task's name, for example reviews.read_import.")
    title = models.CharField(max_length=300)
    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, null=True, related_name="jobs")
    arguments = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    token = models.CharField(max_length=32, blank=True, help_text="The claim of the worker that has it now.")
    attempts = models.PositiveIntegerField(default=0)
    beat = models.DateTimeField(null=True, help_text="When its worker was last heard of.")
    published_at = models.DateTimeField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = models.TextField(blank=True)
    checkpoint = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Job]] = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="running") | ~Q(token="") & Q(beat__isnull=False),
                name="running_job_has_token_and_beat",
            ),
        ]
        indexes = [models.Index(fields=["status", "beat"], name="job_by_status_and_beat")]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """Progress, 0 to 100."""
        if self.status == self.Status.DONE:
            return 100
        return min(100, round(100 * self.done / self.total)) if self.total else 0

    @property
    def is_finished(self) -> bool:
        """Nothing more will happen unless somebody asks."""
        return self.status not in {self.Status.QUEUED, self.Status.RUNNING}
