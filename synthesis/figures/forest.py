"""Forest plots: a table of studies with a plot in it, laid out so that nothing touches, from 1 to 200 studies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from synthesis.figures import forest_marks as marks
from synthesis.figures import forest_words as words
from synthesis.figures.axis import Axis, choose_bounds, tick_label, ticks
from synthesis.figures.drawing import SOFT, Anchor, Drawing, Group, Line, Run, Shape, Text
from synthesis.figures.forest_plot import (
    Column,
    ForestPlot,
    ForestRow,
    Heterogeneity,
    Interval,
    PooledRow,
    Subgroup,
)
from synthesis.figures.forest_table import Band, Table, build, column_groups, heading_lines, span
from synthesis.figures.typesetting import measure, wrap

__all__ = ["Column", "ForestPlot", "ForestRow", "Heterogeneity", "Interval", "PooledRow", "Subgroup", "draw"]

_MARGIN = 14.0
_PANEL = 240.0
_TITLE_SIZE = 11.0


def draw(plot: ForestPlot) -> Drawing:
    """Lay a forest plot out; hand the result to `formats.render`."""
    layout = _Layout(plot, build(plot))
    return Drawing(
        width=layout.width,
        height=layout.height,
        title=plot.title,
        description=words.describe(plot),
        items=tuple(layout.items()),
    )


@dataclass(frozen=True)
class _Layout:
    """Where everything goes: columns from left to right, then blocks from top to bottom."""

    plot: ForestPlot
    table: Table

    # -- left to right ------------------------------------------------------------------------------------------

    @cached_property
    def cell_edges(self) -> list[float]:
        """The right edge of each column of cells."""
        steps = [self.table.type.gap + width for width in self.table.cell_widths]
        return list(itertools.accumulate(steps, initial=_MARGIN + self.table.label_width))[1:]

    @cached_property
    def panel(self) -> tuple[float, float]:
        left = _MARGIN + self.table.left_width + 1.4 * self.table.type.gap
        return left, left + _PANEL

    @cached_property
    def effect_edge(self) -> float:
        return self.panel[1] + 1.2 * self.table.type.gap + self.table.effect_width

    @cached_property
    def interval_edge(self) -> float:
        wanted = self.effect_edge + 0.7 * self.table.type.size + self.table.interval_width
        heading = max(measure(line, self.table.type.size, bold=True) for line in self.effect_heading)
        return max(wanted, self.panel[1] + 1.2 * self.table.type.gap + heading)

    @cached_property
    def weight_edge(self) -> float:
        width = self.table.weight_width
        return self.interval_edge + (self.table.type.gap + width if width else 0)

    @cached_property
    def width(self) -> float:
        return self.weight_edge + _MARGIN

    # -- top to bottom ------------------------------------------------------------------------------------------

    @cached_property
    def title_lines(self) -> list[str]:
        return (
            wrap(self.plot.title, self.width - 2 * _MARGIN, _TITLE_SIZE, bold=True) if self.plot.title else []
        )

    @cached_property
    def effect_heading(self) -> list[str]:
        return [*heading_lines(self.plot.effect, self.table.type), f"[{words.level(self.plot)}]"]

    @cached_property
    def head_bottom(self) -> float:
        """The rule below the column headings."""
        title = len(self.title_lines) * 1.3 * _TITLE_SIZE + (8 if self.title_lines else 0)
        headings = [heading_lines(column.heading, self.table.type) for column in self.plot.columns]
        rows = max(len(lines) for lines in [*headings, self.effect_heading])
        if self.group_headings:
            above = max(len(lines) for lines, _, _ in self.group_headings)
            grouped = max(len(lines) for lines in headings) + above + 0.4
            return _MARGIN + title + max(rows, grouped) * self.table.type.leading + 4
        return _MARGIN + title + rows * self.table.type.leading + 4

    @cached_property
    def group_headings(self) -> list[tuple[list[str], int, int]]:
        """The headings that span columns, broken into lines that fit them."""
        widths, kind = self.table.cell_widths, self.table.type
        return [
            (heading_lines(name, kind, width=span(widths, start, stop, kind)), start, stop)
            for name, start, stop in column_groups(self.plot)
        ]

    @cached_property
    def tops(self) -> list[float]:
        """The top of each band, and last the bottom of all."""
        tops = [self.head_bottom + 3]
        for band in self.table.bands:
            tops.append(tops[-1] + band.height)
        return tops

    @cached_property
    def axis_y(self) -> float:
        return self.tops[-1] + 4

    @cached_property
    def axis(self) -> Axis:
        plot = self.plot
        bounds = plot.axis or choose_bounds(
            plot.scale,
            plot.null,
            [row.estimate for row in plot.studies() if row.estimate is not None],
            [row.ci for row in plot.studies() if row.ci is not None]
            + [row.prediction for row in plot.pooled_rows() if row.prediction is not None],
            [value for row in plot.pooled_rows() for value in (row.estimate, *row.ci)],
        )
        return Axis(plot.scale, *bounds, *self.panel)

    @cached_property
    def left_block(self) -> list[Text]:
        """Heterogeneity, below the table and beside the axis."""
        found = self.plot.heterogeneity
        text = "" if found is None else words.heterogeneity(found)
        return self._paragraph(text, _MARGIN, self.axis_y + 12, self.table.left_width) if text else []

    @cached_property
    def right_block(self) -> list[Text]:
        """The axis's name and the two directions, below the ticks."""
        size, (left, right) = self.table.type.size, self.panel
        name = self.plot.effect + (" (log scale)" if self.plot.scale == "log" else "")
        y = self.axis_y + 12 + 1.4 * size
        below = []
        for n, line in enumerate(wrap(name, right - left, size)):
            below.append(
                Text((left + right) / 2, y + n * self.table.type.leading, (Run(line),), size, "middle")
            )
        y = below[-1].y + 1.5 * size
        half = (right - left) / 2 - 4
        if self.plot.favours_left:
            below += self._paragraph(f"← {self.plot.favours_left}", left, y, half)
        if self.plot.favours_right:
            below += self._paragraph(f"{self.plot.favours_right} →", right, y, half, anchor="end")
        return below

    @cached_property
    def footnotes(self) -> list[Text]:
        bottom = max(text.y for text in [*self.left_block, *self.right_block])
        found: list[Text] = []
        y = bottom + 2 * self.table.type.size
        lettered = [*self.table.notes, *(("", note) for note in self.plot.footnotes)]
        for letter, note in lettered:
            lines = self._paragraph(note, _MARGIN, y, self.width - 2 * _MARGIN - 8)
            if letter:
                runs = (Run(letter + " ", raised=True), *lines[0].runs)
                lines[0] = Text(_MARGIN, lines[0].y, runs, lines[0].size, ink=SOFT)
            found += lines
            y = lines[-1].y + 1.15 * self.table.type.leading
        return found

    @cached_property
    def height(self) -> float:
        texts = [*self.left_block, *self.right_block, *self.footnotes]
        return max(text.y for text in texts) + _MARGIN

    def _paragraph(
        self, text: str, x: float, y: float, width: float, *, anchor: Anchor = "start"
    ) -> list[Text]:
        kind = self.table.type
        ink = SOFT if anchor == "start" and x == _MARGIN else "ink"
        lines = wrap(text, width, kind.size)
        return [
            Text(x, y + n * kind.leading, (Run(line),), kind.size, anchor, ink)
            for n, line in enumerate(lines)
        ]

    # -- ink ----------------------------------------------------------------------------------------------------

    def items(self) -> Iterator[Shape | Group]:
        yield from self._title()
        yield from self._headings()
        yield from self._guides()
        heaviest = max((row.weight or 0 for row in self.plot.studies()), default=0)
        for band, top in zip(self.table.bands, self.tops, strict=False):
            shapes = tuple(self._band(band, top, heaviest))
            if shapes:
                yield Group(shapes, band.ident)
        yield from self._axis()
        yield from [*self.left_block, *self.right_block, *self.footnotes]

    def _title(self) -> Iterator[Shape]:
        for n, line in enumerate(self.title_lines):
            y = _MARGIN + _TITLE_SIZE + n * 1.3 * _TITLE_SIZE
            yield Text(_MARGIN, y, (Run(line, bold=True),), _TITLE_SIZE)

    def _headings(self) -> Iterator[Shape]:
        table = self.table
        yield from self._heading(heading_lines(self.plot.label_heading, table.type), _MARGIN, "start")
        for column, edge in zip(self.plot.columns, self.cell_edges, strict=True):
            yield from self._heading(heading_lines(column.heading, table.type), edge, "end")
        yield from self._group_headings()
        yield from self._heading(self.effect_heading, self.interval_edge, "end")
        if table.weight_width:
            yield from self._heading([self.plot.weight_heading], self.weight_edge, "end")
        yield Line((_MARGIN, self.head_bottom), (self.width - _MARGIN, self.head_bottom), width=0.8)

    def _heading(self, lines: Sequence[str], x: float, anchor: Anchor) -> Iterator[Shape]:
        kind = self.table.type
        for n, line in enumerate(reversed(lines)):
            yield Text(x, self.head_bottom - 5 - n * kind.leading, (Run(line, bold=True),), kind.size, anchor)

    def _group_headings(self) -> Iterator[Shape]:
        kind = self.table.type
        rows = max((len(heading_lines(c.heading, kind)) for c in self.plot.columns), default=0)
        y = self.head_bottom - 5 - (rows + 0.3) * kind.leading
        for lines, start, stop in self.group_headings:
            left, right = self.cell_edges[start] - self.table.cell_widths[start], self.cell_edges[stop - 1]
            for n, line in enumerate(reversed(lines)):
                middle = (left + right) / 2
                yield Text(middle, y - n * kind.leading, (Run(line, bold=True),), kind.size, "middle")
            yield Line((left, y + 3), (right, y + 3), width=0.5)

    def _guides(self) -> Iterator[Shape]:
        """The line of no effect, and a dashed one through the first pooled estimate."""
        for value, ink, dash in [(self.plot.null, "ink", ())] + [
            (row.estimate, SOFT, (2.5, 2.5)) for row in self.plot.pooled[:1]
        ]:
            if self.axis.holds(value):
                x = self.axis.at(value)
                yield Line((x, self.head_bottom), (x, self.axis_y), ink, 0.6, dash)

    def _band(self, band: Band, top: float, heaviest: float) -> Iterator[Shape]:
        kind, table = self.table.type, self.table
        first = top + kind.row / 2 + 0.35 * kind.size
        ink = SOFT if band.soft else "ink"
        for n, line in enumerate(band.label):
            runs: tuple[Run, ...] = (Run(line, bold=band.bold, href=band.href),)
            if band.letter and n == len(band.label) - 1:
                runs += (Run(" " + band.letter, raised=True),)
            yield Text(_MARGIN + band.indent, first + n * kind.leading, runs, kind.size, ink=ink)
        texts = [*zip(band.cells, self.cell_edges, strict=False), (band.weight, self.weight_edge)]
        texts.append((band.interval, self.interval_edge))
        effect_edge = self.interval_edge - table.interval_width - 0.7 * kind.size
        texts.append((band.effect, effect_edge if band.interval else self.interval_edge))
        for text, edge in texts:
            if text:
                yield Text(edge, first, (Run(text, bold=band.bold),), kind.size, "end")
        yield from self._mark(band, top + kind.row / 2, heaviest)

    def _mark(self, band: Band, y: float, heaviest: float) -> Iterator[Shape]:
        height = 0.66 * self.table.type.row
        match band.mark:
            case ForestRow():
                yield from marks.study(self.axis, band.mark, y, heaviest, height)
            case PooledRow():
                yield from marks.diamond(self.axis, band.mark, y, height)
            case tuple():
                yield from marks.prediction(self.axis, band.mark, y)

    def _axis(self) -> Iterator[Shape]:
        size, (left, right) = self.table.type.size - 0.5, self.panel
        yield Line((left, self.axis_y), (right, self.axis_y), width=0.8)
        values = ticks(self.axis, size)
        for value in values:
            x = self.axis.at(value)
            yield Line((x, self.axis_y), (x, self.axis_y + 3.5), width=0.8)
            yield Text(x, self.axis_y + 12, (Run(tick_label(value, values)),), size, "middle")
