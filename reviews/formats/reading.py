"""The two doors for reading: a whole file as a stream, and one record's tags again from its stored bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import BinaryIO, Final

from reviews.formats import ris, tables, tagged, trials, xlsx, xml
from reviews.formats.bibtex import BIBTEX
from reviews.formats.carrying import CARRIERS, restored, tags_carried
from reviews.formats.columns import Columns
from reviews.formats.encodings import Source, text_of
from reviews.formats.enw import ENW
from reviews.formats.labelled import COCHRANE_TEXT, E_STUDY, EMBASE_TEXT
from reviews.formats.mending import UNUSUAL_TAGS, mended
from reviews.formats.nbib import NBIB
from reviews.formats.noteexpress import NOTE_EXPRESS
from reviews.formats.ovid import OVID
from reviews.formats.ovidtagged import OVID_TAGGED
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed, Tags
from reviews.formats.refworks import REFWORKS
from reviews.formats.ris import read_ris
from reviews.formats.sniffing import sniff
from reviews.formats.trials import ICTRP_XML, depth_of, read_trials
from reviews.formats.wos import WOS
from reviews.formats.xml import ENDNOTE_XML, PUBMED_XML, read_xml

HEAD = 1 << 16
ZIP = b"PK\x03\x04"
TAGGED: Final = {
    "nbib": NBIB,
    "wos": WOS,
    "enw": ENW,
    "noteexpress": NOTE_EXPRESS,
    "ovid": OVID,
    "ovid-tagged": OVID_TAGGED,
    "refworks": REFWORKS,
    "cochrane-text": COCHRANE_TEXT,
    "e-study": E_STUDY,
    "embase-text": EMBASE_TEXT,
    "bib": BIBTEX,
}
TABLES: Final = frozenset({"csv", "wos-tab", "xlsx"})
XML: Final = {"endnote-xml": ENDNOTE_XML, "pubmed-xml": PUBMED_XML, "ictrp-xml": ICTRP_XML}
#: How the text of a workbook is written.
RENDERED: Final = Sniffed("csv", "utf-8", "commas", "")


def read(
    stream: BinaryIO,
    *,
    sniffed: Sniffed | None = None,
    mapping: Mapping[str, str] | None = None,
    start: int = 0,
    position: int = 0,
    line: int = 1,
) -> Iterator[Reference | Problem]:
    """Read references one by one; memory does not grow with the file.

    The stream stands at its first byte; a workbook may be given as it is or as its `plain_text`, in which its offsets
    and lines count in either case.  The problems of a record come before its reference, a refused one has only
    problems; problems without a record follow the reference they stand behind.

    `mapping` says what the columns of a table hold, column → field (`columns.FIELDS`; `authors:|` names what parts the
    authors too); columns not in it are taken for what their names say.

    To resume, hand in `start` = offset + length of the last reference and `position` = its position (the stream must
    be seekable); lines are counted again if `line` is not given.  Remarks made once per file are made again.

    Raises FormatError at once if the file is not one we read; MappingNeeded if it is a table and no column is known to
    hold the title.
    """
    stream, head, what = _opened(stream, sniffed)
    layout = _named(head, what, mapping) if what.format in TABLES else None
    depth = depth_of(text_of(head, what.encoding)[0]) if what.format == "ctgov-json" else 0
    if start:
        if line == 1:
            line = 1 + _lines_before(stream, start, what.encoding)
        stream.seek(start)
        head = b""
    if what.format in XML:
        found = read_xml(
            stream, XML[what.format], what.encoding, head=head, start=start, position=position, line=line
        )
        return _with_what_they_carry(found, what.format)
    mend = partial(mended, wide=what.encoding.startswith("utf-16")) if what.dialect == UNUSUAL_TAGS else None
    source = Source(stream, what.encoding, head=head, mend=mend)
    if layout:
        return tables.read_table(source, layout, offset=start, position=position, line=line)
    if what.format == "ctgov-json":
        return read_trials(source, depth, offset=start, position=position, line=line)
    if what.format == "ris":
        found = read_ris(source, offset=start, position=position, line=line)
    else:
        found = tagged.read_tagged(source, TAGGED[what.format], offset=start, position=position, line=line)
    return _with_what_they_carry(found, what.format)


def _opened(stream: BinaryIO, sniffed: Sniffed | None) -> tuple[BinaryIO, bytes, Sniffed]:
    """The stream, of a workbook its text, with the bytes already taken from it, and what it is."""
    head = _head(stream)
    what = sniffed or sniff(head)
    if what.format in {"empty", "unknown"}:
        raise FormatError(what.reason)
    if what.format == "xlsx":
        if head.startswith(ZIP):
            stream = xlsx.rendered(stream)
            head = _head(stream)
        what = RENDERED
    if what.format not in {"ris", "ctgov-json", *TAGGED, *TABLES, *XML}:
        raise FormatError(f"This is {what.format}. Export the references as RIS instead.")
    return stream, head, what


def plain_text(stream: BinaryIO, sniffed: Sniffed) -> BinaryIO:
    """The text in which the offsets of a file's records count: of a workbook its sheet as CSV, of a text file itself.

    Raises FormatError for a workbook that cannot be read.
    """
    stream.seek(0)
    if sniffed.format != "xlsx" or not _head(stream).startswith(ZIP):
        stream.seek(0)
        return stream
    return xlsx.rendered(stream)


def columns_of(stream: BinaryIO, sniffed: Sniffed) -> Columns | None:
    """What the columns of a table are called and hold; None for a file that is not a table.

    Raises FormatError for a table that is empty or a workbook that cannot be read.
    """
    if sniffed.format not in TABLES:
        return None
    text = plain_text(stream, sniffed)
    what = RENDERED if sniffed.format == "xlsx" else sniffed
    return tables.columns_in(Source(BytesIO(_head(text)), what.encoding), _table(what))


def raw_tags(chunk: bytes, *, encoding: str, format: str, head: bytes = b"") -> Tags:  # noqa: A002 (the word for it)
    """The tags of one record from its stored bytes, `file[offset:offset + length]`.

    For a table `head`, the first 64 kB of the file, names the columns (for RIS it only says whether the tags of the file are
    written unusually, which the record itself nearly always shows); for a workbook both are of its `plain_text`.
    Raises FormatError if we cannot read it.
    """
    if format in TABLES:
        what = (
            RENDERED if format == "xlsx" else replace(sniff(head or chunk), encoding=encoding, format=format)
        )
        layout = _table(what)
        if head:
            source = Source(BytesIO(head), what.encoding)
            layout = replace(layout, header=tables.header_in(source, layout)[0])
        return layout.tags(text_of(chunk, what.encoding)[0])
    tags = _tags_as_they_stand(chunk, encoding, format, head)
    return tags_carried(tags, CARRIERS[format]) if format in CARRIERS else tags


def _tags_as_they_stand(chunk: bytes, encoding: str, name: str, head: bytes) -> Tags:
    if name == "ris":
        return ris.tags_in(
            chunk, encoding=encoding, unusual=sniff(head).dialect == UNUSUAL_TAGS if head else None
        )
    if name in TAGGED:
        return tagged.tags_in(chunk, TAGGED[name], encoding=encoding)
    if name in XML:
        return xml.tags_in(chunk, XML[name], encoding=encoding)
    if name == "ctgov-json":
        return trials.tags_in(chunk, encoding=encoding)
    raise FormatError(f"Records of the format {name!r} cannot be read.")


def _with_what_they_carry(
    found: Iterator[Reference | Problem], format_name: str
) -> Iterator[Reference | Problem]:
    """The references with the tags that a writer of ours gave them along."""
    carrier = CARRIERS.get(format_name)
    if not carrier:
        return found
    return (restored(item, carrier) if isinstance(item, Reference) else item for item in found)


def _named(head: bytes, what: Sniffed, mapping: Mapping[str, str] | None) -> tables.Layout:
    """A table with the names and the meaning of its columns, which stand near its top."""
    return tables.layout_with(Source(BytesIO(head), what.encoding), _table(what), mapping)


def _table(what: Sniffed) -> tables.Layout:
    return tables.layout_of(what.format, what.dialect)


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
