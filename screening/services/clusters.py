"""Clusters of duplicates as this floor sees them: one title and abstract to be screened, one report to be sought."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from reviews.models import Record, Search


@dataclass(slots=True)
class Cluster:
    """A canonical record with its duplicates."""

    root: int
    members: list[int] = field(default_factory=list)
    removed: bool = False
    from_databases: bool = False

    @property
    def is_screened(self) -> bool:
        """On title and abstract: a database or register has it, and it was not taken out before."""
        return self.from_databases and not self.removed


def load(roots: Collection[int]) -> dict[int, Cluster]:
    """The clusters of these canonical records (one query); a record that is not canonical any more has none."""
    clusters: dict[int, Cluster] = {}
    # Not one condition with OR, for which SQLite walks through all records.
    found = [Record.objects.filter(pk__in=roots), Record.objects.filter(duplicate_of__in=roots)]
    columns = ("pk", "duplicate_of_id", "removed_as", "search__kind")
    themselves, duplicates = (rows.order_by().values_list(*columns) for rows in found)
    for pk, canonical, removed, kind in themselves.union(duplicates).order_by("pk"):
        root = canonical or pk
        if root not in roots:
            continue
        cluster = clusters.setdefault(root, Cluster(root))
        cluster.members.append(pk)
        cluster.from_databases |= kind in Search.SCREENED_KINDS
        if pk == root:
            cluster.removed = bool(removed)
    return clusters


def roots_of(record_ids: Collection[int]) -> set[int]:
    """The canonical records of the clusters that these records are in (one query)."""
    rows = Record.objects.filter(pk__in=record_ids).values_list("pk", "duplicate_of_id")
    return {canonical or pk for pk, canonical in rows}
