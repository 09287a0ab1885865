"""The draft of a manuscript from a review's facts. What is not there is a gap that says what to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from synthesis.figures import flow as flow_drawing
from synthesis.figures import forest as forest_drawing
from synthesis.figures.drawing import Drawing
from synthesis.figures.flow_diagram import FlowDiagram
from synthesis.models import Run
from synthesis.queries import report_sentences as sentences
from synthesis.queries.checklist_methods import certainty_rated, explored, left_out
from synthesis.queries.forest import forest_of
from synthesis.queries.report_facts import Facts
from synthesis.queries.report_sentences import listed
from synthesis.reporting.flow_boxes import diagram
from synthesis.reporting.manuscript import Block, Figure, Gap, Listing, Manuscript, Section, Text, Warned
from synthesis.reporting.paragraphs import methods, results
from synthesis.reporting.tables import Column, Table

NOTICE = (
    "A draft written from the state of the project. Places marked “to be written” wait for the authors; nothing here was "
    "written that is not in the project."
)


def manuscript_of(facts: Facts) -> Manuscript:
    """Title, methods, results and references. No query of its own; figures are drawn when the file is written."""
    title = facts.review.title
    sections = [
        Section("Abstract", (Gap("the abstract"),), 1),
        Section("Introduction", (Gap("why the review is needed"), *_objectives(facts)), 1),
        Section("Methods", (), 1),
        *_methods(facts),
        Section("Results", (), 1),
        *_results(facts),
        Section(
            "Discussion", (Gap("interpretation, limits of the evidence and of the review, implications"),), 1
        ),
        Section(
            "Other information", (Gap("support, competing interests, availability of data and code"),), 1
        ),
        Section("References of included studies", _references(facts), 1),
    ]
    return Manuscript(title, NOTICE, tuple(sections), _tables(facts))


def _told(said: list[str], gap: str) -> tuple[Block, ...]:
    return (Text(" ".join(said)),) if said else (Gap(gap),)


def _objectives(facts: Facts) -> tuple[Block, ...]:
    said, lack = sentences.question(facts), sentences.question_gaps(facts)
    gaps = (Gap(f"the question's {listed(lack)}"),) if lack else ()
    return (*((Text(" ".join(said)),) if said else ()), *gaps)


def _methods(facts: Facts) -> Iterator[Section]:
    registered = sentences.ended(facts.review.registration) if facts.review.registration.strip() else ""
    yield Section(
        "Protocol and registration",
        _told([registered] if registered else [], "registration and protocol, or that there was none"),
    )
    groups = sentences.grouping(facts)
    yield Section(
        "Eligibility criteria",
        (
            *_told(sentences.eligibility(facts), "the criteria by which studies were eligible"),
            *_told(groups, "how studies were grouped for the syntheses"),
        ),
    )
    yield Section(
        "Information sources", _told(sentences.sources(facts), "which sources were searched, and when")
    )
    yield Section("Search strategy", tuple(_strategies(facts)))
    yield Section("Selection process", tuple(_selection(facts)))
    collected = sentences.collection(facts) if facts.states else []
    yield Section("Data collection", _told(collected, "how data were collected from reports"))
    yield Section(
        "Data items",
        (
            *_told(sentences.outcomes(facts), "the outcomes"),
            *(Text(f"Further variables were asked for by forms. {form}") for form in sentences.forms(facts)),
            Gap("definitions of other variables, and what was assumed where something was unclear"),
        ),
    )
    begun = any(state.bias.begun or state.bias.settled for state in facts.states.values())
    yield Section(
        "Risk of bias in studies",
        _told(sentences.tools(facts) if begun else [], "how risk of bias was assessed"),
    )
    yield Section("Effect measures", _told(sentences.measures(facts), "the effect measure of each outcome"))
    yield Section("Synthesis methods", tuple(_syntheses(facts)))
    yield Section("Reporting bias", (Gap("how results that may be missing were looked for"),))
    yield Section("Certainty", _told(certainty_rated(facts), "how certainty was rated, or that it was not"))


def _strategies(facts: Facts) -> Iterator[Block]:
    for search in facts.searches:
        if search.strategy.strip():
            yield Text(f"{search}: {search.strategy.strip()}")
        else:
            yield Gap(f"the full strategy for {search}")
        if search.limits.strip():
            yield Text(f"Limits in {search}: {sentences.ended(search.limits)}")
    if not facts.searches:
        yield Gap("the full strategy for every source")


def _selection(facts: Facts) -> Iterator[Block]:
    yield Text(" ".join(sentences.selection(facts)))
    if not (facts.flow.screened or facts.flow.assessed or facts.flow.other_assessed):
        yield Warned("nothing is screened yet; this paragraph is the rule, not what was done")


def _syntheses(facts: Facts) -> Iterator[Block]:
    for one in facts.analyses:
        said = methods(one.subject, one.analysis.specification.as_settings()).text
        yield Text(f"{one.analysis.title}. {said}")
    if not facts.analyses:
        yield Gap("how results were synthesised, or why they were not")
        return
    if converted := sentences.conversions(facts):
        yield Text(f"Numbers that reports did not give were computed: {' '.join(converted)}")
    if software := sorted({run.engine for _, run in facts.runs}):
        yield Text(f"Analyses were computed with {listed(software)}.")
    yield Gap("the reasons for the models and estimators")
    if not explored(facts):
        yield Gap("how causes of heterogeneity were explored, or that they were not")
    if not left_out(facts):
        yield Gap("which sensitivity analyses were done, or that none was")


def _results(facts: Facts) -> Iterator[Section]:
    yield Section("Study selection", tuple(_flow(facts)))
    numbered = {kind: _numbers(facts, kind) for kind in ("characteristics", "bias", "results")}
    for heading, kind, what in (
        ("Study characteristics", "characteristics", "the characteristics of the included studies"),
        ("Risk of bias in studies", "bias", "the risk of bias of the included studies"),
        ("Results of individual studies", "results", "the results of each study"),
    ):
        where = numbered[kind]
        rows = {row[0] for table in facts.tables[kind] for row in table.rows}
        said = [f"{', '.join(where)}: {sentences.studies(len(rows))}."] if where else []
        yield Section(heading, _told(said, what))
    yield Section("Results of syntheses", tuple(_analyses(facts)))
    yield Section(
        "Certainty of evidence",
        _told(sentences.certainty(facts), "the certainty of the evidence for each outcome"),
    )


def _flow(facts: Facts) -> Iterator[Block]:
    said = sentences.flow(facts)
    if not said:
        yield Gap("how many records were found, screened and included")
        return
    yield Text(" ".join(said))
    if waiting := sentences.flow_open(facts):
        yield Warned(f"{listed(waiting)}: these numbers will change")
    shown = diagram(facts.flow, title=facts.review.title)
    yield Figure("PRISMA 2020 flow diagram.", partial(_draw_flow, shown))
    if facts.flow.reports_excluded or facts.flow.other_reports_excluded:
        yield Gap("studies that seem to be eligible but were excluded, with the reasons")


def _analyses(facts: Facts) -> Iterator[Block]:
    for one in facts.analyses:
        if one.run is None:
            yield Gap(f"the result of “{one.analysis.title}”, which has not run")
            continue
        if one.stale:
            yield Warned(
                f"“{one.analysis.title}” is out of date: what it rests on has changed since run {one.run.number}"
            )
        yield Text(sentences.synthesis_studies(one, one.run, with_bias=facts.sees_bias))
        yield Text(results(one.subject, one.run.settings, one.run.result).text)
        when = f"run {one.run.number}, {one.run.at:%-d %B %Y}{', out of date' if one.stale else ''}"
        yield Figure(f"Forest plot: {one.analysis.title} ({when}).", partial(_draw_forest, one.run))
    if not facts.analyses:
        yield Gap("the results of the syntheses")
    if facts.hiding:
        yield Warned(facts.hiding)


def _references(facts: Facts) -> tuple[Block, ...]:
    entries = tuple(f"{label}: {'; '.join(cited)}" for label, cited in facts.references.items())
    return (Listing(entries),) if entries else (Gap("the included studies"),)


def _tables(facts: Facts) -> tuple[Table, ...]:
    bias = [_judgements(table) for table in facts.tables["bias"]]
    return (*facts.tables["characteristics"], *bias, *facts.tables["results"])


def _numbers(facts: Facts, kind: str) -> list[str]:
    """“Table 2”, “Table 3”: where the tables of a kind stand."""
    before = {"characteristics": (), "bias": ("characteristics",), "results": ("characteristics", "bias")}[
        kind
    ]
    start = sum(len(facts.tables[each]) for each in before)
    return [f"Table {start + place}" for place, _ in enumerate(facts.tables[kind], start=1)]


def _judgements(table: Table) -> Table:
    """Without what each judgement rests on, which would not fit on a page; the table of its own has it."""
    kept = [place for place, column in enumerate(table.columns) if column.heading != "Support"]
    columns = tuple(Column(table.columns[place].group or table.columns[place].heading) for place in kept)
    return replace(
        table, columns=columns, rows=tuple(tuple(row[place] for place in kept) for row in table.rows)
    )


def _draw_flow(shown: FlowDiagram) -> Drawing:
    return flow_drawing.draw(shown)


def _draw_forest(run: Run) -> Drawing:
    return forest_drawing.draw(forest_of(run))
