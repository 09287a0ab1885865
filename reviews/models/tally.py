"""Numbers of rows, kept beside the tables by triggers, so that a page with a million rows behind it counts none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Sum

if TYPE_CHECKING:
    from reviews.models.review import Review


class TallyQuerySet(models.QuerySet["Tally"]):
    """Questions about tallies."""

    def of(self, review: Review, prefix: str) -> dict[str, int]:
        """The numbers whose names begin so, without the prefix; those of nothing are left out. One query."""
        rows = self.filter(review=review, name__startswith=prefix).order_by().values_list("name")
        return {name.removeprefix(prefix): n for name, n in rows.annotate(total=Sum("n")) if n}


class Tally(models.Model):
    """A part of a number: it is the sum over the slots, of which each writer has its own and so waits for nobody.

    Derived; its only writers are the triggers that reviews/tallying.py puts on tables, and services/tallies.py, which
    counts anew and folds the slots together.
    """

    pk = models.CompositePrimaryKey("review_id", "name", "slot")
    review = models.ForeignKey(
        "reviews.Review", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField(max_length=100)
    slot = models.BigIntegerField(default=0)
    n = models.BigIntegerField()

    objects: ClassVar[TallyQuerySet] = TallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.name}: {self.n}"
