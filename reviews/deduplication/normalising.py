"""Texts and identifiers in a form in which the same thing is written the same way.

Nothing here depends on letter case, on how accents are composed, on the kind of hyphen or on character entities.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from urllib.parse import unquote

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,60}>")
# Notes that databases put behind a title: `[Chinese]`, `[Review] [70 refs]`, `[Erratum appears in …]`.
_TRAILING_NOTE = re.compile(r"\s*\[([^\[\]]*)\][\s.\"']*$")
_WHOLLY_BRACKETED = re.compile(r"^[\s\"']*\[([^\[\]]+)\][\s.\"']*$")
_LEADING_MARK = re.compile(
    r"^\s*(?:<(?:original|en|de|fr|es|it|pt)>|\(?(?:original|retracted)(?: article)?\)?\s*:)\s*", re.I
)
# The same as it stands in exports: with brackets inside, or cut before its end.
_NOTE_OF_ANOTHER = re.compile(
    r"(?<=\S)\s*\[(?:\w+\s+){0,2}(?:erratum|errata|retraction|comment|correction|republished|reprint)\s+"
    r"(?:appears\s+)?in\b.*$",
    re.I | re.S,
)
_ARTICLE = re.compile(r"^(?:the|an|a) (?=\S)")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_A_WORD = re.compile(r"[^\w]+|_+")
_GREEK = str.maketrans(
    {
        "α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ε": " epsilon ", "κ": " kappa ", "λ": " lambda ",
        "μ": " mu ", "ω": " omega ", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
        "\u00ad": None, "\u200b": None,
    }
)  # fmt: skip
# Letters in lower case, digits as they are, a blank for everything else.
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+")
# Words of a note that says how a record came about; anything longer in brackets is the title in another language.
_WORDS_OF_A_NOTE = 4
_NOTE = re.compile(
    r"\b(?:refs?|references|review|erratum|errata|corrected|correction|comment|see|appears|published|retracted|"
    r"abstract|electronic|article|summary|in (?:chinese|french|german|japanese|russian|spanish|italian|polish))\b"
)


def decoded(text: str) -> str:
    """Character entities decoded, twice where a program has escaped them twice."""
    return unescape(unescape(text)) if "&" in text else text


def words(text: str) -> str:
    """Words of letters and digits in lower case without accents, one blank between them."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", folded).translate(_GREEK))
    return _NOT_A_WORD.sub(" ", folded).strip()


def normalise_title(text: str) -> str:
    """A title as words in lower case: no accents, markup, entities, punctuation, database notes or leading article.

    "[Title.] [Chinese]" becomes the title; "<ORIGINAL> …" and "RETRACTED: …" lose what was put in front.
    """
    return title_forms(text)[0]


def title_forms(text: str) -> tuple[str, ...]:
    """The title as `normalise_title` has it, then the same title in other languages if the text holds some.

    "Titre [Long title in brackets]" and "Titre = Title" hold two titles; "Titre = Title" as a whole comes first.
    """
    text, others = _undressed(text)
    if " = " in text:
        others += [words(part) for part in text.split(" = ")]
    forms = [_ARTICLE.sub("", words(text)), *(_ARTICLE.sub("", other) for other in others if other)]
    return tuple(dict.fromkeys(forms))


def bare_title(text: str) -> str:
    """A title with its punctuation, without markup, database notes and brackets around the whole."""
    return _undressed(text)[0]


def _undressed(text: str) -> tuple[str, list[str]]:
    """The bare title, and the words of what its notes hold that look like a title."""
    text = decoded(text)
    if "<" in text or ":" in text:
        text = _LEADING_MARK.sub("", _TAG.sub(" ", text))
    others: list[str] = []
    if "[" in text:
        text = _NOTE_OF_ANOTHER.sub("", text)
        while (note := _TRAILING_NOTE.search(text)) and text[: note.start()].strip(" \"'"):
            text = text[: note.start()]
            inside = words(note[1])
            if len(inside.split()) >= _WORDS_OF_A_NOTE and not _NOTE.search(inside):
                others.append(inside)
        if whole := _WHOLLY_BRACKETED.match(text):
            text = whole[1]
    return text, others


def dashes(text: str) -> str:
    """Every kind of dash as the one on the keyboard."""
    return text if text.isascii() else _DASHES.sub("-", text)


def doi_key(text: str) -> str:
    """A DOI bare and in lower case; "" if there is none.  (Kept apart from the readers: this package stands alone.)"""
    found = _DOI.search(dashes(decoded(unquote(text))).lower())
    return found[0].rstrip(".,;:')]") if found else ""


def digits_key(text: str) -> str:
    """The number in an identifier such as `PMID: 0123`, without leading zeros."""
    found = re.search(r"\d+", text)
    return found[0].lstrip("0") if found else ""
