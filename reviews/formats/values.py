"""Single values out of free text: a year, a DOI, a page range, a PMID.  Shared by every format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

# A printed year: four digits from the first printed journals on, not part of a longer number.
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>|\\^{}`]+")
# Nothing to take off, and no second slash behind which a link could go on: eight DOIs of ten.
_PLAIN_DOI = re.compile(r"10\.\d{4,9}/[A-Za-z0-9._-]*[A-Za-z0-9]")
_DOI_END = re.compile(
    r"(?:[.,;:'’”»\]]|\[doi\]|(?<=[\w)])/(?:full(?:text)?|pdf|epdf|abstract|html?|meta|summary|issuetoc))+$|[?&#].*$",
    re.I,
)
_PMID = re.compile(
    r"(?:\bPMID|\bPUBMED|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/)\W{0,3}(\d{1,8})\b", re.I
)
_SAYS_PUBMED = re.compile("[Pp](?:[Mm][Ii][Dd]|[Uu][Bb][Mm][Ee][Dd])")
_PMID_MARKED = re.compile(r"(\d{1,8})\s*\[pmid\]", re.I)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# `谢昕,王小增`: Chinese names have no comma within, so that a comma parts two of them.
_CHINESE_NAMES = re.compile("[\u3400-\u9fff·\\s,，、;；]+")
# Odd blanks, and the letters of East Asia, where other signs part the names.
_UNTIDY = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028-\u202f\u3000-\U0010ffff]")
_NO_ITEM = frozenset({"", " ", ",", "\n"})
_CHINESE_COMMA = re.compile("[,，、；]")
_PAGES_LABEL = re.compile(r"^\s*pp?\b\.?\s*(?=\w)", re.I)
_SHORT_RANGE = re.compile(r"(?<![\d.])(\d+)-(\d+)(?![\d.])")
_NO_PAGES = re.compile(
    r"no[\s.-]*(?:page|pagination|specified)?(?:[\s-]*specified)?|n\.?\s?p\.?g?\.?|n/?a|-+", re.I
)


def year_in(text: str) -> int | None:
    """The first four-digit year (1500–2099) in a date such as `2024/04/03/`, `Mar. 2017` or `2001///`."""
    if len(text) == 4 and text.isascii() and text.isdigit() and "1500" <= text < "2100":
        return int(text)
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def doi_in(text: str) -> str:
    """The first DOI in a text, bare, in the case it was written in; "" if there is none.

    Takes off resolvers and labels, decodes %xx and entities, and cuts the punctuation and paths that follow a DOI
    in sentences and publishers' links.  ISO 26324 lets a DOI hold nearly anything; this finds what is in use.
    """
    if _PLAIN_DOI.fullmatch(text):
        return text
    if "10." not in text:
        return ""
    if "%" in text:
        text = unquote(text)
    if "&" in text:
        text = unescape(text)
    found = _DOI.search(text)
    if not found:
        return ""
    doi = found[0]
    while (cut := _DOI_END.sub("", doi)) != doi:
        doi = cut
    # A closing bracket belongs to the DOI only if it was opened in it: "(doi 10.1/x)" but "10.1016/s0140-6736(05)1".
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = _DOI_END.sub("", doi[:-1])
    return doi


def normalise_doi(text: str) -> str:
    """A DOI as a key: bare and in lower case, since DOIs ignore case; "" if the text holds none."""
    return doi_in(text).lower()


def pmid_in(text: str) -> str:
    """A PubMed identifier that says it is one (`PMID: 123`, `PUBMED 123`, `123[pmid]`, a link), else ""."""
    if not _SAYS_PUBMED.search(text):
        return ""
    found = _PMID.search(text) or _PMID_MARKED.search(text)
    return found[1] if found else ""


def pages_from(start: str, end: str) -> str:
    """A page range as printed, hyphens made plain; "" for the ways of saying that there are none."""
    if start.isdigit() and end.isdigit():
        return f"{start}-{end}" if start != end else start
    start, end = (_PAGES_LABEL.sub("", _DASHES.sub("-", text)).strip(" \t\n,;-") for text in (start, end))
    pages = f"{start}-{end}" if start and end and start != end and "-" not in start else start or end
    return "" if _NO_PAGES.fullmatch(pages) else " ".join(pages.split())


def whole_range(pages: str) -> str:
    """`288-97` as `288-297`, the way PubMed and Ovid shorten it; anything else as it is."""
    return _SHORT_RANGE.sub(
        lambda found: (
            f"{found[1]}-{found[1][: len(found[1]) - len(found[2])]}{found[2]}"
            if len(found[2]) < len(found[1])
            else found[0]
        ),
        pages,
    )


def one_line(text: str) -> str:
    """Text with every run of white space made one blank."""
    # Most values are clean already, and splitting a long abstract costs more than looking.
    if "  " in text or "\n" in text or "\t" in text:
        return " ".join(text.split())
    return text.strip()


def paragraphs(text: str) -> str:
    """Text unwrapped: the lines of a paragraph joined, blank lines kept as borders of paragraphs."""
    if "\n" not in text:
        # Double blanks in a long line stay: to look for them takes longer than all else that is done with an abstract.
        return text.strip()
    return "\n\n".join(filter(None, map(one_line, text.split("\n\n"))))


def names_in(values: Iterable[str]) -> tuple[str, ...]:
    """Authors one by one, in order, each once; a line that holds several separates them by semicolons."""
    values = list(values)
    joined = "\n".join(values)
    if _is_tidy(joined, len(values)) and joined.count(",") == joined.count(", ") and "\n," not in joined:
        return tuple(dict.fromkeys(values))
    names: dict[str, None] = {}
    for value in values:
        if not value.isascii() and _CHINESE_NAMES.fullmatch(value):
            value = _CHINESE_COMMA.sub(";", value)
        for part in _parts(value):
            name = one_line(part if part.count(",") == part.count(", ") else part.replace(",", ", "))
            names[name.strip(" ,")] = None
    names.pop("", None)
    return tuple(names)


def keywords_in(values: Iterable[str]) -> tuple[str, ...]:
    """Keywords one by one, in order, each once; some sources put all on one line or wrap one to a line."""
    values = list(values)
    if _is_tidy("\n".join(values), len(values)):
        return tuple(dict.fromkeys(values))
    words = dict.fromkeys(one_line(part) for value in values for part in _keywords_of(value))
    words.pop("", None)
    return tuple(words)


def _is_tidy(lines: str, count: int) -> bool:
    """Whether each of `count` lines is one clean item: nearly all are, and one look at all of them together is quick."""
    if ";" in lines or "  " in lines or "\t" in lines or lines.count("\n") != count - 1:
        return False
    if not lines.isascii() and _UNTIDY.search(lines):
        return False
    # No item is empty, or has blanks or a comma at its ends.
    return not (
        lines[:1] in _NO_ITEM or lines[-1] in _NO_ITEM or "\n " in lines or " \n" in lines or "\n\n" in lines
    )


def _keywords_of(value: str) -> Iterable[str]:
    # Where semicolons part the keywords, a line end is only a wrapped line.
    if ";" in value or "；" in value:
        return _parts(value.replace("\n", " ").replace("；", ";"))
    return value.split("\n")


def _parts(value: str) -> Iterable[str]:
    """A list on one line or on several; the semicolon of an entity such as `&amp;` separates nothing."""
    if ";" not in value and "\n" not in value:
        return (value,)
    return re.split(r"[;\n]", unescape(value) if "&" in value else value)
