"""The words of a page with the places where they stand, in the order in which the file draws them."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import IO

import pypdfium2
import pypdfium2.raw as pdfium

from screening.pdfpages.engine import opened_page
from screening.pdfpages.flowing import glue, is_sentence_end

#: Characters of a page that are read; a page of a journal has 3 to 8 thousand.
MOST_CHARACTERS = 60_000

#: PDFium writes this for a hyphen at the end of a line that parts a word.
PARTED = "\x02"

#: The corners of a page are asked for in whole numbers out of so many.
_GRAIN = 100_000

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " ", "\u2007": " ", "\u202f": " ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of its page's width and height, from the top left corner."""

    x: float
    y: float
    width: float
    height: float

    def with_(self, other: Box) -> Box:
        """The smallest rectangle around both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Box(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands, and what comes between it and the next: a space, or nothing if a line end parted it."""

    text: str
    box: Box
    line: int
    after: str = " "
    ends_sentence: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of one page; none if it is a picture. `is_cut`: it has more characters than are read."""

    number: int
    words: tuple[Word, ...]
    is_cut: bool = False

    @property
    def text(self) -> str:
        """The page as running text: parted words whole, one space between words."""
        return "".join(word.text + word.after for word in self.words).strip()


def page_text(file: IO[bytes], number: int) -> PageText:
    """The words of page `number` (from 1). Raises NoSuchPage, Unreadable or Busy."""
    with opened_page(file, number) as page:
        text = page.get_textpage()
        try:
            count = text.count_chars()
            raw = list(_raw_words(page, text, min(count, MOST_CHARACTERS)))
        finally:
            text.close()
    return PageText(number, tuple(_joined(raw)), count > MOST_CHARACTERS)


def _raw_words(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, count: int) -> Iterator[Word]:
    """Words as they are printed, hyphens and all, each with the number of its line."""
    letters: list[str] = []
    box: Box | None = None
    line = 0
    for index in range(count):
        letter = _letter(pdfium.FPDFText_GetUnicode(text, index))
        if letter in {" ", "\n"}:
            if letters and box:
                yield Word("".join(letters), box, line)
            letters, box = [], None
            line += letter == "\n"
            continue
        around = _box(page, text, index)
        if around is None or not letter:
            continue
        letters.append(letter)
        box = box.with_(around) if box else around
        if letter == PARTED:
            yield Word("".join(letters), box, line)
            letters, box, line = [], None, line + 1
    if letters and box:
        yield Word("".join(letters), box, line)


def _letter(code: int) -> str:
    """What a character is read as: "" for what means nothing, " " and newline for what parts words and lines."""
    if code in {0x02, 0xFFFE}:
        return PARTED
    if code == 0x0A:
        return "\n"
    if code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return ""
    letter = chr(code)
    letter = _LIGATURES.get(letter, letter)
    if letter.isspace():
        return " " if code != 0x0D else ""
    return "" if unicodedata.category(letter[0]) in {"Cc", "Cn"} else letter


def _box(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, index: int) -> Box | None:
    """Where a character stands on the page as it is seen (turned and cropped); None if nowhere."""
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, rect):
        return None
    (x1, y1), (x2, y2) = _seen(page, rect.left, rect.top), _seen(page, rect.right, rect.bottom)
    left, top = min(x1, x2), min(y1, y2)
    box = Box(left, top, abs(x2 - x1), abs(y2 - y1))
    outside = left > 1 or top > 1 or left + box.width < 0 or top + box.height < 0
    return None if outside else box


def _seen(page: pypdfium2.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point of the page's own coordinates in fractions of the page as it is seen."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _GRAIN, _GRAIN, 0, x, y, across, down)
    return across.value / _GRAIN, down.value / _GRAIN


def _joined(raw: list[Word]) -> Iterator[Word]:
    """The same words, with what comes between each and the next, and where sentences end."""
    for word, after in zip_longest(raw, raw[1:]):
        is_last = after is None
        breaks = after is not None and after.line != word.line
        text, between = glue(word.text, after.text if after else "", is_line_end=breaks or is_last)
        apart = after is not None and breaks and _is_new_block(word.box, after.box)
        ends = is_last or apart or is_sentence_end(text, after.text if after else "")
        yield Word(text, word.box, word.line, between, between == " " and ends)


def _is_new_block(above: Box, below: Box) -> bool:
    """The next line stands much lower, or is of another size: a heading, a new paragraph, a table."""
    gap = below.y - (above.y + above.height)
    sizes = sorted((above.height, below.height))
    return gap > 0.9 * sizes[1] or sizes[1] > 1.35 * sizes[0]
