"""Reads what stands behind a field's name: numbers, intervals, parts, groups, rules."""

from __future__ import annotations

import re

from extraction.published.claims import Bound, Branch, End, Interval, Members, Part
from extraction.published.spans import Printed, Unreadable, printed

LONGEST_LIST = 500
_NUMBER = r"[+−–-]?\s?(?:\d+(?:[.·]\d*)?|[.·]\d+)\s?%?"
_INTERVAL = re.compile(
    rf"[(\[]?\s*(?P<low>{_NUMBER})\s*(?:\bto\b|,|;|~|…|\.\.\.?|[–—-])\s*(?P<high>{_NUMBER})\s*[)\]]?"
)
_LISTED = re.compile(r"(?P<value>[^()\[\]]*)[(\[](?P<studies>[^()\[\]]*)[)\]]")
_BOUND = re.compile(r"(?P<name>[^\W\d][\w²]*)\s*(?P<sign><=|>=|≤|≥|<|>)\s*(?P<number>.+)")
_SIGNS = {"≤": "<=", "≥": ">="}


def interval(text: str, level: float = 95.0) -> Interval:
    """“0.055 to 0.943”, “(0.055, 0.943)”, “[−0.1; 0.4]”, “0.055–0.943”. Raises Unreadable."""
    found = _INTERVAL.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"“{text}” is not an interval: write both limits, for example 0.06 to 0.94.")
    low, high = printed(found["low"]), printed(found["high"])
    if low.span.low > high.span.high:
        raise Unreadable(f"“{text}” is not an interval: the lower limit is above the upper one.")
    return Interval(low, high, level)


def parts(text: str) -> tuple[Printed, ...]:
    """“20 + 218”. Raises Unreadable."""
    return tuple(count(part) for part in text.split("+"))


def steps(text: str) -> tuple[Printed, ...]:
    """“238 > 160 > 12”, or with arrows. Raises Unreadable."""
    found = tuple(count(part) for part in re.split(r"\s*(?:->|→|>)\s*", text.strip()))
    if len(found) == 1:
        raise Unreadable("A flow needs at least two numbers: 238 > 160.")
    return found


def numbers(text: str) -> tuple[Printed, ...]:
    """“78, 148”. Raises Unreadable."""
    return tuple(count(part) for part in re.split(r"[,;]", text))


def count(text: str) -> Printed:
    """A whole number. Raises Unreadable."""
    number = printed(text)
    if number.whole is None:
        raise Unreadable(f"“{text.strip()}” is not a whole number.")
    return number


def members(text: str) -> Members:
    """Studies or names of lists; what they mean is looked up when all lines are read."""
    if not text.strip():
        raise Unreadable("There is no study in the list.")
    for term in text.split("&"):
        ids(term)
    return Members(" ".join(text.split()))


def ids(text: str) -> tuple[str, ...]:
    """The single studies of “11, 26–28, Braga 2018”: numbers joined by a dash are a series. Raises Unreadable."""
    found: list[str] = []
    for part in re.split(r"[,;]|\band\b", text):
        name = " ".join(part.split()).casefold()
        series = re.fullmatch(r"(\d{1,9})\s*[-–—]\s*(\d{1,9})", name)
        if series:
            first, last = int(series[1]), int(series[2])
            if not 0 <= last - first <= LONGEST_LIST:
                raise Unreadable(f"“{part.strip()}” is not a series of studies.")
            found.extend(str(number) for number in range(first, last + 1))
        elif name:
            found.append(str(int(name)) if re.fullmatch(r"[0-9]{1,9}", name) else name)
    if len(found) > LONGEST_LIST:
        raise Unreadable(f"The list is longer than {LONGEST_LIST} studies.")
    return tuple(found)


def part(label: str, text: str) -> Part:
    """“3 (26, 31, 33)”, or only “(26, 31, 33)” or “26, 31, 33”. Raises Unreadable."""
    found = _LISTED.fullmatch(text.strip())
    if not found:
        return Part(label, None, members(text))
    return Part(label, count(found["value"]) if found["value"].strip() else None, members(found["studies"]))


def end(text: str) -> End:
    """“2001 (26)”, or only “2001”. Raises Unreadable."""
    found = _LISTED.fullmatch(text.strip())
    return End(printed(found["value"]), members(found["studies"])) if found else End(printed(text), None)


def branch(label: str, text: str) -> Branch:
    """“I2 < 50 and p > 0.1”, with `or` between alternatives. Raises Unreadable."""
    ways = tuple(
        tuple(bound(piece) for piece in re.split(r"\band\b", way, flags=re.IGNORECASE))
        for way in re.split(r"\bor\b", text, flags=re.IGNORECASE)
    )
    return Branch(label, ways)


def bound(text: str) -> Bound:
    """“I2 < 50 %”. Raises Unreadable."""
    found = _BOUND.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"“{text.strip()}” is not a condition: write for example I2 < 50.")
    number = printed(found["number"])
    return Bound(
        found["name"].casefold().replace("²", "2"),
        _SIGNS.get(found["sign"], found["sign"]),
        number.span.middle,
    )


def yes_or_no(text: str) -> bool:
    """“yes” or “no”. Raises Unreadable."""
    answers = {"yes": True, "no": False}
    if text.strip().casefold() not in answers:
        raise Unreadable(f"“{text}” is neither yes nor no.")
    return answers[text.strip().casefold()]
