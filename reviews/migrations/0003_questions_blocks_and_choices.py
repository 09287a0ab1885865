"""Questions about pairs, one decision about several pairs, stored blocks, and chosen values of fields."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from reviews.append_only import append_only

PROTECT = django.db.models.deletion.PROTECT
CASCADE = django.db.models.deletion.CASCADE
VERDICTS = [
    ("same", "Same article"),
    ("uncertain", "To be decided by a person"),
    ("different", "Different articles"),
    ("withdrawn", "Taken back"),
]


class Migration(migrations.Migration):
    """Adds to the verdicts what a person's undo needs, and two tables beside them."""

    dependencies = [("reviews", "0002_facts_are_append_only")]

    operations = [
        migrations.RemoveConstraint(model_name="duplicateverdict", name="verdict_is_known"),
        migrations.AlterField(
            model_name="duplicateverdict",
            name="verdict",
            field=models.CharField(choices=VERDICTS, max_length=10),
        ),
        migrations.AlterField(
            model_name="duplicateverdict",
            name="review",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="duplicate_verdicts", to="reviews.review"
            ),
        ),
        migrations.AddField(
            model_name="duplicateverdict",
            name="decision",
            field=models.ForeignKey(
                help_text="The line of the history that tells of it: what a person said at one go is taken back "
                "at one go.",
                null=True,
                on_delete=PROTECT,
                related_name="verdicts",
                to="reviews.event",
            ),
        ),
        migrations.AddField(
            model_name="duplicateverdict",
            name="takes_back",
            field=models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="taken_back_by", to="reviews.duplicateverdict"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateverdict",
            index=models.Index(fields=["review", "verdict", "rule"], name="verdict_by_word_and_rule"),
        ),
        migrations.AddConstraint(
            model_name="duplicateverdict",
            constraint=models.CheckConstraint(
                condition=Q(verdict__in=[value for value, _ in VERDICTS]), name="verdict_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateverdict",
            constraint=models.CheckConstraint(
                condition=Q(takes_back=None) | Q(verdict="withdrawn"), name="only_a_withdrawal_takes_back"
            ),
        ),
        migrations.CreateModel(
            name="DuplicateQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=60)),
                ("score", models.FloatField()),
                (
                    "left",
                    models.ForeignKey(
                        db_index=False, on_delete=CASCADE, related_name="+", to="reviews.record"
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(on_delete=CASCADE, related_name="+", to="reviews.record"),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=CASCADE,
                        related_name="duplicate_questions",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "ordering": ["-score", "pk"],
                "constraints": [models.UniqueConstraint("left", "right", name="one_question_per_pair")],
                "indexes": [
                    models.Index("review", F("score").desc(), "id", name="question_by_review_and_score")
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordBlock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "review_id",
                        "name",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.BigIntegerField()),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=CASCADE,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=CASCADE,
                        related_name="+",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FieldChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=20)),
                ("shown", models.BooleanField(default=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "record",
                    models.ForeignKey(on_delete=PROTECT, related_name="field_choices", to="reviews.record"),
                ),
                (
                    "review",
                    models.ForeignKey(on_delete=PROTECT, related_name="field_choices", to="reviews.review"),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(field=""), name="choice_names_a_field"),
                ],
            },
        ),
        migrations.AddField(
            model_name="import",
            name="blocked_as",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="The version of the rules for which its records' blocks are stored; 0 for not yet. "
                "Its only writer is services/blocking.py.",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="origin",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="records", to="reviews.import"
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="review",
            field=models.ForeignKey(
                db_index=False, on_delete=PROTECT, related_name="records", to="reviews.review"
            ),
        ),
        append_only("reviews_duplicateverdict", "reviews_fieldchoice"),
    ]
