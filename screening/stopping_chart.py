"""The geometry of the two curves of the stopping page: data in, points of an SVG out. Pure; the template draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from screening.stopping import Moment

Scale = Callable[[float], float]
WIDTH, HEIGHT = 460.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 12.0, 40.0
#: p is drawn on a logarithmic scale down to here.
SMALLEST_P = 1e-4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Points of polylines as SVG writes them, with the axes."""

    line: str
    band: str
    marker: float | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def found_chart(moments: Sequence[Moment], *, total: int) -> Chart:
    """Relevant found against records read; the band reaches up to as many as are not ruled out.

    Early bands reach far above what is ever found, so the axis ends at twice what was found by the end, or where the last band
    ends, and bands are cut there.
    """
    found = moments[-1].found
    top = max(2 * found, round(1.1 * moments[-1].most), 10)
    top = min(top, max(4 * found, 20))
    across, up = _scale(total), _scale_up(top)
    line = [(0.0, 0.0), *((float(moment.read), float(moment.found)) for moment in moments)]
    above = [(float(moment.read), float(min(moment.most, top))) for moment in moments]
    below = [(float(moment.read), float(moment.found)) for moment in reversed(moments)]
    return Chart(
        line=_points(line, across, up),
        band=_points([*above, *below], across, up),
        marker=None,
        x_ticks=_ticks(total, across),
        y_ticks=tuple(Tick(_round(up(value)), f"{value:,}") for value in _steps(top)),
    )


def p_chart(moments: Sequence[Moment], *, total: int, alpha: float) -> Chart:
    """p that recall is below the target against records read, on a logarithmic scale; `marker` is the height of alpha."""
    across = _scale(total)
    depth = math.log10(SMALLEST_P)

    def up(p: float) -> float:
        share = math.log10(max(p, SMALLEST_P)) / depth
        return TOP + share * (HEIGHT - TOP - BOTTOM)

    return Chart(
        line=_points([(float(moment.read), moment.p) for moment in moments], across, up),
        band="",
        marker=_round(up(alpha)),
        x_ticks=_ticks(total, across),
        y_ticks=tuple(Tick(_round(up(10.0**-power)), f"{10.0**-power:g}") for power in range(5)),
    )


def _scale(total: int) -> Scale:
    return lambda value: LEFT + value / max(total, 1) * (WIDTH - LEFT - RIGHT)


def _scale_up(top: int) -> Scale:
    return lambda value: HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _ticks(total: int, across: Scale) -> tuple[Tick, ...]:
    return tuple(Tick(_round(across(value)), f"{value:,}") for value in _steps(total))


def _steps(top: int) -> list[int]:
    """Four to eight round numbers from 0 up to `top`."""
    if top <= 0:
        return [0]
    power = 10 ** max(0, math.floor(math.log10(top)) - 1)
    step = next(step for times in (1, 2, 5, 10, 20) if top / (step := times * power) <= 8)
    return list(range(0, top + 1, step))


def _points(values: Iterable[tuple[float, float]], across: Scale, up: Scale) -> str:
    return " ".join(f"{_round(across(x))},{_round(up(y))}" for x, y in values)


def _round(value: float) -> float:
    return round(value, 1)
