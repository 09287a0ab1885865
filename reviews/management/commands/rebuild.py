"""Compute what is derived from facts anew: links of duplicates, removals, and what the floors above derive."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.models import Review
from reviews.services import rebuilding


class Command(BaseCommand):
    """manage.py rebuild [--review slug]."""

    help = "Compute all derived state from the facts. It should change nothing; a number above 0 is worth a report."

    def add_arguments(self, parser: CommandParser) -> None:
        """One review, or all."""
        parser.add_argument(
            "--review", help="the slug of a review, as in its address; all reviews if not given"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Rebuild one review after the other, each in a transaction of its own."""
        reviews = Review.objects.order_by("pk")
        if options["review"]:
            reviews = reviews.filter(slug=options["review"])
            if not reviews:
                raise CommandError(f"There is no review {options['review']}.")
        for review in reviews:
            wrong = rebuilding.rebuild(review=review)
            self.stdout.write(f"{review.slug}: {wrong} corrected")
