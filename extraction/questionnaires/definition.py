"""What a form asks: sections with questions, each under a key that stays the same whatever it is called."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_SECTIONS, MOST_QUESTIONS, MOST_CHOICES = 20, 100, 50
LONGEST_TITLE, LONGEST_LABEL, LONGEST_HELP, LONGEST_UNIT, LONGEST_CHOICE = 120, 300, 1_000, 40, 120
LONGEST_KEY = 40
_KEY = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_KEY - 1}}}")


class BadDefinition(ValueError):
    """Data that is not a form: a part is missing, or is of the wrong type."""


class Kind(enum.StrEnum):
    """What an answer is."""

    TEXT = "text"
    PASSAGE = "passage"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"

    @property
    def called(self) -> str:
        """What it is called on a page."""
        return _TITLES[self]

    @property
    def offers(self) -> bool:
        """The answer is chosen, not written."""
        return self in (Kind.CHOICE, Kind.CHOICES)


_TITLES = {
    Kind.TEXT: "Short text",
    Kind.PASSAGE: "Longer text",
    Kind.NUMBER: "Number",
    Kind.DATE: "Date",
    Kind.CHOICE: "Single choice",
    Kind.CHOICES: "Multiple choice",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `unit` belongs to a number; `choices` are the labels that are offered, in their order.

    A label is a choice's identity: an answer keeps the words that were chosen, so a choice that is called something else
    is another choice.
    """

    key: str
    label: str
    kind: Kind
    help: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading; those of a section `per_arm` are a table: asked again for each arm of the study."""

    key: str
    title: str
    questions: tuple[Question, ...] = ()
    per_arm: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form."""

    sections: tuple[Section, ...]

    def asked(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, from top to bottom."""
        for section in self.sections:
            for question in section.questions:
                yield section, question

    def by_key(self) -> dict[str, tuple[Section, Question]]:
        """The same by the question's key."""
        return {question.key: (section, question) for section, question in self.asked()}

    def keys(self) -> set[str]:
        """The keys of sections and questions."""
        return {section.key for section in self.sections} | set(self.by_key())


def as_data(definition: Definition) -> dict[str, Any]:
    """The form as plain lists and strings, for JSON; `from_data` reads it back."""
    return {
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "help": section.help,
                "per_arm": section.per_arm,
                "questions": [
                    {
                        "key": question.key,
                        "label": question.label,
                        "kind": question.kind.value,
                        "help": question.help,
                        "unit": question.unit,
                        "choices": list(question.choices),
                    }
                    for question in section.questions
                ],
            }
            for section in definition.sections
        ]
    }


def from_data(data: object) -> Definition:
    """The form that `as_data` made. Raises BadDefinition for anything else."""
    try:
        return Definition(tuple(_section(section) for section in _list(data, "sections")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDefinition(f"This is not a form: {error}") from error


def _section(data: Mapping[str, Any]) -> Section:
    questions = tuple(_question(question) for question in _list(data, "questions"))
    return Section(
        _word(data, "key"), _word(data, "title"), questions, bool(data["per_arm"]), _word(data, "help")
    )


def _question(data: Mapping[str, Any]) -> Question:
    choices = _list(data, "choices")
    if not all(isinstance(choice, str) for choice in choices):
        raise TypeError("a choice is not a text")
    return Question(
        _word(data, "key"),
        _word(data, "label"),
        Kind(data["kind"]),
        _word(data, "help"),
        _word(data, "unit"),
        tuple(choices),
    )


def _list(data: Any, name: str) -> list[Any]:
    found = data[name]
    if not isinstance(found, list):
        raise TypeError(f"“{name}” is not a list")
    return found


def _word(data: Mapping[str, Any], name: str) -> str:
    found = data[name]
    if not isinstance(found, str):
        raise TypeError(f"“{name}” is not a text")
    return found


def new_key(label: str, used: Collection[str]) -> str:
    """A key for a new question or section: the words of its label, with a number behind them if they are taken.

    `used` holds every key that any version has had, so that an old answer never comes to stand under a new question.
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_KEY - 4].strip("_")
    stem = stem if stem[:1].isalpha() else f"q_{stem}".rstrip("_")[: LONGEST_KEY - 4]
    key, number = stem, 2
    while key in used:
        key, number = f"{stem}_{number}", number + 1
    return key


def problems(definition: Definition) -> dict[str, str]:
    """What is wrong with a form before it can be used: the key of a section or question → a sentence ("" → the form)."""
    asked = list(definition.asked())
    whole = _wrong_whole(definition, len(asked))
    found = {"": whole} if whole else {}
    keys = Counter([section.key for section in definition.sections] + [q.key for _, q in asked])
    labels = Counter((section.key, _plain(question.label)) for section, question in asked)
    for section in definition.sections:
        found |= {section.key: said} if (said := _wrong_section(section)) else {}
    for section, question in asked:
        said = _wrong_question(question)
        if not said and labels[section.key, _plain(question.label)] > 1:
            said = f"“{question.label}” is asked twice in this section."
        found |= {question.key: said} if said else {}
    for key, times in keys.items():
        if times > 1 or not _KEY.fullmatch(key):
            found[key] = f"The key “{key}” is used twice or is not a key."
    return found


def _wrong_whole(definition: Definition, questions: int) -> str:
    if not definition.sections:
        return "A form has at least one section."
    if len(definition.sections) > MOST_SECTIONS:
        return f"A form has at most {MOST_SECTIONS} sections."
    return f"A form has at most {MOST_QUESTIONS} questions." if questions > MOST_QUESTIONS else ""


def _wrong_section(section: Section) -> str:
    if not section.title.strip():
        return "Give the section a title."
    return _too_long(("title", section.title, LONGEST_TITLE), ("help", section.help, LONGEST_HELP))


def _wrong_question(question: Question) -> str:
    if not question.label.strip():
        return "Write the question."
    if question.kind.offers and len(question.choices) < 2:
        return "Offer at least two choices, one on each line."
    if len(question.choices) > MOST_CHOICES:
        return f"Offer at most {MOST_CHOICES} choices."
    twice = [label for label, times in Counter(map(_plain, question.choices)).items() if times > 1]
    if twice:
        return f"The choice “{twice[0]}” is there twice."
    if any("\n" in choice or not choice.strip() for choice in question.choices):
        return "A choice is one line of text."
    if any(len(choice) > LONGEST_CHOICE for choice in question.choices):
        return f"A choice is at most {LONGEST_CHOICE} characters long."
    return _too_long(
        ("question", question.label, LONGEST_LABEL),
        ("help", question.help, LONGEST_HELP),
        ("unit", question.unit, LONGEST_UNIT),
    )


def _too_long(*parts: tuple[str, str, int]) -> str:
    for name, text, longest in parts:
        if len(text) > longest:
            return f"The {name} is too long: at most {longest} characters."
    return ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
