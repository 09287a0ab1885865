"""Which encoding a file is in, and its bytes as one normalised stream.

Order of trial: byte-order mark, UTF-16 without a mark (by its zero bytes), strict UTF-8, GB18030 where the high
bytes come in pairs as Chinese text has them, else Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Protocol

BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
BLOCK = 1 << 17
_LONGEST_LINE = 8 << 20

# A carriage return that is a line end of its own (old Mac, or pasted into a field), not part of \r\n, \r\r\n ….
_LONE_CR = re.compile(rb"\r(?!\r*\n)")
_DOUBLED_CR = re.compile(r"\r+\n")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# The letters Ã, Â, â and ï, with which garbled ones begin, are 0xC3 and one of these.
_GARBLED_SECOND_BYTES = frozenset({b"\x83", b"\x82", b"\xa2", b"\xaf"})
_MOJIBAKE = re.compile("Ã[\x80-\xbf©¨¡±¼¶¤§ª«²³º¢]|â€[\x90-\x9f™œ“”˜¦]|Â[\xa0-\xbf]|ï»¿")


def encoding_of(head: bytes) -> str:
    """The Python codec for a file that begins with `head` (some tens of kilobytes are enough)."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if wide := _utf16_without_mark(head):
        return wide
    if is_utf8(head) or _is_mostly_utf8(head):
        return "utf-8"
    return "gb18030" if _reads_as_chinese(head) else "cp1252"


def is_utf8(head: bytes) -> bool:
    """Whether the bytes are UTF-8, but for a last character that the cut may have halved."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(head: bytes) -> bool:
    """Whether more letters are UTF-8 than not: files of several origins joined, or pasted into."""
    letters = len(_UTF8_LETTER.findall(head))
    return letters > 0 and letters >= len(_HIGH_BYTE.findall(_UTF8_LETTER.sub(b"", head)))


def _utf16_without_mark(head: bytes) -> str:
    """UTF-16 shows in Latin text as a zero in every second byte; "" where that is not so."""
    sample = head[:4096]
    if sample[:2] in {b"<\x00", b"\x00<"}:
        # XML: every parser decides by these two bytes.
        return "utf-16-le" if sample[:1] == b"<" else "utf-16-be"
    pairs = len(sample) // 2
    if pairs < 4:
        return ""
    even, odd = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _reads_as_chinese(head: bytes) -> bool:
    """Chinese bytes come in pairs; the accented letters of Western text stand alone between ASCII letters."""
    try:
        codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError:
        return False
    runs = _HIGH_RUN.findall(head)
    high = sum(map(len, runs))
    paired = sum(len(run) for run in runs if len(run) % 2 == 0)
    return high > 0 and paired > 0.7 * high


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Each byte that is not in the encoding of the file, read as Windows-1252: nothing is dropped."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    try:
        return bad.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return bad.decode("latin-1"), error.end


codecs.register_error("reviews.formats.western", _as_western)


def text_of(raw: bytes, encoding: str) -> tuple[str, bool]:
    """The text of some bytes, and whether they were what the encoding promised.

    Every line ends with a line feed, and NUL, which databases refuse, is left out.
    """
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        text, honest = raw.decode(name), True
    except UnicodeDecodeError:
        wide = name.startswith("utf-16")
        text, honest = raw.decode(name, errors="replace" if wide else "reviews.formats.western"), False
    if "\r" in text:
        if "\r\r" in text:
            text = _DOUBLED_CR.sub("\n", text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "") if "\x00" in text else text, honest


def may_be_garbled(raw: bytes) -> bool:
    """A quick look at the bytes of a UTF-8 text: false where `is_garbled` is sure to be."""
    at = raw.find(b"\xc3")
    while at >= 0:
        if raw[at + 1 : at + 2] in _GARBLED_SECOND_BYTES:
            return True
        at = raw.find(b"\xc3", at + 1)
    return False


def is_garbled(text: str) -> bool:
    """Whether UTF-8 was once read as Western European: `Ã©` for `é`, `â€™` for `’`."""
    if text.isascii() or not ("Ã" in text or "Â" in text or "â€" in text or "ï»¿" in text):
        return False
    return _MOJIBAKE.search(text) is not None


class Readable(Protocol):
    """As much of a binary stream as is needed here."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Source:
    """A binary stream as blocks of ASCII-compatible bytes in which every line ends with a line feed.

    The bytes keep their number, so that offsets into the blocks are offsets into the file: a lone carriage return
    becomes a line feed, one for one.  UTF-16 is the exception: its blocks are UTF-8, and `original_length` says how
    many bytes a piece of them took in the file.
    """

    def __init__(
        self,
        stream: Readable,
        encoding: str,
        *,
        head: bytes = b"",
        mend: Callable[[bytes], bytes] | None = None,
    ) -> None:
        """`head` holds bytes already taken from the stream; `mend` puts whole lines right without changing their length."""
        self._stream = stream
        self._head = head
        self._wide = encoding if encoding.startswith("utf-16") else ""
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace") if self._wide else None
        self.text_encoding = "utf-8" if self._wide else encoding
        self.is_mended = mend is not None
        self._mend = mend

    def blocks(self) -> Iterator[bytes]:
        """The stream, block by block; a block may end anywhere but within a line end."""
        return self._by_lines(self._mend) if self._mend else self._blocks()

    def _by_lines(self, mend: Callable[[bytes], bytes]) -> Iterator[bytes]:
        rest = b""
        for block in self._blocks():
            whole, feed, rest = (rest + block).rpartition(b"\n")
            if feed:
                yield mend(whole) + feed
            elif len(rest) > _LONGEST_LINE:
                yield rest
                rest = b""
        if rest:
            yield mend(rest)

    def _blocks(self) -> Iterator[bytes]:
        held = b""
        while raw := self._take():
            block = held + (self._decoder.decode(raw).encode() if self._decoder else raw)
            cut = len(block.rstrip(b"\r"))
            block, held = block[:cut], block[cut:]
            if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
                block = _LONE_CR.sub(b"\n", block)
            if block:
                yield block
        # What the decoder still holds is half a character: no text, and not as many bytes as one would take.
        if held:
            yield held.replace(b"\r", b"\n")

    def _take(self) -> bytes:
        block, self._head = self._head or self._stream.read(BLOCK), b""
        return block

    def original_length(self, piece: bytes) -> int:
        """How many bytes of the file a piece of the blocks stands for."""
        return len(piece.decode(errors="replace").encode(self._wide)) if self._wide else len(piece)
