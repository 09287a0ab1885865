"""Fills the new derived columns: a standing vote knows its candidate's review, stage and status; a candidate what it lacks."""

from __future__ import annotations

from django.db import migrations, models


def fill(apps: object, _editor: object) -> None:
    """So far every stage was decided by a number of independent votes."""
    model = apps.get_model  # type: ignore[attr-defined]
    candidate, standing, policy = (
        model("screening", name) for name in ("Candidate", "Standing", "Policy")
    )
    of_candidate = candidate.objects.filter(pk=models.OuterRef("candidate"))
    standing.objects.update(
        review=models.Subquery(of_candidate.values("review")),
        stage=models.Subquery(of_candidate.values("stage")),
        status=models.Subquery(of_candidate.values("status")),
    )
    needed = {(row.review_id, row.stage): row.votes_needed for row in policy.objects.order_by("version")}
    waiting = candidate.objects.filter(status="open")
    for review, stage in set(waiting.values_list("review", "stage")):
        votes = needed.get((review, stage), 2)
        waiting.filter(review=review, stage=stage).update(lacking=votes - models.F("votes"))


class Migration(migrations.Migration):
    """Data only: on PostgreSQL the columns cannot be changed in the transaction that fills them."""

    dependencies = [("screening", "0003_deciding")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
