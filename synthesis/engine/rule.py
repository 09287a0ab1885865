"""“Fixed or random, as the test says”: a published rule, reproduced together with the cases it leaves undefined.

Choosing the model by a test of heterogeneity is an error (Handbook 10.10.4.1); it is offered only to redo what a
published review declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synthesis.stats.errors import BadInput

WORDS = ("and", "or")


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """Common effect if I² < `i2` and/or p > `p`; random effects if I² ≥ `i2` and/or p ≤ `p`. I² in percent."""

    i2: float = 50.0
    p: float = 0.1
    common_word: str = "and"
    random_word: str = "and"
    source: str = ""

    def __post_init__(self) -> None:
        if not (0 < self.i2 < 100 and 0 < self.p < 1):
            raise BadInput(
                "A rule needs a threshold of I² between 0 and 100 percent and one of p between 0 and 1."
            )
        if {self.common_word, self.random_word} - set(WORDS):
            raise BadInput("The two conditions of a rule are joined by “and” or by “or”.")

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> PublishedRule:
        """From what JSON holds."""
        return cls(**told)

    def models(self, i2: float, p: float) -> set[str]:
        """The models that the rule asks for: one, none where it is undefined, both where it contradicts itself."""
        low, calm = i2 < self.i2, p > self.p
        found = set()
        if _joined(self.common_word, low, calm):
            found.add("common")
        if _joined(self.random_word, not low, not calm):
            found.add("random")
        return found

    @property
    def cells(self) -> list[tuple[str, str, set[str]]]:
        """The four cases of low or high I² with large or small p, and what the rule says in each."""
        cases = []
        for i2, i2_words in ((0.0, f"I² < {self.i2:g} %"), (100.0, f"I² ≥ {self.i2:g} %")):
            for p, p_words in ((1.0, f"p > {self.p:g}"), (0.0, f"p ≤ {self.p:g}")):
                cases.append((i2_words, p_words, self.models(i2, p)))
        return cases

    @property
    def gaps(self) -> list[str]:
        """The cases in which the rule names no model, or two, in words."""
        said = {0: "no model", 2: "both models"}
        return [f"{i2} and {p}: {said[len(found)]}" for i2, p, found in self.cells if len(found) != 1]


def _joined(word: str, one: bool, two: bool) -> bool:
    return (one and two) if word == "and" else (one or two)
