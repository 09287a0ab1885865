"""Where the records of a RIS file begin and end: a stream of bytes cut into frames, in flat memory.

rispy finds a record by "a line that starts with TY" and ends it at "ER": it takes the prose line "TYPES of …" for a
beginning, drops a record whose ER is missing, everything after one odd `TY -`, and a first record behind a byte-order
mark; and it needs the whole file in memory.  This module only finds boundaries; `ristags` reads what is between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviews.formats.encodings import Source

LONGEST_TYPE = 40
# A TY line holds a short word, never a sentence: wrapped text that happens to begin with "TY  - " is text, and so is
# "TY - " unless nothing or a type in capitals stands behind it.
# An ER line holds nothing, unless the next record is glued to it.  Six blanks in front are the mark of text that runs
# on (MEDLINE's custom, and how `writing` marks it), fewer are an indented file.
_BOUNDARY = re.compile(
    rb"\n(?:\xef\xbb\xbf|\xe2\x80\x8b)*(?P<line>[ \t]{0,5})"
    rb"(?:(?P<ty>TY(?:[ \t]{2,3}-[^\n]{0,%d}|[ \t]?-[ \t]*[A-Z]{0,9}[ \t\r]*)(?=\n))|ER[ \t]{0,3}(?:-(?:[ \t]|\xef\xbb\xbf|\xe2\x80\x8b)*)?(?:(?P<glued>(?=TY[ \t]{1,2}-))|\r*\n))"
    % LONGEST_TYPE
)
# No honest record is longer than this; a longer piece is cut so that one bad file cannot fill the memory.
LONGEST = 32 << 20


# Behind a record: its ER line, blank lines, and the TY line of the next, so that nothing between them can be astray.
_ANOTHER_BEHIND = re.compile(rb"\nER  -[ \t]*\r*\n(?P<gap>[\r\n]*)(?=TY  - )")


@dataclass(frozen=True, slots=True)
class Frame:
    """A run of bytes: `opened` by a TY line or not, `closed` by an ER line or not; `glued` to the ER before it.

    A `rough` frame goes from a TY line to the next ER line with another TY behind, and `gap` bytes of blank lines at its
    end. It may hold odd boundaries: if its lines are not all plain tags, `cut` it.
    """

    raw: bytes
    opened: bool
    closed: bool
    glued: bool = False
    rough: bool = False
    gap: int = 0


def frames(source: Source) -> Iterator[Frame]:
    """Cut a stream into frames that follow each other without gaps.

    What lies between an ER and the next TY is a frame too, one that was not opened.
    """
    cutter = _Cutter()
    for block in source.blocks():
        yield from cutter.feed(block)
    yield from cutter.finish()


def cut(frame: Frame) -> Iterator[Frame]:
    """The frames that a rough one consists of."""
    cutter = _Cutter(hasty=False)
    yield from cutter.feed(frame.raw)
    yield from cutter.finish()


class _Cutter:
    """The frame that is still open, behind the line feed that ended the one before it.

    A hasty one makes rough frames where it can: `bytes.find` runs through an abstract ten times as fast as a pattern.
    """

    def __init__(self, *, hasty: bool = True) -> None:
        self._hasty = hasty
        self._buffer = b"\n"
        self._searched = 0
        self._opened = self._glued = False

    def feed(self, block: bytes) -> Iterator[Frame]:
        """The frames that end in this block."""
        buffer = self._buffer + block
        limit = buffer.rfind(b"\n") + 1
        start, search = 1, self._searched
        while True:
            while self._hasty and not self._glued and (rough := _rough_frame(buffer, start, limit)):
                yield rough
                start += len(rough.raw)
                search, self._opened = start - 1, False
            boundary = _BOUNDARY.search(buffer, search, limit)
            if not boundary:
                break
            if boundary["ty"] is not None:
                begin = boundary.start("line")
                if begin > start:
                    yield self._frame(buffer[start:begin])
                start, search = begin, boundary.end()
                self._opened, self._glued = True, False
            else:
                end = boundary.end()
                yield self._frame(buffer[start:end], closed=True)
                glued = boundary["glued"] is not None
                self._opened = self._glued = glued
                start, search = end, end if glued else end - 1
        self._buffer, self._searched = b"\n" + buffer[start:], max(limit - start, 0)
        if len(self._buffer) > LONGEST:
            yield self._frame(self._buffer[1:])
            self._buffer, self._searched = b"\n", 0
            self._opened = self._glued = False

    def finish(self) -> Iterator[Frame]:
        """The frames that the end of the file closes."""
        last = [*self.feed(b"\n")]
        if len(self._buffer) > 1:
            last.append(self._frame(self._buffer[1:]))
        if last:
            last[-1] = replace(last[-1], raw=last[-1].raw[:-1])
        yield from (frame for frame in last if frame.raw)

    def _frame(self, raw: bytes, *, closed: bool = False) -> Frame:
        return Frame(raw, self._opened, closed, self._glued)


def _rough_frame(buffer: bytes, start: int, limit: int) -> Frame | None:
    """The record that begins at `start`, if it looks like any other."""
    if not buffer.startswith(b"TY  - ", start):
        return None
    end = buffer.find(b"\nER  -", start, limit)
    behind = _ANOTHER_BEHIND.match(buffer, end, limit) if end > 0 else None
    if not behind:
        return None
    return Frame(
        buffer[start : behind.end()],
        opened=True,
        closed=True,
        rough=True,
        gap=behind.end() - behind.start("gap"),
    )
