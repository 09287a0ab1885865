"""Files that have arrived and wait to be told which search they came from."""

from __future__ import annotations

from django.db import models

from reviews.models.search import Search


class Upload(models.Model):
    """A file at the door: it becomes an Import, which takes its bytes over, or it is thrown away.

    Until then it counts nowhere; so this row, unlike most, may be changed and deleted.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="uploads")
    search = models.ForeignKey(
        Search,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="On whose page it was uploaded, if on any.",
    )
    file = models.FileField(upload_to="imports/%Y/%m/")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    encoding = models.CharField(max_length=20)
    dialect = models.CharField(max_length=40, blank=True)
    refusal = models.TextField(blank=True, help_text="Why it cannot be read as it stands, and what to do.")
    seen = models.PositiveIntegerField(default=0, help_text="Records that a quick look met.")
    refused = models.PositiveIntegerField(default=0, help_text="Those of them that cannot be made.")
    seen_bytes = models.PositiveBigIntegerField(default=0, help_text="How far the quick look went.")
    problem_counts = models.JSONField(default=dict)
    columns = models.JSONField(
        default=list, help_text="Of a table: name, samples and guessed field of each column."
    )
    needs_mapping = models.BooleanField(
        default=False, help_text="A person has to say what the columns are before it can be read."
    )
    mapping = models.JSONField(default=dict, help_text="Column → field, as a person said.")
    kind = models.CharField(max_length=12, choices=Search.Kind.choices, default=Search.Kind.DATABASE)
    source = models.CharField(max_length=120, blank=True, help_text="Our guess where it came from.")
    platform = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        """Whether the quick look reached the end of the file."""
        return self.seen_bytes >= self.size

    @property
    def estimate(self) -> int:
        """Records in the whole file, were the rest of it like the beginning."""
        return self.seen if self.is_whole else round(self.seen * self.size / max(self.seen_bytes, 1))

    @property
    def is_ready(self) -> bool:
        """It can be read, and nothing has to be said about its columns."""
        return not self.refusal and not self.needs_mapping
