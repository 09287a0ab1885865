"""Imprecision by the guidance of 2022, and by that of 2011 to compare.

Sources: Zeng et al. 2022, GRADE guidance 34, J Clin Epidemiol 150:216; Guyatt et al. 2011, GRADE guidelines 6,
J Clin Epidemiol 64:1283. The guidance speaks of an interval that “appreciably” crosses thresholds and of an effect that is
“large”; the numbers by which these words are read here are conventions of this project, named below.
"""

from __future__ import annotations

from synthesis.grading import information
from synthesis.grading.absolute import RISKS, STANDARDISED, Span, absolute
from synthesis.grading.evidence import Basis, Evidence, Suggestion, yardstick

SOURCE = "GRADE guidance 34 (Zeng 2022)"
SOURCE_2011 = "GRADE guidelines 6 (Guyatt 2011)"
#: A relative risk reduction of 30 %, the largest that the guidance of 2011 plans an information size for, is large.
LARGE_RATIO = 0.7
#: Cohen's large standardised difference.
LARGE_SMD = 0.8
#: Below half of the optimal information size is far below it.
FAR_BELOW = 0.5
#: Appreciable benefit and harm as risk ratios, and rules of thumb where no information size can be computed.
APPRECIABLE = (0.75, 1.25)
FEW_EVENTS, FEW_PEOPLE = 300, 400
NO_EFFECT_TO_JUDGE = "There is no pooled effect. Judge imprecision from the studies’ own intervals."


def suggest_imprecision(evidence: Evidence, basis: Basis) -> Suggestion:
    """Guidance of 2022: one level for each threshold inside the confidence interval, three at most; if there is none
    and the effect is large, one below the optimal information size and two far below it."""
    effect = evidence.effect
    if effect is None:
        return Suggestion("imprecision", None, (NO_EFFECT_TO_JUDGE,), source=SOURCE)
    rule = yardstick(evidence, basis)
    crossed = rule.crossed(effect.low, effect.high)
    numbers = _numbers(evidence, effect, basis)
    if crossed:
        named = ", ".join(_limit(limit, rule.unit) for limit in crossed)
        words = "thresholds" if len(crossed) > 1 else "threshold"
        reasons = [f"The confidence interval crosses the {words} of {named}."]
        if crossed == (0.0,):
            reasons = ["The confidence interval includes no effect.", _why_no_effect(basis)]
        return Suggestion("imprecision", -min(3, len(crossed)), tuple(reasons), numbers, SOURCE)
    reasons = ["The confidence interval crosses no threshold."]
    if rule.limits == (0.0,):
        reasons = ["The confidence interval excludes no effect.", _why_no_effect(basis)]
    change, more = _by_information(evidence, effect, basis)
    return Suggestion("imprecision", change, (*reasons, *more), numbers, SOURCE)


def _why_no_effect(basis: Basis) -> str:
    if basis.thresholds:
        return "Thresholds per 1000 need the comparator’s risk; without it only “no effect” counts as one."
    return "No threshold is set, so only “no effect” counts as one."


def _numbers(evidence: Evidence, effect: Span, basis: Basis) -> dict[str, float]:
    rule = yardstick(evidence, basis)
    ends = effect.through(rule.convert) if rule.unit else effect.through(evidence.printed)
    unit = f", {rule.unit}" if rule.unit else ""
    numbers = {
        f"effect{unit}": ends.estimate,
        f"lower limit{unit}": ends.low,
        f"upper limit{unit}": ends.high,
    }
    if evidence.participants is not None:
        numbers["people"] = evidence.participants
    if (size := optimal_size(evidence, basis)) is not None:
        numbers["optimal information size"] = size
    return numbers


def _limit(limit: float, unit: str) -> str:
    side = "more" if limit > 0 else "fewer"
    return (
        f"{abs(limit):g} {side} per 1000"
        if unit == "per 1000"
        else f"{limit:g}".replace("-", "−") + f" {unit}"
    )


