"""What the numbers of a result speak for, domain by domain. A suggestion decides nothing.

GRADE gives no cut-offs for risk of bias and inconsistency. Those used here are conventions of this project; each is a constant
with its name, and is printed with the suggestion.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from synthesis.grading.evidence import Basis, Evidence, Suggestion, yardstick
from synthesis.grading.imprecision import risk_ratio, suggest_imprecision

#: Shares of the weight, in percent.
MUCH_HIGH, SOME_HIGH, MOST, UNJUDGED = 50, 25, 50, 50
#: Handbook 10.10.2: from 50 % I² may be substantial, from 75 % considerable.
SUBSTANTIAL, CONSIDERABLE = 50, 75
#: Handbook 13.3.5.4: from ten studies; 0.1 as in Egger et al. 1997.
FEWEST_FOR_EGGER, EGGER_P = 10, 0.1
#: GRADE guidelines 9.
LARGE, VERY_LARGE = 2, 5

_BIAS_SOURCE = "Handbook 14.2.2; shares of weight are a convention of this tool"
_INCONSISTENCY_SOURCE = "GRADE guidelines 7 (Guyatt 2011); how signs are counted is a convention of this tool"
_EGGER_SOURCE = "GRADE guidelines 5 (Guyatt 2011), Handbook 13.3.5.4, Egger 1997"
_LARGE_SOURCE = "GRADE guidelines 9 (Guyatt 2011)"
_DESIGN_SOURCE = "Handbook 14.2.1; Schünemann 2019 for ROBINS-I"
_MIXED = "The studies are assessed with tools for several designs. GRADE rates each design by itself."
_STARTS: dict[str, tuple[int | None, str]] = {
    "randomised": (0, "All studies are assessed with a tool for randomised trials."),
    "robins": (0, "All studies are assessed with ROBINS-I, which counts confounding as risk of bias."),
    "unjudged": (None, "No study’s risk of bias is settled in this run, so no tool tells the design."),
    "unknown": (None, "The team’s own tool does not say which design it is for."),
    "other": (-2, "All studies are assessed with a tool for non-randomised studies other than ROBINS-I."),
}


def suggest_design(kinds: AbstractSet[str]) -> Suggestion:
    """High for randomised trials and for what was assessed with ROBINS-I, low for other non-randomised studies.

    `kinds` of the studies, by the tool they are assessed with: “randomised”, “robins”, “other”, “unknown”; “unjudged” if it is not settled.
    """
    if not kinds:
        return Suggestion("design", None, ("No study has been pooled yet.",), source=_DESIGN_SOURCE)
    change, told = _STARTS[next(iter(kinds))] if len(kinds) == 1 else (None, _MIXED)
    return Suggestion("design", change, (told,), source=_DESIGN_SOURCE)


def suggest_bias(evidence: Evidence) -> Suggestion:
    """By the share of weight from studies at high risk of bias and with some concerns."""
    if not evidence.studies:
        return Suggestion("bias", None, ("No study has been pooled yet.",), source=_BIAS_SOURCE)
    total = sum(study.weight for study in evidence.studies) or 1.0
    shares = {
        level: 100 * sum(study.weight for study in evidence.studies if study.bias == level) / total
        for level in ("high", "some", "low", "")
    }
    names = {"high": "high risk", "some": "some concerns", "low": "low risk", "": "not judged"}
    numbers = {f"weight, {names[level]}, %": share for level, share in shares.items()}
    told = f"{shares['high']:.0f} % of the weight is at high risk of bias, {shares['some']:.0f} % has some concerns."
    if shares[""] >= UNJUDGED:
        lacking = (
            f"The overall risk of bias of studies with {shares['']:.0f} % of the weight is not settled yet."
        )
        return Suggestion("bias", None, (lacking,), numbers, _BIAS_SOURCE)
    reasons = [told]
    if evidence.effect is None:
        reasons.append("Nothing is pooled, so each study counts the same.")
    if shares[""]:
        reasons.append(f"{shares['']:.0f} % of the weight is not judged yet and counts for neither.")
    if shares["high"] > MUCH_HIGH:
        change = -2
    else:
        change = -1 if shares["high"] > SOME_HIGH or shares["high"] + shares["some"] > MOST else 0
    return Suggestion("bias", change, tuple(reasons), numbers, _BIAS_SOURCE)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign of inconsistency: whether it is there, in words, from which numbers."""

    is_there: bool
    told: str
    numbers: dict[str, float]


