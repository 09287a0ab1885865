"""RefWorks' tagged text, as RefWorks, CNKI and WanFang export it: two characters, a blank, the value; RT begins a record."""

from __future__ import annotations

import re
from typing import Final

from reviews.formats.fields import FieldTags
from reviews.formats.tagged import TaggedFormat, by_lines

# A wrapped abstract can begin a line with two capital letters, so only the tags of the format are tags.
_KNOWN: Final = frozenset(
    (
        "RT SR ID A1 A2 A3 A4 A5 A6 T1 T2 T3 JF JO YR FD VO IS SP OP K1 AB NO ED PB PP SN AV AD AN LA CL SF OT LK "
        "DO CN DB DS OL CR RD ST UL SL LL WP WT WV PU PM EP OR GA U1 U2 U3 U4 U5 U6 U7 U8 U9"
    ).split()
)
_TAG = re.compile(r"\ufeff?([A-Za-z][A-Za-z0-9])(?:[ \t](.*)|)")


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.fullmatch(line.rstrip())
    # CNKI writes the volume as `vo`.
    if found and (found[1] in _KNOWN or found[1] == "vo"):
        return found[1], found[2] or ""
    return None


REFWORKS: Final = TaggedFormat(
    start=re.compile(rb"\n(?:\xef\xbb\xbf)?(?=RT[ \t])"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("T1", "T2"),
        abstract=("AB",),
        authors=("A1", "A2"),
        year=("YR", "FD"),
        journal=("JF", "JO", "T2", "PB"),
        volume=("VO", "vo"),
        issue=("IS",),
        start=("SP", "OP"),
        end=("OP",),
        doi=("DO", "LK", "UL", "NO"),
        pmid=("PM",),
        accession=("AN", "ID"),
        url=("LK", "UL"),
        language=("LA",),
        keywords=("K1",),
        kind=("RT",),
        kinds={
            "journal article": "JOUR",
            "journal, electronic": "EJOUR",
            "magazine article": "MGZN",
            "newspaper article": "NEWS",
            "book, whole": "BOOK",
            "book, section": "CHAP",
            "book, edited": "EDBOOK",
            "conference proceeding": "CONF",
            "conference proceedings": "CONF",
            "dissertation": "THES",
            "dissertation/thesis": "THES",
            "thesis": "THES",
            "report": "RPRT",
            "patent": "PAT",
            "web page": "ELEC",
            "abstract": "ABST",
            "generic": "GEN",
        },
    ),
    hollow=frozenset({"RT", "SR"}),
)
