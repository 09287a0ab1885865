"""Where an article stands: pages, volume and issue, in a form in which they can be compared."""

from __future__ import annotations

import re

from reviews.deduplication.normalising import dashes, decoded, words

_PAGE = re.compile(r"([a-z]*)(\d+)([a-z]*)")
_ROMAN_PAGES = re.compile(r"\W*([ivxlc]+)(?:\s*-\s*([ivxlc]+))?\W*")
# `Suppl-87` for S376-S387 and `t-20` for 314-320: only the end of the last page survived.
_CUT_START = re.compile(r"[a-z]+\.?\s*-\s*[a-z]?(\d{1,3})")
_MONTHS = {
    name: str(n) for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
# `01-Sep` and `Sep-15`: spreadsheets take 1-9 and 9-15 for dates.
_DATE = re.compile(r"(?:(\d{1,2})-([a-z]{3})|([a-z]{3})-(\d{1,2}))")
_RANGES = re.compile(r"[,;+]\s*")
_RANGE = re.compile(r"[a-z]?\d+\s*-")
_LONGEST_PAGES = 40
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def pages_key(text: str) -> tuple[str, str, tuple[str, ...]]:
    """First and last page, abbreviations expanded: `288-97` is (288, 297), `S11-8` is (s11, s18), `e12` is (e12, "").

    Third, the first pages of further ranges: `233-8, 230-5` (one article in two languages) has 230.  Where only the end of the last page is known it begins with "~": `Suppl-87` is ("", ~87).
    A text too long for pages (an address in the wrong field) says nothing.
    """
    first, *rest = _RANGES.split(dashes(decoded(text)).casefold().strip(" \"'"))
    if not first or len(first) > _LONGEST_PAGES:
        return "", "", ()
    if first[0].isdigit() or first[-1].isdigit() or not (roman := _ROMAN_PAGES.fullmatch(first)):
        others = (_arabic_pages(part)[0] for part in rest if _RANGE.match(part))
        return *_arabic_pages(_without_dates(first)), tuple(filter(None, others))
    return roman[1], roman[2] or "", ()


def _without_dates(text: str) -> str:
    if found := _DATE.fullmatch(text):
        day, month, first, second = found.groups()
        if (month or first) in _MONTHS:
            return f"{day}-{_MONTHS[month]}" if day else f"{_MONTHS[first]}-{second}"
    return text


def _arabic_pages(text: str) -> tuple[str, str]:
    if cut := _CUT_START.fullmatch(text):
        return "", f"~{cut[1]}"
    found = _PAGE.findall(text)
    if not found:
        return "", ""
    letters, number, behind = found[0]
    number = number.lstrip("0")
    start = (letters if len(letters) <= 3 else "") + number + (behind if len(behind) == 1 else "")
    if len(found) == 1 or "-" not in text:
        return start, ""
    end_letters, end_number, end_behind = found[1]
    end_number = end_number.lstrip("0")
    if len(end_number) < len(number):
        end_number = number[: len(number) - len(end_number)] + end_number
    if not end_letters and len(letters) <= 3:
        end_letters = letters
    return start, end_letters + end_number + (end_behind if len(end_behind) == 1 else "")


def volume_key(text: str) -> str:
    """The number of a volume: `61 (Supplement 1)` and `Vol. LXI` are 61; without a number its words."""
    found = re.search(r"\d+", text)
    if found:
        return found[0].lstrip("0")
    plain = words(decoded(text))
    last = plain.split()[-1] if plain else ""
    return str(_roman(last)) if last and _VALUES.keys() >= set(last) else plain


def _roman(text: str) -> int:
    values = [_VALUES[letter] for letter in text]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )
