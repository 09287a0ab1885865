"""Certainty in each current analysis: what people decided, what the numbers of the newest run speak for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery

from extraction.queries.bias_tools import find_tool, tools_of
from extraction.riskofbias import Tool
from reviews.models import Review
from synthesis.grading import (
    DOMAINS,
    RISKS,
    Basis,
    Certainty,
    Decision,
    Domain,
    Evidence,
    Span,
    StudyEvidence,
    Suggestion,
    in_words,
    of_thousand,
    rate,
    suggest_all,
    suggest_imprecision_2011,
)
from synthesis.models import Analysis, CertaintyBasis, CertaintyDecision, Run, SofSettings

#: What a tool's light says about the risk, in the three words of synthesis.grading.
_RISK = {
    "low": "low",
    "some": "some",
    "unclear": "some",
    "moderate": "some",
    "high": "high",
    "serious": "high",
    "critical": "high",
}
_RANDOMISED = ("rob1", "rob2-", "jbi-rct")
_OTHER = ("jbi-", "nos-")


@dataclass(frozen=True, slots=True)
class Judged:
    """A domain of an analysis: what the numbers speak for now, what was decided, and before that (newest first).

    `is_stale`: the run is another one than that which was decided on, with other inputs or settings.
    """

    domain: Domain
    suggestion: Suggestion
    decision: CertaintyDecision | None
    is_stale: bool
    earlier: tuple[CertaintyDecision, ...] = ()

    @property
    def suggests(self) -> str:
        """What the numbers speak for, in words."""
        return in_words(self.domain.key, self.suggestion.change)

    @property
    def suggested(self) -> str:
        """What they spoke for when it was decided."""
        return in_words(self.domain.key, self.decision.suggested) if self.decision else ""

    @property
    def changed_suggestion(self) -> bool:
        """The numbers speak for something else than when it was decided."""
        return self.decision is not None and self.decision.suggested != self.suggestion.change


@dataclass(frozen=True, slots=True)
class Controls:
    """The comparator's risk in the studies that count events: all together, and the median study's."""

    events: float
    people: float
    median: float

    @property
    def percent(self) -> float:
        """All together."""
        return 100 * self.events / self.people


@dataclass(frozen=True, slots=True)
class Graded:
    """An analysis with its newest run, the numbers to judge by, all domains and the level.

    `line` are the ids of the analysis and of those it replaced; some studies may not tell how many people they analysed.
    """

    analysis: Analysis
    run: Run | None
    basis: CertaintyBasis
    evidence: Evidence
    domains: tuple[Judged, ...]
    certainty: Certainty
    of_2011: Suggestion
    known_people: float
    unknown_people: int
    line: tuple[int, ...]
    controls: Controls | None

    @property
    def is_stale(self) -> bool:
        """Some decision was made on another run."""
        return any(judged.is_stale for judged in self.domains)

    @property
    def says_2011(self) -> str:
        """What imprecision would be by the older guidance, in words."""
        return in_words("imprecision", self.of_2011.change)

    @property
    def risks(self) -> list[tuple[str, str, str]]:
        """The comparator risks for reading: label, people of 1000, source."""
        return [(risk["label"], of_thousand(risk["risk"]), risk["source"]) for risk in self.basis.risks]

    @property
    def thresholds(self) -> str:
        """The thresholds for reading, with their unit where it is known."""
        sizes = ", ".join(f"{size:g}" for size in self.basis.thresholds)
        return f"{sizes} per 1000" if sizes and self.evidence.measure in RISKS else sizes

    @property
    def done(self) -> int:
        """How many of the domains that need a decision have one."""
        return sum(judged.decision is not None for judged in self.domains if judged.domain.kind != "up")

    def judged(self, domain: str) -> Judged:
        """One domain. Raises KeyError for a name that is none."""
        return {judged.domain.key: judged for judged in self.domains}[domain]


def graded_analyses(review: Review, *, only: int | None = None) -> list[Graded]:
    """All current analyses (or one) with everything about their certainty; the same few queries however many there are."""
    rows = Analysis.objects.filter(review=review, replaced_by=None).select_related("outcome", "comparison")
    analyses = list(rows if only is None else rows.filter(pk=only))
    newest = Run.objects.filter(analysis=OuterRef("analysis")).order_by("-number").values("pk")[:1]
    runs = {run.analysis_id: run for run in Run.objects.filter(analysis__in=analyses, pk=Subquery(newest))}
    line = _lineage(review, analyses)
    decisions = _newest(
        CertaintyDecision.objects.filter(analysis__in=line)
        .select_related("by")
        .annotate(on_inputs=F("run__inputs_hash")),
        line,
    )
    bases = _newest(CertaintyBasis.objects.filter(analysis__in=line).select_related("by"), line)
    tools = tools_of(review)
    known = {key: tool for key in set(tools.values()) if (tool := find_tool(review, key))}
    return [
        _graded(
            analysis,
            runs.get(analysis.pk),
            decisions[analysis.pk],
            (bases[analysis.pk] or [CertaintyBasis(analysis=analysis)])[-1],
            tools,
            known,
            tuple(pk for pk, current in line.items() if current == analysis.pk),
        )
        for analysis in analyses
    ]


def sof_settings(review: Review) -> SofSettings:
    """The settings in force; an unsaved row while nobody said anything."""
    return SofSettings.objects.filter(review=review).order_by("-pk").first() or SofSettings(review=review)


def _lineage(review: Review, analyses: Iterable[Analysis]) -> dict[int, int]:
    """Each analysis's id and its predecessors' → the analysis's id."""
    rows = Analysis.objects.filter(review=review).values_list(
        "pk", "replaces_id", "outcome_id", "comparison_id"
    )
    before = {pk: (replaced, outcome, comparison) for pk, replaced, outcome, comparison in rows}
    found: dict[int, int] = {}
    for analysis in analyses:
        at: int | None = analysis.pk
        while at is not None and before[at][1:] == (analysis.outcome_id, analysis.comparison_id):
            found[at] = analysis.pk
            at = before[at][0]
    return found


