"""Who did what when."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One line of the history: written by a verb in the same transaction as its change, never changed after.

    The sentence never says how somebody voted: the history is open to the whole team, votes may not be.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, null=True, related_name="events")
    actor = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60, help_text="For example import.finished.")
    sentence = models.TextField(help_text="What happened, to be read after the actor's name.")
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["review", "verb"], name="event_by_review_and_verb"),
            models.Index(fields=["review", "actor"], name="event_by_review_and_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.sentence}"
