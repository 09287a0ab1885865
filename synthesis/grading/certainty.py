"""From a person's decisions to a level of certainty: where evidence starts, five reasons down, three up.

Source: Schünemann et al., Cochrane Handbook chapter 14; GRADE guidelines 3 (Balshem et al. 2011, J Clin Epidemiol 64:401)
and 9 (Guyatt et al. 2011, J Clin Epidemiol 64:1311); Schünemann et al. 2019, J Clin Epidemiol 111:105 (ROBINS-I).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["start", "down", "up"]
START: Kind = "start"
DOWN: Kind = "down"
UP: Kind = "up"
HIGHEST, LOWEST = 4, 1
NAMES = {4: "High", 3: "Moderate", 2: "Low", 1: "Very low"}
FULL, EMPTY = "⊕", "⊖"


@dataclass(frozen=True, slots=True)
class Domain:
    """Something that certainty depends on. `changes` are the levels it may move by; the first is none at all."""

    key: str
    name: str
    kind: Kind
    changes: tuple[int, ...]
    asks: str


DOMAINS: dict[str, Domain] = {
    domain.key: domain
    for domain in (
        Domain("design", "Where the evidence starts", START, (0, -2), "Which kind of studies is this evidence from?"),
        Domain("bias", "Risk of bias", DOWN, (0, -1, -2), "Would the result be another one without the studies at risk of bias?"),
        Domain("inconsistency", "Inconsistency", DOWN, (0, -1, -2), "Do the studies disagree beyond chance, and without explanation?"),
        Domain("indirectness", "Indirectness", DOWN, (0, -1, -2), "Do people, interventions, comparators and outcomes of the studies differ from those of the question?"),
        Domain("imprecision", "Imprecision", DOWN, (0, -1, -2, -3), "Would the conclusion be another one at the other end of the confidence interval?"),
        Domain("publication", "Publication bias", DOWN, (0, -1, -2), "Are studies or results likely to be missing because of what they found?"),
        Domain("large", "Large effect", UP, (0, 1, 2), "Is the effect too large for confounding to explain?"),
        Domain("dose", "Dose-response gradient", UP, (0, 1), "Does more of the exposure go with more of the effect?"),
        Domain("confounding", "Opposing residual confounding", UP, (0, 1), "Would the confounding that remains have hidden the effect, not made it?"),
    )
}  # fmt: skip
#: What must be judged before there is a level. Reasons up are not asked of every body of evidence.
NEEDED = tuple(domain.key for domain in DOMAINS.values() if domain.kind != UP)

_MUCH = {1: "one level", 2: "two levels", 3: "three levels"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a domain: by how many levels, and why."""

    domain: str
    change: int
    reason: str = ""

    def __post_init__(self) -> None:
        if self.domain not in DOMAINS:
            raise ValueError(f"“{self.domain}” is no domain of GRADE.")
        if self.change not in DOMAINS[self.domain].changes:
            raise ValueError(f"{DOMAINS[self.domain].name} does not move certainty by {self.change}.")

    @property
    def footnote(self) -> str:
        """One sentence for the reader; nothing for no change. Where evidence starts is no change."""
        domain = DOMAINS[self.domain]
        if not self.change or domain.kind == START:
            return ""
        word = "Downgraded" if self.change < 0 else "Upgraded"
        why = f": {self.reason}" if self.reason else "."
        return f"{word} {_MUCH[abs(self.change)]} for {domain.name[0].lower()}{domain.name[1:]}{why}"


@dataclass(frozen=True, slots=True)
class Certainty:
    """A level between 1 (very low) and 4 (high); `missing` are the domains that nobody judged yet."""

    level: int
    footnotes: tuple[str, ...]
    missing: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Everything that has to be judged is."""
        return not self.missing

    @property
    def name(self) -> str:
        """The level in words."""
        return NAMES[self.level]

    @property
    def glyphs(self) -> str:
        """The level as four circled signs."""
        return glyphs(self.level)


def in_words(domain: str, change: int | None) -> str:
    """What a decision or a suggestion says about a domain, in three words."""
    if change is None:
        return "No suggestion"
    if domain == "design":
        return "Starts low" if change else "Starts high"
    if not change:
        return "No change"
    return f"{'Down' if change < 0 else 'Up'} {_MUCH[abs(change)]}"


def glyphs(level: int) -> str:
    """⊕ for each level that is left, ⊖ for each that is lost."""
    return FULL * level + EMPTY * (HIGHEST - level)


def rate(decisions: Mapping[str, Decision]) -> Certainty:
    """The level that `decisions` (by domain) lead to: High, plus all changes, never below Very low or above High."""
    found = [decisions[key] for key in DOMAINS if key in decisions]
    level = HIGHEST + sum(decision.change for decision in found)
    return Certainty(
        level=max(LOWEST, min(HIGHEST, level)),
        footnotes=tuple(decision.footnote for decision in found if decision.footnote),
        missing=tuple(DOMAINS[key].name for key in NEEDED if key not in decisions),
        cautions=_cautions(found),
    )


def _cautions(decisions: list[Decision]) -> tuple[str, ...]:
    """What GRADE advises against, and does not forbid."""
    ups = [decision for decision in decisions if decision.change > 0]
    downs = [decision for decision in decisions if decision.change < 0 and decision.domain != "design"]
    if not ups:
        return ()
    told = []
    if downs:
        told.append(
            "Certainty is rated down and up at once. GRADE advises to rate up only what has no other weakness."
        )
    if not any(decision.domain == "design" and decision.change for decision in decisions):
        told.append("Evidence that starts high is not rated up beyond high.")
    return tuple(told)
