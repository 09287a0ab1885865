"""Cut a table into rows, as a stream of bytes in flat memory; a line end within quotation marks is part of its cell.

A quotation mark that is never closed would swallow the rows behind it.  It shows where a cell within the quotation begins
with a quotation mark of its own; the row is then taken to end with its line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import Final

from reviews.formats.encodings import Source
from reviews.formats.framing import LONGEST

# Longer than any honest row: the quotation mark before it was never closed.
_LONGEST_ROW: Final = 4 << 20
_MOST_LINES: Final = 2000


class Quotes(Enum):
    """How a line ends: outside of quotation marks, within them, or within some that were never closed."""

    CLOSED = 0
    OPEN = 1
    BROKEN = 2


def rows(source: Source, mark: str, *, quoted: bool, width: int = 0) -> Iterator[bytes]:
    """Rows with their line ends; `width` is the number of columns where it is known."""
    waiting: deque[bytes] = deque()
    rest = b""
    cutter = _Cutter(waiting, mark.encode(), quoted=quoted, width=width)
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > LONGEST:
            lines, rest = [*lines, rest], b""
            waiting.extend(line + b"\n" for line in lines[:-1])
            waiting.append(lines[-1])
        else:
            waiting.extend(line + b"\n" for line in lines)
        yield from cutter.rows(at_end=False)
    if rest:
        waiting.append(rest)
    yield from cutter.rows(at_end=True)


def is_broken(text: str, mark: str) -> bool:
    """Whether a row holds a quotation mark that is never closed."""
    state = Quotes.CLOSED
    for line in text.encode("utf-8", "replace").split(b"\n"):
        state = ends(line, mark.encode(), state)
    return state is not Quotes.CLOSED


class _Cutter:
    """Takes the rows that are complete from the lines that wait."""

    def __init__(self, waiting: deque[bytes], mark: bytes, *, quoted: bool, width: int) -> None:
        self._waiting, self._mark, self._quoted, self._width = waiting, mark, quoted, width
        # How many of the waiting lines were looked at, their size, and how the last of them ended.
        self._seen, self._size, self._state = 0, 0, Quotes.CLOSED

    def rows(self, *, at_end: bool) -> Iterator[bytes]:
        """Every row that is complete."""
        while self._waiting:
            count = self._lines_of_a_row(at_end=at_end)
            if not count:
                return
            self._seen, self._size, self._state = 0, 0, Quotes.CLOSED
            yield b"".join(self._waiting.popleft() for _ in range(count))

    def _lines_of_a_row(self, *, at_end: bool) -> int:
        """How many lines the first row has; 0 if that cannot be known yet."""
        if not self._quoted:
            return 1
        while self._seen < len(self._waiting):
            line = self._waiting[self._seen]
            self._state = ends(line, self._mark, self._state)
            self._seen, self._size = self._seen + 1, self._size + len(line)
            if self._state is Quotes.CLOSED:
                return self._seen
            if self._state is Quotes.BROKEN:
                if self._first_line_is_a_row():
                    return 1
                self._state = Quotes.OPEN
            if self._seen >= _MOST_LINES or self._size >= _LONGEST_ROW:
                return 1
        return int(at_end)

    def _first_line_is_a_row(self) -> bool:
        return self._seen > 1 and self._width == self._waiting[0].count(self._mark) + 1


def ends(line: bytes, mark: bytes, state: Quotes) -> Quotes:
    """How a line ends that begins in this state; a quotation mark opens a quotation only where its cell begins.

    Within a quotation, a single mark at the beginning of a cell, with text behind it, shows that the quotation was never
    closed: there it would have to be doubled.
    """
    if b'"' not in line:
        return state
    at, within = 0, state is not Quotes.CLOSED
    while True:
        if not within:
            if line[at : at + 1] != b'"':
                at = line.find(mark, at) + 1
                if not at:
                    return Quotes.CLOSED
                continue
            at += 1
        within = True
        quote = line.find(b'"', at)
        if quote < 0:
            return Quotes.OPEN
        at = quote + 1
        if line[at : at + 1] == b'"':
            at += 1
            continue
        begins = state is not Quotes.CLOSED and (quote == 0 or line[quote - 1 : quote] == mark)
        if begins and line[at:].strip(b"\r\n") and line[at : at + 1] != mark:
            return Quotes.BROKEN
        within = False
        at = line.find(mark, at) + 1
        if not at:
            return Quotes.CLOSED
