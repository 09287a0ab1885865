"""The table of values was made anew, and how arms enter a comparison is a fact too."""

from __future__ import annotations

from django.db import migrations

from reviews.append_only import append_only


class Migration(migrations.Migration):
    """Puts the triggers (back) in place."""

    dependencies = [("extraction", "0003_several_times_and_ways_to_report")]

    operations = [append_only("extraction_value", "extraction_armschoice")]
