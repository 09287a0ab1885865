"""The two doors for reading: a whole file as a stream, and one record's tags again from its stored bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO, Final

from reviews.formats import ris, tables, tagged, xml
from reviews.formats.bibtex import BIBTEX
from reviews.formats.encodings import Source, text_of
from reviews.formats.enw import ENW
from reviews.formats.nbib import NBIB
from reviews.formats.noteexpress import NOTE_EXPRESS
from reviews.formats.ovid import OVID
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed, Tags
from reviews.formats.ris import read_ris
from reviews.formats.sniffing import sniff
from reviews.formats.wos import WOS
from reviews.formats.xml import ENDNOTE_XML, PUBMED_XML, read_xml

HEAD = 1 << 16
TAGGED: Final = {
    "nbib": NBIB,
    "wos": WOS,
    "enw": ENW,
    "noteexpress": NOTE_EXPRESS,
    "ovid": OVID,
    "bib": BIBTEX,
}
TABLES: Final = frozenset({"csv", "wos-tab"})
XML: Final = {"endnote-xml": ENDNOTE_XML, "pubmed-xml": PUBMED_XML}
_NOT_YET: Final = {
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
    if what.format not in {"ris", *TAGGED, *TABLES, *XML}:
        raise FormatError(
            f"This is {_NOT_YET.get(what.format, what.format)}. Export the references as RIS instead."
        )
    layout = _layout(head, what) if what.format in TABLES else None
    if start:
        if line == 1:
            line = 1 + _lines_before(stream, start, what.encoding)
        stream.seek(start)
        head = b""
    if what.format in XML:
        layout_of_xml = XML[what.format]
        return read_xml(
            stream, layout_of_xml, what.encoding, head=head, start=start, position=position, line=line
        )
    source = Source(stream, what.encoding, head=head)
    if what.format == "ris":
        return read_ris(source, offset=start, position=position, line=line)
    if layout:
        return tables.read_table(source, layout, offset=start, position=position, line=line)
    return tagged.read_tagged(source, TAGGED[what.format], offset=start, position=position, line=line)


def raw_tags(chunk: bytes, *, encoding: str, format: str, head: bytes = b"") -> Tags:  # noqa: A002 (the word for it)
    """The tags of one record from its stored bytes, `file[offset:offset + length]`.

    For a table `head`, the first 64 kB of the file, names the columns.  Raises FormatError if we cannot read it.
    """
    if format == "ris":
        return ris.tags_in(chunk, encoding=encoding)
    if format in TAGGED:
        return tagged.tags_in(chunk, TAGGED[format], encoding=encoding)
    if format in XML:
        return xml.tags_in(chunk, XML[format], encoding=encoding)
    if format in TABLES:
        what = sniff(head or chunk)
        layout = _layout(head, what) if head else tables.layout_of(format, what.dialect)
        return layout.tags(text_of(chunk, encoding)[0])
    raise FormatError(f"Records of the format {format!r} cannot be read.")


def _layout(head: bytes, what: Sniffed) -> tables.Layout:
    """How a table is written, with the names of its columns, which stand near its top."""
    layout = tables.layout_of(what.format, what.dialect)
    header = tables.header_in(Source(BytesIO(head), what.encoding), layout)
    return replace(layout, header=header)


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
