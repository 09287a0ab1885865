"""What the readers read of an imported file: the file itself, or of a workbook the plain text that is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from reviews.formats import Sniffed
from reviews.models import Import

HEAD: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Original:
    """A stream of bytes that can be sought in, what it is, and how many there are."""

    stream: BinaryIO
    sniffed: Sniffed
    size: int

    def head(self) -> bytes:
        """Its first bytes, which name the columns of a table."""
        return self.piece(0, HEAD)

    def piece(self, offset: int, length: int) -> bytes:
        """Some bytes of it."""
        self.stream.seek(offset)
        return self.stream.read(length)


@contextmanager
def opened(origin: Import) -> Iterator[Original]:
    """The text of an import, at its first byte, to which lines and places of records refer.

    Raises OSError or ValueError if it is not, or no longer, in the store.
    """
    kept = origin.text or origin.file
    with kept.open("rb") as stream:
        sniffed = Sniffed(origin.format, origin.encoding, origin.dialect, "")
        yield Original(cast("BinaryIO", stream), sniffed, kept.size)
