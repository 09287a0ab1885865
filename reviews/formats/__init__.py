"""Bytes in, references and problems out: what databases and reference managers export.  Pure: no Django, no clock."""

from __future__ import annotations

from reviews.formats.reading import raw_tags, read
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed, Tags
from reviews.formats.sniffing import sniff
from reviews.formats.values import normalise_doi
from reviews.formats.writing import write_ris

__all__ = [
    "FormatError",
    "Problem",
    "Reference",
    "Sniffed",
    "Tags",
    "normalise_doi",
    "raw_tags",
    "read",
    "sniff",
    "write_ris",
]
