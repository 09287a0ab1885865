"""What a bundle is made of: the newest runs of the analyses that are asked for now, and what stands around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from django.db.models import OuterRef, Prefetch, Subquery

from extraction.models import Study, StudyReport
from reviews.formats import Reference
from reviews.formats.writing import write_ris
from reviews.models import Record, Review, User
from reviews.queries.exporting import references_of
from screening.models import Report
from screening.models.report import ReportRecord
from synthesis.bundle import About, AnalysisRun, Bias
from synthesis.engine import MEASURES
from synthesis.models import Analysis, Run
from synthesis.queries import report_tables
from synthesis.reporting.tables import Table
from synthesis.stats.designs import alphabetical


def newest_runs(review: Review) -> list[tuple[Analysis, Run | None]]:
    """Every analysis that nothing has replaced, with its newest run; two queries."""
    newest = Run.objects.filter(analysis=OuterRef("analysis")).order_by("-number").values("pk")[:1]
    runs = Run.objects.filter(
        pk=Subquery(newest), analysis__review=review, analysis__replaced_by=None
    ).select_related("analysis__outcome", "analysis__comparison", "analysis__review")
    found = {run.analysis_id: run for run in runs}
    analyses = Analysis.objects.filter(review=review, replaced_by=None).select_related(
        "outcome", "comparison", "review"
    )
    return [(analysis, found.get(analysis.pk)) for analysis in analyses.order_by("pk")]


def material_of(run: Run) -> AnalysisRun:
    """A run as plain data."""
    analysis, measure = run.analysis, MEASURES[run.settings["measure"]]
    return AnalysisRun(
        analysis=analysis.pk,
        title=analysis.title,
        outcome=str(analysis.outcome),
        experimental=analysis.comparison.experimental,
        control=analysis.comparison.control,
        measure_name=measure.name,
        takes=measure.takes,
        is_ratio=measure.is_ratio,
        is_planned=analysis.prespecified,
        run=run.pk,
        number=run.number,
        at=run.at.isoformat(),
        engine=run.engine,
        inputs_hash=run.inputs_hash,
        settings=run.settings,
        inputs=run.inputs,
        result=run.result,
        warnings=run.warnings,
        levels=_levels(run),
    )


def _levels(run: Run) -> dict[str, tuple[str, ...]]:
    """For each moderator that is words, its levels among the studies of the regression, the reference first."""
    names = run.settings.get("moderators", [])
    both = zip(run.inputs, run.result["studies"], strict=True)
    told = [row["moderators"] for row, study in both if study["yi"] is not None]
    kept = [each for each in told if all(each.get(name) is not None for name in names)]
    columns = {name: [each[name] for each in kept] for name in names}
    return {
        name: tuple(alphabetical({str(value) for value in values}))
        for name, values in columns.items()
        if any(isinstance(value, str) for value in values)
    }


def studies_as_ris(review: Review) -> bytes:
    """A record for each report of each study, in order of study, with its name in NS; the records' own tags stay."""
    records = _records_of_reports(review)
    found = Record.objects.filter(pk__in=[pk for one in records.values() for pk in one]).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    references = dict(zip(keys, references_of(found), strict=True))
    texts: list[str] = []
    for study in _studies(review):
        for link in study.links.all():
            own = [references[pk] for pk in records.get(link.report_id, ())]
            for text in write_ris(own or [_bare(link.report)]):
                texts.append(_named(text, study.label))
    return "".join(texts).encode("utf-8", "replace")


def _named(text: str, study: str) -> str:
    """A RIS record with the tag by which RevMan knows the study."""
    end = text.rindex("ER  - ")
    return f"{text[:end]}NS  - {' '.join(study.split())}\n{text[end:]}"


def _bare(report: Report) -> Reference:
    """A report that no record describes."""
    tags = (("TY", "GEN"), ("TI", report.title), *((("N1", report.citation),) if report.citation else ()))
    return Reference(
        position=0, line=0, offset=0, length=0, kind="GEN", title=report.title, abstract="", authors=(), year=None,
        journal="", volume="", issue="", pages="", doi="", pmid="", accession="", url="", language="", keywords=(),
        tags=tags,
    )  # fmt: skip


def _records_of_reports(review: Review) -> dict[int, list[int]]:
    """Report → the records that describe it; of duplicates only the one that stands for all."""
    links = ReportRecord.objects.filter(report__review=review).order_by("pk")
    newest = {
        record: (report, twin)
        for record, report, twin in links.values_list("record", "report", "record__duplicate_of")
    }
    found: dict[int, list[int]] = defaultdict(list)
    for record, (report, twin) in sorted(newest.items()):
        if twin is None or newest.get(twin, (None,))[0] != report:
            found[report].append(record)
    return found


def _studies(review: Review) -> list[Study]:
    links = StudyReport.objects.filter(ended_at=None).select_related("report").order_by("pk")
    rows = Study.objects.filter(review=review).prefetch_related(Prefetch("links", queryset=links))
    return list(rows.order_by("label", "pk"))


def about_studies(review: Review, viewer: User, runs: list[AnalysisRun]) -> list[About]:
    """The characteristics of studies in RevMan's five headings."""
    years = dict(Study.objects.filter(review=review).values_list("label", "year"))
    outcomes: dict[int, dict[str, None]] = defaultdict(dict)
    labels = {study.label: study.pk for study in Study.objects.filter(review=review)}
    for run in runs:
        for source in run.inputs:
            outcomes[source["study"]][run.outcome] = None
    found = []
    for line in chain.from_iterable(map(_lines, report_tables.characteristics(review, viewer))):
        label = line["Study"]
        found.append(
            About(
                study=label,
                year=years.get(label),
                methods=line.get("Design", ""),
                participants=_joined(line, "Participants", "Country"),
                interventions=line.get("Interventions", ""),
                outcomes="; ".join(outcomes[labels[label]]),
                notes=_joined(line, "Registration", "Other characteristics", "Notes"),
            )
        )
    return found


def _lines(table: Table) -> Iterator[dict[str, str]]:
    """The rows of a table by the headings that stand in no group."""
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        yield {
            column.heading: str(value) for column, value in cells if not column.group and value is not None
        }


def _joined(line: dict[str, str], *names: str) -> str:
    return "; ".join(line[name] for name in names if line.get(name))


def judgements(review: Review, viewer: User) -> list[Bias]:
    """The settled judgements that `viewer` may see; those on a result name it."""
    found: list[Bias] = []
    for table in report_tables.bias(review, viewer):
        for row in table.rows:
            cells = list(zip(table.columns, row, strict=True))
            plain = {column.heading: str(value or "") for column, value in cells if not column.group}
            items: dict[str, dict[str, str]] = defaultdict(dict)
            for column, value in cells:
                if column.group and value is not None:
                    items[column.group][column.heading] = str(value)
            result = f": {plain['Result']}" if plain.get("Result") else ": All outcomes"
            found += [
                Bias(plain["Study"], item + result, said["Judgement"], said.get("Support", ""))
                for item, said in items.items()
                if said.get("Judgement")
            ]
    return found
