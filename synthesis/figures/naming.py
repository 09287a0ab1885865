"""Names beside the points of a plot, wherever there is room for them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthesis.figures.drawing import SOFT, Anchor, Line, Run, Text
from synthesis.figures.frame import SIZE, Frame
from synthesis.figures.typesetting import measure


@dataclass(frozen=True, slots=True)
class Ring:
    """A name to be put beside a point: where the point is, how large, and what it is called."""

    x: float
    y: float
    radius: float
    name: str


def named(
    frame: Frame, rings: Sequence[Ring], *, avoid: Sequence[Line] = (), size: float = SIZE - 1, most: int = 40
) -> list[Text | Line]:
    """Names beside their points where there is room: never on a point, another name or outside the frame.

    Taken is the place that the fewest lines to `avoid` run through, the nearest of these; one that is not next to the
    point has a thin line to it. The first of `rings` choose first, so that those that matter most
    should come first; a name without room is left out (the text alternative has them all), as is an empty one.
    """
    taken = [
        (ring.x - ring.radius, ring.y - ring.radius, ring.x + ring.radius, ring.y + ring.radius)
        for ring in rings
    ]
    leaders: list[Line] = []
    found: list[Text | Line] = []
    for ring in [ring for ring in rings if ring.name][:most]:
        wide = measure(ring.name, size)
        free = [
            (sum(_crosses(line, spot.box) for line in avoid), n, spot)
            for n, spot in enumerate((*_near(ring, wide, size), *_far(ring, wide, size)))
            if _is_free(spot, ring, frame, taken, leaders)
        ]
        if free:
            spot = min(free, key=lambda one: one[:2])[2]
            taken.append(spot.box)
            found.append(spot.text)
            leaders += [spot.leader] if spot.leader else []
    return [*leaders, *found]


_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place for a name, the box it would take, and the line from the point where it is not next to it."""

    text: Text
    box: _Box
    leader: Line | None = None


def _near(ring: Ring, wide: float, size: float) -> Iterator[_Spot]:
    """Right of the point, left of it, above, below, and on the slants."""
    away, tall = ring.radius + 3, 0.95 * size
    slant = 0.75 * ring.radius + 2
    offsets: tuple[tuple[float, float, Anchor], ...] = (
        (away, 0.0, "start"), (-away, 0.0, "end"), (0.0, -away - tall / 2, "middle"), (0.0, away + tall / 2, "middle"),
        (slant, -slant - tall / 2, "start"), (slant, slant + tall / 2, "start"),
        (-slant, -slant - tall / 2, "end"), (-slant, slant + tall / 2, "end"),
    )  # fmt: skip
    for dx, dy, anchor in offsets:
        yield _spot(ring, wide, size, (dx, dy), anchor)


def _far(ring: Ring, wide: float, size: float) -> Iterator[_Spot]:
    """Further and further off, above and below, to both sides, with a line to the point."""
    for reach in (14.0, 24.0, 36.0, 50.0):
        for down in (-1, 1):
            for dx, anchor in ((0.5 * reach, "start"), (-0.5 * reach, "end"), (0.0, "middle")):
                side: Anchor = "start" if anchor == "start" else "end" if anchor == "end" else "middle"
                dy = down * (ring.radius + reach)
                spot = _spot(ring, wide, size, (dx, dy), side)
                near_edge = spot.box[3] if down < 0 else spot.box[1]
                away = math.hypot(dx, near_edge - ring.y) or 1.0
                start = (ring.x + dx * ring.radius / away, ring.y + (near_edge - ring.y) * ring.radius / away)
                leader = Line(start, (ring.x + dx, near_edge - 0.5 * down), SOFT, 0.5)
                yield _Spot(spot.text, spot.box, leader)


def _spot(ring: Ring, wide: float, size: float, offset: tuple[float, float], anchor: Anchor) -> _Spot:
    x, middle, tall = ring.x + offset[0], ring.y + offset[1], 0.95 * size
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    text = Text(x, middle + 0.28 * size, (Run(ring.name),), size, anchor)
    return _Spot(text, (left, middle - tall / 2, left + wide, middle + tall / 2))


def _is_free(spot: _Spot, ring: Ring, frame: Frame, taken: Sequence[_Box], leaders: Sequence[Line]) -> bool:
    if not _is_inside(frame, spot.box) or any(_meet(spot.box, other) for other in taken):
        return False
    if any(_crosses(leader, spot.box) for leader in leaders):
        return False
    own = (ring.x - ring.radius, ring.y - ring.radius, ring.x + ring.radius, ring.y + ring.radius)
    return spot.leader is None or not any(_crosses(spot.leader, box) for box in taken if box != own)


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _is_inside(frame: Frame, box: _Box) -> bool:
    return (
        box[0] >= frame.left + 2
        and box[2] <= frame.right
        and box[1] >= frame.top
        and box[3] <= frame.bottom - 2
    )


def _crosses(line: Line, box: _Box) -> bool:
    """Whether a line runs through a box (Liang & Barsky 1984)."""
    (x1, y1), (x2, y2) = line.start, line.end
    enters, leaves = 0.0, 1.0
    for step, room in (
        (x1 - x2, x1 - box[0]), (x2 - x1, box[2] - x1), (y1 - y2, y1 - box[1]), (y2 - y1, box[3] - y1),
    ):  # fmt: skip
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    return enters <= leaves