def suggest_inconsistency(evidence: Evidence, basis: Basis) -> Suggestion:
    """By three signs: substantial I², a prediction interval that crosses limits which the confidence interval does not,
    study intervals that do not overlap. Two signs: one level; all three with considerable I²: two.

    Where every study and the whole prediction interval lie in one zone, heterogeneity does not matter to the conclusion.
    """
    source = _INCONSISTENCY_SOURCE
    if evidence.k < 2:
        one = "One study cannot disagree with itself." if evidence.k else "No study has been pooled yet."
        return Suggestion("inconsistency", 0 if evidence.k else None, (one,), source=source)
    if evidence.effect is None:
        told = "There is no pooled effect. Judge from the forest plot whether the studies agree."
        return Suggestion("inconsistency", None, (told,), source=source)
    signs = [_heterogeneity(evidence), _prediction(evidence, basis), _overlap(evidence)]
    reasons = [sign.told for sign in signs if sign.told]
    numbers = {name: value for sign in signs for name, value in sign.numbers.items()}
    found = sum(sign.is_there for sign in signs)
    change = 0
    if found >= 2:
        change = -2 if found == 3 and (evidence.i2 or 0) >= CONSIDERABLE else -1
    if change and _in_one_zone(evidence, basis):
        change = 0
        reasons.append(
            "Yet every study, and the effect to be expected of a new one, leads to one conclusion."
        )
    return Suggestion("inconsistency", change, tuple(reasons), numbers, source)


def _heterogeneity(evidence: Evidence) -> _Sign:
    if evidence.i2 is None:
        return _Sign(False, "", {})
    size = "not substantial"
    if evidence.i2 >= SUBSTANTIAL:
        size = "considerable" if evidence.i2 >= CONSIDERABLE else "substantial"
    return _Sign(evidence.i2 >= SUBSTANTIAL, f"I² is {evidence.i2:.0f} %: {size}.", {"I², %": evidence.i2})


def _prediction(evidence: Evidence, basis: Basis) -> _Sign:
    if evidence.prediction is None or evidence.effect is None:
        return _Sign(False, "There is no prediction interval.", {})
    low, high = (evidence.printed(end) for end in evidence.prediction)
    numbers = {"prediction interval, lower": low, "prediction interval, upper": high}
    rule = yardstick(evidence, basis)
    more = set(rule.crossed(*evidence.prediction)) - set(
        rule.crossed(evidence.effect.low, evidence.effect.high)
    )
    if not more:
        told = "The prediction interval crosses nothing that the confidence interval does not."
    else:
        what = "no effect" if more == {0.0} else "thresholds" if len(more) > 1 else "a threshold"
        told = f"The prediction interval crosses {what}, and the confidence interval does not."
    return _Sign(bool(more), told, numbers)


def _overlap(evidence: Evidence) -> _Sign:
    apart = [
        (one.label, two.label)
        for one, two in combinations(evidence.studies, 2)
        if one.effect.high < two.effect.low or two.effect.high < one.effect.low
    ]
    numbers: dict[str, float] = {"pairs of studies whose intervals do not overlap": len(apart)}
    if not apart:
        return _Sign(False, "The intervals of all studies overlap.", numbers)
    others = len(apart) - 1
    more = f", nor do those of {others} other pair{'s' if others > 1 else ''}" if others else ""
    return _Sign(True, f"The intervals of {apart[0][0]} and {apart[0][1]} do not overlap{more}.", numbers)


def _in_one_zone(evidence: Evidence, basis: Basis) -> bool:
    """All study estimates and both ends of the prediction interval between the same limits."""
    if evidence.prediction is None:
        return False
    rule = yardstick(evidence, basis)
    points = [*evidence.prediction, *(study.effect.estimate for study in evidence.studies)]
    return len({rule.zone(point) for point in points}) == 1


