"""A run in plain words: how it was done and what came out, from the same numbers as the page, with the PRISMA items they answer.

Pure. Numbers are on the analysis scale in the run; here ratios are ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synthesis.engine import MEASURES, TAU2, TESTS, Specification


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text for a manuscript and the items of PRISMA 2020 that it answers."""

    text: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an analysis is about, in the review's words."""

    outcome: str
    experimental: str
    control: str
    prespecified: bool
    higher_is_better: bool


def methods(subject: Subject, settings: Mapping[str, Any]) -> Paragraph:
    """How the studies were put together (PRISMA 13a, 13d to 13f)."""
    asked = Specification.of(settings)
    measure = MEASURES[asked.measure].name
    told = [
        (
            f"For {_lower(subject.outcome)} we compared {_lower(subject.experimental)} with {_lower(subject.control)} by the "
            f"{_lower(measure)} with {asked.level:g} % confidence intervals."
        ),
        _model(asked),
    ]
    if MEASURES[asked.measure].takes in {"events", "rates"}:
        told.append(_zero_cells(asked))
    told.append(
        "Heterogeneity was described by τ², I² and Cochran's Q; intervals of τ² and I² are Q-profile intervals."
    )
    if asked.subgroup:
        told.append(f"Subgroups by {_lower(asked.subgroup)} were compared by a test of interaction.")
    if asked.moderators:
        told.append(f"Meta-regression was done on {_listed(asked.moderators)}.")
    if left := _left_out(asked):
        told.append(f"This analysis leaves out {left}.")
    if asked.rule:
        told.append(
            "The model was chosen by a published rule that rests on a test of heterogeneity; this is reproduced, not advised."
        )
    planned = (
        "The analysis was planned before the data were seen."
        if subject.prespecified
        else "The analysis was not planned beforehand (post hoc)."
    )
    return Paragraph(" ".join([*told, planned]), ("13a", "13d", "13e", "13f"))


def results(subject: Subject, settings: Mapping[str, Any], result: Mapping[str, Any]) -> Paragraph:
    """What came out (PRISMA 20b to 20d)."""
    asked, pooled = Specification.of(settings), result["pooled"]
    used = [study for study in result["studies"] if study["yi"] is not None]
    left = len(result["studies"]) - len(used)
    if pooled is None:
        return Paragraph(_not_pooled(asked, used), ("20b",))
    told = [_pooled(subject, asked, pooled), _heterogeneity(asked, pooled, result.get("heterogeneity", {}))]
    if pooled["pi_lb"] is not None:
        low, high = (_printed(asked, pooled[name]) for name in ("pi_lb", "pi_ub"))
        told.append(
            f"The true effect in a new study is expected between {low} and {high} (prediction interval)."
        )
    if between := (result.get("subgroups") or {}).get("between"):
        told.append(
            f"Subgroups by {_lower(asked.subgroup)}: test of interaction χ² = {between['statistic']:.2f}, df = {between['df']}, {p_text(between['p_value'])}."
        )
    told += _asymmetry(result.get("small_study", {}))
    if left:
        told.append(
            f"{_count(left, 'study')} could not be used or {'was' if left == 1 else 'were'} left out."
        )
    return Paragraph(" ".join(told), ("20b", "20c", "20d", "21") if result.get("small_study") else ("20b",))


def p_text(p: float | None) -> str:
    """A p value as journals print it."""
    if p is None:
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _model(asked: Specification) -> str:
    if asked.model == "random":
        return (
            f"Effects were pooled by a random-effects model with inverse-variance weights; τ² was estimated by "
            f"{_lower(TAU2[asked.tau2])} and the interval of the pooled effect is by {TESTS[asked.test]}."
        )
    ways = {"common": "inverse-variance weights", "mh": "the Mantel–Haenszel method", "peto": "Peto's method"}
    return f"Effects were pooled by a common-effect model with {ways[asked.model]}."


def _zero_cells(asked: Specification) -> str:
    where = {
        "only0": "of studies with a zero cell",
        "all": "of all studies",
        "if0all": "of all studies once one had a zero cell",
    }
    if asked.to == "none" or not asked.add:
        said = "Nothing was added to zero cells"
    else:
        said = f"{asked.add:g} was added to the cells {where[asked.to]}"
    if MEASURES[asked.measure].is_ratio and asked.drop00:
        return f"{said}; studies without any event say nothing about a ratio and were left out."
    return f"{said}."


