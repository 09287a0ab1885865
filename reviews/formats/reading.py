"""The two doors for reading: a whole file as a stream, and one record's tags again from its stored bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from reviews.formats.encodings import Source
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed, Tags
from reviews.formats.ris import read_ris, tags_in
from reviews.formats.sniffing import sniff

HEAD = 1 << 16
_NAMES = {
    "nbib": "a PubMed (NBIB, MEDLINE) file",
    "wos": "a Web of Science plain-text file",
    "wos-tab": "a Web of Science table",
    "bib": "a BibTeX file",
    "enw": "an EndNote (ENW, Refer) file",
    "endnote-xml": "an EndNote XML file",
    "pubmed-xml": "a PubMed XML file",
    "noteexpress": "a NoteExpress file",
    "ovid": "an Ovid text file",
    "csv": "a table (CSV)",
    "xlsx": "an Excel workbook",
}


def read(
    stream: BinaryIO, *, sniffed: Sniffed | None = None, start: int = 0, position: int = 0, line: int = 1
) -> Iterator[Reference | Problem]:
    """Read references one by one; memory does not grow with the file.

    The stream stands at its first byte.  The problems of a record come before its reference, a refused one has only
    problems; problems without a record follow the reference they stand behind.

    To resume, hand in `start` = offset + length of the last reference and `position` = its position (the stream must
    be seekable); lines are counted again if `line` is not given.  Remarks made once per file are made again.

    Raises FormatError at once if the file is not one we read.
    """
    head = _head(stream)
    what = sniffed or sniff(head)
    if what.format in {"empty", "unknown"}:
        raise FormatError(what.reason)
    if what.format != "ris":
        raise FormatError(
            f"This is {_NAMES.get(what.format, what.format)}. Export the references as RIS instead."
        )
    if start:
        if line == 1:
            line = 1 + _lines_before(stream, start, what.encoding)
        stream.seek(start)
        head = b""
    return read_ris(Source(stream, what.encoding, head=head), offset=start, position=position, line=line)


def raw_tags(chunk: bytes, *, encoding: str, format: str) -> Tags:  # noqa: A002 (the word for it)
    """The tags of one record from its stored bytes, `file[offset:offset + length]`; FormatError if we cannot read it."""
    if format != "ris":
        raise FormatError(f"Records of the format {format!r} cannot be read.")
    return tags_in(chunk, encoding=encoding)


def _head(stream: BinaryIO) -> bytes:
    """The first bytes; a stream may hand out less than asked for at a time."""
    pieces: list[bytes] = []
    missing = HEAD
    while missing > 0 and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _lines_before(stream: BinaryIO, start: int, encoding: str) -> int:
    """Lines that end before byte `start`, counted as the readers count them."""
    stream.seek(0)
    source = Source(_Limited(stream, start), encoding)
    return sum(block.count(b"\n") for block in source.blocks())


class _Limited:
    """The first bytes of a stream as a stream."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none behind the limit."""
        piece = self._stream.read(min(size, self._left))
        self._left -= len(piece)
        return piece
