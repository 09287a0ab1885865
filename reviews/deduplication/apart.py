"""What makes two records of two kinds whatever else agrees, and how far two titles are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from reviews.deduplication.comparing import Comparison, Sign, lacks_subtitle

ALIKE: Final = 0.9
SLIP: Final = 0.95
_LETTERS_OF_A_SHORT_WORD = 4
_RELATED = 60
_LETTERS_OF_A_WORD = 5
_LETTERS_OF_A_LONG_WORD = 9
_SMALL: Final = frozenset("a an the of in on at by to for from with and or as is are its their de la".split())
# A word of these on one side only turns the meaning, and so does the one of two beginnings for the other.
_TURNING: Final = frozenset(
    "male female males females man woman men women with without increase increased decrease decreased left right before "
    "after child children adult adults high low upper lower acute chronic non anti pre post not no".split()
)
_BEGINNINGS: Final = tuple(
    frozenset(pair.split("/"))
    for pair in "hyper/hypo inter/intra pre/post pre/peri peri/post in/de macro/micro mono/poly uni/bi /non /anti /un".split()
)


def told_apart_by_kind(pair: Comparison) -> str:
    """What makes two records of two kinds, whatever else agrees; "" for records of one kind."""
    left, right = pair.left, pair.right
    if left.outline.trial != right.outline.trial:
        return "other-trial"
    if left.remark != right.remark:
        return "remark"
    if _are_updates(pair):
        return "cochrane-update"
    if _is_preprint_of(pair):
        return "preprint"
    if pair.title == 1 or same_place(pair) or (pair.title < ALIKE and is_translation(pair)):
        return ""
    if left.numbers and right.numbers and left.numbers != right.numbers:
        return "other-numbers"
    return "qualified" if left.qualifiers != right.qualifiers else ""


def _are_updates(pair: Comparison) -> bool:
    """Two versions of a Cochrane review; one without a DOI is another version if it is of another year."""
    left, right = pair.left.cochrane, pair.right.cochrane
    if not left or not right or left == right:
        return False
    return "cochrane" not in (left, right) or bool(pair.years_apart)


def _is_preprint_of(pair: Comparison) -> bool:
    """One is on a preprint server.  A record that names the journal is of the article, even with the preprint's DOI."""
    left, right = (side.venue == "preprint" for side in (pair.left, pair.right))
    if left == right or pair.doi is Sign.AGREES or pair.journal is Sign.AGREES:
        return False
    article = pair.right if left else pair.left
    return bool(article.key.journal or article.outline.doi)


def same_title(pair: Comparison) -> bool:
    """The same letters, or nearly: a slip of the pen, or one without the subtitle."""
    if pair.title == 1:
        return True
    if pair.left.numbers != pair.right.numbers:
        return False
    if lacks_subtitle(pair.left.outline, pair.right.outline):
        return True
    return pair.title >= SLIP and differs_by_slips(pair, _are_near) and not turns_the_meaning(pair)


def differs_by_slips(pair: Comparison, are_near: Callable[[str, str], bool]) -> bool:
    """The titles differ in blanks, in small words, or in words that are near: not in "vitamin C" and "vitamin D"."""
    one, other = (side.outline.words.split() for side in (pair.left, pair.right))
    left = [word for word in one if word not in other and word not in _SMALL]
    right = [word for word in other if word not in one and word not in _SMALL]
    if "".join(left) == "".join(right):
        return True
    return all(any(are_near(a, b) for b in right) for a in left) and all(
        any(are_near(a, b) for a in left) for b in right
    )


def are_related(left: str, right: str) -> bool:
    """Two words that may be one, badly misspelt."""
    return min(len(left), len(right)) >= _LETTERS_OF_A_SHORT_WORD and fuzz.ratio(left, right) >= _RELATED


def _are_near(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    if len(short) < _LETTERS_OF_A_WORD:
        return len(short) >= _LETTERS_OF_A_SHORT_WORD and long == f"{short}s"
    slips = 1 if len(short) < _LETTERS_OF_A_LONG_WORD else 2
    # Two letters that changed places are one slip.
    return OSA.distance(left, right, score_cutoff=slips) <= slips or long == f"{short}es"


def turns_the_meaning(pair: Comparison) -> bool:
    """The words in which the titles differ are such as turn the meaning: men and women, hyper and hypo."""
    left, right = pair.left.outline, pair.right.outline
    one, other = (set(side.words.split()) for side in (left, right))
    # "non immune" and "nonimmune" differ in a blank only.
    here = [word for word in one - other if word not in right.titles[0]]
    there = [word for word in other - one if word not in left.titles[0]]
    if not _TURNING.isdisjoint(here) or not _TURNING.isdisjoint(there):
        return True
    return any(_are_opposites(word, match) for word in here for match in other - one) or any(
        _are_opposites(word, match) for word in there for match in one - other
    )


def _are_opposites(left: str, right: str) -> bool:
    """They differ in their beginnings only, and these are opposites: hypertension and hypotension."""
    same = 0
    while same < min(len(left), len(right)) and left[-1 - same] == right[-1 - same]:
        same += 1
    # "hyper" and "hypo" begin alike too, so every end that they have in common is tried.
    return any(
        frozenset((left[: len(left) - end], right[: len(right) - end])) in _BEGINNINGS
        for end in range(_LETTERS_OF_A_SHORT_WORD, same + 1)
    )


def same_place(pair: Comparison) -> bool:
    """The same volume and the same pages."""
    return pair.pages is Sign.AGREES and pair.volume is Sign.AGREES


def is_translation(pair: Comparison) -> bool:
    """The titles may be in two languages: one is in brackets, or its words or letters are another language's."""
    left, right = pair.left.outline, pair.right.outline
    if left.is_translated != right.is_translated:
        return True
    return bool(left.tongue and right.tongue and left.tongue != right.tongue)
