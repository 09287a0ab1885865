"""A page as a picture: a PNG of bounded size."""

from __future__ import annotations

import math
import struct
import zlib
from typing import IO

import pypdfium2

from screening.pdfpages.engine import opened_page
from screening.pdfpages.sizes import sensible

#: Pixels per point: 1 is 72 dpi; 4 (288 dpi) shows the footnotes of a small-print table.
SCALES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)

#: A picture has no more pixels than this, however large the page: 3 bytes each while it is made.
MOST_PIXELS = 12_000_000

#: zlib's 1 to 9: text pages gain little beyond this, and take twice the time.
_EFFORT = 4

_GREY, _COLOUR = 0, 2


def scale_for(wanted: float) -> float:
    """The smallest of SCALES that is not below `wanted` (pixels per point), or the largest there is.

    Few steps make few pictures to keep. Raises ValueError for what is not a positive, finite number.
    """
    if not (math.isfinite(wanted) and wanted > 0):
        raise ValueError("The scale has to be a number above 0.")
    return next((scale for scale in SCALES if scale >= wanted), SCALES[-1])


def page_png(file: IO[bytes], number: int, scale: float) -> bytes:
    """Page `number` (from 1) as a PNG of `scale` pixels per point, fewer if it had more than MOST_PIXELS.

    8 bits a channel; grey where the page has no colour. Raises NoSuchPage, Unreadable or Busy.
    """
    with opened_page(file, number) as page:
        size = sensible(*page.get_size())
        most = math.sqrt(MOST_PIXELS / (size.width * size.height))
        # A file may claim a size that is not sensible: then it is drawn into A4, not at its own size.
        wide, high = page.get_size()
        honest = (wide, high) == (size.width, size.height)
        drawn = min(scale, most) if honest else min(scale, most) * min(size.width / wide, size.height / high)
        bitmap = page.render(scale=drawn, rev_byteorder=True, bitmap_maker=pypdfium2.PdfBitmap.new_native)
        try:
            rows = _rows(bitmap)
            width = bitmap.width
        finally:
            bitmap.close()
    return _png(width, rows)


def _rows(bitmap: pypdfium2.PdfBitmap) -> list[bytes]:
    """The lines of a bitmap, red, green, blue for each pixel, without the padding between them."""
    channels, width, stride = bitmap.n_channels, bitmap.width, bitmap.stride
    pixels = bytes(bitmap.buffer)
    rows = [pixels[at : at + width * channels] for at in range(0, stride * bitmap.height, stride)]
    if channels == 4:
        return [_without_fourth(row) for row in rows]
    return rows


def _without_fourth(row: bytes) -> bytes:
    out = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        out[channel::3] = row[channel::4]
    return bytes(out)


def _png(width: int, rows: list[bytes]) -> bytes:
    """A PNG (RFC 2083 / ISO 15948) of rows of red, green and blue; grey if the three are alike everywhere."""
    kind = _COLOUR
    if all(row[0::3] == row[1::3] == row[2::3] for row in rows):
        kind, rows = _GREY, [row[0::3] for row in rows]
    header = struct.pack(">IIBBBBB", width, len(rows), 8, kind, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), _EFFORT)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
