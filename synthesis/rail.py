"""The top floor's entries of the left rail."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from reviews.models import Membership
from reviews.rail import Section
from synthesis.models import Analysis


def sections(membership: Membership) -> list[Section]:
    """Synthesis, the tables of a report and the flow diagram; one query."""
    slug = membership.review.slug
    counts = Analysis.objects.filter(review=membership.review, replaced_by=None).aggregate(
        done=Count("pk", filter=Q(runs__isnull=False), distinct=True),
        todo=Count("pk", filter=Q(runs=None), distinct=True),
    )
    return [
        Section(90, "analyses", "Synthesis", reverse("synthesis:analyses", args=[slug]), **counts),
        Section(95, "certainty", "Certainty", reverse("synthesis:certainties", args=[slug])),
        Section(100, "tables", "Tables", reverse("synthesis:tables", args=[slug])),
        Section(110, "prisma", "PRISMA flow", reverse("synthesis:prisma", args=[slug])),
        Section(120, "report", "Report", reverse("synthesis:report", args=[slug])),
    ]
