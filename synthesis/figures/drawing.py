"""The few shapes all figures are made of: one layout, written as SVG, PDF or PNG."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]

#: Inks follow the page: "ink" is its text colour, the next three are that colour thinned, "none" is nothing; any other
#: is "#rrggbb".
INK, SOFT, SHADE, FAINT, NONE = "ink", "soft", "shade", "faint", "none"
OPACITY = {INK: 1.0, SOFT: 0.68, SHADE: 0.24, FAINT: 0.1}
SAFE_LINKS = ("https://", "http://", "/", "#", "?")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `label` is what a screen reader says for a link."""

    text: str
    bold: bool = False
    raised: bool = False
    href: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        if self.href and not self.href.startswith(SAFE_LINKS):
            raise ValueError(f"A figure does not link to {self.href!r}.")


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline. `rotate` is in degrees, anticlockwise, about (x, y)."""

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float
    anchor: Anchor = "start"
    ink: str = INK
    rotate: int = 0

    @property
    def string(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Line:
    """A straight stroke."""

    start: Point
    end: Point
    ink: str = INK
    width: float = 0.8
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Rect:
    """A box; (x, y) is its top left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: str = NONE
    stroke: str = NONE
    stroke_width: float = 0.8
    radius: float = 0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed shape, filled."""

    points: tuple[Point, ...]
    fill: str = INK
    stroke: str = NONE


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = NONE


Shape = Text | Line | Rect | Polygon | Disc


def lowered(shape: Shape, by: float) -> Shape:
    """The shape, `by` points further down."""
    match shape:
        case Line():
            (x1, y1), (x2, y2) = shape.start, shape.end
            return replace(shape, start=(x1, y1 + by), end=(x2, y2 + by))
        case Polygon():
            return replace(shape, points=tuple((x, y + by) for x, y in shape.points))
        case _:
            return replace(shape, y=shape.y + by)


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together, such as one row; `ident` becomes their id on the page."""

    shapes: tuple[Shape, ...]
    ident: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished figure in points (1/72 inch), y downwards; `description` says the same in words."""

    width: float
    height: float
    title: str
    description: str
    items: tuple[Shape | Group, ...]

    def shapes(self) -> tuple[Shape, ...]:
        """All shapes, groups opened."""
        return tuple(s for item in self.items for s in (item.shapes if isinstance(item, Group) else (item,)))

    def lowered(self, by: float) -> Drawing:
        """The same figure `by` points further down on a higher page."""
        items: list[Shape | Group] = []
        for item in self.items:
            if isinstance(item, Group):
                items.append(replace(item, shapes=tuple(lowered(shape, by) for shape in item.shapes)))
            else:
                items.append(lowered(item, by))
        return replace(self, height=self.height + by, items=tuple(items))

    def has_links(self) -> bool:
        """Whether anything in the figure can be followed."""
        return any(run.href for shape in self.shapes() if isinstance(shape, Text) for run in shape.runs)
