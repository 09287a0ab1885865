"""Rules that choose a model: every case has one choice, and only one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from extraction.published.checks.heterogeneity import i_squared, p_of_q, q_of_i_squared, q_of_p
from extraction.published.claims import Branch, Rule
from extraction.published.context import Context
from extraction.published.spans import Span, short
from extraction.published.verdicts import Verdict, cannot, judged

RULES = "Every combination of the rule's conditions, one by one; Cochrane Handbook 6.5, 10.10.4.1 (choice of model)"
CHECK = "One choice in every case"
#: What a variable can be, where it is known to us.
RANGES = {"i2": (0.0, 100.0), "p": (0.0, 1.0)}
TOO_MANY_CASES = 5_000
#: Numbers of studies, and p values, at which a rule about both I² and p is tried.
STUDIES = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100)
LEVELS = tuple(number / 100 for number in range(1, 100))


@dataclass(frozen=True, slots=True)
class Case:
    """Values of the variables; for I² and p, the number of studies and the Q at which they occur."""

    point: dict[str, float]
    k: int = 0
    q: float = 0.0

    def __str__(self) -> str:
        if not self.k:
            return " and ".join(f"{_written(name)} = {short(value)}" for name, value in self.point.items())
        where = f"(for example {self.k} studies with Q = {short(self.q)})"
        return f"I² = {short(self.point['i2'])} % and p = {short(self.point['p'])} {where}"


def check_rule(claim: Rule, _context: Context) -> list[Verdict]:
    """Exactly one branch holds in every case that the thresholds cut out: below, at and above each of them.

    I² and p are both functions of Q and the number of studies, so a rule about the two is tried only where they can occur together.
    """
    cuts = _cuts(claim.branches)
    cases = _together(cuts) if set(cuts) == {"i2", "p"} else _cases(cuts)
    if cases is None:
        return [cannot(claim, CHECK, missing="A rule with fewer conditions", source=RULES)]
    bounds = [bound for branch in claim.branches for way in branch.ways for bound in way]
    wrong: dict[tuple[bool, ...], str] = {}
    for case in cases:
        taken = [branch.label for branch in claim.branches if branch.holds(case.point)]
        if len(taken) != 1:
            signature = tuple(bound.holds(case.point[bound.name]) for bound in bounds)
            wrong.setdefault(signature, f"{' and '.join(taken) or 'no choice'} when {case}")
    return [
        judged(
            claim,
            CHECK,
            ok=not wrong,
            expected=f"One of {', '.join(branch.label for branch in claim.branches)} in every case",
            found="; ".join(list(wrong.values())[:4]) or "One in every case",
            how_far=f"{len(wrong)} combination{'' if len(wrong) == 1 else 's'} of conditions",
            usual_cause="Each choice asks for both conditions at once; a choice that follows a test is discouraged as such",
            source=RULES,
        )
    ]


def _cuts(branches: tuple[Branch, ...]) -> dict[str, set[float]]:
    """The thresholds of each variable."""
    cuts: dict[str, set[float]] = {}
    for branch in branches:
        for way in branch.ways:
            for bound in way:
                cuts.setdefault(bound.name, set()).add(bound.number)
    return cuts


def _cases(cuts: dict[str, set[float]]) -> list[Case] | None:
    """Of each variable every threshold, and a value in each gap between them and beyond; None when that is too many."""
    values = {}
    for name, found in cuts.items():
        low, high = RANGES.get(name, (min(found) - 1, max(found) + 1))
        inner = sorted(cut for cut in found if low < cut < high)
        values[name] = sorted({*inner, *((one + two) / 2 for one, two in pairwise([low, *inner, high]))})
    if math.prod(len(found) for found in values.values()) > TOO_MANY_CASES:
        return None
    return [Case(dict(zip(values, point, strict=True))) for point in product(*values.values())]


def _together(cuts: dict[str, set[float]]) -> list[Case] | None:
    """I² and p as they occur together, with the number of studies and the Q of each."""
    if len(cuts["p"]) + len(cuts["i2"]) > len(LEVELS):
        return None
    cases = list(_everyday())
    for k in STUDIES:
        cases += [_at_p(p, k) for p in sorted(cuts["p"]) if 0 < p < 1]
        for cut in sorted(cut for cut in cuts["i2"] if 0 < cut < RANGES["i2"][1]):
            q = q_of_i_squared(Span(cut, cut), k - 1).middle
            cases.append(Case({"i2": cut, "p": p_of_q(Span(q, q), k - 1).middle}, k, q))
    return sorted(cases, key=lambda case: case.k)


@cache
def _everyday() -> tuple[Case, ...]:
    """The cases at which every rule is tried, whatever its thresholds are."""
    return tuple(_at_p(p, k) for k in STUDIES for p in LEVELS)


def _at_p(p: float, k: int) -> Case:
    q = q_of_p(p, k - 1)
    return Case({"i2": i_squared(Span(q, q), k - 1).middle, "p": p}, k, q)


def _written(name: str) -> str:
    return {"i2": "I²", "tau2": "τ²"}.get(name, name)
