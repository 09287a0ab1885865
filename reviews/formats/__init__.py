"""Bytes in, references and problems out: what databases and reference managers export.  Pure: no Django, no clock."""

from __future__ import annotations

from reviews.formats.columns import AUTHOR_SEPARATORS, FIELDS, Column, Columns, MappingNeeded
from reviews.formats.reading import columns_of, plain_text, raw_tags, read
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed, Tags
from reviews.formats.sniffing import sniff
from reviews.formats.values import normalise_doi
from reviews.formats.writing import WRITERS, Writer, write, write_ris

__all__ = [
    "AUTHOR_SEPARATORS",
    "FIELDS",
    "WRITERS",
    "Column",
    "Columns",
    "FormatError",
    "MappingNeeded",
    "Problem",
    "Reference",
    "Sniffed",
    "Tags",
    "Writer",
    "columns_of",
    "normalise_doi",
    "plain_text",
    "raw_tags",
    "read",
    "sniff",
    "write",
    "write_ris",
]
