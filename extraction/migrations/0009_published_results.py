"""Published reviews, and the versions of their claims, which are only ever added."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reviews.append_only import append_only


class Migration(migrations.Migration):
    """Two tables, and the trigger on the versions."""

    dependencies = [
        ("extraction", "0008_risk_of_bias_tools"),
        ("reviews", "0005_tallies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("citation", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="published", to="reviews.review"
                    ),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "title"), name="published_review_once_by_title")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="extraction.publishedreview",
                    ),
                ),
            ],
            options={
                "ordering": ["published", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("published", "number"), name="claim_sheet_once_by_number")
                ],
            },
        ),
        append_only("extraction_claimsheet"),
    ]
