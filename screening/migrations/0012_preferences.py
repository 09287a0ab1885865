"""How each member likes to read."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds one table."""

    dependencies = [
        ("screening", "0011_tallies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "terms_for",
                    models.TextField(
                        "My words for",
                        blank=True,
                        help_text="Words that speak for a record, one a line; only you see them.",
                    ),
                ),
                (
                    "terms_against",
                    models.TextField("My words against", blank=True, help_text="The same, against it."),
                ),
                ("highlights", models.BooleanField("Mark words for and against", default=True)),
                ("pico", models.BooleanField("Mark the words of the protocol's question", default=False)),
                ("hides_source", models.BooleanField("Hide authors, journal and source", default=False)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reviews.review"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("review"), models.F("user"), name="one_preference_per_member"
                    )
                ],
            },
        ),
    ]
