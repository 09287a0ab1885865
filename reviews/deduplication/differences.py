"""Two records side by side: which fields differ, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from reviews.deduplication.comparing import JOURNALS_AGREE, evidence_for
from reviews.deduplication.features import features_of
from reviews.deduplication.key import Key

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class Verdict(StrEnum):
    """How two values of a field compare."""

    SAME = "same"
    EQUIVALENT = "equivalent"  # written differently, the same thing: `288-97` and `288–297`
    DIFFERENT = "different"
    ONLY_LEFT = "only-left"
    ONLY_RIGHT = "only-right"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a value; `differs` where the other record has something else."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two records; joining the pieces of a side gives its value."""

    field: str
    verdict: Verdict
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]


def differences(left: Key, right: Key) -> tuple[Difference, ...]:
    """Every field that one of the records has, in the order in which people compare records."""
    alike = {item.field: item.alike for item in evidence_for(features_of(left), features_of(right))}
    found: list[Difference] = []
    for name, one, other in _fields(left, right):
        if not one and not other:
            continue
        if one == other:
            verdict = Verdict.SAME
        elif not one or not other:
            verdict = Verdict.ONLY_LEFT if one else Verdict.ONLY_RIGHT
        else:
            verdict = (
                Verdict.EQUIVALENT
                if alike[name] >= (1.0 if name != "journal" else JOURNALS_AGREE)
                else Verdict.DIFFERENT
            )
        found.append(Difference(name, verdict, *_marked(one, other)))
    return tuple(found)


def _fields(left: Key, right: Key) -> tuple[tuple[str, str, str], ...]:
    return (
        ("title", left.title, right.title),
        ("authors", "; ".join(left.authors), "; ".join(right.authors)),
        ("year", str(left.year or ""), str(right.year or "")),
        ("journal", left.journal, right.journal),
        ("volume", left.volume, right.volume),
        ("issue", left.issue, right.issue),
        ("pages", left.pages, right.pages),
        ("doi", left.doi, right.doi),
        ("pmid", left.pmid, right.pmid),
    )


def _marked(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values cut where they part ways, word by word."""
    if not left or not right:
        return tuple(Piece(left, differs=False) for _ in left[:1]), tuple(
            Piece(right, differs=False) for _ in right[:1]
        )
    one, other = _TOKEN.findall(left), _TOKEN.findall(right)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        for side, text in ((sides[0], "".join(one[a:b])), (sides[1], "".join(other[c:d]))):
            if text:
                side.append(Piece(text, differs=kind != "equal"))
    return tuple(sides[0]), tuple(sides[1])