def _left_out(asked: Specification) -> str:
    what = []
    if asked.without_bias:
        what.append(f"results at {_listed(asked.without_bias)} risk of bias")
    if asked.without_computed:
        what.append("numbers that were computed and not reported")
    if asked.without:
        what.append(_count(len(asked.without), "named study"))
    return _listed(what)


def _not_pooled(asked: Specification, used: list[Mapping[str, Any]]) -> str:
    if not used:
        return "No study gave a result that can be used."
    if len(used) > 1:
        return "The studies could not be pooled; the reasons stand with the analysis."
    (study,) = used
    low, high = (_printed(asked, study[name]) for name in ("ci_lb", "ci_ub"))
    return (
        f"One study ({study['label']}) gave a result: {_lower(MEASURES[asked.measure].name)} {_printed(asked, study['yi'])} "
        f"({asked.level:g} % CI {low} to {high}). One study is not a synthesis."
    )


def _pooled(subject: Subject, asked: Specification, pooled: Mapping[str, Any]) -> str:
    effect, low, high = (_printed(asked, pooled[name]) for name in ("estimate", "ci_lb", "ci_ub"))
    return (
        f"{_count(pooled['k'], 'study')[0].upper()}{_count(pooled['k'], 'study')[1:]} were pooled: {_lower(MEASURES[asked.measure].name)} {effect} "
        f"({asked.level:g} % CI {low} to {high}; {p_text(pooled['p_value'])}). {_reading(subject, asked, pooled)}"
    )


def _reading(subject: Subject, asked: Specification, pooled: Mapping[str, Any]) -> str:
    """Which way the interval points, without a word more than it says."""
    low, high = pooled["ci_lb"], pooled["ci_ub"]
    if low <= 0 <= high:
        return "The interval is compatible with an effect in either direction and with none."
    better = (low > 0) == subject.higher_is_better
    side = subject.experimental if better else subject.control
    return f"The interval lies on the side of {_lower(side)}."


def _heterogeneity(asked: Specification, pooled: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    said = f"I² was {pooled['I2_Q']:.0f} %" if pooled["I2_Q"] is not None else "I² is not defined"
    if found.get("I2_lb") is not None and found.get("I2_ub") is not None:
        said += f" ({asked.level:g} % CI {found['I2_lb']:.0f} to {found['I2_ub']:.0f} %)"
    if asked.model == "random":
        said += f", τ² {pooled['tau2']:.3g}"
    if pooled["Q"] is not None:
        said += f", Q {pooled['Q']:.2f} on {pooled['Q_df']} df ({p_text(pooled['Q_p'])})"
    return f"{said}."


def _asymmetry(found: Mapping[str, Any]) -> list[str]:
    """One test, with everything that belongs to it, so that its parts cannot contradict each other."""
    if found.get("k", 0) < 10:
        return ["With fewer than ten studies, asymmetry of the funnel plot was not tested."] if found else []
    name, test = next(
        (
            (name, found[key])
            for key, name in (("harbord", "Harbord's"), ("egger", "Egger's"))
            if "p_value" in found.get(key, {})
        ),
        ("", None),
    )
    if test is None:
        return []
    return [
        f"{name} test of asymmetry: t = {test['statistic']:.2f}, df = {test['df']}, {p_text(test['p_value'])}."
    ]


def _printed(asked: Specification, value: float) -> str:
    number = math.exp(value) if asked.is_ratio else value
    return f"{number:.2f}".replace("-", "−")


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def _listed(names: Any) -> str:
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


#: People after whom estimators are called.
_NAMES = ("DerSimonian", "Hedges", "Hunter", "Paule", "Sidik")


def _lower(text: str) -> str:
    """Lower case at the start, but for what is an abbreviation or a name (“ALSFRS-R”, “DerSimonian–Laird”)."""
    if text.startswith(_NAMES) or (len(text) > 1 and text[1].isupper()):
        return text
    return text[:1].lower() + text[1:]
