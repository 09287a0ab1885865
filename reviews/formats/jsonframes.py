"""Cut a JSON file into its records, as a stream of bytes in flat memory: the objects at one depth of brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reviews.formats.encodings import Source
from reviews.formats.framing import LONGEST

# A string of JSON holds no line end, so one whose quotation mark is missing swallows its line only.
_TOKEN: Final = re.compile(rb'"(?:[^"\\\n]|\\.)*+(?P<end>"|\n)|[{}\[\]]')


@dataclass(frozen=True, slots=True)
class Piece:
    """A record's bytes from brace to brace; `closed` is False for one that the file ends in the middle of."""

    raw: bytes
    offset: int
    line: int
    closed: bool


def pieces(source: Source, *, depth: int, offset: int, line: int) -> Iterator[Piece]:
    """The objects that stand `depth` brackets deep.

    In the middle of a file (an offset that is not 0) the source stands between two of them.
    """
    cutter = _Cutter(depth, offset, line, source, within=depth if offset else 0)
    for block in source.blocks():
        yield from cutter.feed(block)
    yield from cutter.finish()


def first_object(raw: bytes) -> bytes:
    """The bytes up to where the object that they begin with is closed; all of them where it is not."""
    depth = 0
    for token in _TOKEN.finditer(raw):
        if token["end"] is None:
            depth += 1 if token[0] in b"{[" else -1
            if depth <= 0:
                return raw[: token.end()]
    return raw


class _Cutter:
    """The record that is still open, and how deep in brackets its end stands."""

    def __init__(self, depth: int, offset: int, line: int, source: Source, *, within: int) -> None:
        self._wanted, self._depth = depth, within
        self._offset, self._line, self._source = offset, line, source
        self._buffer, self._searched, self._open = b"", 0, False

    def feed(self, block: bytes) -> Iterator[Piece]:
        """The records that end in this block."""
        buffer = self._buffer + block
        start, at = 0, self._searched
        while token := _TOKEN.search(buffer, at):
            at = token.end()
            if token["end"] is not None:
                continue
            opening = token[0] in b"{["
            if opening and not self._open and self._depth == self._wanted and token[0] == b"{":
                self._pass(buffer[start : token.start()])
                start, self._open = token.start(), True
            self._depth = self._depth + 1 if opening else max(self._depth - 1, 0)
            if self._open and self._depth == self._wanted:
                yield self._piece(buffer[start:at], closed=True)
                start, self._open = at, False
        # A string that is not yet closed is looked at again, together with what follows.
        quote = buffer.find(b'"', at)
        at = quote if quote >= 0 else len(buffer)
        if not self._open:
            self._pass(buffer[start:at])
            start = at
        self._buffer, self._searched = buffer[start:], at - start
        if len(self._buffer) > LONGEST:
            yield self._piece(self._buffer, closed=False)
            self._buffer, self._searched, self._open, self._depth = b"", 0, False, self._wanted

    def finish(self) -> Iterator[Piece]:
        """A record that the file ends in the middle of."""
        if self._open and self._buffer:
            yield self._piece(self._buffer, closed=False)

    def _piece(self, raw: bytes, *, closed: bool) -> Piece:
        piece = Piece(raw, self._offset, self._line, closed)
        self._pass(raw)
        return piece

    def _pass(self, raw: bytes) -> None:
        self._offset += self._source.original_length(raw)
        self._line += raw.count(b"\n")
