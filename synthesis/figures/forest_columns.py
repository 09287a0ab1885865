"""The columns beside a forest plot: which stand where, what heads them, how wide each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from synthesis.figures import forest_words as words
from synthesis.figures.drawing import Anchor
from synthesis.figures.forest_plot import ForestPlot, ForestRow, Place, PooledRow
from synthesis.figures.forest_styles import style_of
from synthesis.figures.typesetting import RAISED, measure, wrap

_HEADING_WIDTH = 8.0


@dataclass(frozen=True, slots=True)
class Type:
    """Type size and line heights; a plot of many studies is set smaller."""

    size: float
    row: float
    leading: float

    @property
    def gap(self) -> float:
        """Space between two columns."""
        return 1.4 * self.size

    @property
    def radius(self) -> float:
        """The radius of a risk-of-bias light."""
        return 0.4 * self.row


@dataclass(frozen=True, slots=True)
class Slot:
    """One column; `number` says which of the cells or lights it holds, `inner` how wide the intervals in it are."""

    kind: Literal["cell", "effect", "weight", "light"]
    heading: tuple[str, ...]
    width: float
    number: int = 0
    group: str = ""
    anchor: Anchor = "end"
    inner: float = 0.0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns left and right of the plot, and the width asked for the label, or `is_fixed` for it."""

    label_width: float
    left: tuple[Slot, ...]
    right: tuple[Slot, ...]
    is_fixed: bool = False


def type_for(studies: int) -> Type:
    """The type for so many studies."""
    return Type(size=9, row=15, leading=11) if studies <= 60 else Type(size=8, row=12, leading=9.6)


def columns_of(plot: ForestPlot, kind: Type) -> Columns:
    """The plot's columns as its arrangement or its layout has them."""
    given = plot.arrangement or style_of(plot)
    left, right = (_widened(tuple(_slots(plot, side, kind)), kind) for side in (given.left, given.right))
    return Columns(_label_width(plot, kind), left, right)


def heading_lines(heading: str, kind: Type, *, width: float = 0) -> list[str]:
    """A column heading, broken to stay narrow, or to fit `width` if that is more."""
    if not heading:
        return []
    return wrap(heading, max(_HEADING_WIDTH * kind.size, width), kind.size, bold=True, lines=3)


def groups(slots: Sequence[Slot]) -> Iterator[tuple[str, int, int]]:
    """Each heading that spans neighbouring columns, with its first column and the one after its last."""
    start = 0
    for n in range(1, len(slots) + 1):
        if n == len(slots) or slots[n].group != slots[start].group:
            if slots[start].group:
                yield slots[start].group, start, n
            start = n


def gap_before(slots: Sequence[Slot], n: int, kind: Type) -> float:
    """The space left of a column: lights stand close together."""
    return 0.45 * kind.size if n and slots[n].kind == slots[n - 1].kind == "light" else kind.gap


def span(slots: Sequence[Slot], start: int, stop: int, kind: Type) -> float:
    """The width of neighbouring columns with the gaps between them."""
    gaps = sum(gap_before(slots, n, kind) for n in range(start + 1, stop))
    return sum(slot.width for slot in slots[start:stop]) + gaps


def light_heading(plot: ForestPlot, n: int) -> str:
    """What heads a column of lights: "D1", or "A" in the manner of Review Manager."""
    return chr(ord("A") + n) if style_of(plot).has_letters and len(plot.domains) <= 26 else f"D{n + 1}"


def _slots(plot: ForestPlot, places: Sequence[Place], kind: Type) -> Iterator[Slot]:
    for place in places:
        if place == "cells":
            yield from (_cell(plot, n, kind) for n in _unplaced(plot))
        elif place == "effect":
            yield _effect(plot, kind)
        elif place == "weight":
            yield from _weight(plot, kind)
        elif place == "lights":
            yield from (_light(plot, n, kind) for n in range(len(plot.domains)))
        elif isinstance(place, int):
            yield _cell(plot, place, kind)


def _unplaced(plot: ForestPlot) -> list[int]:
    given = plot.arrangement
    placed = {*given.left, *given.right} if given else set()
    return [n for n in range(len(plot.columns)) if n not in placed]


