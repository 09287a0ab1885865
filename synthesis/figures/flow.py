"""The PRISMA 2020 flow diagram, laid out like the official template; boxes grow with what they have to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from synthesis.figures.drawing import INK, SOFT, Drawing, Group, Line, Polygon, Rect, Run, Shape, Text
from synthesis.figures.flow_diagram import BoxId, FlowBox, FlowDiagram, FlowLine
from synthesis.figures.typesetting import wrap

__all__ = ["FlowBox", "FlowDiagram", "FlowLine", "draw"]

Column = Literal["previous", "main", "beside", "other", "other beside"]

#: Where each box stands; the order is the order of reading, and of the Tab key.
_PLACES: dict[BoxId, tuple[Column, int]] = {
    "box1": ("previous", 0),
    "box2": ("main", 0),
    "box3": ("beside", 0),
    "box4": ("main", 1),
    "box5": ("beside", 1),
    "box6": ("main", 2),
    "box7": ("beside", 2),
    "box8": ("main", 3),
    "box9": ("beside", 3),
    "box11": ("other", 0),
    "box12": ("other", 2),
    "box13": ("other beside", 2),
    "box14": ("other", 3),
    "box15": ("other beside", 3),
    "box10": ("main", 4),
    "box16": ("main", 5),
    "box17": ("main", 6),
    "open": ("beside", 4),
}
_WIDTHS: dict[Column, float] = {
    "previous": 140,
    "main": 180,
    "beside": 180,
    "other": 168,
    "other beside": 150,
}
_STAGES = (("Identification", range(1)), ("Screening", range(1, 4)), ("Included", range(4, 7)))
_DOWN: tuple[tuple[BoxId, BoxId], ...] = (
    ("box2", "box4"), ("box4", "box6"), ("box6", "box8"), ("box8", "box10"), ("box10", "box16"),
    ("box11", "box12"), ("box12", "box14"),
)  # fmt: skip
_ACROSS: tuple[tuple[BoxId, BoxId], ...] = (
    ("box2", "box3"), ("box4", "box5"), ("box6", "box7"), ("box8", "box9"), ("box12", "box13"), ("box14", "box15"),
)  # fmt: skip
#: Down out of the first box, then sideways into the second.
_ROUND_A_CORNER: tuple[tuple[BoxId, BoxId], ...] = (("box14", "box10"), ("box1", "box16"))

_MARGIN, _BAR, _BAR_GAP, _COLUMN_GAP, _ROW_GAP = 14.0, 16.0, 10.0, 26.0, 20.0
_SIZE, _LEADING, _PADDING, _INDENT, _HEADING = 8.5, 11.0, 6.0, 9.0, 26.0
_TITLE_SIZE = 11.0
_SMALLEST_BAR = 72.0
# The official template's colours; the words on them are dark on any page.
_GOLD, _GREY, _BLUE, _DARK = "#ffc000", "#c9c9c9", "#9dc3e6", "#1a1a1a"


def draw(diagram: FlowDiagram) -> Drawing:
    """Lay a flow diagram out; hand the result to `formats.render`."""
    layout = _Layout(diagram)
    return Drawing(
        width=layout.width,
        height=layout.height,
        title=diagram.title,
        description=describe(diagram),
        items=tuple(layout.items()),
    )


def describe(diagram: FlowDiagram) -> str:
    """Every box in reading order, in words."""
    boxes = {box.ident: box for box in diagram.boxes}
    said = ["PRISMA 2020 flow diagram."]
    for ident in _PLACES:
        if ident in boxes:
            lines = [
                line.text + ("" if line.count is None else f" {line.count}") for line in boxes[ident].lines
            ]
            said.append("; ".join(lines).replace(":;", ":") + ".")
    return " ".join([*said, *diagram.footnotes])


@dataclass(frozen=True, slots=True)
class _Place:
    """A box on the page, with its text."""

    box: FlowBox
    lines: tuple[tuple[float, tuple[Run, ...]], ...]
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class _Layout:
    diagram: FlowDiagram

    # -- places -------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> dict[BoxId, int]:
        """The row of each box that is there: what is open moves where no arrow passes, box17 up where it can."""
        there = {box.ident for box in self.diagram.boxes}
        rows = {ident: row for ident, (_, row) in _PLACES.items() if ident in there}
        if "open" in there and "box14" in there:
            rows["open"] = 5
        if "box17" in there and "box16" not in there:
            rows["box17"] = 5
        return rows

    @cached_property
    def columns(self) -> dict[Column, float]:
        """The left edge of each column that has a box."""
        used = {_PLACES[ident][0] for ident in self.rows}
        edges, x = {}, _MARGIN + _BAR + _BAR_GAP
        for column, width in _WIDTHS.items():
            if column in used:
                edges[column] = x
                x += width + _COLUMN_GAP
        return edges

    @cached_property
    def width(self) -> float:
        last = list(self.columns)[-1]
        return self.columns[last] + _WIDTHS[last] + _MARGIN

    @cached_property
    def title_lines(self) -> list[str]:
        title = self.diagram.title
        return wrap(title, self.width - 2 * _MARGIN, _TITLE_SIZE, bold=True) if title else []

    @cached_property
    def heading_y(self) -> float:
        return _MARGIN + (len(self.title_lines) * 1.3 * _TITLE_SIZE + 8 if self.title_lines else 0)

    @cached_property
    def spans(self) -> dict[int, tuple[float, float]]:
        """Top and bottom of each row that has a box."""
        spans, y = {}, self.heading_y + _HEADING + 12
        heights = {box.ident: _height(_set(box)) for box in self.diagram.boxes}
        for row in sorted(set(self.rows.values())):
            tallest = max(heights[ident] for ident, place in self.rows.items() if place == row)
            spans[row] = (y, y + tallest)
            y += tallest + _ROW_GAP
        return self._with_room_for_bars(spans)

    def _with_room_for_bars(self, spans: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
        """The spans, with the last row of a stage stretched where the stage's name would not fit its bar."""
        moved, shift = dict(spans), 0.0
        for _, stage in _STAGES:
            rows = [row for row in spans if row in stage]
            for row in rows:
                moved[row] = (spans[row][0] + shift, spans[row][1] + shift)
            if rows:
                missing = max(0.0, _SMALLEST_BAR - (moved[rows[-1]][1] - moved[rows[0]][0]))
                moved[rows[-1]] = (moved[rows[-1]][0], moved[rows[-1]][1] + missing)
                shift += missing
        return moved

    @cached_property
    def places(self) -> dict[BoxId, _Place]:
        """Every box where it stands, in reading order."""
        boxes = {box.ident: box for box in self.diagram.boxes}
        placed: dict[BoxId, _Place] = {}
        for ident, (column, _) in _PLACES.items():
            if ident in boxes:
                lines = _set(boxes[ident])
                top = self.spans[self.rows[ident]][0]
                x, width = self.columns[column], _WIDTHS[column]
                placed[ident] = _Place(boxes[ident], lines, x, top, width, _height(lines))
        return placed

    @cached_property
    def footnotes(self) -> list[Text]:
        y = max((bottom for _, bottom in self.spans.values()), default=self.heading_y) + 20
        notes: list[Text] = []
        for note in self.diagram.footnotes:
            for line in wrap(note, self.width - 2 * _MARGIN, _SIZE):
                notes.append(Text(_MARGIN, y, (Run(line),), _SIZE, ink=SOFT))
                y += _LEADING
        return notes

    @cached_property
    def height(self) -> float:
        bottom = max((bottom for _, bottom in self.spans.values()), default=self.heading_y)
        return max([bottom, *(note.y for note in self.footnotes)]) + _MARGIN

    # -- ink ----------------------------------------------------------------------------------------------------

    def items(self) -> Iterator[Shape | Group]:
        for n, line in enumerate(self.title_lines):
            y = _MARGIN + _TITLE_SIZE + n * 1.3 * _TITLE_SIZE
            yield Text(_MARGIN, y, (Run(line, bold=True),), _TITLE_SIZE)
        yield from self._headings()
        yield from self._bars()
        yield from self._arrows()
        for ident, place in self.places.items():
            yield Group(tuple(_box(place)), f"flow-{ident}")
        yield from self.footnotes

    def _headings(self) -> Iterator[Shape]:
        diagram = self.diagram
        parts: tuple[tuple[str, str, tuple[Column, ...]], ...] = (
            (diagram.previous_heading, _GREY, ("previous",)),
            (diagram.main_heading, _GOLD, ("main", "beside")),
            (diagram.other_heading, _GREY, ("other", "other beside")),
        )
        for words, colour, columns in parts:
            there = [column for column in columns if column in self.columns]
            if there:
                left, right = self.columns[there[0]], self.columns[there[-1]] + _WIDTHS[there[-1]]
                yield from _heading(words, colour, left, right, self.heading_y)

    def _bars(self) -> Iterator[Shape]:
        for name, stage in _STAGES:
            rows = [row for row in self.spans if row in stage]
            if rows:
                top, bottom = self.spans[rows[0]][0], self.spans[rows[-1]][1]
                yield Rect(_MARGIN, top, _BAR, bottom - top, fill=_BLUE, radius=4)
                middle = (top + bottom) / 2
                yield Text(
                    _MARGIN + _BAR / 2 + 0.35 * _SIZE,
                    middle,
                    (Run(name, bold=True),),
                    _SIZE,
                    "middle",
                    _DARK,
                    90,
                )

    def _arrows(self) -> Iterator[Shape]:
        places = self.places
        for start, end in [*_DOWN, ("box16" if "box16" in places else "box10", "box17")]:
            if start in places and end in places:
                a, b = places[start], places[end]
                yield from _arrow((a.middle, a.bottom), (a.middle, b.y))
        for start, end in _ACROSS:
            if start in places and end in places:
                a, b = places[start], places[end]
                y = a.y + min(a.height, b.height) / 2
                yield from _arrow((a.x + a.width, y), (b.x, y))
        for start, end in _ROUND_A_CORNER:
            if start in places and end in places:
                a, b = places[start], places[end]
                y = b.y + b.height / 2
                yield Line((a.middle, a.bottom), (a.middle, y))
                yield from _arrow((a.middle, y), (b.x + b.width if a.x > b.x else b.x, y))


