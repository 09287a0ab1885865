"""From the tags of a RIS record to the fields of a reference: which tag is preferred, and where vendors hide things.

The orders were found by reading exports of thirty databases and programs; each exception names who needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviews.formats.fields import Values, first
from reviews.formats.reference import Reference
from reviews.formats.values import (
    doi_in,
    keywords_in,
    names_in,
    one_line,
    pages_from,
    paragraphs,
    pmid_in,
    year_in,
)

TITLE = ("TI", "T1", "CT", "BT", "TT", "ST")
YEAR = ("PY", "Y1", "YR", "DA", "Y2")
# T2 alone: Web of Science, Scopus, EndNote, Zotero, Mendeley; JF: Ovid, ProQuest, Lens; JA alone: CENTRAL.
CONTAINER = ("JF", "JO", "T2", "JA", "J2", "J1")
CHAPTER_KINDS = frozenset({"CHAP", "ECHAP", "CPAPER", "CONF", "ABST"})
_DOI_PLACES = ("M3", "L3", "UR", "L1", "L2", "LK", "N1")
_ACCESSION_IN_NOTE = re.compile(r"Accession Number:\s*([\w:.-]+?)[;.]?(?:\s|$)")
_OVID_MEDLINE = re.compile(r"[?&]D=(?:med|prem|ppez|pmnm|mesz)\w*&.*?\bAN=(\d{1,8})\b", re.I)
_BARE_NUMBERS = frozenset({"PMID", "PM", "AN", "C2", "C5"})
_PMID_PLACES = ("PMID", "PM", "AN", "U1", "C2", "C3", "C5", "ID", "UR", "L2", "N1")
_DIGITS = re.compile(r"\d{1,8}")
# A note longer than this is a list of cited references (Scopus, PsycINFO): its numbers belong to other articles.
_SHORT_NOTE = 400


def reference_from(
    tags: Sequence[tuple[str, str]], values: Values, *, position: int, line: int, offset: int, length: int
) -> Reference:
    """Map the tags of one RIS record; `values` are the same tags, grouped."""
    return Reference(
        position=position,
        line=line,
        offset=offset,
        length=length,
        kind=first(values, "TY").upper(),
        title=one_line(first(values, *TITLE)),
        abstract=abstract_of(values),
        authors=names_in([*values.get("AU", ()), *values.get("A1", ())]),
        year=year_of(values),
        journal=one_line(journal_of(values)),
        volume=one_line(first(values, "VL", "VO")),
        issue=one_line(first(values, "IS", "CP")),
        pages=pages_of(values),
        doi=doi_of(values),
        pmid=pmid_of(values),
        accession=accession_of(values),
        url=first(values, "UR", "L2", "LK", "L1").split("\n")[0].split(";http")[0].strip(),
        language=one_line(first(values, "LA")),
        keywords=keywords_in(values["KW"]) if "KW" in values else (),
        tags=tuple(tags),
    )


def abstract_of(values: Values) -> str:
    """EBSCO, SciELO and BVS repeat AB for parts or languages: all are kept, as paragraphs."""
    parts = values.get("AB") or values.get("N2") or ()
    return paragraphs(parts[0]) if len(parts) == 1 else "\n\n".join(map(paragraphs, parts))


def dates_of(values: Values) -> Iterator[tuple[str, str]]:
    """Every date of the record with its tag, the likeliest date of publication first."""
    for tag in YEAR:
        for value in values.get(tag, ()):
            yield tag, value


def year_of(values: Values) -> int | None:
    """The first year that any of the dates holds."""
    if "PY" in values and (year := year_in(values["PY"][0])):
        return year
    return next((year for _, date in dates_of(values) if (year := year_in(date))), None)


def journal_of(values: Values) -> str:
    """The container: the journal, or for chapters and conference papers the book they are in."""
    if (
        first(values, "TY") in CHAPTER_KINDS
        and (book := first(values, "T2", "BT", "C3"))
        and book != first(values, *TITLE)
    ):
        return book
    return first(values, *CONTAINER)


def pages_of(values: Values) -> str:
    """SP and EP; an article number (C7, SE) where there are no pages."""
    return pages_from(first(values, "SP"), first(values, "EP")) or pages_from(first(values, "C7", "SE"), "")


def doi_of(values: Values) -> str:
    """DO, else a DOI in the places where EBSCO (L3), Ovid (M3), publishers (UR) and others put it."""
    for value in values.get("DO", ()):
        if doi := doi_in(value):
            return doi
    for tag in _DOI_PLACES:
        for value in values.get(tag, ()):
            if "10." in value and (tag != "N1" or len(value) < _SHORT_NOTE) and (doi := doi_in(value)):
                return doi
    return ""


def pmid_of(values: Values) -> str:
    """A PubMed identifier where the source says or is known to write one."""
    if not _BARE_NUMBERS.isdisjoint(values) and (pmid := _pmid_by_source(values)):
        return pmid
    places = [
        value for tag in _PMID_PLACES if tag in values for value in values[tag] if len(value) < _SHORT_NOTE
    ]
    # Few records speak of PubMed at all: one look at all places together.
    if pmid_in("\n".join(places)):
        return next((pmid for value in places if (pmid := pmid_in(value))), "")
    for tag in ("UR", "L2"):
        for link in values.get(tag, ()):
            if "ovid" in link and (found := _OVID_MEDLINE.search(link)):
                return found[1]
    return ""


def _pmid_by_source(values: Values) -> str:
    """Bare numbers that are PMIDs because of who wrote them: PubMed's AN, Scopus's C2, Embase.com's C5."""
    source = " ".join([*values.get("DB", ()), *values.get("DP", ())]).lower()
    url = first(values, "UR", "L2").lower()
    candidates = [first(values, "PMID", "PM")]
    if "scopus" in source or "scopus.com" in url:
        candidates.append(first(values, "C2"))
    if "embase" in source or "embase.com" in url:
        candidates.append(first(values, "C5"))
    if "pubmed" in source or "medline" in source or source.strip() == "nlm":
        candidates.append(first(values, "AN"))
    return next((text for text in candidates if _DIGITS.fullmatch(text)), "")


def accession_of(values: Values) -> str:
    """The number the source gave the record: AN, Embase's U2, EBSCO's note, else ID."""
    if number := first(values, "AN"):
        return one_line(number)
    if (number := first(values, "U2")).startswith("L"):
        return one_line(number)
    if noted := _ACCESSION_IN_NOTE.search(first(values, "N1")[:_SHORT_NOTE]):
        return noted[1]
    return one_line(first(values, "ID"))
