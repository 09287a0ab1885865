"""Several outcomes in one figure: forest plots one below the other, their plots and columns in line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from synthesis.figures import forest_words as words
from synthesis.figures.drawing import Drawing, Group, Run, Shape, Text
from synthesis.figures.forest import draw_table
from synthesis.figures.forest_columns import Columns, Slot, Type, columns_of, type_for
from synthesis.figures.forest_places import MARGIN
from synthesis.figures.forest_plot import ForestPlot
from synthesis.figures.forest_table import NARROWEST, WIDEST, beside, build
from synthesis.figures.typesetting import wrap

_TITLE_SIZE = 13.0


@dataclass(frozen=True, slots=True)
class ForestStack:
    """Outcomes with their own effects, scales and axes; each plot's title is the heading of its section."""

    title: str
    plots: tuple[ForestPlot, ...]

    def __post_init__(self) -> None:
        if not self.plots:
            raise ValueError("A figure of several outcomes needs at least one.")


def draw(stack: ForestStack) -> Drawing:
    """Lay the sections out below each other; hand the result to `formats.render`."""
    kind = type_for(sum(1 for plot in stack.plots for _ in plot.studies()))
    sections = [
        draw_table(plot, build(plot, columns=columns, kind=kind))
        for plot, columns in zip(stack.plots, _aligned(stack.plots, kind), strict=True)
    ]
    width = max(section.width for section in sections)
    title = wrap(stack.title, width - 2 * MARGIN, _TITLE_SIZE, bold=True) if stack.title else []
    items: list[Shape | Group] = [
        Text(MARGIN, MARGIN + (n + 1) * 1.3 * _TITLE_SIZE - 3, (Run(line, bold=True),), _TITLE_SIZE)
        for n, line in enumerate(title)
    ]
    y = len(title) * 1.3 * _TITLE_SIZE + (MARGIN / 2 if title else 0)
    for section in sections:
        items += section.lowered(y).items
        y += section.height
    return Drawing(width, y, stack.title, describe(stack), tuple(items))


def describe(stack: ForestStack) -> str:
    """Each section in words, below its heading."""
    said = [f"{len(stack.plots)} outcomes." if len(stack.plots) > 1 else "One outcome."]
    said += [f"{plot.title or 'Without a title'}. {words.describe(plot)}" for plot in stack.plots]
    return " ".join(said)


def _aligned(plots: Sequence[ForestPlot], kind: Type) -> list[Columns]:
    """The columns of each plot, all as wide as the widest of their place, so that the plots stand in line."""
    found = [columns_of(plot, kind) for plot in plots]
    left = _evened([columns.left for columns in found])
    right = _evened([columns.right for columns in found])
    labels = [min(columns.label_width, WIDEST * kind.size) for columns in found]
    room = max(
        max(label, NARROWEST * kind.size - beside(slots, kind)) + beside(slots, kind)
        for label, slots in zip(labels, left, strict=True)
    )
    return [
        Columns(room - beside(slots, kind), slots, behind, is_fixed=True)
        for slots, behind in zip(left, right, strict=True)
    ]


def _evened(sides: Sequence[tuple[Slot, ...]]) -> list[tuple[Slot, ...]]:
    """Columns of the same kinds in the same order get the same widths; others keep their own."""
    found = []
    for side in sides:
        kinds = [slot.kind for slot in side]
        alike = [other for other in sides if [slot.kind for slot in other] == kinds]
        found.append(
            tuple(
                replace(
                    slot,
                    width=max(other[n].width for other in alike),
                    inner=max(other[n].inner for other in alike),
                )
                for n, slot in enumerate(side)
            )
        )
    return found
