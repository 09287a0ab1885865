"""The words by which the protocol's question is recognised in a text: free text in, one word a line out."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*")

#: Too common in protocols to say anything.
_COMMON = frozenset(
    """about above after against aged among another any are at based been before being below between both comparator
    comparators compared comparison control controls defined described during each either eligible every exclude excluded
    following for from given have having include included includes including into intervention interventions kind least
    like measured more most none not only other others outcome outcomes over participant participants patient patients
    people per person persons population populations receiving report reported reporting same several should standard
    studies study such than that the their them there these they this those through time types under until used using
    versus were when where whether which while who whom whose will with within without years""".split()
)
_SHORTEST = 4
_SHORTEST_OPEN = 5


def pico_words(text: str) -> str:
    """The telling words of a protocol's paragraph, one a line, as `highlighting` takes them.

    Abbreviations (two or more capitals) stay whole; of longer words a plural's “s” is dropped and any ending is taken.
    """
    found: dict[str, None] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        if sum(letter.isupper() for letter in word) >= 2:
            found[word] = None
        elif len(word) >= _SHORTEST and word.casefold() not in _COMMON and not word.isdecimal():
            found[_open(word.casefold())] = None
    return "\n".join(found)


def _open(word: str) -> str:
    if len(word) < _SHORTEST_OPEN:
        return word
    stem = word[:-1] if word.endswith("s") and not word.endswith(("ss", "is", "us")) else word
    return stem + "*"
