"""Files that wait to be assigned, mappings of columns, records made by hand, and files taken out again."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reviews.append_only import append_only


class Migration(migrations.Migration):
    """Three tables, of which two are facts, and two columns of an imported file."""

    dependencies = [
        ("reviews", "0003_questions_blocks_and_choices"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="mapping",
            field=models.JSONField(
                default=dict,
                help_text="Column → field, as a person said; set before the file is read, and never after.",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="text",
            field=models.FileField(
                blank=True,
                help_text="Of a workbook: its rows as plain text, to which lines and places of records refer.",
                upload_to="imports/%Y/%m/",
            ),
        ),
        migrations.CreateModel(
            name="Rescue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "problem",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rescue",
                        to="reviews.importproblem",
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rescue",
                        to="reviews.record",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to="imports/%Y/%m/")),
                ("name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("format", models.CharField(max_length=20)),
                ("encoding", models.CharField(max_length=20)),
                ("dialect", models.CharField(blank=True, max_length=40)),
                (
                    "refusal",
                    models.TextField(
                        blank=True, help_text="Why it cannot be read as it stands, and what to do."
                    ),
                ),
                ("seen", models.PositiveIntegerField(default=0, help_text="Records that a quick look met.")),
                (
                    "refused",
                    models.PositiveIntegerField(default=0, help_text="Those of them that cannot be made."),
                ),
                (
                    "seen_bytes",
                    models.PositiveBigIntegerField(default=0, help_text="How far the quick look went."),
                ),
                ("problem_counts", models.JSONField(default=dict)),
                (
                    "columns",
                    models.JSONField(
                        default=list, help_text="Of a table: name, samples and guessed field of each column."
                    ),
                ),
                (
                    "needs_mapping",
                    models.BooleanField(
                        default=False,
                        help_text="A person has to say what the columns are before it can be read.",
                    ),
                ),
                ("mapping", models.JSONField(default=dict, help_text="Column → field, as a person said.")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("database", "Database"),
                            ("register", "Register"),
                            ("website", "Website"),
                            ("organisation", "Organisation"),
                            ("citation", "Citation searching"),
                        ],
                        default="database",
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(blank=True, help_text="Our guess where it came from.", max_length=120),
                ),
                ("platform", models.CharField(blank=True, max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="reviews.review",
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        help_text="On whose page it was uploaded, if on any.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reviews.search",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("back", models.BooleanField(default=False)),
                ("reason", models.TextField()),
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
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawals",
                        to="reviews.import",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="withdrawal_has_a_reason"
                    )
                ],
            },
        ),
        append_only("reviews_rescue", "reviews_withdrawal"),
    ]
