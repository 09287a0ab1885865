"""Quadrature over all values of z = y / √v for smooth selection functions: panels between their kinks, exact tails."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from synthesis.stats.arrays import Floats
from synthesis.stats.selection.functions import Cover

# Beyond this |z| a p-value is 0 or 1 to all digits of a double.
FARTHEST = 9.0
# z has a standard deviation of at least 1, so panels of this width with this many nodes lose no digit.
WIDTH, NODES = 1.5, 16
# Towards z = 0 a two-sided p approaches 1 and its weight may rise as a power: panels shrink geometrically.
GRADED = (1e-4, 1e-3, 1e-2, 0.1, 0.4)


def smooth_cover(censor: float, threshold: float | None, two_sided: bool) -> Cover:
    """The cover for a function that is constant beyond the censoring point and, if asked, below the threshold."""
    half = two_sided
    far = -float(ndtri(censor / (2.0 if half else 1.0))) if censor > 0 else FARTHEST
    near = (-float(ndtri((1.0 - censor) / 2.0)) if censor > 0 else 0.0) if half else -far
    cut = far if threshold is None else -float(ndtri(threshold / (2.0 if half else 1.0)))
    edges = _panels(near, min(cut, far), graded=half)
    z, mass = _gauss(edges)
    pieces = [(min(cut, far), np.inf)] + ([(-near, near)] if half and near > 0 else [])
    if half:
        z, mass = np.concatenate([z, -z]), np.concatenate([mass, mass])
        pieces.append((-np.inf, -min(cut, far)))
    else:
        pieces.append((-np.inf, near))
    low, high = (np.array(side) for side in zip(*pieces, strict=True))
    inside = np.where(np.isinf(low), high, np.where(np.isinf(high), low, 0.0))
    points = np.concatenate([inside, z])
    p, q = p_values(points, two_sided)
    p, q = np.clip(p, censor, 1.0 - censor), np.clip(q, censor, 1.0 - censor)
    if censor == 0:  # the tails stand for p = 0 and p = 1 themselves
        p[: low.size] = np.where(p[: low.size] < 0.5, 0.0, 1.0)
        q[: low.size] = 1.0 - p[: low.size]
    certain = np.zeros(points.size)
    if threshold is not None:
        certain[: low.size] = np.isinf(high) | (np.isinf(low) & half)
    return Cover(low, high, z, np.log(mass), p, q, certain)


def p_values(z: Floats, two_sided: bool) -> tuple[Floats, Floats]:
    """p-values of z in favour of large values (or of either sign), and their complements without cancellation."""
    if not two_sided:
        return np.asarray(ndtr(-z)), np.asarray(ndtr(z))
    size = np.abs(z)
    return np.asarray(2.0 * ndtr(-size)), np.asarray(ndtr(size) - ndtr(-size))


def _panels(low: float, high: float, graded: bool) -> Floats:
    inner = [edge for edge in GRADED if graded and low < edge < high]
    start = inner[-1] if inner else low
    count = max(1, int(np.ceil((high - start) / WIDTH)))
    return np.concatenate([[low], inner[:-1], np.linspace(start, high, count + 1)[0 if inner else 1 :]])


def _gauss(edges: Floats) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, None] / 2.0
    return (edges[:-1, None] + half * (nodes + 1.0)).ravel(), (half * weights).ravel()
