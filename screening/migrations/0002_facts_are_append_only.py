"""Facts of this floor cannot be changed, only added to."""

from __future__ import annotations

from django.db import migrations

from reviews.append_only import append_only


class Migration(migrations.Migration):
    """Puts the trigger on every table of facts."""

    dependencies = [("screening", "0001_initial")]

    operations = [
        append_only(
            "screening_vote",
            "screening_resolution",
            "screening_retrieval",
            "screening_policy",
            "screening_reportrecord",
            "screening_pick",
        )
    ]
