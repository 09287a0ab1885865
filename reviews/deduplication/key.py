"""What duplicates are found by, and what finding one looks like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Key:
    """The bibliographic fields of one record as its source wrote them; nothing needs to be normalised beforehand."""

    id: int
    title: str
    authors: tuple[str, ...]
    year: int | None
    journal: str
    volume: str
    pages: str
    doi: str
    pmid: str
    issue: str = ""
    abstract: str = ""
    kind: str = ""
    accession: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One field of two records, as written, and how alike they are: 1.0 the same, 0.0 nothing in common."""

    field: str
    left: str
    right: str
    alike: float


class Band(StrEnum):
    """What is said about a pair."""

    SAME = "same"  # linked automatically
    UNCERTAIN = "uncertain"  # a person is asked
    DIFFERENT = "different"  # never linked automatically, not even through others


@dataclass(frozen=True, slots=True)
class Link:
    """What the rules say about two records (a < b): by which rule, and on what evidence.

    score is the mean likeness of the fields, between 0 and 1; a field that one record only has counts half.
    """

    a: int
    b: int
    band: Band
    rule: str
    score: float
    evidence: tuple[Evidence, ...]
