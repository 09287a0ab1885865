"""Maximising a selection model's likelihood from many starts, then Newton steps to full precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import minimize

from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.selection.functions import LARGEST
from synthesis.stats.selection.likelihood import Selected

# Starts: factors on the plain estimates of β and τ², and values of δ that all its elements take.
BETA_FACTORS = (1.0, 0.6, 0.2, -0.5, 2.0)
TAU2_FACTORS = (1.0, 0.0, 0.3, 4.0)
DELTAS = (1.0, 0.3, 0.05, 4.0)
RUNS = 5
# A parameter this close to a bound, on the scale of the search, is on it.
ON_BOUND = 1e-7
NEWTON_STEPS = 40


@dataclass(frozen=True, slots=True)
class Point:
    """Parameters in the order β, τ², δ, on the scale of the search (δ as logs if its kind says so)."""

    x: Floats
    value: float
    gradient: Floats


@dataclass(frozen=True, slots=True)
class Problem:
    """What may move, and within which bounds.

    data   with effects in units of a typical standard error;  free (n,) parameters to estimate
    fixed  (n,) values of the others, on the scale of the search
    """

    data: Selected
    free: Bools
    fixed: Floats

    @property
    def columns(self) -> int:
        return int(self.data.X.shape[1])

    def split(self, x: Floats) -> tuple[Floats, float, Floats]:
        """β, τ² and δ of a point."""
        b = self.columns
        rest = x[b + 1 :]
        return x[:b], float(x[b]), np.exp(rest) if self.data.kind.on_log else rest

    def bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds on the scale of the search."""
        b, small = self.columns, np.array(self.data.kind.smallest)
        large = np.full(small.size, LARGEST)
        if self.data.kind.on_log:
            small, large = np.log(small), np.log(large)
        low = np.concatenate([np.full(b, -np.inf), [0.0], small])
        return low, np.concatenate([np.full(b + 1, np.inf), large])

    def at(self, x: Floats) -> Point:
        """Log-likelihood and its gradient at a point; −∞ where it is not a number."""
        beta, tau2, delta = self.split(x)
        value, gradient = self.data.log_likelihood(beta, tau2, delta)
        if self.data.kind.on_log:
            gradient[self.columns + 1 :] *= delta
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return Point(x, -np.inf, np.zeros_like(x))
        return Point(x, value, gradient)

    def hessian(self, point: Point, moving: Bools) -> Floats:
        """Second derivatives in the moving parameters, by central differences of the exact gradient."""
        index = np.flatnonzero(moving)
        rows = []
        for j in index:
            h = 6e-6 * max(1.0, abs(point.x[j]))
            if j == self.columns:  # τ² may not become negative
                h = min(h, 0.5 * point.x[j])
            ahead, behind = point.x.copy(), point.x.copy()
            ahead[j] += h
            behind[j] -= h
            rows.append((self.at(ahead).gradient - self.at(behind).gradient)[index] / (2.0 * h))
        H = np.array(rows).reshape(index.size, index.size)
        return np.asarray((H + H.T) / 2.0)


def maximise(problem: Problem, beta: Floats, tau2: float) -> tuple[Point, Bools]:
    """The highest point found and which of its parameters move (are free and not on a bound).

    beta, tau2   the estimates without selection. A grid around them picks the starts of quasi-Newton runs within the
    bounds; the best is polished by Newton's method.
    """
    starts = sorted((problem.at(x) for x in _starts(problem, beta, tau2)), key=lambda start: -start.value)
    plain = next(_starts(problem, beta, tau2))
    found = [_quasi_newton(problem, x) for x in _distinct([plain, *(s.x for s in starts)])]
    best = max(found, key=lambda point: point.value)
    return _polish(problem, best)


def _starts(problem: Problem, beta: Floats, tau2: float) -> Iterator[Floats]:
    low, high = problem.bounds()
    spread = max(tau2, 0.1)
    shapes = DELTAS if problem.free[problem.columns + 1 :].any() else DELTAS[:1]
    taus = TAU2_FACTORS if problem.free[problem.columns] else (0.0,)
    for factor, tau, delta in product(BETA_FACTORS, taus, shapes):
        rest = np.full(len(problem.data.kind.smallest), np.log(delta) if problem.data.kind.on_log else delta)
        first = tau2 if tau == 1.0 else tau * spread
        x = np.concatenate([factor * beta, [first], rest])
        yield np.where(problem.free, np.clip(x, low, high), problem.fixed)


def _distinct(starts: list[Floats]) -> list[Floats]:
    """The first start, and the best others that do not share both τ² and δ with a better one."""
    kept: list[Floats] = []
    for x in starts:
        if len(kept) == RUNS:
            break
        if not any(np.abs(x - other).sum() < 0.5 for other in kept):
            kept.append(x)
    return kept


def _quasi_newton(problem: Problem, start: Floats) -> Point:
    low, high = (side[problem.free] for side in problem.bounds())

    def loss(part: Floats) -> tuple[float, Floats]:
        point = problem.at(_filled(problem, start, part))
        if not np.isfinite(point.value):
            return 1e10, np.zeros(part.size)
        return -point.value, -point.gradient[problem.free]

    found = minimize(
        loss,
        start[problem.free],
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": 400, "ftol": 1e-13, "gtol": 1e-7},
    )
    return problem.at(_filled(problem, start, found.x))


def _filled(problem: Problem, x: Floats, part: Floats) -> Floats:
    full = x.copy()
    full[problem.free] = part
    return full


def _polish(problem: Problem, point: Point) -> tuple[Point, Bools]:
    """Newton's method on what is not held by a bound, with the Hessian made negative definite and steps halved."""
    low, high = problem.bounds()
    for _ in range(NEWTON_STEPS):
        moving = _moving(problem, point)
        if not moving.any():
            break
        values, vectors = np.linalg.eigh(-problem.hessian(point, moving))
        slope = vectors.T @ point.gradient[moving]
        curve = np.maximum(np.abs(values), 1e-8 * max(1e-8, float(np.abs(values).max())))
        step = np.zeros_like(point.x)
        step[moving] = vectors @ (slope / curve)
        following = _line_search(problem, point, step, (low, high))
        gain = following.value - point.value
        moved = np.abs(following.x - point.x).max()
        point = following
        if gain <= 0 or moved < 1e-12:
            break
    return point, _moving(problem, point)


def _line_search(problem: Problem, point: Point, step: Floats, bounds: tuple[Floats, Floats]) -> Point:
    share = 1.0
    for _ in range(30):
        candidate = problem.at(np.clip(point.x + share * step, *bounds))
        if candidate.value > point.value:
            return candidate
        share /= 2.0
    return point


def _moving(problem: Problem, point: Point) -> Bools:
    """Free parameters that no bound holds back."""
    low, high = problem.bounds()
    room = ON_BOUND * np.maximum(1.0, np.abs(point.x))
    held = (point.x <= low + room) & (point.gradient <= 0) | (point.x >= high - room) & (point.gradient >= 0)
    return np.asarray(problem.free & ~held)
