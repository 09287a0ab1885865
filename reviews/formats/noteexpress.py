"""NoteExpress's field names in braces, as CNKI and WanFang export them."""

from __future__ import annotations

import re
from typing import Final

from reviews.formats.fields import FieldTags
from reviews.formats.tagged import TaggedFormat, by_lines

_TAG = re.compile(r"\ufeff?\{([^{}]{1,60})\}\s*[:：]\s*(.*)")


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2]) if found else None


NOTE_EXPRESS: Final = TaggedFormat(
    start=re.compile(rb"\n(?:\xef\xbb\xbf)?(?=\{Reference Type\})"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("Title", "Translated Title"),
        abstract=("Abstract",),
        authors=("Author",),
        year=("Year", "Date"),
        journal=("Journal", "Secondary Title", "Translated Journal", "Publisher"),
        volume=("Volume",),
        issue=("Issue",),
        start=("Pages",),
        doi=("DOI", "URL", "Notes"),
        accession=("Accession Number",),
        url=("URL", "Link"),
        language=("Language",),
        keywords=("Keywords",),
        kind=("Reference Type",),
        kinds={
            "journal article": "JOUR",
            "thesis": "THES",
            "conference proceedings": "CONF",
            "conference paper": "CPAPER",
            "newspaper article": "NEWS",
            "book": "BOOK",
            "book section": "CHAP",
            "patent": "PAT",
        },
    ),
    hollow=frozenset({"Reference Type"}),
)
