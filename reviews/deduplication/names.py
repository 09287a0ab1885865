"""Names of authors and of journals, in a form in which they can be compared whatever their order and abbreviation."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from reviews.deduplication.normalising import dashes, decoded, words

_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_NOBODY = re.compile(
    r"anon(?:ymous)?|no authors? (?:listed|indicated)|et al|and others|null|none|unknown|na", re.I
)
_SMALL_WORDS = frozenset(
    ("the of and in for on a an de la le les el los der die des du und et y e del della di da "
     "online electronic resource").split()
)  # fmt: skip
_PARTS = re.compile(r"\s*[=(\[\])]\s*|\s-+\s")
_LONGEST_ACRONYM = 8
_LETTERS_OF_A_NAME = 5
# Lists of thousands of authors are compared by equal words only.
_MOST_COMPARED = 2500


def people_of(authors: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Each author as the set of the words of the name, initials left out; nobody ("Anonymous") is left out."""
    return tuple(found for name in authors if (found := _person(name)))


@lru_cache(maxsize=1 << 15)
def _person(name: str) -> frozenset[str]:
    plain = words(decoded(name))
    if not plain or _NOBODY.fullmatch(plain):
        return frozenset()
    parts = [word for word in plain.split() if word not in _SUFFIX]
    # A Chinese or Korean name may be one letter long; a Latin letter alone is an initial.
    return frozenset(word for word in parts if len(word) > 1 or not word.isascii()) or frozenset(parts)


def family_name(author: str) -> str:
    """The word by which an author is looked up: `van den Brule, A`, `Brule AJ` and `A. van den Brule` give brule.

    It does not look at capitals, so `Chee Yong Chan` may give another word than `Chan CY`: good enough for a block.
    """
    before, comma, _ = decoded(author).partition(",")
    plain = words(before)
    if not plain or _NOBODY.fullmatch(plain):
        return ""
    parts = [word for word in plain.split() if word not in _SUFFIX] or [plain]
    return parts[-1] if comma or len(parts[-1]) >= len(parts[0]) else parts[0]


def people_alike(left: tuple[frozenset[str], ...], right: tuple[frozenset[str], ...]) -> float:
    """The share of the shorter list that the other list has too, whatever the order of the parts of a name."""
    if len(left) == len(right):
        return min(_share_of(left, right), _share_of(right, left))
    return _share_of(*sorted((left, right), key=len))


def _share_of(people: tuple[frozenset[str], ...], others: tuple[frozenset[str], ...]) -> float:
    """The share of some people who are among others; 0.0 of nobody."""
    known = frozenset().union(*others)
    strangers = [person for person in people if known.isdisjoint(person)]
    missing = len(strangers)
    if len(strangers) * len(known) <= _MOST_COMPARED:
        missing -= sum(
            any(_nearly(word, other) for word in person for other in known) for person in strangers
        )
    return 1 - missing / len(people) if people else 0.0


def _nearly(word: str, other: str) -> bool:
    """The same name but for a slip or its transliteration: Hiess and Hiessl, Mueller and Muller."""
    if len(word) < _LETTERS_OF_A_NAME or len(other) < _LETTERS_OF_A_NAME:
        return False
    return Levenshtein.distance(word, other, score_cutoff=1) <= 1


@lru_cache(maxsize=1 << 15)
def journal_forms(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a journal's name, small ones left out: of the whole, then of parts around "=", brackets and dashes."""
    text = dashes(decoded(text))
    parts = [text, *_PARTS.split(text)] if _PARTS.search(text) else [text]
    forms = (tuple(w for w in words(part).split() if w not in _SMALL_WORDS) for part in parts)
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=1 << 16)
def journals_alike(left: str, right: str) -> float:
    """Twice the words in common over all words; `J Chem Phys` and `JCP` match the journal they abbreviate.

    Of names in several languages the likest count.  0.0 if one is empty.
    """
    pairs = ((one, other) for one in journal_forms(left) for other in journal_forms(right))
    return max((_words_alike(one, other) for one, other in pairs), default=0.0)


def _words_alike(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    shorter, longer = sorted((left, right), key=lambda form: (len(form), form))
    if _is_acronym(shorter, longer) or _is_acronym(longer, shorter):
        return 1.0
    rest, found = list(longer), 0
    for word in shorter:
        match = next((other for other in rest if _abbreviates(word, other)), None)
        if match is not None:
            rest.remove(match)
            found += 1
    return 2 * found / (len(left) + len(right))


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    if len(short) != 1 or len(long) < 3 or not 3 <= len(short[0]) <= _LONGEST_ACRONYM:
        return False
    initials = "".join(word[0] for word in long)
    return initials == short[0] or (len(short[0]) >= 4 and initials.startswith(short[0]))


def _abbreviates(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    if long.startswith(short):
        return True
    # `Natl` for National: the same first letter, and the letters of the one in the order of the other.
    letters = iter(long)
    return len(short) > 2 and short[0] == long[0] and all(letter in letters for letter in short)