def suggest_indirectness() -> Suggestion:
    """Nothing: whether the evidence answers the question is not in the numbers."""
    told = "Numbers do not tell. Compare the studies’ people, interventions, comparators and outcomes with the question."
    return Suggestion("indirectness", None, (told,), source="GRADE guidelines 8 (Guyatt 2011)")


def suggest_publication(evidence: Evidence) -> Suggestion:
    """By Egger's test, from ten studies on; below, asymmetry cannot be told from chance."""
    if evidence.k < FEWEST_FOR_EGGER:
        told = f"Not assessable from {evidence.k} studies: tests of funnel asymmetry need {FEWEST_FOR_EGGER}."
        told = told.replace(" 1 studies", " 1 study")
        more = "Think of registered trials without results, sponsors and small favourable studies."
        return Suggestion("publication", None, (told, more), {"studies": evidence.k}, _EGGER_SOURCE)
    if evidence.egger_p is None:
        told = "The run has no result of Egger’s test. If it is an old run, run the analysis again."
        return Suggestion("publication", None, (told,), {"studies": evidence.k}, _EGGER_SOURCE)
    found = evidence.egger_p < EGGER_P
    word = "points to" if found else "shows no"
    reasons = [f"Egger’s test {word} funnel asymmetry (p {_p(evidence.egger_p)}, {evidence.k} studies)."]
    reasons += [f"{name}: p {_p(p)}." for name, p in evidence.other_tests]
    numbers = {"Egger, p": evidence.egger_p, "studies": evidence.k} | {
        f"{name}, p": p for name, p in evidence.other_tests
    }
    return Suggestion("publication", -1 if found else 0, tuple(reasons), numbers, _EGGER_SOURCE)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def suggest_large(evidence: Evidence, basis: Basis, kinds: AbstractSet[str]) -> Suggestion:
    """RR above 2 or below 0.5: one level; above 5 or below 0.2: two. Never for randomised trials, which start high."""
    effect = evidence.effect
    ratio = risk_ratio(evidence, effect, basis) if effect is not None else None
    if ratio is None:
        told = "The rule is for risk ratios, and this result has none."
        return Suggestion("large", None, (told,), source=_LARGE_SOURCE)
    told = f"The risk ratio is {ratio.estimate:.2f}."
    if evidence.measure in ("OR", "HR"):
        at = f"at a comparator’s risk of {100 * basis.acr:g} %" if basis.acr is not None else "taken as it is"
        name = "odds" if evidence.measure == "OR" else "hazard"
        told = f"The {name} ratio, {at}, is a risk ratio of {ratio.estimate:.2f}."
    numbers = {"risk ratio": ratio.estimate}
    if kinds == {"randomised"}:
        why = "Evidence from randomised trials starts high and is not rated up."
        return Suggestion("large", 0, (told, why), numbers, _LARGE_SOURCE)
    away = max(ratio.estimate, 1 / ratio.estimate) if ratio.estimate > 0 else float("inf")
    change = 2 if away > VERY_LARGE else 1 if away > LARGE else 0
    return Suggestion("large", change, (told,), numbers, _LARGE_SOURCE)


def suggest_by_hand(domain: str) -> Suggestion:
    """Nothing, for a reason up that only people can see."""
    told = "The pooled numbers do not tell. Judge from the studies."
    return Suggestion(domain, None, (told,), source=_LARGE_SOURCE)


def suggest_all(evidence: Evidence, basis: Basis, kinds: AbstractSet[str]) -> dict[str, Suggestion]:
    """A suggestion for each domain, by domain."""
    return {
        "design": suggest_design(kinds),
        "bias": suggest_bias(evidence),
        "inconsistency": suggest_inconsistency(evidence, basis),
        "indirectness": suggest_indirectness(),
        "imprecision": suggest_imprecision(evidence, basis),
        "publication": suggest_publication(evidence),
        "large": suggest_large(evidence, basis, kinds),
        "dose": suggest_by_hand("dose"),
        "confounding": suggest_by_hand("confounding"),
    }
