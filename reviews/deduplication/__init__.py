"""References in, scored links and clusters out, each link with its evidence.  Pure: no Django, no sibling, no clock."""

from __future__ import annotations

from reviews.deduplication.clustering import cluster
from reviews.deduplication.differences import Difference, Piece, Verdict, differences
from reviews.deduplication.key import Evidence, Key, Link
from reviews.deduplication.matching import find_links, find_links_against
from reviews.deduplication.normalising import normalise_title
from reviews.deduplication.rules import RULES

__all__ = [
    "RULES",
    "Difference",
    "Evidence",
    "Key",
    "Link",
    "Piece",
    "Verdict",
    "cluster",
    "differences",
    "find_links",
    "find_links_against",
    "normalise_title",
]
