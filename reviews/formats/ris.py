"""Read RIS: frames in, references and problems out, one at a time.

A reader of our own stands beside rispy because rispy needs the whole file in memory, has no byte offsets, no line
numbers and no word about what it skipped; `tests/reviews/formats/test_beside_rispy.py` shows each loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise

from reviews.formats.encodings import Source, text_of
from reviews.formats.fields import Values, grouped
from reviews.formats.framing import LONGEST, LONGEST_TYPE, Frame, cut, frames
from reviews.formats.mending import begins_mendable, mended
from reviews.formats.problems import ONCE_PER_FILE, problem
from reviews.formats.reference import Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters, about_two_records
from reviews.formats.risfields import dates_of, reference_from
from reviews.formats.ristags import Oddity, TagLines, plain_tags, read_tags

_RECORD_TAGS = frozenset({"TI", "T1", "CT", "BT", "AU", "A1", "AB"})
_NO_CONTENT = frozenset({"TY", "ID"})


def tags_in(raw: bytes, *, encoding: str, unusual: bool | None = None) -> Tags:
    """The tags of one record from its bytes in the file; `unusual`: whether the file was mended, None if that is not known."""
    text, _ = text_of(raw, encoding)
    if tags := plain_tags(text):
        return tuple(tags)
    source = Source(BytesIO(raw), encoding)
    lines = b"".join(source.blocks())
    if begins_mendable(lines) if unusual is None else unusual:
        text, _ = text_of(mended(lines, wide=encoding.startswith("utf-16")), source.text_encoding)
    return tuple(read_tags(text).tags)


def read_ris(source: Source, *, offset: int, position: int, line: int) -> Iterator[Reference | Problem]:
    """Every record from `offset`, where the source stands; `position` records and `line - 1` lines went before."""
    reader = _Reader(source, position, offset, line)
    if source.is_mended:
        yield problem("unusual-tags", line=line)
    for frame in frames(source):
        if frame.rough:
            # It begins with TY, so that nothing in it belongs to the record before.
            yield from reader.let_go()
            if found := reader.plain(frame):
                reference, remarks = found
                yield from remarks
                yield reference
                continue
        for part in cut(frame) if frame.rough else (frame,):
            yield from reader.take(part)
    yield from reader.let_go(at_end=True)


@dataclass(slots=True)
class _Piece:
    """A record, or what stands between records, while tags that belong to it may still follow."""

    frame: Frame
    offset: int
    line: int
    text: str
    honest: bool
    lines: TagLines
    tail: list[_Piece]

    def is_stray(self, *, after: _Piece) -> bool:
        """Whether the tags make no record of their own: Ovid writes NL, EndNote UK, between an ER and the next TY."""
        if self.frame.opened or not self.lines.tags or not after.lines.tags:
            return False
        looks_like_one = any(tag in _RECORD_TAGS for tag, _ in self.lines.tags)
        return not looks_like_one and (after.frame.opened or not self.frame.closed)


class _Reader:
    """What one pass remembers: how many records it saw, and what it has already remarked upon."""

    def __init__(self, source: Source, position: int, offset: int, line: int) -> None:
        self._source = source
        self._position, self._offset, self._line = position, offset, line
        self._held: _Piece | None = None
        self._said: set[tuple[str, str]] = set()
        self._utf8 = source.text_encoding.startswith("utf-8")

    def plain(self, frame: Frame) -> tuple[Reference, list[Problem]] | None:
        """A rough frame that is one record without anything odd about its lines, read at once; else None."""
        raw = frame.raw[: -frame.gap or None]
        text, honest = text_of(raw, self._source.text_encoding)
        tags = plain_tags(text)
        values = grouped(tags)
        if not tags or len(tags[0][1]) > LONGEST_TYPE or values.keys() <= _NO_CONTENT:
            return None
        self._position += 1
        reference = reference_from(
            tags,
            values,
            position=self._position,
            line=self._line,
            offset=self._offset,
            length=self._source.original_length(raw),
        )
        self._offset += self._source.original_length(frame.raw)
        # A tag stands on one line; behind them are the ER line and the gap.
        self._line += len(tags) + 1 + frame.raw.count(b"\n", len(raw))
        return reference, list(_about(reference, values, raw, text, honest=honest, utf8=self._utf8))

    def take(self, frame: Frame) -> Iterator[Reference | Problem]:
        """Read a frame, and hand out the records that are complete by it."""
        for piece in self.pieces(frame, self._offset, self._line):
            if self._held and piece.is_stray(after=self._held):
                self._held = self.joined(self._held, piece)
            elif piece.lines.tags or not self._held:
                yield from self.let_go()
                self._held = piece
            else:
                self._held.tail.append(piece)
        self._offset += self._source.original_length(frame.raw)
        self._line += frame.raw.count(b"\n")

    def let_go(self, *, at_end: bool = False) -> Iterator[Reference | Problem]:
        """The record to which nothing more can belong."""
        if self._held:
            yield from self.finish(self._held, at_end=at_end)
            self._held = None

    def pieces(self, frame: Frame, offset: int, line: int) -> Iterator[_Piece]:
        """The frame, read; cut further where records follow each other without any TY and ER."""
        whole = self._piece(frame, offset, line)
        if frame.opened or not whole.lines.tags:
            yield whole
            return
        # A record that starts as the first one did, after a blank line, is another one.
        start = rb"\n[ \t\r]*\n(?=%b {1,2}-)" % whole.lines.tags[0][0].encode()
        borders = [0, *(found.end() for found in re.finditer(start, frame.raw)), len(frame.raw)]
        if len(borders) == 2:
            yield whole
            return
        for begin, end in pairwise(borders):
            closed = frame.closed and end == len(frame.raw)
            yield self._piece(
                Frame(frame.raw[begin:end], opened=False, closed=closed, glued=False), offset, line
            )
            offset += self._source.original_length(frame.raw[begin:end])
            line += frame.raw.count(b"\n", begin, end)

    def joined(self, record: _Piece, strays: _Piece) -> _Piece:
        """The record with the tags that were found after its end, and all that stood between."""
        lines = strays.frame.raw.split(b"\n")
        kept = min(sum(len(line) + 1 for line in lines[: strays.lines.last + 1]), len(strays.frame.raw))
        raw = b"".join(
            [record.frame.raw, *(piece.frame.raw for piece in record.tail), strays.frame.raw[:kept]]
        )
        whole = self._piece(replace(record.frame, raw=raw), record.offset, record.line)
        at, tag = strays.line + strays.lines.first - record.line, strays.lines.tags[0][0]
        whole.lines.oddities.append(Oddity(at, tag, "tags-after-end", strays.text))
        rest = replace(strays.frame, raw=strays.frame.raw[kept:])
        if rest.raw:
            # Where the rest stands matters to the remarks about it only by its line.
            whole.tail.append(
                self._piece(rest, strays.offset, strays.line + strays.frame.raw.count(b"\n", 0, kept))
            )
        return whole

    def _piece(self, frame: Frame, offset: int, line: int) -> _Piece:
        if not frame.opened and frame.raw.isspace():
            return _Piece(frame, offset, line, "", honest=True, lines=TagLines(), tail=[])
        text, honest = text_of(frame.raw, self._source.text_encoding)
        return _Piece(frame, offset, line, text, honest, read_tags(text), [])

    def finish(self, piece: _Piece, *, at_end: bool = False) -> Iterator[Reference | Problem]:
        """What is to be said about a piece, then its reference, then what is to be said about the text behind it."""
        if piece.lines.tags:
            self._position += 1
            values = grouped(piece.lines.tags)
            if values.keys() <= _NO_CONTENT:
                yield problem("empty-record", line=piece.line + piece.lines.first, text=piece.text)
            else:
                reference = self._reference(piece, values)
                yield from self._oddities(piece)
                for code in _shape(piece, at_end=at_end):
                    yield problem(code, line=reference.line, text=piece.text)
                yield from _about(
                    reference, values, piece.frame.raw, piece.text, honest=piece.honest, utf8=self._utf8
                )
                yield reference
        else:
            yield from self._oddities(piece)
        for behind in piece.tail:
            yield from self._oddities(behind)

    def _reference(self, piece: _Piece, values: Values) -> Reference:
        raw, skipped = piece.frame.raw, piece.lines.first
        before = sum(len(line) + 1 for line in raw.split(b"\n", skipped)[:skipped]) if skipped else 0
        return reference_from(
            piece.lines.tags,
            values,
            position=self._position,
            line=piece.line + skipped,
            offset=piece.offset + self._source.original_length(raw[:before]),
            length=self._source.original_length(raw[before:]),
        )

    def _oddities(self, piece: _Piece) -> Iterator[Problem]:
        for oddity in piece.lines.oddities:
            if oddity.code in ONCE_PER_FILE:
                if (oddity.code, oddity.tag) in self._said:
                    continue
                self._said.add((oddity.code, oddity.tag))
            yield problem(oddity.code, line=piece.line + oddity.line, tag=oddity.tag, text=oddity.text)


def _about(
    reference: Reference, values: Values, raw: bytes, text: str, *, honest: bool, utf8: bool
) -> Iterator[Problem]:
    """What is odd about a record besides its shape."""
    yield from about_letters(raw, text, honest=honest, line=reference.line, utf8=utf8)
    if reference.year is None or not reference.title:
        yield from about_content(reference, [date for _, date in dates_of(values)])
    if len(values.get("TI", ())) > 1:
        yield from about_two_records(reference, values["TI"], values.get("DO", []))


def _shape(piece: _Piece, *, at_end: bool) -> Iterator[str]:
    """What is odd about where a record begins and ends."""
    if not piece.frame.opened:
        yield "missing-start"
    if len(piece.frame.raw) > LONGEST:
        yield "record-too-long"
    elif not piece.frame.closed:
        yield "truncated" if at_end else "missing-end"
    if piece.frame.glued:
        yield "glued-records"
