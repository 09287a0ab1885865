"""What makes two records of two kinds whatever else agrees, and how far two titles are one."""

from __future__ import annotations

import re
from typing import Final

from reviews.deduplication.comparing import Comparison, Sign, lacks_subtitle

ALIKE: Final = 0.9
SLIP: Final = 0.95
_OPPOSITES = re.compile(
    r"^(?:(?:fe)?male|(?:wo)?m[ae]n|with(?:out)?|hyper|hypo|inter|intra|pre|post|increased?|decreased?|left|right|before|"
    r"after|children|adults?|high|low|upper|lower|acute|chronic|non|anti)"
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
    return (pair.title >= SLIP and not turns_the_meaning(pair)) or lacks_subtitle(
        pair.left.outline, pair.right.outline
    )


def turns_the_meaning(pair: Comparison) -> bool:
    """The words in which the titles differ are such as turn the meaning: men and women, hyper and hypo."""
    left, right = pair.left.outline, pair.right.outline
    one, other = (set(side.words.split()) for side in (left, right))
    # "non immune" and "nonimmune" differ in a blank only.
    alone = [word for word in one - other if word not in right.titles[0]]
    alone += [word for word in other - one if word not in left.titles[0]]
    return any(_OPPOSITES.match(word) for word in alone)


def same_place(pair: Comparison) -> bool:
    """The same volume and the same pages."""
    return pair.pages is Sign.AGREES and pair.volume is Sign.AGREES


def is_translation(pair: Comparison) -> bool:
    """The titles may be in two languages: one is in brackets, or its words or letters are another language's."""
    left, right = pair.left.outline, pair.right.outline
    if left.is_translated != right.is_translated:
        return True
    return bool(left.tongue and right.tongue and left.tongue != right.tongue)
