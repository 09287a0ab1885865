"""Numbers of records and questions, kept beside them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from reviews.queries.tallies import TABLES
from reviews.tallying import tallied


class Migration(migrations.Migration):
    """Makes the table, and puts the triggers on those whose rows are counted."""

    dependencies = [("reviews", "0004_uploads")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("pk", models.CompositePrimaryKey("review_id", "name", "slot", blank=True, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("slot", models.BigIntegerField(default=0)),
                ("n", models.BigIntegerField()),
                (
                    "review",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.review",
                    ),
                ),
            ],
            options={"verbose_name_plural": "tallies"},
        ),
        tallied(*TABLES),
    ]
