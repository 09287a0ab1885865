"""How a stage is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from screening.decision import Mode, Rule
from screening.sampling import falls_within

if TYPE_CHECKING:
    from reviews.models import Review
    from screening.models.candidate import Candidate


class Stage(models.TextChoices):
    """The two rounds of screening."""

    TITLE_ABSTRACT = "title-abstract", "Title and abstract"
    FULL_TEXT = "full-text", "Full text"


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Questions about policies."""

    def in_force(self, review: Review, stage: Stage, *, lock: bool = False) -> Policy:
        """The newest version; a review that has none yet is decided by the defaults (an unsaved row).

        With `lock` the row is held until the transaction ends: who gives out records waits for another who does.
        """
        rows = self.filter(review=review, stage=stage).order_by("-version").select_related("arbiter")
        newest = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
        if newest is None:
            return Policy(review=review, stage=stage, version=0, by=review.created_by)
        newest.review = review
        return newest


class Policy(models.Model):
    """One version of a stage's rules; the newest counts, and votes remember the one they were cast under."""

    class How(models.TextChoices):
        """How votes are weighed; decision.Rule says what each means."""

        INDEPENDENT = "independent", "Independent votes"
        VERIFIED = "verified", "One vote, exclusions checked by a second person"
        SAFETY = "safety", "Safety first: one include is enough, an exclusion needs more"
        REASSESSED = "reassessed", "Two votes, and a second pair that re-assesses"

    class Order(models.TextChoices):
        """In which order records are read."""

        ADDED = "added", "As they were added"
        RELEVANCE = "relevance", "Likely includes first"
        NEWEST = "newest", "Newest first"
        OLDEST = "oldest", "Oldest first"
        TITLE = "title", "By title"
        RANDOM = "random", "At random"

    class Measure(models.TextChoices):
        """How agreement in the pilot is measured."""

        PERCENT = "percent", "Percent agreement"
        KAPPA = "kappa", "Cohen's kappa, mean of all pairs"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="policies")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    version = models.PositiveIntegerField()
    mode = models.CharField(max_length=12, choices=How.choices, default=How.INDEPENDENT)
    votes_needed = models.PositiveSmallIntegerField(default=2)
    check_share = models.PositiveSmallIntegerField(
        default=100,
        help_text="Which percentage of exclusions a second person checks, where one vote decides.",
    )
    blinded = models.BooleanField(
        default=True, help_text="Nobody sees another's vote on a record before it is decided."
    )
    arbiter = models.ForeignKey(
        "reviews.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who resolves conflicts; nobody named means any lead.",
    )
    readers = models.JSONField(
        default=list, blank=True, help_text="Ids of those who read this stage; empty means all who may."
    )
    second_pair = models.JSONField(
        default=list,
        blank=True,
        help_text="Ids of those who re-assess; empty means anybody who has not voted.",
    )
    seed = models.PositiveBigIntegerField(default=0, help_text="Every draw by lot follows from it.")
    pilot_size = models.PositiveIntegerField(default=0, help_text="0: there is no pilot round.")
    pilot_votes = models.PositiveSmallIntegerField(default=2, help_text="How many read each pilot record.")
    pilot_measure = models.CharField(max_length=10, choices=Measure.choices, default=Measure.PERCENT)
    pilot_threshold = models.FloatField(
        default=0.8, help_text="The agreement that opens the stage, at most 1."
    )
    order = models.CharField(max_length=10, choices=Order.choices, default=Order.ADDED)
    random_share = models.PositiveSmallIntegerField(
        default=0, help_text="Which percentage of what is read comes at random, mixed into the order."
    )
    bulk = models.BooleanField(
        default=False, help_text="Several records may be voted on at once from the list."
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PolicyQuerySet] = PolicyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["review", "stage", "-version"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint("review", "stage", "version", name="policy_versions_are_numbered"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="policy_stage_is_known"),
            models.CheckConstraint(
                condition=Q(votes_needed__gte=1, votes_needed__lte=3), name="policy_needs_one_to_three_votes"
            ),
            models.CheckConstraint(
                condition=Q(mode="independent")
                | Q(mode="verified", votes_needed=1)
                | Q(mode="safety", votes_needed__gte=2)
                | Q(mode="reassessed", votes_needed=2),
                name="policy_mode_goes_with_its_votes",
            ),
            models.CheckConstraint(
                condition=Q(check_share__gte=1, check_share__lte=100, random_share__lte=100),
                name="policy_shares_are_percentages",
            ),
            models.CheckConstraint(
                condition=Q(
                    pilot_votes__gte=2, pilot_votes__lte=20, pilot_threshold__gte=0, pilot_threshold__lte=1
                ),
                name="policy_pilot_compares_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, version {self.version}"

    @property
    def rule(self) -> Rule:
        """How votes become a status."""
        return Rule(Mode(self.mode), self.votes_needed)

    @property
    def pilot_rule(self) -> Rule:
        """The same for records of a pilot round."""
        return Rule(Mode.INDEPENDENT, self.pilot_votes)

    @property
    def has_pilot(self) -> bool:
        """Whether the stage begins with a pilot round."""
        return self.pilot_size > 0

    @property
    def tells_votes(self) -> bool:
        """Whether the number of votes on an open record may be shown without telling what they say."""
        return not self.blinded or self.rule.tells_votes

    def rule_for(self, candidate: Candidate) -> Rule:
        """How this candidate's votes become a status."""
        return self.pilot_rule if candidate.in_pilot and self.has_pilot else self.rule

    def checks(self, subject_id: int) -> bool:
        """Whether an exclusion of this record or report was drawn to be checked by a second person."""
        return falls_within(self.seed, self.check_share, "check", subject_id)
