"""Where words occur in a document: capitals, accents, kinds of dashes and quotation marks, and line ends do not matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screening.pdfpages.words import Box, PageText, Word

#: Words longer than this are looked for by their beginning.
LONGEST_QUERY = 2000

_ALIKE = str.maketrans(
    {**dict.fromkeys("‐‑‒–—−﹣－", "-"), **dict.fromkeys("‘’‚‛`´′", "'"), **dict.fromkeys("“”„‟«»″", '"'), "\u00ad": None}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A word of a document: its page (from 1) and its place among the page's words (from 0)."""

    page: int
    word: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence: its first and last word, and a rectangle for each line it runs over, with the page's number."""

    first: Place
    last: Place
    boxes: tuple[tuple[int, Box], ...]


@dataclass(frozen=True, slots=True)
class _Letter:
    """A folded letter's word, and which part of that word it is (fractions of its width)."""

    page: int
    word: int
    start: float
    end: float


def folded(text: str) -> str:
    """Text as it is compared: no capitals, no accents, one kind of dash and quotation mark, single spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).casefold()
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def find(pages: Sequence[PageText], query: str, *, most: int = 500) -> list[Hit]:
    """The occurrences of `query` in reading order, at most `most` of them; none for an empty query.

    An occurrence may run over a line end or onto the next of `pages`.
    """
    wanted = folded(query[:LONGEST_QUERY])
    if not wanted:
        return []
    letters: list[str] = []
    places: list[_Letter] = []
    for letter, place in _letters(pages):
        letters.append(letter)
        places.append(place)
    text = "".join(letters)
    by_number = {page.number: page for page in pages}
    hits: list[Hit] = []
    at = text.find(wanted)
    while at >= 0 and len(hits) < most:
        hits.append(_hit(places[at : at + len(wanted)], by_number))
        at = text.find(wanted, at + len(wanted))
    return hits


def _letters(pages: Sequence[PageText]) -> Iterator[tuple[str, _Letter]]:
    for page in pages:
        for number, word in enumerate(page.words):
            plain = folded(word.text)
            for index, letter in enumerate(plain):
                size = len(plain)
                yield letter, _Letter(page.number, number, index / size, (index + 1) / size)
            if word.after and plain:
                yield " ", _Letter(page.number, number, 1.0, 1.0)


def _hit(letters: Sequence[_Letter], pages: dict[int, PageText]) -> Hit:
    ends: dict[tuple[int, int], tuple[float, float]] = {}
    for letter in letters:
        start, _ = ends.get((letter.page, letter.word), (letter.start, 0.0))
        ends[letter.page, letter.word] = (start, letter.end)
    boxes: dict[tuple[int, int], Box] = {}
    for (number, index), (start, end) in ends.items():
        word = pages[number].words[index]
        part = _part(word, start, end)
        line = (number, word.line)
        boxes[line] = boxes[line].with_(part) if line in boxes else part
    first, last = letters[0], letters[-1]
    return Hit(
        Place(first.page, first.word),
        Place(last.page, last.word),
        tuple((number, box) for (number, _), box in boxes.items()),
    )


def _part(word: Word, start: float, end: float) -> Box:
    box = word.box
    return Box(box.x + start * box.width, box.y, (end - start) * box.width, box.height)
