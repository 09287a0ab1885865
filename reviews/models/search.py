"""Searches as PRISMA-S asks for them, and the files that came from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Search(models.Model):
    """One source searched on one date."""

    class Kind(models.TextChoices):
        """The kinds that PRISMA 2020 counts apart (boxes 2 and 11)."""

        DATABASE = "database", "Database"
        REGISTER = "register", "Register"
        WEBSITE = "website", "Website"
        ORGANISATION = "organisation", "Organisation"
        CITATION = "citation", "Citation searching"

    #: Kinds whose records go through deduplication and title/abstract screening (the left column of PRISMA 2020).
    SCREENED_KINDS = (Kind.DATABASE, Kind.REGISTER)

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="searches")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DATABASE)
    source = models.CharField(max_length=120, help_text="For example MEDLINE, Scopus, ClinicalTrials.gov.")
    platform = models.CharField(max_length=120, blank=True, help_text="For example PubMed, Ovid, EBSCOhost.")
    strategy = models.TextField(blank=True, help_text="The full strategy, exactly as it was run.")
    limits = models.TextField(
        blank=True, help_text="Limits and filters: dates, languages, publication types."
    )
    searched_on = models.DateField(null=True, blank=True)
    hits = models.PositiveIntegerField(
        null=True, blank=True, help_text="The number of records the source reported."
    )
    searcher = models.CharField(max_length=120, blank=True)
    peer_reviewed_by = models.CharField(
        max_length=120, blank=True, help_text="Who peer reviewed the strategy."
    )
    notes = models.TextField(blank=True)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "searches"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["database", "register", "website", "organisation", "citation"]),
                name="search_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ({self.platform})" if self.platform else self.source


class Import(models.Model):
    """One file that came from a search, kept as it was uploaded."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="imports")
    file = models.FileField(upload_to="imports/%Y/%m/")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    dialect = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(
        default=dict,
        help_text="Column → field, as a person said; set before the file is read, and never after.",
    )
    text = models.FileField(
        upload_to="imports/%Y/%m/",
        blank=True,
        help_text="Of a workbook: its rows as plain text, to which lines and places of records refer.",
    )
    seen = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problem_counts = models.JSONField(
        default=dict,
        help_text="How often each kind of problem was met; of frequent ones only the first are kept.",
    )
    blocked_as = models.PositiveSmallIntegerField(
        default=0,
        help_text="The version of the rules for which its records' blocks are stored; 0 for not yet. "
        "Its only writer is services/blocking.py.",
    )
    job = models.OneToOneField(
        "reviews.Job",
        on_delete=models.PROTECT,
        null=True,
        related_name="origin",
        help_text="The work of reading it; how far that is stands there and nowhere else.",
    )
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["sha256"], name="import_by_sha256")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen=models.F("made") + models.F("refused")),
                name="records_seen_are_made_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_read(self) -> bool:
        """Read to its end, and its duplicates looked for."""
        return self.job is None or self.job.status == self.job.Status.DONE

    @property
    def problems_met(self) -> int:
        """How many problems there were, those included that were not kept."""
        return sum(self.problem_counts.values())


class ImportProblem(models.Model):
    """Something odd in an imported file, with its line."""

    origin = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    tag = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField()
    excerpt = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    refused = models.BooleanField(default=False)

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["origin", "code"], name="problem_by_origin_and_code")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Rescue(models.Model):
    """A fact: of a record that the reader had refused, a person made one from what could be read of it."""

    problem = models.OneToOneField(ImportProblem, on_delete=models.PROTECT, related_name="rescue")
    record = models.OneToOneField("reviews.Record", on_delete=models.PROTECT, related_name="rescue")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.problem}: made by hand"


class Withdrawal(models.Model):
    """A fact: a file was taken out of the review with all its records, or (`back`) put back. The newest one counts."""

    origin = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="withdrawals")
    back = models.BooleanField(default=False)
    reason = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.origin}: {'put back' if self.back else 'withdrawn'}"
