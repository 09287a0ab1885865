"""Facts of this floor cannot be changed, only added to."""

from __future__ import annotations

from django.db import migrations

from reviews.append_only import append_only


class Migration(migrations.Migration):
    """Puts the trigger on every table of facts."""

    dependencies = [("extraction", "0001_initial")]

    operations = [append_only("extraction_value", "extraction_judgement", "extraction_completion")]