def optimal_size(evidence: Evidence, basis: Basis) -> int | None:
    """People that one trial with enough power would need; None for measures without a formula, or without a risk."""
    if evidence.measure in RISKS:
        if basis.acr is None:
            return None
        return information.of_risks(basis.acr, basis.reduction, alpha=basis.alpha, power=basis.power)
    if evidence.measure == "MD" or evidence.measure in STANDARDISED:
        return information.of_means(basis.delta, alpha=basis.alpha, power=basis.power)
    return None


def is_large(evidence: Evidence, effect: Span, basis: Basis) -> bool | None:
    """Is the relative effect large? None where nothing tells."""
    if evidence.measure in STANDARDISED:
        return abs(effect.estimate) >= LARGE_SMD
    if evidence.measure == "MD":
        return abs(effect.estimate) / basis.sd >= LARGE_SMD if basis.sd else None
    ratio = risk_ratio(evidence, effect, basis)
    return None if ratio is None else not LARGE_RATIO < ratio.estimate < 1 / LARGE_RATIO


def risk_ratio(evidence: Evidence, effect: Span, basis: Basis) -> Span | None:
    """The effect as a risk ratio at the comparator's risk; odds and hazard ratios as they are while no risk is given."""
    if evidence.measure == "RR" or (evidence.measure in ("OR", "HR") and basis.acr is None):
        return effect.through(evidence.printed)
    if evidence.measure not in RISKS or basis.acr is None:
        return None
    acr = basis.acr
    return absolute(evidence.measure, effect.through(evidence.printed), acr).intervention.through(
        lambda risk: risk / acr
    )


def _by_information(evidence: Evidence, effect: Span, basis: Basis) -> tuple[int, tuple[str, ...]]:
    large = is_large(evidence, effect, basis)
    if large is False:
        return 0, ("The effect is not large, so the information size is not asked for.",)
    size = optimal_size(evidence, basis)
    if size is None:
        return 0, ("No optimal information size can be computed: give the risk with the comparator.",)
    if evidence.participants is None:
        return 0, (
            f"Some study does not tell how many people it analysed; compare them with {size:,} yourself.",
        )
    asked = "The effect is large" if large else "Whether the effect is large is not known"
    share = evidence.participants / size
    told = f"{asked}, and {evidence.participants:,.0f} people are {share:.0%} of the optimal information size of {size:,}."
    return (-2 if share < FAR_BELOW else -1 if share < 1 else 0), (told,)


def suggest_imprecision_2011(evidence: Evidence, basis: Basis) -> Suggestion:
    """Guidance of 2011 for systematic reviews: below the optimal information size (or 300 events, 400 people, where it
    cannot be computed) one level; an interval with no effect and appreciable benefit or harm one level, with both two."""
    effect = evidence.effect
    if effect is None:
        return Suggestion("imprecision", None, (NO_EFFECT_TO_JUDGE,), source=SOURCE_2011)
    change, reasons = 0, []
    if told := _too_few(evidence, basis):
        change, reasons = -1, [told]
    ratio = risk_ratio(evidence, effect, basis)
    if ratio is not None and ratio.low < 1 < ratio.high:
        ends = [ratio.low < APPRECIABLE[0], ratio.high > APPRECIABLE[1]]
        if any(ends):
            reasons.append(
                "The interval holds no effect and appreciable benefit or harm (RR under 0.75 or over 1.25)."
            )
            change = min(change, -2 if all(ends) else -1)
    elif ratio is None and effect.low < 0 < effect.high:
        reasons.append("The interval holds no effect.")
        change = -1
    return Suggestion(
        "imprecision", change, tuple(reasons or ["Large enough, and precise."]), {}, SOURCE_2011
    )


def _too_few(evidence: Evidence, basis: Basis) -> str:
    size, people, events = optimal_size(evidence, basis), evidence.participants, evidence.events
    if size is not None and people is not None:
        return (
            f"{people:,.0f} people, below the optimal information size of {size:,}." if people < size else ""
        )
    if evidence.measure in RISKS and events is not None and events < FEW_EVENTS:
        return f"{events:,.0f} events, below {FEW_EVENTS}."
    if evidence.measure not in RISKS and people is not None and people < FEW_PEOPLE:
        return f"{people:,.0f} people, below {FEW_PEOPLE}."
    return ""
