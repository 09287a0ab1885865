"""How wide text is, and where to break or cut it, without asking a font file.

Widths are those of Arial and Helvetica (Liberation Sans and Nimbus Sans share them), in thousandths of the type
size. Scripts these fonts lack get the width of a generous fallback font, so that measured text is never too narrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_REGULAR = {
    191: "'", 222: "ijl‘’ł", 260: "|", 278: " !,./:;I[\\]ft·ı", 333: "()-`r“”²³¹", 334: "{}", 355: '"', 350: "•",
    389: "*", 400: "°", 469: "^", 500: "Jcksvxyz", 549: "≤≥±", 556: "#$0123456789?L_abdeghnopqu–†‡ðþđŁ", 576: "µ",
    584: "+<=>~−×", 611: "FTZßø", 667: "&ABEKPSVXYÞ", 722: "CDHNRUwÐĐ", 778: "GOQØ", 833: "Mm", 834: "½¼¾",
    889: "%æ", 944: "Wœ", 1000: "—…→ÆŒ", 1015: "@",
}  # fmt: skip
_BOLD = {
    238: "'", 278: " ,./I\\ijl‘’łı", 280: "|", 333: "!()-:;[]`ft·²³¹", 350: "•", 389: "*r{}", 400: "°",
    474: '"', 500: "z“”", 549: "≤≥±", 556: "#$0123456789J_aceksvxy–†‡", 576: "µ", 584: "+<=>^~−×",
    611: "?FLTZbdghnopquøßðþđŁ", 667: "EPSVXYÞ", 722: "&ABCDHKNRUÐĐ", 778: "GOQwØ", 833: "M", 834: "½¼¾",
    889: "%mæ", 944: "Wœ", 975: "@", 1000: "—…→ÆŒ",
}  # fmt: skip
_WIDTHS = tuple(
    {character: width for width, group in table.items() for character in group} for table in (_REGULAR, _BOLD)
)
_WIDE, _EMOJI, _UPPER, _LOWER = 1000, 1370, 850, 680
ELLIPSIS = "…"
_GLUE = "\N{NO-BREAK SPACE}"
_BESIDE_SIGN = re.compile("(?<=[=<>≤≥]) | (?=[=<>≤≥%])")
_CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(f"(?:[（「『【《]*[{_CJK}][，。、；：！？）」』】》,.;:)!?]*|[^ {_CJK}]+|[{_CJK}]) ?")
#: A raised note letter is set at this share of the type size.
RAISED = 0.68
#: It stands this share of the type size above the line.
RISE = 0.33


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Width of `text` in points when set at `size` points."""
    return sum(_width(character, bold) for character in text) * size / 1000


@lru_cache(maxsize=4096)
def _width(character: str, bold: bool) -> int:
    known = _WIDTHS[bold]
    if character in known:
        return known[character]
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    base = unicodedata.normalize("NFD", character)[0]
    if base in known:
        return known[base]
    if unicodedata.east_asian_width(character) in "WF":
        return _EMOJI if unicodedata.category(character) == "So" else _WIDE
    return _UPPER if unicodedata.category(character) in {"Lu", "So", "Sm"} else _LOWER


def ellipsise(text: str, limit: float, size: float, *, bold: bool = False) -> str:
    """`text`, cut to `limit` points with an ellipsis when it is wider."""
    if measure(text, size, bold=bold) <= limit:
        return text
    room = limit - measure(ELLIPSIS, size, bold=bold)
    used, kept = 0.0, 0
    for character in text:
        used += measure(character, size, bold=bold)
        if used > room:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def wrap(text: str, limit: float, size: float, *, bold: bool = False, lines: int | None = None) -> list[str]:
    """`text` in lines no wider than `limit` points; at most `lines` of them, the last one cut if need be.

    Breaks at spaces and between Chinese, Japanese or Korean characters, not beside a sign ("τ² = 0.31", "92 %");
    a word wider than a line is broken inside.
    """
    wrapped, line, width = [], "", 0.0
    for piece in _pieces(text, limit, size, bold):
        needed = measure(piece.rstrip(" "), size, bold=bold)
        if line and width + needed > limit:
            wrapped.append(line)
            line, width = "", 0.0
        line += piece
        width += measure(piece, size, bold=bold)
    wrapped = [found.rstrip(" ").replace(_GLUE, " ") for found in [*wrapped, line]]
    if lines is None or len(wrapped) <= lines:
        return wrapped
    return [*wrapped[: lines - 1], ellipsise(wrapped[lines - 1] + ELLIPSIS, limit, size, bold=bold)]


def _pieces(text: str, limit: float, size: float, bold: bool) -> Iterator[str]:
    """`text` cut where a line may end; each piece carries the space that follows it."""
    for piece in _PIECE.findall(_BESIDE_SIGN.sub(_GLUE, " ".join(text.split()))):
        if measure(piece.rstrip(" "), size, bold=bold) <= limit:
            yield piece
        else:
            yield from _broken(piece, limit, size, bold)


def _broken(word: str, limit: float, size: float, bold: bool) -> Iterator[str]:
    """A word too wide for a line, in parts that fit."""
    part, width = "", 0.0
    for character in word:
        wide = measure(character, size, bold=bold)
        if part and width + wide > limit and character != " ":
            yield part
            part, width = "", 0.0
        part += character
        width += wide
    yield part
