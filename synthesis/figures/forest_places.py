"""Where everything on a forest plot goes: columns from left to right, then blocks from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from synthesis.figures import forest_words as words
from synthesis.figures.axis import Axis, choose_bounds
from synthesis.figures.drawing import SOFT, Anchor, Run, Shape, Text
from synthesis.figures.forest_columns import (
    Slot,
    effect_heading,
    gap_before,
    groups,
    heading_lines,
    label_heading,
    light_heading,
    span,
)
from synthesis.figures.forest_plot import ForestPlot
from synthesis.figures.forest_styles import Style, style_of
from synthesis.figures.forest_table import Table
from synthesis.figures.lights import Key, used
from synthesis.figures.typesetting import wrap

MARGIN = 14.0
PANEL = 240.0
TITLE_SIZE = 11.0


@dataclass(frozen=True)
class Places:
    """The plot with its table, and the place of each thing in points."""

    plot: ForestPlot
    table: Table

    # -- left to right ------------------------------------------------------------------------------------------

    @cached_property
    def style(self) -> Style:
        return style_of(self.plot)

    @cached_property
    def slots(self) -> list[tuple[Slot, float]]:
        """Each column with its left edge, those left of the plot first."""
        table = self.table
        return [
            *self._edges(table.left, MARGIN + table.label_width),
            *self._edges(table.right, self.panel[1] + 0.4 * table.type.gap),
        ]

    def _edges(self, slots: Sequence[Slot], x: float) -> Iterator[tuple[Slot, float]]:
        for n, slot in enumerate(slots):
            x += gap_before(slots, n, self.table.type)
            yield slot, x
            x += slot.width

    @cached_property
    def panel(self) -> tuple[float, float]:
        left = MARGIN + self.table.left_width + 1.4 * self.table.type.gap
        return left, left + PANEL

    @cached_property
    def width(self) -> float:
        edges = [edge + slot.width for slot, edge in self.slots if edge > self.panel[0]]
        # Without columns to its right the last tick's label needs room.
        return max([*edges, self.panel[1] + 8]) + MARGIN

    # -- top to bottom ------------------------------------------------------------------------------------------

    @cached_property
    def title_lines(self) -> list[str]:
        room = self.width - 2 * MARGIN
        return wrap(self.plot.title, room, TITLE_SIZE, bold=True) if self.plot.title else []

    @cached_property
    def title_bottom(self) -> float:
        return MARGIN + len(self.title_lines) * 1.3 * TITLE_SIZE + (8 if self.title_lines else 0)

    @cached_property
    def label_heading(self) -> list[str]:
        """What heads the labels, broken to fit them."""
        return heading_lines(label_heading(self.plot), self.table.type, width=self.table.label_width)

    @cached_property
    def panel_heading(self) -> list[tuple[str, float, Anchor]]:
        """What stands above the plot itself, lowest line last: its name, or the two directions."""
        (left, right), kind = self.panel, self.table.type
        if self.style.favours_above:
            half = (right - left) / 2 - 4
            sides = ((self.plot.favours_left, left, "start"), (self.plot.favours_right, right, "end"))
            found: list[tuple[str, float, Anchor]] = []
            for said, x, anchor in sides:
                lines = wrap(said, half, kind.size, bold=True, lines=3) if said else []
                found += [(line, x, "start" if anchor == "start" else "end") for line in lines]
            return found
        if self.style.names_panel:
            lines = effect_heading(self.plot, kind, width=right - left)
            return [(line, (left + right) / 2, "middle") for line in lines]
        return []

    @cached_property
    def group_headings(self) -> list[tuple[list[str], float, float]]:
        """The headings that span columns, broken into lines that fit them, with their left and right ends."""
        kind, found = self.table.type, []
        for slots in (self.table.left, self.table.right):
            edges = [edge for slot, edge in self.slots if slot in slots]
            for name, start, stop in groups(slots):
                wide = span(slots, start, stop, kind)
                found.append((heading_lines(name, kind, width=wide), edges[start], edges[start] + wide))
        return found

    @cached_property
    def grouped_rows(self) -> int:
        """The most lines among the headings of columns that have another heading above them."""
        return max((len(slot.heading) for slot, _ in self.slots if slot.group), default=0)

    @cached_property
    def head_bottom(self) -> float:
        """The rule below the column headings."""
        rows = float(max([len(self.label_heading), *(len(slot.heading) for slot, _ in self.slots)]))
        by_anchor = [anchor for _, _, anchor in self.panel_heading]
        rows = max([rows, *(float(by_anchor.count(anchor)) for anchor in by_anchor)])
        if self.group_headings:
            above = max(len(lines) for lines, _, _ in self.group_headings)
            rows = max(rows, self.grouped_rows + above + 0.4)
        return self.title_bottom + rows * self.table.type.leading + 4

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
        """Heterogeneity and tests, below the table and beside the axis."""
        found: list[Text] = []
        for text in words.lines_below(self.plot.layout, self.plot.heterogeneity, self.plot.tests):
            y = found[-1].y + 1.15 * self.table.type.leading if found else self.axis_y + 12
            found += self._paragraph(text, MARGIN, y, self.table.left_width)
        return found

    @cached_property
    def right_block(self) -> list[Text]:
        """The axis's name and, where they do not stand above, the two directions, below the ticks."""
        size, (left, right) = self.table.type.size, self.panel
        name = self.plot.effect + (" (log scale)" if self.plot.scale == "log" else "")
        y = self.axis_y + 12 + 1.4 * size
        below = [
            Text((left + right) / 2, y + n * self.table.type.leading, (Run(line),), size, "middle")
            for n, line in enumerate(wrap(name, right - left, size))
        ]
        y = below[-1].y + 1.5 * size
        half = (right - left) / 2 - 4
        if self.plot.favours_left and not self.style.favours_above:
            below += self._paragraph(f"← {self.plot.favours_left}", left, y, half)
        if self.plot.favours_right and not self.style.favours_above:
            below += self._paragraph(f"{self.plot.favours_right} →", right, y, half, anchor="end")
        return below

    @cached_property
    def footnotes(self) -> list[Text]:
        bottom = max(text.y for text in [*self.left_block, *self.right_block])
        found: list[Text] = []
        y = bottom + 2 * self.table.type.size
        lettered = [*self.table.notes, *(("", note) for note in self.plot.footnotes)]
        for letter, note in lettered:
            lines = self._paragraph(note, MARGIN, y, self.width - 2 * MARGIN - 8)
            if letter:
                runs = (Run(letter + " ", raised=True), *lines[0].runs)
                lines[0] = Text(MARGIN, lines[0].y, runs, lines[0].size, ink=SOFT)
            found += lines
            y = lines[-1].y + 1.15 * self.table.type.leading
        return found

    @cached_property
    def key(self) -> tuple[list[Shape], float]:
        """What the lights mean, below all, and the lowest line of the figure."""
        lowest = max(text.y for text in [*self.left_block, *self.right_block, *self.footnotes])
        placed = [slot for slot, _ in self.slots if slot.kind == "light"]
        judgements = used(row.lights for row in self.plot.studies()) if placed else []
        if not judgements:
            return [], lowest
        domains = tuple((light_heading(self.plot, n), name) for n, name in enumerate(self.plot.domains))
        key = Key(
            self.plot.palette, self.plot.light_words, tuple(judgements), domains, self.table.type.size - 0.5
        )
        return key.shapes(MARGIN, self.width - MARGIN, lowest + 2.2 * self.table.type.size)

    @cached_property
    def height(self) -> float:
        return self.key[1] + MARGIN

    def _paragraph(
        self, text: str, x: float, y: float, width: float, *, anchor: Anchor = "start"
    ) -> list[Text]:
        kind = self.table.type
        ink = SOFT if anchor == "start" and x == MARGIN else "ink"
        lines = wrap(text, width, kind.size)
        return [
            Text(x, y + n * kind.leading, (Run(line),), kind.size, anchor, ink)
            for n, line in enumerate(lines)
        ]
