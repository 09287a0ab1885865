"""Reports that await classification, or whose study is ongoing."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from reviews.append_only import append_only
from screening.queries.tallies import CANDIDATES

STATUSES = [
    ("open", "To be screened"),
    ("conflict", "In conflict"),
    ("included", "Included"),
    ("excluded", "Excluded"),
    ("awaiting", "Awaiting classification"),
    ("ongoing", "Ongoing study"),
]
BEFORE = Q(status__in=["open", "conflict", "included", "excluded"])
SET_ASIDE = Q(stage="full-text", status__in=["awaiting", "ongoing"])


def _count_again(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite changes a table by making it anew, and loses the triggers that keep its numbers: put them back."""
    if editor.connection.vendor == "sqlite":
        for statement in [*CANDIDATES.undo("sqlite"), *CANDIDATES.sqlite()]:
            editor.execute(statement, None)


class Migration(migrations.Migration):
    """The facts, with their trigger, and two more statuses."""

    dependencies = [
        ("screening", "0012_preferences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingAside",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("awaiting", "Awaiting classification"),
                            ("ongoing", "Ongoing study"),
                            ("", "Taken up again"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="What is waited for; may be empty when it is taken up again."
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_aside",
                        to="screening.report",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=["", "awaiting", "ongoing"]), name="set_aside_as_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(kind="") | ~Q(reason=""), name="what_is_set_aside_says_why"
                    ),
                ],
            },
        ),
        append_only("screening_settingaside"),
        migrations.AlterField(
            "candidate", "status", models.CharField(choices=STATUSES, default="open", max_length=10)
        ),
        migrations.AlterField("standing", "status", models.CharField(choices=STATUSES, max_length=10)),
        # Backwards, this is the last step.
        migrations.RunPython(migrations.RunPython.noop, _count_again),
        migrations.RemoveConstraint("candidate", "candidate_status_is_known"),
        migrations.AddConstraint(
            "candidate",
            models.CheckConstraint(condition=BEFORE | SET_ASIDE, name="candidate_status_is_known"),
        ),
        migrations.RunPython(_count_again, migrations.RunPython.noop),
    ]
