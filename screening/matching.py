"""Which report is this PDF? By its DOI, else by its title. Pure: texts in, a guess with its reason out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from rapidfuzz import fuzz

#: A title as alike as this, in percent of its letters, stands in the text; the next best must be this much less alike.
SURE, AHEAD = 92.0, 8.0
#: Shorter titles ("Editorial", "Reply") prove nothing.
TELLING = 25

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that a PDF may be of; `dois` are those of its records."""

    report: int
    title: str
    dois: frozenset[str]


@dataclass(frozen=True, slots=True)
class Guess:
    """A report and how sure it is, 0 to 100; `why` is a word for people: "DOI" or "title"."""

    report: int
    alike: float
    why: str


def guesses(*, name: str, text: str, wanted: Sequence[Wanted], at_most: int = 5) -> list[Guess]:
    """The likeliest reports, the best first; nothing below 60.

    name  the file's name, in which people write DOIs with `_` for `/`, or the title.
    text  the first pages and the title in the document's own description.
    """
    dois = _dois(text) | _dois(name.rsplit(".", 1)[0].replace("_", "/", 1))
    by_doi = [Guess(row.report, 100.0, "DOI") for row in wanted if row.dois & dois]
    if len(by_doi) == 1:
        return by_doi
    found = [Guess(row.report, _alike(row.title, name, text), "title") for row in wanted]
    best = sorted(
        (guess for guess in found if guess.alike >= 60), key=lambda guess: (-guess.alike, guess.report)
    )
    return [*by_doi, *(guess for guess in best if guess.report not in {row.report for row in by_doi})][
        :at_most
    ]


def sure(found: Sequence[Guess]) -> Guess | None:
    """The guess that nobody needs to look at: one DOI, or one title that is clearly ahead."""
    if not found:
        return None
    best = found[0]
    rival = found[1].alike if len(found) > 1 else 0.0
    return best if best.alike >= SURE and best.alike - rival >= AHEAD else None


def _dois(text: str) -> set[str]:
    # A DOI may be broken at the end of a line, but what follows a blank is never part of it.
    return {match.rstrip(".,;:)]}'").lower() for match in _DOI.findall(unquote(text))}


def _alike(title: str, name: str, text: str) -> float:
    words = _plain(title)
    if len(words) < TELLING:
        return 0.0
    in_text = fuzz.partial_ratio(words, _plain(text)[:20_000]) if len(text) > len(words) / 2 else 0.0
    return max(in_text, fuzz.ratio(words, _plain(name.rsplit(".", 1)[0])))


def _plain(text: str) -> str:
    """Letters and digits in lower case, so that hyphens at line ends and ligatures do not matter."""
    return _LETTERS.sub("", unicodedata.normalize("NFKD", text).casefold())