def _newest(rows: Any, line: Mapping[int, int]) -> dict[int, list[Any]]:
    """Rows by the current analysis they count for, oldest first."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[line[row.analysis_id]].append(row)
    return found


def _graded(
    analysis: Analysis,
    run: Run | None,
    decisions: Sequence[CertaintyDecision],
    basis: CertaintyBasis,
    tools: Mapping[int, str],
    known: Mapping[str, Tool],
    line: tuple[int, ...],
) -> Graded:
    used = _used(run)
    evidence = evidence_of(run, known) if run else Evidence(analysis.measure, (), None)
    numbers = basis_of(basis)
    kinds = {_kind(tools.get(study["study"], "")) for study, row in used if row.get("bias")}
    suggestions = suggest_all(evidence, numbers, kinds or ({"unjudged"} if used else set()))
    return Graded(
        analysis,
        run,
        basis,
        evidence,
        tuple(
            _judged(domain, suggestions[key], [row for row in decisions if row.domain == key], run)
            for key, domain in DOMAINS.items()
        ),
        rate({row.domain: Decision(row.domain, row.change, row.reason) for row in decisions}),
        suggest_imprecision_2011(evidence, numbers),
        sum(_people(row) or 0 for _, row in used),
        sum(_people(row) is None for _, row in used),
        line,
        _controls([row for _, row in used]),
    )


def _judged(
    domain: Domain, suggestion: Suggestion, rows: Sequence[CertaintyDecision], run: Run | None
) -> Judged:
    """`rows` are all decisions on the domain, oldest first."""
    newest = rows[-1] if rows else None
    return Judged(domain, suggestion, newest, _is_stale(newest, run), tuple(reversed(rows[:-1])))


def _is_stale(decision: CertaintyDecision | None, run: Run | None) -> bool:
    if decision is None or run is None:
        return False
    return bool(decision.on_inputs != run.inputs_hash)  # type: ignore[attr-defined]


def basis_of(row: CertaintyBasis) -> Basis:
    """What people gave, for the pure package: the first comparator risk is the one that is judged by."""
    return Basis(
        acr=row.risks[0]["risk"] if row.risks else None,
        thresholds=tuple(row.thresholds),
        sd=row.sd,
        reduction=row.reduction,
        delta=row.delta,
        alpha=row.alpha,
        power=row.power,
    )


def _kind(tool: str) -> str:
    """For which designs a tool is, as suggest_design calls them."""
    if tool.startswith(_RANDOMISED):
        return "randomised"
    if tool.startswith("robins"):
        return "robins"
    return "other" if tool.startswith(_OTHER) else "unknown"


def _used(run: Run | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The studies of a run that have an effect, each with its input."""
    if run is None:
        return []
    return [
        (study, row)
        for study, row in zip(run.result["studies"], run.inputs, strict=True)
        if study["yi"] is not None and study["ci_lb"] is not None
    ]


