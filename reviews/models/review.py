"""A review: the question that a team answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from reviews.models.user import User


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions about reviews."""

    def of(self, user: User) -> ReviewQuerySet:
        """The reviews that `user` is a member of today."""
        return self.filter(memberships__user=user, memberships__left_at=None)


class Review(models.Model):
    """A systematic review with its PICOS question."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    population = models.TextField(blank=True)
    intervention = models.TextField(blank=True)
    comparator = models.TextField(blank=True)
    outcomes = models.TextField(blank=True)
    study_designs = models.TextField(blank=True)
    registration = models.CharField(
        max_length=200,
        blank=True,
        help_text="For example a PROSPERO number, or where the protocol is published.",
    )
    terms_for = models.TextField(blank=True, help_text="Words that speak for including a record, one a line.")
    terms_against = models.TextField(blank=True, help_text="Words that speak against, one a line.")
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="reviews_created")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Review]] = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="review_has_a_title")]

    def __str__(self) -> str:
        return self.title
