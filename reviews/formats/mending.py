"""RIS files whose tags somebody's program has rewritten: lower case, quoted mail, typographic dashes, deep indentation.

The beginnings of the lines are put right in place, byte for byte, so that offsets into the mended bytes are offsets into
the file.
"""

from __future__ import annotations

import re
from typing import Final

from reviews.formats.ristags import KNOWN

_KNOWN: Final = frozenset(tag.encode() for tag in (*KNOWN, "ER"))
UNUSUAL_TAGS: Final = "tags written unusually"

# Blanks of all kinds, the marks of quoted mail, and a zero-width space (which editors leave) before a tag; and its dash.
_BEFORE: Final = rb"(?:[ \t>]|\xc2\xa0|\xa0|\xe2\x80\x8b)*"
_BETWEEN: Final = rb"(?:[ \t]|\xc2\xa0|\xa0){0,3}"
_DASH: Final = rb"(?:-|\xe2\x80[\x90-\x95]|[\x96\x97])"
_LINE: Final = re.compile(
    rb"(?m)^(?P<before>%b)(?P<tag>[A-Za-z][A-Za-z0-9])(?P<between>%b)(?P<dash>%b)(?P<after>(?:\xc2\xa0|\xa0)*)"
    rb"(?P<value>[^\n\r]*)" % (_BEFORE, _BETWEEN, _DASH)
)
_PLAIN: Final = re.compile(rb"(?m)^[ \t]{0,5}[A-Z][A-Z0-9][ \t]{0,3}-(?:[ \t]|\r*$)")
_TYPE: Final = re.compile(
    rb"(?mi)^%bTY%b%b(?:[ \t]|\xc2\xa0|\xa0)*[a-z]{3,8}[ \t]*\r*$" % (_BEFORE, _BETWEEN, _DASH)
)


def needs_mending(raw: bytes) -> bool:
    """Whether the tags of a RIS file are there, but hardly one is written as a tag."""
    if not _TYPE.search(raw):
        return False
    tags = [found for found in _LINE.finditer(raw) if found["tag"].upper() in _KNOWN]
    plain = sum(_PLAIN.match(raw, found.start()) is not None for found in tags)
    return len(tags) >= 3 and plain <= len(tags) // 5


def begins_mendable(record: bytes) -> bool:
    """Whether a record, which begins with its first tag, comes from a file that was mended."""
    return _LINE.match(record) is not None and not _PLAIN.match(record)


def mended(lines: bytes, *, wide: bool = False) -> bytes:
    """Whole lines with plain tags, as many bytes as before; `wide`: as many characters as before."""

    def mend(found: re.Match[bytes]) -> bytes:
        if found["tag"].upper() not in _KNOWN:
            return found[0]
        blanks = _blanks(found["before"] + found["between"] + found["dash"] + found["after"], wide=wide) - 1
        between = min(blanks, 2)
        # What is left over stands behind the dash, where it is trimmed.
        return found["tag"].upper() + b" " * between + b"-" + b" " * (blanks - between) + found["value"]

    return _LINE.sub(mend, lines)


def _blanks(piece: bytes, *, wide: bool) -> int:
    return len(piece.decode("utf-8", "replace")) if wide else len(piece)
