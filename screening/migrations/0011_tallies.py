"""Numbers of candidates and standing votes, kept beside them."""

from __future__ import annotations

from django.db import migrations

from reviews.tallying import tallied
from screening.queries.tallies import TABLES


class Migration(migrations.Migration):
    """Puts the triggers on the tables whose rows are counted."""

    dependencies = [("reviews", "0005_tallies"), ("screening", "0010_stopping")]

    operations = [tallied(*TABLES)]
