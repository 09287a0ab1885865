"""The log-likelihood of selected studies and its exact gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from synthesis.stats.arrays import Floats
from synthesis.stats.selection.functions import Cover, Kind

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class Selected:
    """Studies with the way they were selected: y_i is seen with density w(p(y)) N(y; x_i'β, v_i + τ²) / A_i.

    y, v (k,) turned so that large y are favoured;  X (k, b);  p, q (k,) their censored p-values (steps: intervals)
    threshold  p-value up to which w is 1; beyond it w falls from there, as w(p) / w(threshold)
    certain (k,) 1 where p is not above the threshold;  severity (k,) factor on the parameters, or 1
    """

    y: Floats
    v: Floats
    X: Floats
    p: Floats
    q: Floats
    certain: Floats
    severity: Floats | None
    kind: Kind
    cover: Cover
    threshold: float | None = None

    def log_likelihood(self, beta: Floats, tau2: float, delta: Floats) -> tuple[float, Floats]:
        """Value, and gradient in (β, τ², δ).

        A_i is a sum over pieces and nodes of weight × probability, so every slope of log A_i is a mean over them;
        all of it on the log scale, where no far-away study can underflow.
        """
        variance = self.v + tau2
        s = np.sqrt(variance)
        mean = self.X @ beta
        own, own_slopes = self._weights(self.p, self.q, self.certain, delta, self.severity)
        column = None if self.severity is None else self.severity[:, None]
        log_w, slopes = self._weights(self.cover.p, self.cover.q, self.cover.certain, delta, column)
        mass, by_mean, by_variance = self._probabilities(mean, s)
        terms = log_w + mass
        top = terms.max(1)
        share = np.exp(terms - top[:, None])
        total = share.sum(1)
        share /= total[:, None]
        u = (self.y - mean) / s
        value = own - 0.5 * (LOG_2PI + np.log(variance) + u * u) - top - np.log(total)
        d_mean = u / s - (share * by_mean).sum(1)
        d_variance = 0.5 * (u * u - 1.0) / variance - (share * by_variance).sum(1)
        if slopes.ndim == 2:  # the same weights for every study
            slopes = slopes[:, None]
        d_delta = own_slopes.sum(-1) - (share * slopes).sum((-2, -1))
        return float(value.sum()), np.concatenate([self.X.T @ d_mean, [d_variance.sum()], d_delta])

    def _weights(
        self, p: Floats, q: Floats, certain: Floats, delta: Floats, severity: Floats | None
    ) -> tuple[Floats, Floats]:
        c = 1.0 if severity is None else severity
        log_w, slopes = self.kind.curve(p, q, delta, c)
        if self.threshold is None:
            return log_w, slopes
        at = np.full((1,) * p.ndim, self.threshold)
        log_at, slopes_at = self.kind.curve(at, 1.0 - at, delta, c)
        return np.where(certain > 0, 0.0, log_w - log_at), np.where(certain > 0, 0.0, slopes - slopes_at)

    def _probabilities(self, mean: Floats, s: Floats) -> tuple[Floats, Floats, Floats]:
        """Log probability of each piece and node for each study (k, J + Q), and its slopes in mean and variance."""
        root = np.sqrt(self.v)[:, None]
        s, mean = s[:, None], mean[:, None]
        low, high = (self.cover.low * root - mean) / s, (self.cover.high * root - mean) / s
        inside = _log_between(low, high)
        at_low, at_high = _ratio(low, inside), _ratio(high, inside)
        u = (self.cover.z * root - mean) / s
        nodes = self.cover.log_mass - 0.5 * (LOG_2PI + u * u) + np.log(root / s)
        finite_low, finite_high = np.where(np.isinf(low), 0.0, low), np.where(np.isinf(high), 0.0, high)
        return (
            np.concatenate([inside, nodes], 1),
            np.concatenate([(at_low - at_high) / s, u / s], 1),
            np.concatenate(
                [finite_low * at_low - finite_high * at_high, u * u - 1.0], 1
            ) / (2.0 * s * s),
        )  # fmt: skip


def _log_between(low: Floats, high: Floats) -> Floats:
    """log (Φ(high) − Φ(low)), taken in the tail where the two do not cancel."""
    mirrored = low > 0
    a, b = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    upper = log_ndtr(b)
    with np.errstate(divide="ignore"):
        return np.asarray(upper + np.log(-np.expm1(log_ndtr(a) - upper)))


def _ratio(x: Floats, log_mass: Floats) -> Floats:
    """φ(x) / mass, 0 at infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.exp(-0.5 * (LOG_2PI + x * x) - log_mass)
    return np.where(np.isinf(x) | np.isinf(log_mass), 0.0, ratio)
