"""The team's risk-of-bias judgements as plots and as a table, and how much weight each study carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extraction.queries.bias_table import Line, Table, bias_table
from extraction.riskofbias import Tool
from extraction.riskofbias.robvis import Judged, columns
from reviews.models import Membership, Review
from synthesis.figures.traffic import WORDS, Judgement, Palette, TrafficLights, TrafficRow
from synthesis.models import Analysis, Run


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn, and which studies are not: those that are not settled in full, or carry no weight."""

    table: Table
    lights: TrafficLights
    rows: tuple[Judged, ...]
    left_out: tuple[str, ...]


def bias_plot(
    member: Membership,
    *,
    tool: str = "",
    outcome: int | None = None,
    palette: Palette = "cochrane",
    analysis: Analysis | None = None,
) -> Plot:
    """Studies that the team settled in full, as `member` may see them; weighted by the newest run of an analysis."""
    table = bias_table(member, tool=tool, outcome=outcome)
    weights = weights_of(analysis) if analysis else None
    drawn = [line for line in table.settled if weights is None or line.study.pk in weights]
    names = {line.study.label for line in drawn}
    rows = tuple(_judged(table.tool, line, weights) for line in drawn)
    title = f"Risk of bias: {table.outcome}" if table.outcome else "Risk of bias"
    lights = TrafficLights(
        title=title,
        domains=tuple(item.name for item in columns(table.tool) if not item.is_overall),
        rows=tuple(_row(table.tool, row) for row in rows),
        palette=palette,
        words=_words(table.tool),
    )
    return Plot(
        table, lights, rows, tuple(line.study.label for line in table.lines if line.study.label not in names)
    )


def weighed(review: Review) -> list[Analysis]:
    """The present analyses that were run; one query."""
    return list(Analysis.objects.filter(review=review, replaced_by=None, runs__isnull=False).distinct())


def weights_of(analysis: Analysis) -> dict[int, float]:
    """Study id → percent of weight in the newest run; one query."""
    run = Run.objects.filter(analysis=analysis).order_by("-number").first()
    studies = run.result["studies"] if run else []
    return {study["study"]: study["weight"] for study in studies if study["weight"]}


def _judged(tool: Tool, line: Line, weights: Mapping[int, float] | None) -> Judged:
    shown = {item.key for item in columns(tool)}
    levels = {light.item.key: light.level for light in line.lights if light.item.key in shown}
    return Judged(line.study.label, levels, weights[line.study.pk] if weights else None)


def _row(tool: Tool, row: Judged) -> TrafficRow:
    shades = {key: tool.level(level).light for key, level in row.levels.items()}
    return TrafficRow(
        label=row.study,
        judgements=tuple(shades[item.key] for item in columns(tool) if not item.is_overall),
        overall=next((shades[item.key] for item in tool.items if item.is_overall), None),
        weight=row.weight,
    )


def _words(tool: Tool) -> tuple[tuple[Judgement, str], ...]:
    """What the tool calls its lights, where the usual words would be wrong: in checklists, scales and a team's own tools."""
    found: dict[Judgement, list[str]] = {}
    for item in columns(tool):
        for level in tool.levels_of(item):
            names = found.setdefault(level.light, [])
            if level.name not in names:
                names.append(level.name)
    plain = {light: {WORDS[light][0], f"{WORDS[light][0]} risk"} for light in found}
    return tuple(
        (light, " or ".join(names)) for light, names in found.items() if not plain[light] & set(names)
    )
