"""A form as it is being written: everything stands on the page, and each button sends all of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from extraction.queries.questionnaires import Form
from extraction.questionnaires import Definition, Kind, Question, Section, as_data, last_asked, new_key
from extraction.questionnaires.definition import MOST_QUESTIONS, MOST_SECTIONS

_NEW = "new-"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(slots=True)
class DraftQuestion:
    """A question as it stands on the page; `key` begins with “new-” until a version has been saved with it."""

    key: str
    label: str = ""
    kind: str = Kind.TEXT.value
    help: str = ""
    unit: str = ""
    choices: str = ""
    error: str = ""


@dataclass(slots=True)
class DraftSection:
    """A section as it stands on the page."""

    key: str
    title: str = ""
    help: str = ""
    per_arm: bool = False
    questions: list[DraftQuestion] = field(default_factory=list)
    error: str = ""


class BuilderForm:
    """Reads the page, does what one of its buttons says, and hands out the definition that it describes."""

    def __init__(self, form: Form, data: Mapping[str, str] | None = None) -> None:
        self.form = form
        data = data if data is not None else {}
        self.name = _line(data.get("name", form.questionnaire.name))
        self.note = _line(data.get("note", ""))
        self.seen = (
            int(data["seen"]) if data.get("seen", "").isascii() and data.get("seen", "").isdigit() else 0
        )
        self.sections = self._sent(data) if "seen" in data else self._stored()
        self.seen = self.seen or form.newest.number
        self.focus = ""
        self.error = ""
        self.final: dict[str, str] = {}

    def _stored(self) -> list[DraftSection]:
        return [
            DraftSection(
                section.key,
                section.title,
                section.help,
                section.per_arm,
                list(map(_drawn, section.questions)),
            )
            for section in self.form.definition.sections
        ]

    def _sent(self, data: Mapping[str, str]) -> list[DraftSection]:
        sections: list[DraftSection] = []
        while (at := f"s-{len(sections)}") + "-key" in data:
            section = DraftSection(
                data[f"{at}-key"],
                _line(data.get(f"{at}-title", "")),
                _lines(data.get(f"{at}-help", "")),
                f"{at}-per_arm" in data,
            )
            while (of := f"q-{len(sections)}-{len(section.questions)}") + "-key" in data:
                words = (_line(data.get(f"{of}-{name}", "")) for name in ("label", "kind"))
                text = (_lines(data.get(f"{of}-{name}", "")) for name in ("help", "unit", "choices"))
                section.questions.append(DraftQuestion(data[f"{of}-key"], *words, *text))
            sections.append(section)
        return sections

    @property
    def known(self) -> set[str]:
        """The keys that stand for something in a version of this form; a page cannot make up others."""
        return self.form.keys()

    def removed(self) -> list[Question]:
        """What was asked once, is not on the page, and can be brought back."""
        here = {question.key for question in self._questions()}
        ever = last_asked(self.form.definitions)
        return [question for key, (_, _, question) in ever.items() if key not in here]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What a question can be."""
        return [(kind.value, kind.called) for kind in Kind]

    def definition(self) -> Definition:
        """What the page describes; new sections and questions get their keys from their words."""
        used = set(self.known)
        final: dict[str, str] = {}
        for key, words in [(section.key, section.title) for section in self.sections] + [
            (question.key, question.label) for question in self._questions()
        ]:
            if key not in self.known:
                final[key] = new_key(words, used)
                used.add(final[key])
        self.final = final
        return Definition(tuple(self._section(section, final) for section in self.sections))

    def _questions(self) -> list[DraftQuestion]:
        return [question for section in self.sections for question in section.questions]

    def _section(self, section: DraftSection, final: Mapping[str, str]) -> Section:
        questions = tuple(_meant(question, final) for question in section.questions)
        key = final.get(section.key, section.key)
        return Section(key, section.title, questions, section.per_arm, section.help)

    def show(self, problems: Mapping[str, str]) -> None:
        """Put each problem where it belongs."""
        self.error = problems.get("", "")
        for section in self.sections:
            section.error = problems.get(self.final.get(section.key, section.key), "")
        for question in self._questions():
            question.error = problems.get(self.final.get(question.key, question.key), "")

    @property
    def digest(self) -> str:
        """Stands for exactly what is on the page: what was looked at is what is saved."""
        told = json.dumps([self.seen, self.name, as_data(self.definition())], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def act(self, what: str) -> None:
        """What a button says: add-section, or add, up, down, remove, back with the key of a section or question."""
        verb, _, key = what.partition(":")
        self.focus = key
        if verb == "add-section" and len(self.sections) < MOST_SECTIONS:
            self.sections.append(DraftSection(self._new()))
            self.focus = self.sections[-1].key
        elif verb in {"add", "back"}:
            self._add(verb, key)
        elif any(section.key == key for section in self.sections):
            self._move_section(verb, key)
        else:
            self._move_question(verb, key)

    def _add(self, verb: str, key: str) -> None:
        if not self.sections or len(self._questions()) >= MOST_QUESTIONS:
            return
        if verb == "back":
            question = next((q for q in self.removed() if q.key == key), None)
            if question:
                self.sections[-1].questions.append(_drawn(question))
            return
        section = next((section for section in self.sections if section.key == key), self.sections[-1])
        section.questions.append(DraftQuestion(self._new()))
        self.focus = section.questions[-1].key

    def _new(self) -> str:
        keys = {section.key for section in self.sections} | {question.key for question in self._questions()}
        return next(key for number in range(1, 10_000) if (key := f"{_NEW}{number}") not in keys)

    def _move_section(self, verb: str, key: str) -> None:
        at = next(place for place, section in enumerate(self.sections) if section.key == key)
        if verb == "remove":
            del self.sections[at]
        elif 0 <= (to := at + _STEP.get(verb, 0)) < len(self.sections):
            self.sections[at], self.sections[to] = self.sections[to], self.sections[at]

    def _move_question(self, verb: str, key: str) -> None:
        places = [
            (i, j) for i, s in enumerate(self.sections) for j, q in enumerate(s.questions) if q.key == key
        ]
        if not places:
            return
        (i, j), step = places[0], _STEP.get(verb, 0)
        question = self.sections[i].questions.pop(j)
        if verb == "remove":
            return
        if 0 <= j + step <= len(self.sections[i].questions):
            self.sections[i].questions.insert(j + step, question)
        elif 0 <= i + step < len(self.sections):
            # Over the edge of its section into the next one.
            there = self.sections[i + step].questions
            there.insert(0 if step > 0 else len(there), question)
        else:
            self.sections[i].questions.insert(j, question)


_STEP = {"up": -1, "down": 1}


def _drawn(question: Question) -> DraftQuestion:
    return DraftQuestion(
        question.key, question.label, question.kind, question.help, question.unit, "\n".join(question.choices)
    )


def _meant(question: DraftQuestion, final: Mapping[str, str]) -> Question:
    kind = Kind(question.kind) if question.kind in set(Kind) else Kind.TEXT
    choices = tuple(line.strip() for line in question.choices.split("\n") if line.strip())
    return Question(
        final.get(question.key, question.key),
        question.label,
        kind,
        question.help,
        question.unit if kind == Kind.NUMBER else "",
        choices if kind.offers else (),
    )


def _line(text: str) -> str:
    return " ".join(_lines(text).split())


def _lines(text: str) -> str:
    """With line feeds only, and without control characters, which neither databases nor spreadsheets take."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
