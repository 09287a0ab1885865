"""Reads what was typed as an answer, and tells whether two answers say the same."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass

from extraction.questionnaires.definition import Kind, Question

#: An answer to any question: it was looked for and is not there. An empty answer means nobody has looked yet.
NOT_REPORTED = "Not reported"
LONGEST_ANSWER = {Kind.TEXT: 500, Kind.PASSAGE: 10_000, Kind.NUMBER: 60, Kind.DATE: 20}
_NOT_REPORTED = {"not reported", "nr", "n.r.", "n. r."}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


class Unreadable(ValueError):
    """What was typed cannot be an answer to this question; the message says why."""


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as it is kept: `text` as shown, the `number` it means, the `choices` that were made."""

    text: str
    number: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def is_reported(self) -> bool:
        """Something was found."""
        return bool(self.text) and self.text != NOT_REPORTED


def read_answer(question: Question, text: str, *, number: Callable[[str], float]) -> Read:
    """What `text` means as an answer to `question`; several choices stand one on each line.

    `number` reads a number as papers print it and raises ValueError with a sentence. Raises Unreadable.
    """
    text = text.strip()
    if not text:
        return Read("")
    if _plain(text) in _NOT_REPORTED:
        # Also where a form offers it as a choice of its own: it means the same everywhere.
        return Read(NOT_REPORTED)
    if question.kind.offers:
        return _chosen(question, text)
    longest = LONGEST_ANSWER[question.kind]
    if len(text) > longest:
        raise Unreadable(f"The answer is too long: at most {longest} characters.")
    if question.kind == Kind.NUMBER:
        try:
            return Read(text, number(text))
        except ValueError as error:
            raise Unreadable(f"{error} If the report does not say, write NR.") from error
    return Read(_date(text)) if question.kind == Kind.DATE else Read(text)


def same_answer(one: Read, other: Read) -> bool:
    """Do two answers say the same: the same number, the same choices, or the same words but for capitals and blanks?"""
    if one.number is not None and other.number is not None:
        return one.number == other.number
    if one.choices or other.choices:
        return set(one.choices) == set(other.choices)
    return _plain(one.text) == _plain(other.text)


def _chosen(question: Question, text: str) -> Read:
    offered = {_plain(choice): choice for choice in question.choices}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        if _plain(line) in _NOT_REPORTED - set(offered):
            raise Unreadable("Either it is not reported, or something else is chosen.")
        if _plain(line) not in offered:
            raise Unreadable(f"“{line}” is not offered: choose from what is there.")
    picked = {offered[_plain(line)] for line in lines}
    if question.kind == Kind.CHOICE and len(picked) > 1:
        raise Unreadable("Choose one.")
    choices = tuple(choice for choice in question.choices if choice in picked)
    return Read("\n".join(choices), choices=choices)


def _date(text: str) -> str:
    """A year, a month or a day by ISO 8601, with its zeros; papers often print no more than a month."""
    found = _DATE.fullmatch(text)
    if not found:
        raise Unreadable("Write a date as 2024, 2024-05 or 2024-05-31. If the report does not say, write NR.")
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or not 1800 <= year <= 2200:
        raise Unreadable(f"{found[1]} is not a year that a study could tell of.")
    if month is not None and not 1 <= month <= 12:
        raise Unreadable(f"There is no month {found[2]}.")
    if month is not None and day is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable(f"There is no {text}.")
    parts = [f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)]
    return "-".join(parts)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