def _set(box: FlowBox) -> tuple[tuple[float, tuple[Run, ...]], ...]:
    """The lines of a box as they are printed: how far indented, and the words with the linked count."""
    width = _WIDTHS[_PLACES[box.ident][0]] - 2 * _PADDING
    return tuple(
        (line.indent * _INDENT + (_INDENT / 2 if n else 0), runs)
        for line in box.lines
        for n, runs in enumerate(_runs(line, width - line.indent * _INDENT - _INDENT / 2))
    )


def _runs(line: FlowLine, width: float) -> Iterator[tuple[Run, ...]]:
    if line.count is None:
        yield from ((Run(words),) for words in wrap(line.text, width, _SIZE))
        return
    count = f"n = {line.count}"
    *rest, last = wrap(f"{line.text} ({count})", width, _SIZE)
    yield from ((Run(words),) for words in rest)
    before = last[: -len(count) - 1]
    link = Run(count, href=line.href, label=f"{line.text}: {line.count}" if line.href else "")
    yield (Run(before), link, Run(")"))


def _height(lines: tuple[tuple[float, tuple[Run, ...]], ...]) -> float:
    return len(lines) * _LEADING + 2 * _PADDING


def _box(place: _Place) -> Iterator[Shape]:
    is_open = place.box.ident == "open"
    yield Rect(
        place.x, place.y, place.width, place.height,
        stroke=SOFT if is_open else INK, stroke_width=0.8, dash=(3, 2) if is_open else (),
    )  # fmt: skip
    for n, (indent, runs) in enumerate(place.lines):
        y = place.y + _PADDING + 0.8 * _SIZE + n * _LEADING + (_LEADING - _SIZE) / 2
        yield Text(place.x + _PADDING + indent, y, runs, _SIZE)


def _heading(words: str, colour: str, left: float, right: float, y: float) -> Iterator[Shape]:
    yield Rect(left, y, right - left, _HEADING, fill=colour, radius=4)
    lines = wrap(words, right - left - 2 * _PADDING, _SIZE, bold=True, lines=2)
    first = y + _HEADING / 2 + 0.35 * _SIZE - (len(lines) - 1) * _LEADING / 2
    for n, line in enumerate(lines):
        yield Text((left + right) / 2, first + n * _LEADING, (Run(line, bold=True),), _SIZE, "middle", _DARK)


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Shape]:
    """A line with a head; horizontal or vertical only."""
    (x1, y1), (x2, y2) = start, end
    along = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    back = (x2 - 5 * along[0], y2 - 5 * along[1])
    yield Line(start, back)
    aside = (2.6 * along[1], 2.6 * along[0])
    left, right = (back[0] - aside[0], back[1] - aside[1]), (back[0] + aside[0], back[1] + aside[1])
    yield Polygon((end, left, right), fill=INK)
