"""The frame of a plot with two axes: its place on the page, ticks on both, a title above and a name beside each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from synthesis.figures.axis import Axis, Scale, off, onto, tick_label, ticks
from synthesis.figures.drawing import SOFT, Line, Point, Run, Shape, Text
from synthesis.figures.typesetting import measure, wrap

MARGIN, SIZE, TITLE_SIZE = 14.0, 9.0, 11.0
LEADING = 12.0
#: Colours that can be told from white, from a dark page and from each other without colour vision (after Okabe & Ito).
BLUE, ORANGE, GREEN = "#3d7cb8", "#c4600a", "#1b9e77"


@dataclass(frozen=True, slots=True)
class Frame:
    """A plotting area; `x` runs rightwards and `y` upwards, or downwards when `is_falling`."""

    x: Axis
    y: Axis
    is_falling: bool = False

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x.left

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x.right

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y.left

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y.right

    def height(self, value: float) -> float:
        """Where a value of the upright axis lies on the page."""
        at = self.y.at(value)
        return at if self.is_falling else self.top + self.bottom - at

    def at(self, x: float, y: float) -> Point:
        """Where a point lies on the page."""
        return self.x.at(x), self.height(y)

    def axes(self, size: float = SIZE, *, x_ticks: bool = True) -> Iterator[Shape]:
        """Both axes with their ticks and labels."""
        yield Line((self.left, self.top), (self.left, self.bottom))
        yield Line((self.left, self.bottom), (self.right, self.bottom))
        values = ticks(self.x, size) if x_ticks else []
        for value in values:
            x = self.x.at(value)
            yield Line((x, self.bottom), (x, self.bottom + 3.5))
            yield Text(x, self.bottom + size + 4, (Run(tick_label(value, values)),), size, "middle")
        # Set upright, labels need their height; lying down they would need their width.
        heights = ticks(self.y, size)
        for value in heights:
            y = self.height(value)
            yield Line((self.left - 3.5, y), (self.left, y))
            yield Text(self.left - 6, y + 0.35 * size, (Run(tick_label(value, heights)),), size, "end")

    def label_room(self, size: float = SIZE) -> float:
        """The width of the widest label of the upright axis."""
        heights = ticks(self.y, size)
        return max(measure(tick_label(value, heights), size) for value in heights)

    def upright_name(self, name: str, x: float) -> list[Text]:
        """The upright axis's name, turned, its right-hand line at `x`; in as many lines as its height asks for."""
        lines = wrap(name, self.bottom - self.top, SIZE, lines=2)
        middle = (self.top + self.bottom) / 2
        return [
            Text(x - (len(lines) - 1 - n) * LEADING, middle, (Run(line),), SIZE, "middle", rotate=90)
            for n, line in enumerate(lines)
        ]

    def level_name(self, name: str) -> list[Text]:
        """The level axis's name, below its ticks."""
        middle = (self.left + self.right) / 2
        return [
            Text(middle, self.bottom + 28 + n * LEADING, (Run(line),), SIZE, "middle")
            for n, line in enumerate(wrap(name, self.right - self.left, SIZE))
        ]

    def across(self, value: float, *, dash: tuple[float, ...] = (), ink: str = SOFT) -> Iterator[Line]:
        """A level line at a value of the upright axis, when the axis holds it."""
        if self.y.holds(value):
            y = self.height(value)
            yield Line((self.left, y), (self.right, y), ink, 0.6, dash)

    def inside(self, points: Sequence[Point]) -> list[Point]:
        """Points on the page, drawn back to the edge of the frame where they lie beyond it."""
        return [(min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)) for x, y in points]


def bounds(values: Iterable[float], scale: Scale = "linear", *, share: float = 0.06) -> tuple[float, float]:
    """The ends of an axis around all values (as printed), with a margin of that share of their range."""
    points = [onto(value, scale) for value in values]
    low, high = min(points), max(points)
    if not low < high:
        reach = max(abs(low) * 0.1, 0.1) if scale == "linear" else 0.1
        low, high = low - reach, high + reach
    margin = share * (high - low)
    return off(low - margin, scale), off(high + margin, scale)


def title_lines(title: str, width: float) -> tuple[list[Text], float]:
    """The title of a figure of that width, and where what follows may begin."""
    lines = wrap(title, width - 2 * MARGIN, TITLE_SIZE, bold=True) if title else []
    found = [
        Text(MARGIN, MARGIN + TITLE_SIZE + n * 1.3 * TITLE_SIZE, (Run(line, bold=True),), TITLE_SIZE)
        for n, line in enumerate(lines)
    ]
    return found, MARGIN + len(lines) * 1.3 * TITLE_SIZE + 8


def notes(texts: Iterable[str], width: float, y: float) -> list[Text]:
    """Notes below a figure, from the line `y` down."""
    found: list[Text] = []
    for text in texts:
        for line in wrap(text, width - 2 * MARGIN, SIZE):
            found.append(Text(MARGIN, y, (Run(line),), SIZE, ink=SOFT))
            y += LEADING
    return found


def scaled(name: str, scale: Scale) -> str:
    """The name of an axis, which says when it is logarithmic."""
    return f"{name} (log scale)" if scale == "log" else name


def must_be_numbers(label: str, **values: float) -> None:
    """ValueError naming the first value that is not a finite number."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"{label}: {name.replace('_', ' ')} is not a number.")
