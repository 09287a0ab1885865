"""Text exports in which a written-out or abbreviated name and a colon stand before each value.

The Cochrane Library's plain text (`TI: …`), CNKI's E-Study (`Title-题名: …`), and Embase.com's plain text, in which the
name stands on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from reviews.formats.fields import FieldTags, Values, first, grouped
from reviews.formats.ovid import source_parts
from reviews.formats.tagged import TaggedFormat, by_lines

_COCHRANE: Final = frozenset(
    "ID AU TI SO YR VL NO PG PM XR PT KY DOI AB US CC PB LA CY CRG OT AD PU SN IS".split()
)
_COCHRANE_LINE = re.compile(r"([A-Z]{2,3}):(?: (.*)|)")
_COCHRANE_NUMBER = re.compile(r"\ufeff?(Record) #(\d+) of \d+\s*")
_STUDY_LINE = re.compile(r"\ufeff?([A-Z][A-Za-z]{1,14})(-[^\s:：]{1,12}|)[:：] ?(.*)")
_EMBASE_NUMBER = re.compile(r"\ufeff?(RECORD) (\d+)\s*")
_EMBASE: Final = frozenset(
    (
        "TITLE|ORIGINAL TITLE|AUTHOR NAMES|AUTHOR ADDRESSES|CORRESPONDENCE ADDRESS|AUTHOR EMAIL|SOURCE|SOURCE TITLE|"
        "PUBLICATION YEAR|VOLUME|ISSUE|FIRST PAGE|LAST PAGE|PAGE RANGE|DATE OF PUBLICATION|PUBLICATION DATE|PUBLICATION TYPE|"
        "CONFERENCE NAME|CONFERENCE LOCATION|CONFERENCE DATE|ISSN|ISBN|BOOK PUBLISHER|PUBLISHER|ABSTRACT|AUTHOR KEYWORDS|"
        "EMTREE DRUG INDEX TERMS|EMTREE DRUG INDEX TERMS (MAJOR FOCUS)|EMTREE MEDICAL INDEX TERMS|"
        "EMTREE MEDICAL INDEX TERMS (MAJOR FOCUS)|CAS REGISTRY NUMBERS|EMBASE CLASSIFICATIONS|CLINICAL TRIAL NUMBERS|"
        "LANGUAGE OF ARTICLE|LANGUAGE OF SUMMARY|MEDLINE PMID|PUI|EMBASE ACCESSION ID|DOI|FULL TEXT LINK|EMBASE LINK|"
        "OPEN URL LINK|COPYRIGHT|ARTICLE NUMBER|AIP/IP ENTRY DATE|FULL RECORD ENTRY DATE|ENTRY DATE"
    ).split("|")
)


def _cochrane_tag(line: str) -> tuple[str, str] | None:
    found = _COCHRANE_NUMBER.fullmatch(line) or _COCHRANE_LINE.fullmatch(line.rstrip())
    if not found or found[1] not in {"Record", *_COCHRANE}:
        return None
    return found[1], found[2] or ""


def _study_tag(line: str) -> tuple[str, str] | None:
    """`Title-题名: …`; the Chinese half tells a field from prose, but DataType and DOI have none."""
    found = _STUDY_LINE.fullmatch(line.rstrip())
    if not found or not (found[2] or found[1] in {"DataType", "DOI"}):
        return None
    return found[1] + found[2], found[3]


def _embase_tag(line: str) -> tuple[str, str] | None:
    if found := _EMBASE_NUMBER.fullmatch(line):
        return found[1], found[2]
    name = line.strip()
    return (name, "") if name.upper() == name and name in _EMBASE else None


def _plain_names(tags: Sequence[tuple[str, str]]) -> Values:
    """The names of E-Study without their Chinese halves."""
    return grouped([(name.partition("-")[0], value) for name, value in tags])


def _with_source_parts(tags: Sequence[tuple[str, str]]) -> Values:
    values = grouped(tags)
    for name, value in source_parts(first(values, "SOURCE")).items():
        values.setdefault(name, [value])
    return values


def _format(
    start: bytes,
    tag_of: Callable[[str], tuple[str, str] | None],
    fields: FieldTags,
    number: str,
    values: Callable[[Sequence[tuple[str, str]]], Values] = grouped,
) -> TaggedFormat:
    """A format whose records begin with a line that holds nothing but a number or a type."""
    return TaggedFormat(
        start=re.compile(rb"\n(?:\xef\xbb\xbf)?(?=%b)" % start),
        parse=by_lines(tag_of),
        fields=fields,
        hollow=frozenset({number}),
        values=values,
    )


COCHRANE_TEXT: Final = _format(
    rb"Record #\d+ of \d+",
    _cochrane_tag,
    FieldTags(
        title=("TI",),
        abstract=("AB",),
        authors=("AU",),
        year=("YR",),
        journal=("SO",),
        volume=("VL",),
        issue=("NO",),
        start=("PG",),
        doi=("DOI", "US"),
        pmid=("PM", "XR"),
        accession=("ID",),
        url=("US",),
        language=("LA",),
        keywords=("KY",),
        kind=("PT",),
        kinds={"journal article": "JOUR", "conference abstract": "ABST", "trial registry record": "DBASE"},
    ),
    "Record",
)
E_STUDY: Final = _format(
    rb"DataType: ?\d",
    _study_tag,
    FieldTags(
        title=("Title",),
        abstract=("Summary",),
        authors=("Author",),
        year=("Year", "PubTime"),
        journal=("Source",),
        volume=("Roll", "Volume"),
        issue=("Period",),
        start=("Page",),
        doi=("DOI", "Link"),
        url=("Link", "URL"),
        keywords=("Keyword",),
        kind=("DataType",),
        kinds={"1": "JOUR", "2": "THES", "3": "CPAPER", "4": "NEWS"},
    ),
    "DataType",
    _plain_names,
)
EMBASE_TEXT: Final = _format(
    rb"RECORD \d+[ \t\r]*\n",
    _embase_tag,
    FieldTags(
        title=("TITLE", "ORIGINAL TITLE"),
        abstract=("ABSTRACT",),
        authors=("AUTHOR NAMES",),
        year=("PUBLICATION YEAR", "DATE OF PUBLICATION", "PUBLICATION DATE", "Publication Date", "SOURCE"),
        journal=("SOURCE TITLE", "Journal Name", "SOURCE"),
        volume=("VOLUME", "Volume"),
        issue=("ISSUE", "Issue"),
        start=("FIRST PAGE", "PAGE RANGE", "Pages", "ARTICLE NUMBER"),
        end=("LAST PAGE",),
        doi=("DOI",),
        pmid=("MEDLINE PMID",),
        accession=("EMBASE ACCESSION ID", "PUI"),
        url=("EMBASE LINK", "FULL TEXT LINK"),
        language=("LANGUAGE OF ARTICLE",),
        keywords=("AUTHOR KEYWORDS", "EMTREE MEDICAL INDEX TERMS", "EMTREE DRUG INDEX TERMS"),
        kind=("PUBLICATION TYPE",),
        kinds={
            "article": "JOUR",
            "review": "JOUR",
            "conference abstract": "ABST",
            "conference paper": "CPAPER",
        },
    ),
    "RECORD",
    _with_source_parts,
)
