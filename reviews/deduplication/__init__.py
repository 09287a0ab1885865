"""References in, scored links and clusters out, each link with its evidence.  Pure: no Django, no sibling, no clock."""

from __future__ import annotations

from reviews.deduplication.blocking import block_names
from reviews.deduplication.clustering import cluster, cluster_links
from reviews.deduplication.differences import Difference, Piece, Verdict, differences
from reviews.deduplication.key import Band, Evidence, Key, Link
from reviews.deduplication.matching import find_links, find_links_against
from reviews.deduplication.normalising import normalise_title
from reviews.deduplication.questions import Question, questions
from reviews.deduplication.rules import RULES

__all__ = [
    "RULES",
    "Band",
    "Difference",
    "Evidence",
    "Key",
    "Link",
    "Piece",
    "Question",
    "Verdict",
    "block_names",
    "cluster",
    "cluster_links",
    "differences",
    "find_links",
    "find_links_against",
    "normalise_title",
    "questions",
]