def evidence_of(run: Run, tools: Mapping[str, Tool]) -> Evidence:
    """A run as the suggestions read it. The only study's effect stands for a pooled one."""
    used, pooled = _used(run), run.result["pooled"]
    lights = {level.key: level.light for tool in tools.values() for level in tool.levels}
    studies = tuple(
        StudyEvidence(
            study["label"],
            Span(study["yi"], study["ci_lb"], study["ci_ub"]),
            study["weight"] if study["weight"] is not None else 100 / len(used),
            _RISK.get(lights.get(row.get("bias", ""), ""), ""),
        )
        for study, row in used
    )
    effect = _span(pooled) if pooled else studies[0].effect if len(studies) == 1 else None
    asymmetry = run.result.get("small_study", {})
    return Evidence(
        measure=run.settings["measure"],
        studies=studies,
        effect=effect,
        prediction=_prediction(pooled),
        i2=(pooled["I2"] if pooled["model"] == "random" else pooled["I2_Q"]) if pooled else None,
        egger_p=asymmetry.get("egger", {}).get("p_value"),
        other_tests=tuple(
            (f"{name.capitalize()}’s test", asymmetry[name]["p_value"])
            for name in ("harbord", "peters")
            if asymmetry.get(name, {}).get("p_value") is not None
        ),
        participants=_sum(_people(row) for _, row in used),
        events=_sum(_events(row) for _, row in used),
    )


def _span(pooled: dict[str, Any]) -> Span | None:
    numbers = [pooled[name] for name in ("estimate", "ci_lb", "ci_ub")]
    return None if None in numbers else Span(*numbers)


def _prediction(pooled: dict[str, Any] | None) -> tuple[float, float] | None:
    if not pooled or pooled.get("pi_lb") is None or pooled.get("pi_ub") is None:
        return None
    return pooled["pi_lb"], pooled["pi_ub"]


def _sum(numbers: Iterable[float | None]) -> float | None:
    """All together; None when there is nothing or something is missing."""
    found = list(numbers)
    known = [number for number in found if number is not None]
    return sum(known) if found and len(known) == len(found) else None


def _people(row: Mapping[str, Any]) -> float | None:
    return _both(row, "n")


def _events(row: Mapping[str, Any]) -> float | None:
    return _both(row, "events")


def _both(row: Mapping[str, Any], name: str) -> float | None:
    """A number of both sides together; None when one of them does not tell."""
    return _sum((row[side] or {}).get(name) for side in ("experimental", "control"))


def _controls(rows: Iterable[Mapping[str, Any]]) -> Controls | None:
    """What happened to the comparators' people, in the studies that count events."""
    sides = [row["control"] for row in rows if row["control"]]
    counted = [(side["events"], side["n"]) for side in sides if side.get("events") is not None and side["n"]]
    if not counted:
        return None
    shares = sorted(100 * events / people for events, people in counted)
    middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
    return Controls(sum(events for events, _ in counted), sum(people for _, people in counted), middle)
