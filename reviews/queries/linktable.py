"""Everything that rules and people said about pairs of records, as a table with the evidence."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Exists, OuterRef

from reviews.deduplication import RULES
from reviews.models import DuplicateVerdict, Review
from reviews.queries.table import Echo, harmless

COLUMNS: Final = (
    "record",
    "title",
    "source",
    "other_record",
    "other_title",
    "other_source",
    "said",
    "rule",
    "rule_in_words",
    "likeness",
    "fields_alike",
    "by",
    "reason",
    "at",
    "taken_back",
    "one_cluster_now",
)


def as_csv(review: Review) -> Iterator[str]:
    """The lines of the table, oldest verdict first; with a mark by which Excel knows that they are UTF-8."""
    yield "\ufeff" + _line(COLUMNS)
    for verdict in _verdicts(review).iterator(chunk_size=1000):
        yield _line(_row(verdict))


def _verdicts(review: Review) -> Any:
    later = DuplicateVerdict.objects.filter(takes_back=OuterRef("pk"))
    rows = DuplicateVerdict.objects.filter(review=review).order_by("pk")
    rows = rows.select_related("left__search", "right__search", "by")
    return rows.defer("left__abstract", "right__abstract").annotate(withdrawn=Exists(later))


def _row(verdict: Any) -> list[Any]:
    left, right = verdict.left, verdict.right
    alike = "; ".join(f"{piece['field']} {piece['alike']:.2f}" for piece in verdict.evidence)
    return [
        left.pk,
        left.title,
        str(left.search),
        right.pk,
        right.title,
        str(right.search),
        verdict.get_verdict_display(),
        verdict.rule,
        RULES.get(verdict.rule, ""),
        f"{verdict.score:.3f}" if verdict.rule else "",
        alike,
        str(verdict.by) if verdict.by else "",
        verdict.reason,
        verdict.at.isoformat(timespec="seconds"),
        "yes" if verdict.withdrawn else "",
        "yes" if (left.duplicate_of_id or left.pk) == (right.duplicate_of_id or right.pk) else "no",
    ]


def _line(values: Any) -> str:
    line: str = csv.writer(Echo()).writerow([harmless(value) for value in values])
    return line
