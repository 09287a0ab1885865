"""How alike two records are, field by field: what a link is judged by and what a person is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reviews.deduplication.key import Evidence, Key
from reviews.deduplication.normalising import (
    digits_key,
    doi_key,
    family_name,
    journal_words,
    name_words,
    normalise_title,
    pages_key,
    volume_key,
)

# A record about another one: an erratum, a comment, a reply.  Ovid's "[Erratum appears in …]" is a note on the original.
_REMARK = re.compile(
    r"^\W*(?:published\s+|publisher.?s?\s+|author.?s?.?\s+)?"
    r"(?P<kind>erratum|errata|corrigend|correction|retraction|withdrawal|expression of concern|comments?\b|commentary\b|"
    r"reply|repl(?:y|ies)\b|response|respond|letter|re:|in reply)"
    r"|[:.(\[]\s*(?P<end>erratum|corrigendum|correction|retraction|reply|response|comment|commentary)\W*$",
    re.I,
)
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}


@dataclass(frozen=True, slots=True)
class Features:
    """A key in the form in which it is compared."""

    key: Key
    title: str
    compact: str
    numbers: tuple[str, ...]
    remark: str
    families: tuple[str, ...]
    names: frozenset[str]
    journal: tuple[str, ...]
    volume: str
    start: str
    end: str
    doi: str
    pmid: str


def features_of(key: Key) -> Features:
    """Normalise every field of a key once."""
    title = normalise_title(key.title)
    families = tuple(filter(None, map(family_name, key.authors)))
    start, end = pages_key(key.pages) if key.pages else ("", "")
    remark = _REMARK.search(key.title)
    return Features(
        key=key,
        title=title,
        compact=title.replace(" ", ""),
        numbers=tuple(sorted(_numbers_in(title))),
        remark=(remark["kind"] or remark["end"]).lower()[:5] if remark else "",
        families=families,
        names=frozenset().union(*map(name_words, key.authors)) if families else frozenset(),
        journal=journal_words(key.journal),
        volume=volume_key(key.volume) if key.volume else "",
        start=start,
        end=end,
        doi=doi_key(key.doi) if key.doi else "",
        pmid=digits_key(key.pmid) if key.pmid else "",
    )


def _numbers_in(title: str) -> set[str]:
    """The numerals of a title; a Roman one counts as its number, "i" and "v" only as the number of a part."""
    words = title.split()
    numbers = {word.lstrip("0") for word in words if word.isdigit()}
    for before, word in zip(["", *words], words, strict=False):
        if word in _ROMAN and (
            len(word) > 1 or before in {"part", "study", "phase", "paper", "experiment", "volume"}
        ):
            numbers.add(_ROMAN[word])
    return numbers


def titles_alike(left: Features, right: Features) -> float:
    """1.0 for the same words, 0.95 where one lacks the subtitle, else the share of matching letters."""
    if left.compact == right.compact:
        return 1.0
    shorter, longer = sorted((left, right), key=lambda side: len(side.compact))
    if len(shorter.title.split()) >= 4 and longer.compact.startswith(shorter.compact):
        return 0.95
    return SequenceMatcher(None, left.title, right.title, autojunk=False).ratio()


def authors_alike(left: Features, right: Features) -> float:
    """The share of the shorter list that the other list has too, whatever the order of the parts of a name."""
    shorter, longer = sorted((left, right), key=lambda side: len(side.families))
    if not shorter.families:
        return 0.0
    known = longer.names.union(longer.families)
    return sum(family in known for family in shorter.families) / len(shorter.families)


def journals_alike(left: Sequence[str], right: Sequence[str]) -> float:
    """Twice the words in common over all words; `J Chem Phys` and `JCP` match the journal they abbreviate."""
    if not left or not right:
        return 0.0
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) == 1 and len(longer) > 1 and shorter[0] == "".join(word[0] for word in longer):
        return 1.0
    rest, found = list(longer), 0
    for word in shorter:
        match = next((other for other in rest if _abbreviates(word, other)), None)
        if match is not None:
            rest.remove(match)
            found += 1
    return 2 * found / (len(left) + len(right))


def _abbreviates(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    if long.startswith(short):
        return True
    # `Natl` for National: the same first letter, and the letters of the one in the order of the other.
    letters = iter(long)
    return len(short) > 2 and short[0] == long[0] and all(letter in letters for letter in short)


def pages_agree(left: Features, right: Features) -> bool | None:
    """Whether the records are on the same pages; None where one does not say.

    EBSCO writes the number of pages for the last one, Embase cuts the first: either end is enough.
    """
    if not left.start or not right.start:
        return None
    return left.start == right.start or bool(left.end and left.end == right.end)


def evidence_for(left: Features, right: Features) -> tuple[Evidence, ...]:
    """The fields that both records have, as they stand in the records, and how alike they are."""
    a, b = left.key, right.key
    pages = pages_agree(left, right)
    fields = (
        ("title", a.title, b.title, left.compact and right.compact and titles_alike(left, right)),
        ("authors", "; ".join(a.authors), "; ".join(b.authors), authors_alike(left, right)),
        ("year", str(a.year or ""), str(b.year or ""), float(a.year == b.year)),
        ("journal", a.journal, b.journal, journals_alike(left.journal, right.journal)),
        ("volume", a.volume, b.volume, float(left.volume == right.volume)),
        ("pages", a.pages, b.pages, float(bool(pages))),
        ("doi", a.doi, b.doi, float(left.doi == right.doi)),
        ("pmid", a.pmid, b.pmid, float(left.pmid == right.pmid)),
    )
    return tuple(
        Evidence(name, one, other, float(alike)) for name, one, other, alike in fields if one and other
    )
