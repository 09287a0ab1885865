"""What facts of this floor are about: a record (title and abstract) or a report (full text), and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from screening.models.policy import Policy, Stage

if TYPE_CHECKING:
    from reviews.models import Membership
    from screening.models.candidate import Candidate

ABOUT_ONE_THING = Q(stage=Stage.TITLE_ABSTRACT, record__isnull=False, report__isnull=True) | Q(
    stage=Stage.FULL_TEXT, record__isnull=True, report__isnull=False
)


def about(candidate: Candidate) -> Q:
    """Facts that concern a candidate: for a record, those on its duplicates too."""
    if candidate.report_id is not None:
        return Q(report=candidate.report_id)
    return Q(record=candidate.record_id) | Q(record__duplicate_of=candidate.record_id)


def subject_of(candidate: Candidate) -> dict[str, Any]:
    """The columns that tie a new fact to what the candidate stands for."""
    return {
        "review_id": candidate.review_id,
        "stage": candidate.stage,
        "record_id": candidate.record_id,
        "report_id": candidate.report_id,
    }


def shown_to_all(membership: Membership) -> Q:
    """What a colleague said that this member may see today.

    Where the stage is not blinded, or once the votes are complete: the candidate (for a duplicate, its cluster's) is
    decided or in conflict. Leads are no exception.
    """
    complete = ["conflict", "included", "excluded"]
    shown = Q(record__duplicate_of=None, record__candidates__status__in=complete)
    shown |= Q(record__duplicate_of__candidates__status__in=complete)
    shown |= Q(report__candidates__status__in=complete)
    for stage in Stage:
        policy = Policy.objects.in_force(membership.review, stage)
        if policy.has_pilot and not policy.blinded:
            # A pilot measures agreement, which takes votes that do not know of each other.
            shown |= Q(stage=stage, record__candidates__in_pilot=False)
            shown |= Q(stage=stage, report__candidates__in_pilot=False)
        elif not policy.blinded:
            shown |= Q(stage=stage)
    return shown


class SayingQuerySet(models.QuerySet[Any]):
    """Questions about what people said."""

    def about(self, candidate: Candidate) -> Self:
        """All that concerns a candidate, oldest first."""
        return self.filter(about(candidate)).order_by("pk")

    def visible_to(self, membership: Membership) -> Self:
        """What this member may see today: always one's own, and what is shown to all."""
        mine = Q(by_id=membership.user_id)
        return self.filter(mine | shown_to_all(membership), review=membership.review).distinct()


class Saying(models.Model):
    """Something that a person said about a record or a report."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SayingQuerySet] = SayingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=ABOUT_ONE_THING, name="%(class)s_is_about_one_thing")]
