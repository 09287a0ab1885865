"""The tools: which items they ask, and which judgements they know.

The questions are short paraphrases of our own. Source of RoB 1's items and levels: Higgins JPT et al., BMJ 2011;343:d5928.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """A judgement: its key, its name, and the glyph that stands for it where colour is not enough."""

    key: str
    name: str
    glyph: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is judged; `per_outcome` items may differ between groups of outcomes."""

    key: str
    name: str
    question: str
    per_outcome: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A risk-of-bias tool. `levels` run from best to worst."""

    key: str
    name: str
    source: str
    items: tuple[Item, ...]
    levels: tuple[Level, ...]

    def item(self, key: str) -> Item:
        """The item called `key`; KeyError if the tool has none."""
        return {item.key: item for item in self.items}[key]

    def level(self, key: str) -> Level:
        """The level called `key`; KeyError if the tool has none."""
        return {level.key: level for level in self.levels}[key]


ROB1 = Tool(
    key="rob1",
    name="Cochrane risk of bias (RoB 1, 2011)",
    source="Higgins JPT et al. BMJ 2011;343:d5928",
    items=(
        Item(
            "sequence-generation",
            "Random sequence generation",
            "Was the order of allocation produced by chance, so that the groups are comparable?",
        ),
        Item(
            "allocation-concealment",
            "Allocation concealment",
            "Could nobody foresee the next allocation before or while enrolling?",
        ),
        Item(
            "blinding-participants",
            "Blinding of participants and personnel",
            "Were participants and staff kept from knowing the allocation?",
            per_outcome=True,
        ),
        Item(
            "blinding-assessment",
            "Blinding of outcome assessment",
            "Were those who measured the outcome kept from knowing the allocation?",
            per_outcome=True,
        ),
        Item(
            "incomplete-data",
            "Incomplete outcome data",
            "Are losses and exclusions few, balanced and explained?",
            per_outcome=True,
        ),
        Item(
            "selective-reporting",
            "Selective reporting",
            "Is everything that was planned to be reported there?",
        ),
        Item("other", "Other bias", "Is anything else likely to distort the result?"),
    ),
    levels=(
        Level("low", "Low risk", "+"),
        Level("unclear", "Unclear risk", "?"),
        Level("high", "High risk", "−"),
    ),
)

TOOLS: tuple[Tool, ...] = (ROB1,)


def tool_named(key: str) -> Tool:
    """The tool called `key`; KeyError if there is none."""
    return {tool.key: tool for tool in TOOLS}[key]
