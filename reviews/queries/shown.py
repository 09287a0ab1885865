"""What is shown of a cluster of duplicates: of each field the best value any of its records has, or the one a person chose.

Derived when asked for, and stored nowhere: the records stay as their sources wrote them, and a parted record takes nothing along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from reviews.models import FieldChoice, Record

#: The fields of which one value is shown, with how they are called.
LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "abstract": "Abstract",
    "authors": "Authors",
    "year": "Year",
    "journal": "Journal",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "doi": "DOI",
    "pmid": "PubMed number",
    "language": "Language",
    "keywords": "Keywords",
}

#: Where one value is better than another; otherwise the canonical record's is taken, or the first there is.
_BETTER: Final[Mapping[str, Callable[[Any], float]]] = {
    "abstract": len,
    # A range says more than a first page.
    "pages": lambda pages: any(dash in pages for dash in "-–—"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The values shown for a cluster, and for each field which record has it, and whether a person chose it."""

    values: Mapping[str, Any]
    sources: Mapping[str, int]
    chosen: frozenset[str]


def shown_of(heads: Iterable[Record]) -> dict[int, Shown]:
    """For each of these canonical records what is shown of its cluster: two queries, however many there are."""
    members = {head.pk: [head] for head in heads}
    for copy in Record.objects.filter(duplicate_of__in=members).order_by("pk"):
        members[copy.duplicate_of_id or copy.pk].append(copy)
    choices = _choices([row.pk for rows in members.values() if len(rows) > 1 for row in rows])
    return {pk: shown_among(rows, choices) for pk, rows in members.items()}


def with_shown_values(heads: Iterable[Record]) -> None:
    """Let these canonical records say what is shown of their clusters: in memory, for a page; never to be saved."""
    heads = list(heads)
    found = shown_of(heads)
    for head in heads:
        for field, value in found[head.pk].values.items():
            setattr(head, field, value)


def shown_in(members: list[Record]) -> Shown:
    """What is shown of one cluster, the canonical record first."""
    return shown_among(members, _choices([row.pk for row in members]))


def shown_among(members: list[Record], choices: Mapping[int, list[FieldChoice]]) -> Shown:
    """What is shown of the cluster of these records, after these choices about them."""
    made = sorted((one for row in members for one in choices.get(row.pk, ())), key=lambda one: one.pk)
    chosen = {choice.field: choice.record_id for choice in made}
    by_pk = {row.pk: row for row in members}
    sources = {}
    for field in LABELS:
        having = [row for row in members if getattr(row, field) not in ("", None, [])]
        best = max(having, key=partial(_quality, field), default=members[0])
        sources[field] = chosen.get(field, best.pk)
    values = {field: getattr(by_pk[pk], field) for field, pk in sources.items()}
    return Shown(values, sources, frozenset(chosen))


def _quality(field: str, record: Record) -> float:
    return _BETTER[field](getattr(record, field)) if field in _BETTER else 0


def _choices(record_ids: Collection[int]) -> dict[int, list[FieldChoice]]:
    """For each record the fields that it shows for its cluster because somebody chose so, and did not take that back."""
    last: dict[tuple[int, str], FieldChoice] = {}
    for choice in FieldChoice.objects.filter(record__in=record_ids).order_by("pk") if record_ids else ():
        last[choice.record_id, choice.field] = choice
    found: dict[int, list[FieldChoice]] = defaultdict(list)
    for choice in last.values():
        if choice.shown:
            found[choice.record_id].append(choice)
    return found
