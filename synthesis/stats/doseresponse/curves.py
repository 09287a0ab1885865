"""Curves of a dose: straight line, parabola, restricted cubic spline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats.arrays import Floats, one_of, vector
from synthesis.stats.errors import BadInput, RankDeficient

SHAPES = ("linear", "quadratic", "spline")
# Harrell's percentiles for 3, 4 and 5 knots.
PERCENTILES: dict[int, tuple[float, ...]] = {
    3: (10, 50, 90),
    4: (5, 35, 65, 95),
    5: (5, 27.5, 50, 72.5, 95),
}


@dataclass(frozen=True, slots=True)
class Curve:
    """A family of curves; names of its columns; knots only for splines."""

    shape: str
    knots: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """One name per column."""
        if self.shape == "spline":
            return ("dose", *(f"spline{j}" for j in range(1, len(self.knots) - 1)))
        return ("dose",) if self.shape == "linear" else ("dose", "dose²")

    def columns(self, dose: ArrayLike) -> Floats:
        """The basis at doses (n,), shape (n, p).

        Splines are linear beyond the outer knots, in Harrell's scale: cubes divided by (t_last − t_first)².
        Source: Harrell 2015, Regression Modeling Strategies, section 2.4.5.
        """
        x = np.atleast_1d(np.asarray(dose, dtype=np.float64))
        if self.shape == "linear":
            return x[:, None]
        if self.shape == "quadratic":
            return np.column_stack([x, x * x])
        t = np.asarray(self.knots)
        cubes = np.maximum(x[:, None] - t, 0.0) ** 3
        last, before = t[-1], t[-2]
        bent = [
            cubes[:, j]
            - cubes[:, -2] * (last - t[j]) / (last - before)
            + cubes[:, -1] * (before - t[j]) / (last - before)
            for j in range(len(t) - 2)
        ]
        return np.column_stack([x, *(b / (last - t[0]) ** 2 for b in bent)])


def curve(shape: str, dose: Floats, knots: int | ArrayLike | None = None) -> Curve:
    """The curve for these doses. knots: how many (3, 4 or 5, at Harrell's percentiles of all doses), or where.

    Raises BadInput, RankDeficient when knots coincide.
    """
    one_of(shape, SHAPES, "shape of a dose–response curve")
    if shape != "spline":
        if knots is not None:
            raise BadInput("Only a spline has knots.")
        return Curve(shape, ())
    if knots is None or isinstance(knots, int):
        number = 3 if knots is None else knots
        if number not in PERCENTILES:
            raise BadInput("Give 3, 4 or 5 knots, or their positions.")
        where = np.percentile(dose, PERCENTILES[number])
    else:
        where = vector(knots, "knots")
    if where.size < 3 or not np.all(np.isfinite(where)):
        raise BadInput("A restricted cubic spline needs at least three finite knots.")
    if not np.all(np.diff(where) > 0):
        raise RankDeficient("Knots must increase; too many studies share a dose: give their positions.")
    return Curve(shape, tuple(float(t) for t in where))
