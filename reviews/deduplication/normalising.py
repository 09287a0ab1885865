"""Titles, names, pages and journals in a form in which the same thing is written the same way."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from urllib.parse import unquote

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,60}>")
# Notes that databases put behind a title: `[Chinese]`, `[Review] [70 refs]`, `[Erratum appears in …]`.
_TRAILING_NOTE = re.compile(r"\s*\[[^\[\]]*\]\s*\.?\s*$")
_WHOLLY_BRACKETED = re.compile(r"^\s*\[([^\[\]]+)\]\s*\.?\s*$")
_LEADING_MARK = re.compile(
    r"^\s*(?:<(?:original|en|de|fr|es|it|pt)>|\(?(?:original|retracted)(?: article)?\)?\s*:)\s*", re.I
)
_ARTICLE = re.compile(r"^(?:the|an|a) (?=\S)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_A_WORD = re.compile(r"[^\w]+|_+")
_GREEK = str.maketrans(
    {
        "α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ε": " epsilon ", "κ": " kappa ", "λ": " lambda ",
        "μ": " mu ", "ω": " omega ", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    }
)  # fmt: skip
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
_PAGE = re.compile(r"([a-z]*)(\d+)([a-z]*)")
_ROMAN_PAGES = re.compile(r"\W*([ivxlc]+)(?:\s*-\s*([ivxlc]+))?\W*")
_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_NOBODY = re.compile(
    r"anon(?:ymous)?\.?|\[?anonymous\]?|no authors? listed\.?|et al\.?|and others|null|none", re.I
)
_INITIALS = re.compile(r"[A-Z]{1,3}")
_SMALL_WORDS = frozenset(
    {"the", "of", "and", "in", "for", "on", "a", "an", "de", "la", "der", "fur", "und", "et", "y"}
)


def normalise_title(text: str) -> str:
    """A title as words in lower case: no accents, markup, entities, punctuation, database notes or leading article.

    "[Title.] [Chinese]" becomes the title; "<ORIGINAL> …" and "RETRACTED: …" lose what was put in front.
    """
    text = _LEADING_MARK.sub("", _TAG.sub(" ", _decoded(text)))
    while (shorter := _TRAILING_NOTE.sub("", text)) != text and shorter.strip():
        text = shorter
    if whole := _WHOLLY_BRACKETED.match(text):
        text = whole[1]
    return _ARTICLE.sub("", words(text))


def _decoded(text: str) -> str:
    """Entities decoded, twice where a program has escaped them twice."""
    return unescape(unescape(text)) if "&" in text else text


def words(text: str) -> str:
    """Words of letters and digits in lower case without accents, one blank between them."""
    folded = (
        _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
        if not text.isascii()
        else text.lower()
    )
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded.translate(_GREEK))
    return _NOT_A_WORD.sub(" ", folded).strip()


def doi_key(text: str) -> str:
    """A DOI bare and in lower case; "" if there is none.  (Kept apart from the readers: this package stands alone.)"""
    found = _DOI.search(_decoded(unquote(text)).lower())
    return found[0].rstrip(".,;:'") if found else ""


def digits_key(text: str) -> str:
    """The number in an identifier such as `PMID: 0123`, without leading zeros."""
    found = re.search(r"\d+", text)
    return found[0].lstrip("0") if found else ""


def pages_key(text: str) -> tuple[str, str]:
    """First and last page, abbreviations expanded: `288-97` is (288, 297), `S11-8` is (s11, s18), `e12` is (e12, "")."""
    text = _DASHES.sub("-", text).lower()
    if roman := _ROMAN_PAGES.fullmatch(text):
        return roman[1], roman[2] or ""
    found = [match.groups() for match in _PAGE.finditer(text)][:2]
    if not found:
        return "", ""
    letters, number, behind = found[0]
    start = letters + number.lstrip("0") + behind
    if len(found) == 1 or "-" not in text:
        return start, ""
    end_letters, end_number, end_behind = found[1]
    if len(end_number) < len(number):
        end_number = number[: len(number) - len(end_number)] + end_number
    return start, (end_letters or letters) + end_number.lstrip("0") + end_behind


def volume_key(text: str) -> str:
    """The number of a volume: `61 (Supplement 1)` and `Vol. 61` are 61; "" if there is none."""
    found = re.search(r"\d+", text)
    return found[0].lstrip("0") if found else words(text)


def name_words(author: str) -> frozenset[str]:
    """All parts of a name but initials."""
    return frozenset(word for word in words(author).split() if len(word) > 1 and word not in _SUFFIX)


def family_name(author: str) -> str:
    """The last word of the family name: `van den Brule, A`, `Brule AJ`, `A. van den Brule` are all brule; "" for nobody."""
    author = author.strip(" .,;*")
    if not author or _NOBODY.fullmatch(author):
        return ""
    before, comma, after = author.partition(",")
    if comma and words(before) in _SUFFIX:
        before, comma = after, ""
    parts = before.split()
    # `Zuna R E` and `Zuna RE` have the initials behind; `R E Zuna` has them in front.
    while not comma and len(parts) > 1 and _INITIALS.fullmatch(parts[-1].replace(".", "").replace("-", "")):
        parts.pop()
    kept = [word for word in words(" ".join(parts)).split() if word not in _SUFFIX]
    return kept[-1] if kept else ""


def journal_words(text: str) -> tuple[str, ...]:
    """The words of a journal's name, small ones left out."""
    return tuple(word for word in words(_decoded(text)).split() if word not in _SMALL_WORDS)
