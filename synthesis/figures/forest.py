"""Forest plots: a table of studies with a plot in it, laid out so that nothing touches, from 1 to 200 studies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synthesis.figures import forest_marks as marks
from synthesis.figures import forest_words as words
from synthesis.figures.axis import tick_label, ticks
from synthesis.figures.drawing import SOFT, Anchor, Drawing, Group, Line, Run, Shape, Text
from synthesis.figures.forest_columns import Slot
from synthesis.figures.forest_places import MARGIN, TITLE_SIZE, Places
from synthesis.figures.forest_plot import (
    Arrangement,
    Column,
    ForestPlot,
    ForestRow,
    Heterogeneity,
    Interval,
    PooledRow,
    SignificanceTest,
    Subgroup,
)
from synthesis.figures.forest_table import Band, Table, build
from synthesis.figures.lights import light

__all__ = [
    "Arrangement",
    "Column",
    "ForestPlot",
    "ForestRow",
    "Heterogeneity",
    "Interval",
    "PooledRow",
    "SignificanceTest",
    "Subgroup",
    "draw",
]


def draw(plot: ForestPlot) -> Drawing:
    """Lay a forest plot out; hand the result to `formats.render`."""
    return draw_table(plot, build(plot))


def draw_table(plot: ForestPlot, table: Table) -> Drawing:
    """The plot with a table that is laid out already."""
    places = Places(plot, table)
    return Drawing(
        width=places.width,
        height=places.height,
        title=plot.title,
        description=words.describe(plot),
        items=tuple(_Ink(plot, table, places).items()),
    )


@dataclass(frozen=True, slots=True)
class _Ink:
    """The shapes, from top to bottom."""

    plot: ForestPlot
    table: Table
    places: Places

    def items(self) -> Iterator[Shape | Group]:
        places = self.places
        yield from self._title()
        yield from self._headings()
        yield from self._rules()
        yield from self._guides()
        heaviest = max((row.weight or 0 for row in self.plot.studies() if not row.left_out), default=0)
        for band, top in zip(self.table.bands, places.tops, strict=False):
            shapes = tuple(self._band(band, top, heaviest))
            if shapes:
                yield Group(shapes, band.ident)
        yield from self._axis()
        yield from [*places.left_block, *places.right_block, *places.footnotes, *places.key[0]]

    def _title(self) -> Iterator[Shape]:
        for n, line in enumerate(self.places.title_lines):
            y = MARGIN + TITLE_SIZE + n * 1.3 * TITLE_SIZE
            yield Text(MARGIN, y, (Run(line, bold=True),), TITLE_SIZE)

    def _headings(self) -> Iterator[Shape]:
        for n, line in enumerate(reversed(self.places.label_heading)):
            yield self._heading(line, n, MARGIN, "start")
        for slot, edge in self.places.slots:
            for n, line in enumerate(reversed(slot.heading)):
                yield self._heading(line, n, _within(slot, edge), slot.anchor)
        for anchor in ("start", "middle", "end"):
            lines = [(line, x) for line, x, at in self.places.panel_heading if at == anchor]
            for n, (line, x) in enumerate(reversed(lines)):
                yield self._heading(line, n, x, anchor)
        yield from self._group_headings()

    def _heading(self, line: str, row: int, x: float, anchor: Anchor) -> Text:
        kind = self.table.type
        y = self.places.head_bottom - 5 - row * kind.leading
        return Text(x, y, (Run(line, bold=True),), kind.size, anchor)

    def _group_headings(self) -> Iterator[Shape]:
        kind = self.table.type
        y = self.places.head_bottom - 5 - (self.places.grouped_rows + 0.3) * kind.leading
        for lines, left, right in self.places.group_headings:
            for n, line in enumerate(reversed(lines)):
                middle = (left + right) / 2
                yield Text(middle, y - n * kind.leading, (Run(line, bold=True),), kind.size, "middle")
            yield Line((left, y + 3), (right, y + 3), width=0.5)

    def _rules(self) -> Iterator[Shape]:
        places, style = self.places, self.places.style
        ends = MARGIN, places.width - MARGIN
        yield Line((ends[0], places.head_bottom), (ends[1], places.head_bottom), width=style.head_rule)
        if style.closing_rules:
            above = places.title_bottom - 3
            yield Line((ends[0], above), (ends[1], above), width=1.2)
            lowest = places.height - MARGIN + 6
            yield Line((ends[0], lowest), (ends[1], lowest), width=style.head_rule)

    def _guides(self) -> Iterator[Shape]:
        """The line of no effect, and a dashed one through the first pooled estimate."""
        places = self.places
        through = self.plot.pooled[:1] if places.style.has_guide else ()
        for value, ink, dash in [(self.plot.null, "ink", ())] + [
            (row.estimate, SOFT, (2.5, 2.5)) for row in through
        ]:
            if places.axis.holds(value):
                x = places.axis.at(value)
                yield Line((x, places.head_bottom), (x, places.axis_y), ink, 0.6, dash)

    def _band(self, band: Band, top: float, heaviest: float) -> Iterator[Shape]:
        kind = self.table.type
        first = top + kind.row / 2 + 0.35 * kind.size
        ink = SOFT if band.soft else "ink"
        for n, line in enumerate(band.label):
            runs: tuple[Run, ...] = (Run(line, bold=band.bold, href=band.href),)
            if band.letter and n == len(band.label) - 1:
                runs += (Run(" " + band.letter, raised=True),)
            yield Text(MARGIN + band.indent, first + n * kind.leading, runs, kind.size, ink=ink)
        for slot, edge in self.places.slots:
            if slot.kind == "light":
                if band.lights:
                    x, y = _within(slot, edge), top + kind.row / 2
                    yield from light(self.plot.palette, band.lights[slot.number], x, y, kind.radius)
                continue
            for text, x in self._texts(band, slot, edge):
                yield Text(x, first, (Run(text, bold=band.bold),), kind.size, slot.anchor, ink)
        yield from self._mark(band, top + kind.row / 2, heaviest)

    def _texts(self, band: Band, slot: Slot, edge: float) -> Iterator[tuple[str, float]]:
        """What stands in a column, and where: an estimate and its interval are set apart, each to the right."""
        x = _within(slot, edge)
        if slot.kind == "cell" and slot.number < len(band.cells) and band.cells[slot.number]:
            yield band.cells[slot.number], x
        elif slot.kind == "weight" and band.weight:
            yield band.weight, x
        elif slot.kind == "effect":
            if band.effect:
                yield band.effect, x - (slot.inner + 0.7 * self.table.type.size) * bool(band.interval)
            if band.interval:
                yield band.interval, x

    def _mark(self, band: Band, y: float, heaviest: float) -> Iterator[Shape]:
        height, axis = 0.66 * self.table.type.row, self.places.axis
        match band.mark:
            case ForestRow():
                yield from marks.study(self.plot, axis, band.mark, y, heaviest, height)
            case PooledRow():
                yield from marks.diamond(self.plot, axis, band.mark, y, height)
            case tuple():
                yield from marks.prediction(self.plot, axis, band.mark, y)

    def _axis(self) -> Iterator[Shape]:
        places = self.places
        size, (left, right), axis_y = self.table.type.size - 0.5, places.panel, places.axis_y
        yield Line((left, axis_y), (right, axis_y), width=0.8)
        values = ticks(places.axis, size)
        for value in values:
            x = places.axis.at(value)
            yield Line((x, axis_y), (x, axis_y + 3.5), width=0.8)
            yield Text(x, axis_y + 12, (Run(tick_label(value, values)),), size, "middle")


def _within(slot: Slot, edge: float) -> float:
    """The point of a column that its text is set at."""
    return edge + {"start": 0.0, "middle": 0.5, "end": 1.0}[slot.anchor] * slot.width
