"""Records: what a source indexed. They are kept for ever; duplicates are linked, never deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from reviews.models.search import Search

if TYPE_CHECKING:
    from reviews.models.review import Review


class ReadableJSON(json.JSONEncoder):
    """Writes letters as they are, not as \\u escapes, so that SQLite finds an author by an accented name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class RecordQuerySet(models.QuerySet["Record"]):
    """Questions about records."""

    def of(self, review: Review) -> RecordQuerySet:
        """The records of one review."""
        return self.filter(review=review)

    def unique(self) -> RecordQuerySet:
        """One record of each cluster: its canonical one."""
        return self.filter(duplicate_of=None)

    def from_databases_and_registers(self) -> RecordQuerySet:
        """Records of the left column of PRISMA 2020."""
        return self.filter(search__kind__in=Search.SCREENED_KINDS)

    def from_other_methods(self) -> RecordQuerySet:
        """Records of the right column: websites, organisations, citation searching."""
        return self.exclude(search__kind__in=Search.SCREENED_KINDS)

    def matching(self, text: str) -> RecordQuerySet:
        """Records in which every word of `text` occurs somewhere."""
        found = self
        for word in text.split()[:12]:
            anywhere = Q(doi__iexact=word) | Q(pmid=word) | Q(accession__iexact=word)
            for field in ("title", "abstract", "authors", "journal"):
                anywhere |= Q(**{f"{field}__icontains": word})
            found = found.filter(anywhere)
        return found

    def not_removed(self) -> RecordQuerySet:
        """Records that were not taken out before screening."""
        return self.filter(removed_as="")


class Record(models.Model):
    """A title and abstract as one source indexed it, at one place of one file."""

    class Removed(models.TextChoices):
        """Why a record was taken out before screening (PRISMA box 3, beside duplicates)."""

        AUTOMATION = "automation", "Marked as ineligible by automation tools"
        OTHER = "other", "Removed for other reasons"

    # Review and origin begin an index of more columns below; one more of each would only slow down the import.
    review = models.ForeignKey(
        "reviews.Review", on_delete=models.PROTECT, related_name="records", db_index=False
    )
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="records")
    origin = models.ForeignKey(
        "reviews.Import", on_delete=models.PROTECT, related_name="records", db_index=False
    )
    position = models.PositiveIntegerField(help_text="1 for the first record of the file.")
    line = models.PositiveIntegerField()
    offset = models.PositiveBigIntegerField(help_text="Where its bytes start in the kept file.")
    length = models.PositiveIntegerField(help_text="How many bytes it has there.")

    kind = models.CharField(max_length=40, blank=True)
    title = models.TextField(blank=True)
    abstract = models.TextField(blank=True)
    authors = models.JSONField(default=list, encoder=ReadableJSON)
    year = models.IntegerField(null=True, blank=True)
    journal = models.TextField(blank=True)
    volume = models.CharField(max_length=100, blank=True)
    issue = models.CharField(max_length=100, blank=True)
    pages = models.CharField(max_length=200, blank=True)
    doi = models.CharField(max_length=500, blank=True)
    pmid = models.CharField(max_length=20, blank=True)
    accession = models.CharField(max_length=200, blank=True)
    url = models.TextField(blank=True)
    language = models.CharField(max_length=100, blank=True)
    keywords = models.JSONField(default=list, encoder=ReadableJSON)

    # Derived from DuplicateVerdict and Removal facts; services/duplicates.py and services/removals.py write them.
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")
    removed_as = models.CharField(max_length=10, choices=Removed.choices, blank=True)

    objects: ClassVar[models.Manager[Record]] = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("origin", "position", name="one_record_per_place_in_a_file"),
            models.CheckConstraint(
                condition=Q(removed_as__in=["", "automation", "other"]), name="record_removal_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(duplicate_of=models.F("pk")), name="record_is_not_its_own_duplicate"
            ),
        ]
        indexes = [
            models.Index(fields=["review", "duplicate_of"], name="record_by_review_and_canonical"),
            models.Index(fields=["review", "doi"], name="record_by_review_and_doi"),
            models.Index(fields=["review", "year"], name="record_by_review_and_year"),
        ]

    def __str__(self) -> str:
        return self.title or "(no title)"

    @property
    def author_line(self) -> str:
        """Up to three authors, then “et al.”."""
        names = self.authors[:3]
        return "; ".join(names) + (" et al." if len(self.authors) > len(names) else "")

    @property
    def source_line(self) -> str:
        """Journal, year, volume(issue):pages, as far as known."""
        volume = f"{self.volume}({self.issue})" if self.issue else self.volume
        place = ":".join(part for part in (volume, self.pages) if part)
        return ". ".join(str(part) for part in (self.journal, self.year, place) if part)


class Removal(models.Model):
    """A fact: a record was taken out before screening, or put back (empty `kind`). The newest one counts."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="removals")
    kind = models.CharField(max_length=10, choices=Record.Removed.choices, blank=True)
    reason = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="removal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.kind or 'put back'}"
