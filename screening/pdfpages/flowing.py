"""From printed lines to running text: words that a line end parted are whole again, and sentences end where they end."""

from __future__ import annotations

import re

_PARTED = ("\x02", "\u00ad")
_HYPHENS = ("-", "\u2010", "\u2011")

#: Before a hyphen at a line end these keep it: compounds of the field, not syllables.
_KEEP = frozenset(
    "self non well half quasi cross double single triple placebo intention dose time age sex long short high low mid "
    "full two three four five six seven eight nine ten one health evidence meta patient person home hospital".split()
)

#: After these a full stop ends no sentence.
_ABBREVIATED = frozenset(
    "al approx ca cf dept dr ed eds eg e.g eq eqs et etc ext fig figs ie i.e incl jr max min mr mrs ms no nos p pp prof ref "
    "refs resp s.d sd se sec st suppl tab vol vs viz".split()
)
_END = re.compile(
    r"""[.!?…][)\]}"'’”»]*(?:\[\d{1,3}(?:[,–-]\d{1,3})*\])?$"""  # with a reference in brackets behind it
    r"""|[^\d.][.!?][)\]}"'’”»]*\d{1,3}(?:[,–-]\d{1,3})*$"""  # or raised, so that it is read as part of the word
)
_OPENING = "([{\"'‘“«¿¡"


def glue(word: str, following: str, *, is_line_end: bool) -> tuple[str, str]:
    """A printed word without the hyphen of its line end, and what comes between it and the `following` word.

    PDFium marks a hyphen that parts a word. Compounds ("intention-to-" + "treat"), numbers ("6-" + "month") and
    capitals ("ALSFRS-" + "R") keep theirs.
    """
    if not is_line_end or not following:
        return _plain(word), " "
    if word.endswith((*_PARTED, *_HYPHENS)) and len(word) > 1 and following[0].isalnum():
        stem = _plain(word[:-1])
        syllable = stem.isalpha() and following[0].islower() and stem.lower() not in _KEEP
        is_acronym = len(stem) > 1 and stem.isupper()
        return (stem, "") if syllable and not is_acronym else (f"{stem}-", "")
    return _plain(word), " "


def _plain(word: str) -> str:
    for mark in _PARTED:
        word = word.replace(mark, "-" if mark == "\x02" else "")
    return word


def is_sentence_end(word: str, following: str) -> bool:
    """Does a sentence end with `word`? The next begins with a capital, a number or a bracket; abbreviations go on."""
    if not _END.search(word):
        return False
    stem = re.split(r"[.!?…]", word.lstrip(_OPENING).lower(), maxsplit=1)[0]
    whole = word.lstrip(_OPENING).rstrip(".").lower()
    if word.endswith(".") and (
        stem in _ABBREVIATED or whole in _ABBREVIATED or (len(stem) == 1 and stem.isalpha())
    ):
        return False
    begin = following.lstrip(_OPENING)
    return not begin or not begin[0].islower()
