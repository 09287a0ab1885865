"""Everything that a report can say of a review, gathered once for the manuscript and the checklists."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Subquery

from extraction.models import Comparison, Outcome, Study, StudyReport
from extraction.queries.bias_tools import find_tool, tools_of
from extraction.queries.overview import State, states
from extraction.queries.policy import policies_of
from extraction.queries.questionnaires import Form, forms_of
from reviews.models import Criterion, Review, Search, User
from reviews.queries.duplicates import links_by_rule
from screening.models import Policy, Stage
from screening.queries import included_reports
from screening.queries.agreement import Group, agreement_of
from screening.queries.methods import methods_of
from synthesis.grading import Certainty, Decision, rate
from synthesis.models import Analysis, CertaintyDecision, Run
from synthesis.queries.flow import Identified, flow_of
from synthesis.queries.inputs import is_stale
from synthesis.queries.report_tables import KINDS
from synthesis.reporting.flow import FlowCounts
from synthesis.reporting.paragraphs import Subject
from synthesis.reporting.tables import Table


@dataclass(frozen=True, slots=True)
class Analysed:
    """A current analysis with its newest run, if there is one; `stale`: something below has changed since."""

    analysis: Analysis
    run: Run | None
    stale: bool
    certainty: Certainty | None

    @property
    def subject(self) -> Subject:
        """What it is about, in the review's words."""
        outcome, comparison = self.analysis.outcome, self.analysis.comparison
        return Subject(
            str(outcome),
            comparison.experimental,
            comparison.control,
            self.analysis.prespecified,
            outcome.direction == Outcome.Direction.HIGHER,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a review as far as `viewer` may see it.

    records       search id → its records          tools    name of a tool → studies assessed with it
    tables        kind of table → its tables       states   study id → where it stands
    hidden        current analyses left out because the viewer is still at work on one of their studies
    references    label of an included study → its reports' citations
    """

    review: Review
    viewer: User
    criteria: tuple[Criterion, ...]
    criteria_retired: int
    comparisons: tuple[Comparison, ...]
    outcomes: tuple[Outcome, ...]
    searches: tuple[Search, ...]
    records: dict[int, int]
    duplicates: list[tuple[str, str, int]]
    flow: FlowCounts
    policies: dict[Stage, Policy]
    selection: tuple[str, ...]
    agreement: dict[Stage, Group]
    extraction_modes: tuple[str, ...]
    states: dict[int, State]
    forms: tuple[Form, ...]
    tools: dict[str, int]
    tables: dict[str, list[Table]]
    analyses: tuple[Analysed, ...]
    hidden: int
    references: dict[str, tuple[str, ...]]

    @property
    def runs(self) -> list[tuple[Analysed, Run]]:
        """Current analyses that have run, with their newest run."""
        return [(one, one.run) for one in self.analyses if one.run is not None]

    @property
    def unfinished(self) -> int:
        """Current analyses that have not run, or whose newest run is out of date."""
        return sum(one.run is None or one.stale for one in self.analyses)

    @property
    def sees_bias(self) -> bool:
        """May the viewer see the team's judgements on every study?"""
        return all(state.bias.sees_settled(self.viewer.pk) for state in self.states.values())

    @property
    def hiding(self) -> str:
        """What is said of analyses that are left out; empty where there are none."""
        if not self.hidden:
            return ""
        if self.hidden == 1:
            return "1 analysis is left out until you have finished your own work on the studies in it."
        return f"{self.hidden} analyses are left out until you have finished your own work on the studies in them."


def facts_of(review: Review, viewer: User) -> Facts:
    """Whatever the numbers of records and studies, so many queries; some more for each table of results and analysis."""
    every = states(review)
    analyses = _analyses(review)
    seen = [one for one in analyses if _is_seen(one, every, viewer)]
    criteria = list(Criterion.objects.filter(review=review))
    found = Identified(review)
    return Facts(
        review=review,
        viewer=viewer,
        criteria=tuple(one for one in criteria if one.retired_at is None),
        criteria_retired=sum(one.retired_at is not None for one in criteria),
        comparisons=tuple(Comparison.objects.filter(review=review, retired_at=None)),
        outcomes=tuple(Outcome.objects.filter(review=review, retired_at=None)),
        searches=tuple(found.searches),
        records={one.pk: found.total([one], lambda row: row.records) for one in found.searches},
        duplicates=links_by_rule(review),
        flow=flow_of(review).counts,
        policies={stage: Policy.objects.in_force(review, stage) for stage in Stage},
        selection=tuple(methods_of(review)),
        agreement={stage: agreement_of(review, stage).everybody for stage in Stage},
        extraction_modes=tuple(policy.mode for policy in policies_of(review)),
        states=every,
        forms=tuple(forms_of(review)),
        tools=_tools(review),
        tables={kind.key: kind.make(review, viewer) for kind in KINDS},
        analyses=tuple(seen),
        hidden=len(analyses) - len(seen),
        references=_references(review),
    )


def _analyses(review: Review) -> list[Analysed]:
    newest = Run.objects.filter(analysis=OuterRef("analysis")).order_by("-number").values("pk")[:1]
    runs = Prefetch("runs", queryset=Run.objects.filter(pk=Subquery(newest)), to_attr="newest_runs")
    rows = Analysis.objects.filter(review=review, replaced_by=None)
    rows = rows.select_related("outcome__review", "comparison").prefetch_related(runs)
    decisions: dict[int, dict[str, Decision]] = defaultdict(dict)
    for row in CertaintyDecision.objects.filter(analysis__review=review).order_by("pk"):
        decisions[row.analysis_id][row.domain] = Decision(row.domain, row.change, row.reason)
    found = []
    for analysis in rows:
        run: Run | None = next(iter(analysis.newest_runs), None)
        if run is not None:
            run.analysis = analysis
        said = decisions.get(analysis.pk)
        stale = run is not None and is_stale(analysis)
        found.append(Analysed(analysis, run, stale, rate(said) if said else None))
    return found


def _is_seen(one: Analysed, every: dict[int, State], viewer: User) -> bool:
    """Are all results in the newest run such as `viewer` may see? A study that is gone hides nothing."""
    inputs = one.run.inputs if one.run else []
    return all(every[row["study"]].results.sees_settled(viewer.pk) for row in inputs if row["study"] in every)


def _tools(review: Review) -> dict[str, int]:
    counts = Counter(tools_of(review).values())
    return {tool.name: n for key, n in counts.items() if (tool := find_tool(review, key))}


def _references(review: Review) -> dict[str, tuple[str, ...]]:
    """Only studies with an included report; a report without a citation gives its title."""
    links = StudyReport.objects.filter(ended_at=None, report__in=included_reports(review))
    studies = Study.objects.filter(review=review).prefetch_related(
        Prefetch("links", queryset=links.select_related("report"), to_attr="included_links")
    )
    return {
        study.label: tuple(link.report.citation or link.report.title for link in study.included_links)
        for study in studies
        if study.included_links
    }
