"""How many pages a PDF has, and how large each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from screening.pdfpages.engine import opened

#: A page without a sensible size is laid out as A4 (595 × 842 points).
A4 = (595.0, 842.0)

#: PDF 2.0 (ISO 32000-2, annex C) bounds a page's side: 3 to 14,400 units.
SMALLEST_SIDE, LARGEST_SIDE = 3.0, 14_400.0

#: So many pages are shown; a longer file is a book or a mistake, and can still be opened as it is.
MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a page in points (1/72 inch), as it is seen: turned, if the page says so."""

    width: float
    height: float


def page_sizes(file: IO[bytes]) -> tuple[Size, ...]:
    """The size of each page, in order, of at most MOST_PAGES. Raises Unreadable or Busy."""
    with opened(file) as document:
        count = min(len(document), MOST_PAGES)
        return tuple(sensible(*document.get_page_size(index)) for index in range(count))


def sensible(width: float, height: float) -> Size:
    """A size that can be drawn, whatever the file claims."""
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        return Size(*A4)
    return Size(width, height)
