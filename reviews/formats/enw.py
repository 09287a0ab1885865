"""EndNote's and refer's tags (.enw, .ref): a per cent sign, one character, a blank, the value."""

from __future__ import annotations

import re
from typing import Final

from reviews.formats.fields import FieldTags
from reviews.formats.tagged import TaggedFormat, by_lines

_TAG = re.compile(r"(%[^\s%])(?:[ \t]+(.*)|)")


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.fullmatch(line.rstrip())
    return (found[1], found[2] or "") if found else None


ENW: Final = TaggedFormat(
    # Some sources leave out %0, the type, or put it in the middle: blank lines part the records as well.
    start=re.compile(rb"\n(?:[ \t\r]*\n)+(?=%[^\s%])"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("%T", "%!"),
        abstract=("%X",),
        authors=("%A", "%E"),
        year=("%D", "%8"),
        journal=("%J", "%B", "%S"),
        volume=("%V",),
        issue=("%N",),
        start=("%P",),
        doi=("%R", "%U"),
        accession=("%M",),
        url=("%U",),
        language=("%G",),
        keywords=("%K",),
        kind=("%0",),
        kinds={
            "journal article": "JOUR",
            "electronic article": "EJOUR",
            "magazine article": "MGZN",
            "newspaper article": "NEWS",
            "book": "BOOK",
            "book section": "CHAP",
            "edited book": "EDBOOK",
            "encyclopedia": "ENCYC",
            "conference paper": "CPAPER",
            "conference proceedings": "CONF",
            "thesis": "THES",
            "report": "RPRT",
            "web page": "ELEC",
            "generic": "GEN",
            "unpublished work": "UNPB",
        },
    ),
    hollow=frozenset({"%0"}),
    opener=re.compile(rb"(?m)^(?:\xef\xbb\xbf)*%0[ \t]"),
)