def _widest(texts: Sequence[str], size: float) -> float:
    # Pooled rows are bold, so every column leaves room for bold.
    return max((measure(text, size, bold=True) for text in texts), default=0.0)


def _all_rows(plot: ForestPlot) -> list[ForestRow | PooledRow]:
    return [*plot.studies(), *plot.pooled_rows()]


def _cell(plot: ForestPlot, n: int, kind: Type) -> Slot:
    column = plot.columns[n]
    heading = tuple(heading_lines(column.heading, kind))
    cells = [row.cells[n] for row in _all_rows(plot) if n < len(row.cells)]
    width = max(_widest(cells, kind.size), _widest(heading, kind.size))
    return Slot("cell", heading, width, n, column.group, column.align)


def _effect(plot: ForestPlot, kind: Type) -> Slot:
    heading = tuple(effect_heading(plot, kind))
    estimates = [words.estimate(plot, row.estimate) for row in _all_rows(plot) if row.estimate is not None]
    intervals = [words.interval(plot, row.ci) for row in _all_rows(plot) if row.ci is not None]
    intervals += [words.interval(plot, row.prediction) for row in plot.pooled_rows() if row.prediction]
    inner = max(_widest(intervals, kind.size), 0.6 * measure(words.NOT_ESTIMABLE, kind.size))
    width = max(_widest(estimates, kind.size) + 0.7 * kind.size + inner, _widest(heading, kind.size))
    return Slot("effect", heading, max(width, measure(words.NOT_ESTIMABLE, kind.size)), inner=inner)


def effect_heading(plot: ForestPlot, kind: Type, *, width: float = 0) -> list[str]:
    """The name of the effect, how it was pooled, and the level: "Risk ratio", "[95% CI]"."""
    method = heading_lines(plot.method, kind, width=width)
    return [
        *heading_lines(plot.effect, kind, width=width),
        *method,
        words.level(plot).join(style_of(plot).brackets),
    ]


def _weight(plot: ForestPlot, kind: Type) -> Iterator[Slot]:
    """The weights, when there are any."""
    weights = [words.percent(row.weight) for row in _all_rows(plot) if row.weight is not None]
    if weights:
        out = [words.LEFT_OUT] if any(row.left_out for row in plot.studies()) else []
        heading = tuple(heading_lines(plot.weight_heading, kind))
        yield Slot("weight", heading, max(_widest([*weights, *out], kind.size), _widest(heading, kind.size)))


def _light(plot: ForestPlot, n: int, kind: Type) -> Slot:
    heading = light_heading(plot, n)
    width = max(2 * kind.radius, measure(heading, kind.size, bold=True))
    return Slot("light", (heading,), width, n, plot.lights_heading, "middle")


def _widened(slots: tuple[Slot, ...], kind: Type) -> tuple[Slot, ...]:
    """Each column with its share of a heading that spans it."""
    found = list(slots)
    for name, start, stop in groups(slots):
        wide = span(slots, start, stop, kind)
        missing = _widest(heading_lines(name, kind, width=wide), kind.size) - wide
        for n in range(start, stop) if missing > 0 else ():
            found[n] = replace(slots[n], width=slots[n].width + missing / (stop - start))
    return tuple(found)


def _label_width(plot: ForestPlot, kind: Type) -> float:
    """The width the labels ask for, one line each."""
    labels = [(row.label, bool(row.note)) for row in plot.studies()]
    for row in plot.pooled:
        labels.append((words.pooled_label(plot, row, is_subtotal=False), bool(row.note)))
    for subgroup in plot.subgroups:
        for row in subgroup.pooled:
            labels.append((words.pooled_label(plot, row, is_subtotal=True), bool(row.note)))
    letter = measure(" aa", kind.size * RAISED)
    # A point of slack: a line that just fits must not be wrapped by rounding.
    wanted = max(measure(label, kind.size, bold=True) + letter * noted + 1 for label, noted in labels)
    heading = _widest(heading_lines(label_heading(plot), kind), kind.size)
    return max(wanted + (kind.size if plot.subgroups else 0), heading)


def label_heading(plot: ForestPlot) -> str:
    """What heads the labels."""
    return plot.label_heading or style_of(plot).label_heading
