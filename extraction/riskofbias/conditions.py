"""Conditions on answers to signalling questions, written as the tables of the guidance write them.

`2.1 Yes/NI or 2.2 Yes/NI` holds when one of the two was answered so; `and` binds closer than `or`. *Yes* is yes or probably
yes, *No* is no or probably no. The same condition can be handed to a page as plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

YES, PROBABLY_YES, PROBABLY_NO, NO, NO_INFORMATION, NOT_APPLICABLE = "Y", "PY", "PN", "N", "NI", "NA"
#: What each answer is called.
ANSWERS: dict[str, str] = {
    YES: "Yes",
    PROBABLY_YES: "Probably yes",
    PROBABLY_NO: "Probably no",
    NO: "No",
    NO_INFORMATION: "No information",
    NOT_APPLICABLE: "Not applicable",
}
#: Definite and probable answers lead the same way.
SIDES: dict[str, tuple[str, ...]] = {"Yes": ("Y", "PY"), "No": ("N", "PN"), "NI": ("NI",), "NA": ("NA",)}

Term = tuple[str, frozenset[str]]


def side(answer: str) -> str:
    """Yes, No, NI or NA: what an answer means to an algorithm; KeyError for no answer at all."""
    return {answer: side for side, answers in SIDES.items() for answer in answers}[answer]


@dataclass(frozen=True, slots=True)
class Condition:
    """One of several cases has to hold; a case holds when each of its questions has one of its answers."""

    cases: tuple[tuple[Term, ...], ...]

    @classmethod
    def read(cls, text: str) -> Condition:
        """The condition that `text` writes; an empty one always holds. KeyError for a word that is no side."""
        return cls(tuple(_case(part) for part in text.split(" or ")))

    def case_met(self, answers: Mapping[str, str]) -> tuple[str, ...] | None:
        """The questions of the first case that holds (none for one that always does), or None."""
        for case in self.cases:
            if all(answers.get(question) in allowed for question, allowed in case):
                return tuple(question for question, _ in case)
        return None

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether any case holds."""
        return self.case_met(answers) is not None

    def as_data(self) -> list[dict[str, list[str]]]:
        """The cases as plain data, each question with the answers it may have."""
        return [{question: sorted(allowed) for question, allowed in case} for case in self.cases]


def _case(text: str) -> tuple[Term, ...]:
    terms = []
    for term in text.split(" and ") if text else ():
        question, sides = term.strip().split(" ")
        terms.append((question, frozenset(answer for name in sides.split("/") for answer in SIDES[name])))
    return tuple(terms)


ALWAYS = Condition.read("")
