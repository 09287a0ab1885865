"""LaTeX as reference managers write it into BibTeX, turned into plain letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# TeX's accents as Unicode's combining characters.
_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "i", "j": "j", "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textregistered": "®", "textdegree": "°", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "mu": "μ",
    "pm": "±", "times": "×", "geq": "≥", "ge": "≥", "leq": "≤", "le": "≤", "ldots": "…",
}  # fmt: skip
_ACCENTED: Final = re.compile(
    r"\\(?:(['`^\"~=.])\s*|([uvHckrd])(?:\s+|(?=\{)))(?:\{\s*(\\?[A-Za-z])\s*\}|(\\?[A-Za-z]))"
)
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)(?:\s+|\{\}|(?![A-Za-z]))")
_ESCAPED: Final = re.compile(r"\\([&%$#_{}\s])")
_BRACES: Final = re.compile(r"(?<!\\)[{}]")


def plain(text: str) -> str:
    r"""Plain text: `Prei{\ss}el, Ren{\'e}` is Preißel, René; unknown commands vanish, what they enclose stays."""
    if "\\" not in text and "{" not in text and "}" not in text and "~" not in text:
        return text
    text = _ACCENTED.sub(_accented, text)
    text = _COMMAND.sub(lambda found: _LETTERS.get(found[1], ""), text)
    text = _BRACES.sub("", text.replace("~", " "))
    return _ESCAPED.sub(r"\1", text)


def _accented(found: re.Match[str]) -> str:
    letter = (found[3] or found[4]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1] or found[2]])
