"""How somebody likes to read the records of a review: theirs alone, and no fact; colleagues never see it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from reviews.models import Review, User


class PreferenceManager(models.Manager["Preference"]):
    """Questions about preferences."""

    def of(self, review: Review, user: User) -> Preference:
        """This person's, or what holds for who has chosen nothing (an unsaved row)."""
        return self.filter(review=review, user=user).first() or Preference(review=review, user=user)


class Preference(models.Model):
    """One member's words and switches on the screening page of one review."""

    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("reviews.User", on_delete=models.CASCADE, related_name="+")
    terms_for = models.TextField(
        "My words for", blank=True, help_text="Words that speak for a record, one a line; only you see them."
    )
    terms_against = models.TextField("My words against", blank=True, help_text="The same, against it.")
    highlights = models.BooleanField("Mark words for and against", default=True)
    pico = models.BooleanField("Mark the words of the protocol's question", default=False)
    hides_source = models.BooleanField("Hide authors, journal and source", default=False)

    objects: ClassVar[PreferenceManager] = PreferenceManager()

    class Meta:
        constraints = [models.UniqueConstraint("review", "user", name="one_preference_per_member")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.review_id}"
