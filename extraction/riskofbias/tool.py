"""What a risk-of-bias tool is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from extraction.riskofbias.conditions import ALWAYS, Condition

#: The colours and glyphs that lights come in, from best to worst; the last two say nothing about the risk.
Light = Literal["low", "some", "unclear", "moderate", "high", "serious", "critical", "none", "na"]
#: What is judged: the study as a whole, or each of its results.
Unit = Literal["study", "result"]

FIVE = ("Y", "PY", "PN", "N", "NI")
SIX = (*FIVE, "NA")
#: Towards what a bias is likely to have moved the result.
DIRECTIONS: dict[str, str] = {
    "na": "Not applicable",
    "experimental": "Favours experimental",
    "comparator": "Favours comparator",
    "towards-null": "Towards null",
    "away-from-null": "Away from null",
    "unpredictable": "Unpredictable",
}
OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Level:
    """A judgement: its key, its name, the glyph that stands for it where colour is not enough, and its light."""

    key: str
    name: str
    glyph: str
    light: Light


@dataclass(frozen=True, slots=True)
class Question:
    """A signalling question. It is asked when `when` holds of the answers to the questions before it."""

    key: str
    text: str
    when: Condition = ALWAYS
    answers: tuple[str, ...] = FIVE


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a decision table: when it holds, the level it leads to, and why, in words."""

    when: Condition
    level: str
    because: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is judged: a domain, or an item of a checklist.

    Where the unit is a result, items that are not `per_outcome` are facts about the whole study. `parts` are decision tables:
    of each the first rule that holds counts, and of several parts the worse. `levels` are this item's own, where it has others
    than the tool. `column` is its heading in robvis's files.
    """

    key: str
    name: str
    question: str
    per_outcome: bool = False
    questions: tuple[Question, ...] = ()
    parts: tuple[tuple[Rule, ...], ...] = ()
    levels: tuple[Level, ...] = ()
    column: str = ""
    needs_support: bool = True
    has_direction: bool = False

    @property
    def is_overall(self) -> bool:
        """The judgement on everything together."""
        return self.key == OVERALL


#: Levels by item → the overall level and why.
OverallRule = Callable[[Mapping[str, str]], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tool:
    """A risk-of-bias tool. `levels` run from best to worst; `note` is what whoever uses it has to know."""

    key: str
    name: str
    source: str
    items: tuple[Item, ...]
    levels: tuple[Level, ...]
    unit: Unit = "study"
    overall: OverallRule | None = None
    severity: tuple[str, ...] = ()
    note: str = ""

    def item(self, key: str) -> Item:
        """The item called `key`; KeyError if the tool has none."""
        return {item.key: item for item in self.items}[key]

    def level(self, key: str) -> Level:
        """The level called `key`, of the tool or of one of its items; KeyError if there is none."""
        own = {level.key: level for item in self.items for level in item.levels}
        return (own | {level.key: level for level in self.levels})[key]

    def levels_of(self, item: Item) -> tuple[Level, ...]:
        """What may be said of an item."""
        return item.levels or self.levels

    @property
    def domains(self) -> tuple[Item, ...]:
        """All items but the overall one."""
        return tuple(item for item in self.items if not item.is_overall)

    @property
    def has_overall(self) -> bool:
        """Whether everything is judged together too."""
        return len(self.domains) < len(self.items)

    def items_for(self, *, study: bool) -> tuple[Item, ...]:
        """What is judged once for the study, or anew for each result."""
        if self.unit == "study":
            return self.items if study else tuple(item for item in self.items if item.per_outcome)
        return tuple(item for item in self.items if item.per_outcome is not study)
