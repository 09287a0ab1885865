"""When reading may stop: the rules a team chose, and its decisions to stop or to read on."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reviews.append_only import append_only

BETWEEN = [django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(0.999)]


class Migration(migrations.Migration):
    """Both tables, with their triggers."""

    dependencies = [
        ("reviews", "0001_initial"),
        ("screening", "0006_loose_pdfs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                (
                    "target",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="The recall aimed at: the share of all relevant records that is to be found.",
                        max_digits=4,
                        validators=BETWEEN,
                    ),
                ),
                (
                    "confidence",
                    models.DecimalField(
                        decimal_places=3,
                        help_text="How sure the test has to be that the target is reached.",
                        max_digits=4,
                        validators=BETWEEN,
                    ),
                ),
                (
                    "in_a_row",
                    models.PositiveIntegerField(
                        default=50, help_text="So many irrelevant records in a row (SAFE)."
                    ),
                ),
                (
                    "expected",
                    models.PositiveIntegerField(
                        help_text="How many relevant records are expected in all.", null=True
                    ),
                ),
                (
                    "seeds",
                    models.JSONField(
                        default=list,
                        help_text="Ids of records that were known before: left out of the test.",
                    ),
                ),
                (
                    "key_papers",
                    models.JSONField(default=list, help_text="Ids of records that reading has to find."),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "read_before",
                    models.PositiveIntegerField(help_text="How many records had been read when it was chosen."),
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stopping_rules",
                        to="reviews.review",
                    ),
                ),
            ],
            options={"ordering": ["review", "-version"]},
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stopped", models.BooleanField(help_text="False: the team reads on.")),
                (
                    "total",
                    models.PositiveIntegerField(
                        help_text="Records in the test: all but seeds and pilot rounds."
                    ),
                ),
                ("read", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField(help_text="Included, or still in conflict.")),
                ("p", models.FloatField(help_text="That recall is below the target.")),
                (
                    "most",
                    models.PositiveIntegerField(help_text="As many relevant records as are not ruled out."),
                ),
                (
                    "removed",
                    models.PositiveIntegerField(
                        help_text="How many unread records were set aside, or came back."
                    ),
                ),
                ("removal_reason", models.TextField(help_text="What their removals say.")),
                (
                    "other_model",
                    models.BooleanField(
                        default=False, help_text="SAFE: another model was tried on the rest."
                    ),
                ),
                (
                    "quality_check",
                    models.BooleanField(default=False, help_text="SAFE: excluded records were checked."),
                ),
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="reviews.review",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stops",
                        to="screening.stoppingrule",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            "stoppingrule",
            models.UniqueConstraint(
                models.F("review"), models.F("version"), name="stopping_rule_versions_are_numbered"
            ),
        ),
        migrations.AddConstraint(
            "stoppingrule",
            models.CheckConstraint(
                condition=models.Q(target__gte=0.5, target__lt=1, confidence__gte=0.5, confidence__lt=1),
                name="stopping_rule_aims_between_a_half_and_all",
            ),
        ),
        migrations.AddConstraint(
            "stop",
            models.CheckConstraint(condition=~models.Q(reason=""), name="stop_has_a_reason"),
        ),
        migrations.AddConstraint(
            "stop",
            models.CheckConstraint(
                condition=models.Q(stopped=False) | models.Q(rule__isnull=False), name="stop_names_its_rule"
            ),
        ),
        append_only("screening_stoppingrule", "screening_stop"),
    ]
