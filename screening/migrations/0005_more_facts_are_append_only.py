"""The new derived columns are never empty, and the new facts cannot be changed, only added to."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from reviews.append_only import append_only

STAGES = [("title-abstract", "Title and abstract"), ("full-text", "Full text")]
STATUSES = [
    ("open", "To be screened"),
    ("conflict", "In conflict"),
    ("included", "Included"),
    ("excluded", "Excluded"),
]


class Migration(migrations.Migration):
    """Standing votes always know their stage; triggers on the tables of facts."""

    dependencies = [("screening", "0004_what_is_derived_is_filled_in")]

    operations = [
        migrations.AlterField(
            "standing",
            "review",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reviews.review",
            ),
        ),
        migrations.AlterField("standing", "stage", models.CharField(choices=STAGES, max_length=20)),
        migrations.AlterField("standing", "status", models.CharField(choices=STATUSES, max_length=10)),
        append_only(
            "screening_comment",
            "screening_proposal",
            "screening_consent",
            "screening_meeting",
            "screening_labelling",
            "screening_pilot",
            "screening_pilotrecord",
            "screening_pilotend",
            "screening_batch",
            "screening_batchend",
            "screening_assignment",
        ),
    ]
