"""A key in the form in which it is blocked (outline) and compared (features)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviews.deduplication.key import Key
from reviews.deduplication.kinds import (
    cochrane_of,
    is_abstract,
    is_generic,
    qualifiers_of,
    remark_of,
    trial_of,
    venue_of,
)
from reviews.deduplication.names import family_name, people_of
from reviews.deduplication.normalising import decoded, digits_key, doi_key, title_forms, words
from reviews.deduplication.places import pages_key, volume_key

_DIGITS = re.compile(r"\d+")
_NUMERALS = {
    "i": "1", "one": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "second": "2", "third": "3",
}  # fmt: skip
# Numbers only behind a word for a part: "the one we chose", "vitamin I" hold none, "Part one" and "type I" do.
_SINGLE = frozenset({"i", "one", "v", "x"})
_NUMBERED = frozenset(
    "part study phase paper experiment volume type chapter class stage grade section report".split()
)
_HEADING = re.compile(r"^(?:abstract|background|objectives?|introduction|aims?|purpose|context|summary)+")
_OPENING = 60
_ENGLISH = frozenset("the of and in for with on to by from an".split())
_OTHER = frozenset(
    "de la le les el los las der die das und mit bei von des du et une un en del para por em da do dos na no com og af "
    "och av het een van di della il con per".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """What a record is found by; "" stands for what it does not say.

    titles   the letters and digits of its title, then of the same title in other languages.
    opening  the first letters of the abstract, headings left out.
    tongue   "en", "other" (Latin letters), "script" (other letters) or "" where the title does not tell.
    """

    id: int
    titles: tuple[str, ...]
    words: str
    is_generic: bool
    doi: str
    pmid: str
    trial: str
    year: int
    volume: str
    start: str
    end: str
    other_starts: tuple[str, ...]
    family: str
    opening: str
    tongue: str
    is_translated: bool

    @property
    def place(self) -> tuple[int, str, str, str]:
        """Year, volume, first and last page."""
        return self.year, self.volume, self.start, self.end


def outline_of(key: Key) -> Outline:
    """Normalise the fields that blocks are named by."""
    forms = title_forms(key.title)
    start, end, others = pages_key(key.pages) if key.pages else ("", "", ())
    return Outline(
        id=key.id,
        titles=tuple(form.replace(" ", "") for form in forms),
        words=forms[0],
        is_generic=is_generic(forms[0]),
        doi=doi_key(key.doi) if key.doi else "",
        pmid=digits_key(key.pmid) if key.pmid else "",
        trial=trial_of(key),
        year=key.year or 0,
        volume=volume_key(key.volume) if key.volume else "",
        start=start,
        end=end,
        other_starts=others,
        family=family_name(key.authors[0]) if key.authors else "",
        opening=opening_of(key.abstract) if key.abstract else "",
        tongue=_tongue(forms[0]),
        is_translated=key.title.lstrip(" \"'").startswith("["),
    )


def opening_of(abstract: str) -> str:
    """The first letters of an abstract; "" for one too short to tell articles apart."""
    letters = words(decoded(abstract[: 4 * _OPENING])).replace(" ", "")
    letters = _HEADING.sub("", letters)[:_OPENING]
    return letters if len(letters) == _OPENING else ""


@dataclass(frozen=True, slots=True)
class Features:
    """Everything that two records are compared by.

    is_abstract  whether it is a conference's abstract; None where its kind does not say.
    numbers  the numerals of the title in their order, as one string of digits.
    """

    key: Key
    outline: Outline
    numbers: str
    remark: str
    qualifiers: frozenset[str]
    people: tuple[frozenset[str], ...]
    venue: str
    issue: str
    cochrane: str
    is_abstract: bool | None

    @property
    def said(self) -> tuple[bool, ...]:
        """Which of the fields that evidence is made of the record has."""
        key = self.key
        values = (
            key.title,
            key.authors,
            key.year,
            key.journal,
            key.volume,
            key.issue,
            key.pages,
            key.doi,
            key.pmid,
        )
        return tuple(map(bool, values))

    @property
    def row(self) -> tuple[object, ...]:
        """All that is compared, without the id."""
        outline, key = self.outline, self.key
        abstract = outline.opening or words(decoded(key.abstract))
        journal = words(decoded(key.journal))
        identifiers = outline.doi, outline.pmid, outline.trial
        kind = self.remark, self.is_abstract, outline.is_translated, bool(key.authors)
        return outline.titles, outline.place, identifiers, self.issue, self.people, journal, abstract, kind


def features_of(key: Key, outline: Outline | None = None) -> Features:
    """Normalise every field of a key once."""
    outline = outline or outline_of(key)
    return Features(
        key=key,
        outline=outline,
        numbers=numbers_in(outline.words),
        remark=remark_of(key.title),
        qualifiers=qualifiers_of(outline.words),
        people=people_of(key.authors),
        venue=venue_of(key.journal, outline.doi),
        issue=volume_key(key.issue) if key.issue else "",
        cochrane=cochrane_of(outline.doi, key.journal),
        is_abstract=is_abstract(key.kind),
    )


def numbers_in(title: str) -> str:
    """The numerals of a normalised title as one string of digits; "Part II" and "part two" hold a 2, "type I" a 1.

    One string, so that neither `1,000` and `1000` nor `p16 INK4a` and `p16INK4a` differ.
    """
    found: list[str] = []
    before = ""
    for word in title.split():
        if word in _NUMERALS:
            if word not in _SINGLE or before in _NUMBERED:
                found.append(_NUMERALS[word])
        elif not word.isalpha():
            found += _DIGITS.findall(word)
        before = word
    return "".join(found)


def _tongue(title: str) -> str:
    if not title:
        return ""
    if not title.isascii() and sum(letter > "\u036f" for letter in title) * 2 > len(title.replace(" ", "")):
        return "script"
    parts = set(title.split())
    english, other = len(parts & _ENGLISH), len(parts & _OTHER)
    if english == other:
        return ""
    return "en" if english > other else "other"
