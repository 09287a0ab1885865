"""Diagnostic accuracy by the bivariate normal approximation: logits of sensitivity and specificity, known variances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, expit, logit

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, BadVariance, TooFewStudies
from synthesis.stats.fitting import Likelihood, critical
from synthesis.stats.mixed.diagnostic import Hsroc, Proportion
from synthesis.stats.multivariate import Multivariate, Study, fit_multivariate

CORRECTIONS = ("all", "single", "none")
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


@dataclass(frozen=True, slots=True)
class Reitsma:
    """Summary accuracy of a test over k studies.

    vcov         (2, 2) covariance of the pooled (logit sensitivity, logit specificity)
    between      (2, 2) covariance of the studies' true logits;  correlation of the two (mada's has the opposite
                 sign: it works with the false-positive rate)
    *_ratio      likelihood ratios and the diagnostic odds ratio (estimate, lower, upper)
    hsroc        the same model as a summary ROC curve
    observed     (k, 2) false-positive rate and sensitivity of each study, after the correction
    """

    method: str
    level: float
    rows: Ints
    k: int
    sensitivity: Proportion
    specificity: Proportion
    vcov: Floats
    between: Floats
    correlation: float
    positive_ratio: tuple[float, float, float]
    negative_ratio: tuple[float, float, float]
    odds_ratio: tuple[float, float, float]
    hsroc: Hsroc
    likelihood: Likelihood
    observed: Floats
    warnings: tuple[Caution, ...]

    def roc(self, false_positive_rate: ArrayLike, *, kind: str = "rutter-gatsonis") -> Floats:
        """Sensitivity on the summary ROC curve at false-positive rates in (0, 1).

        kind  "rutter-gatsonis", or "regression" of logit sensitivity on logit false-positive rate.
        Raises BadInput outside (0, 1).
        """
        arrays.one_of(kind, ("rutter-gatsonis", "regression"), "kind of summary ROC curve")
        x = np.asarray(false_positive_rate, dtype=np.float64)
        if not np.all((x > 0) & (x < 1)):
            raise BadInput("False-positive rates lie between 0 and 1.")
        if kind == "regression":
            slope = -self.between[0, 1] / max(float(self.between[1, 1]), 1e-300)
            return np.asarray(expit(self.sensitivity.logit + slope * (logit(x) + self.specificity.logit)))
        h = self.hsroc
        return np.asarray(expit(h.accuracy * np.exp(-h.shape / 2) + np.exp(-h.shape) * logit(x)))

    def auc(self, low: float = 0.0, high: float = 1.0, *, kind: str = "rutter-gatsonis") -> float:
        """Mean sensitivity over false-positive rates from low to high: the area under the curve for (0, 1).

        The range of the observed rates gives the partial area. Raises BadInput.
        """
        if not 0 <= low < high <= 1:
            raise BadInput("The range of false-positive rates must lie within 0 and 1.")
        # x = sin² removes the steep ends of the curve.
        start, end = np.arcsin(np.sqrt([low, high]))
        angle = (start + end) / 2 + (end - start) / 2 * _NODES
        heights = self.roc(np.sin(angle) ** 2, kind=kind) * np.sin(2 * angle)
        return float((heights * _WEIGHTS).sum() * (end - start) / 2 / (high - low))

    def region(self, *, prediction: bool = False, points: int = 100) -> Floats:
        """Outline of the joint confidence (or prediction) region: (points, 2) of false-positive rate and sensitivity."""
        values, vectors = np.linalg.eigh(self.vcov + self.between if prediction else self.vcov)
        angle = np.linspace(0, 2 * np.pi, points)
        radius = np.sqrt(float(chdtri(2.0, arrays.level_fraction(self.level))))
        around = radius * (vectors * np.sqrt(np.maximum(values, 0.0))) @ [np.cos(angle), np.sin(angle)]
        sens, spec = self.sensitivity.logit + around[0], self.specificity.logit + around[1]
        return np.column_stack([expit(-spec), expit(sens)])


def reitsma(
    tp: ArrayLike,
    fp: ArrayLike,
    fn: ArrayLike,
    tn: ArrayLike,
    *,
    method: str = "REML",
    correction: float = 0.5,
    correct: str = "all",
    level: float = 95.0,
) -> Reitsma:
    """Pool sensitivity and specificity by the bivariate normal model of Reitsma.

    tp fp fn tn   (n,) true and false positives, false and true negatives; rows with a missing number are left out
    method        REML, ML or "fixed" (no variation between studies)
    correct       where `correction` is added: "all" studies as soon as one has a zero cell, the "single" studies that
                  have one, or "none". diagnostic_accuracy needs no correction and is less biased for sparse tables.
    Raises BadInput for negative counts or zero cells without correction, TooFewStudies below three, NotConverged.
    Source: Reitsma 2005, J Clin Epidemiol 58:982; Harbord 2007, Biostatistics 8:239. Checked: mada 0.5.12, AuditC.
    """
    arrays.level_fraction(level)
    cells, rows = _cells(tp, fp, fn, tn)
    cells = _corrected(cells, correction, arrays.one_of(correct, CORRECTIONS, "rule for the correction"))
    y = np.log(cells[:, [0, 3]] / cells[:, [1, 2]])
    v = 1 / cells[:, [0, 3]] + 1 / cells[:, [1, 2]]
    unit = np.eye(2)
    found = fit_multivariate(
        [Study(a, unit, unit, np.diag(b)) for a, b in zip(y, v, strict=True)], method=method
    )
    observed = np.column_stack([expit(-y[:, 1]), expit(y[:, 0])])
    return _result(found, rows, observed, level)


def _cells(tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, tn: ArrayLike) -> tuple[Floats, Ints]:
    """Columns tp, fn, fp, tn of the complete rows, and which rows those are."""
    given = (("tp", tp), ("fn", fn), ("fp", fp), ("tn", tn))
    columns = [arrays.vector(column, name) for name, column in given]
    if len({column.size for column in columns}) != 1:
        raise BadInput("tp, fp, fn and tn must have the same number of rows.")
    cells = np.column_stack(columns)
    rows = np.flatnonzero(np.isfinite(cells).all(1) & (cells.sum(1) > 0))
    cells = cells[rows]
    if (cells < 0).any():
        raise BadVariance("Counts cannot be negative.", tuple(int(r) for r in rows[(cells < 0).any(1)]))
    if len(cells) < 3:
        raise TooFewStudies("A bivariate model needs at least three studies.")
    return cells, rows


def _corrected(cells: Floats, correction: float, correct: str) -> Floats:
    if not (np.isfinite(correction) and correction >= 0):
        raise BadInput("The correction must be a finite number that is not negative.")
    zero = (cells == 0).any(1)
    if correct == "all" and zero.any():
        zero = np.ones(len(cells), dtype=bool)
    if correct != "none":
        cells = cells + correction * zero[:, None]
    if (cells == 0).any():
        raise BadInput("A table has a zero cell: its logit is infinite without a correction.")
    return cells


def _result(found: Multivariate, rows: Ints, observed: Floats, level: float) -> Reitsma:
    sd = np.sqrt(np.diag(found.psi))
    correlation = float(found.psi[0, 1] / (sd[0] * sd[1])) if sd.min() > 0 else 0.0
    c = critical(None, level)
    sens, spec = (float(p) for p in expit(found.beta))
    return Reitsma(
        method=found.method,
        level=level,
        rows=rows,
        k=rows.size,
        sensitivity=_proportion(found, 0, c),
        specificity=_proportion(found, 1, c),
        vcov=found.vcov,
        between=found.psi,
        correlation=correlation,
        positive_ratio=_ratio(np.log(sens / (1 - spec)), (1 - sens, spec), found.vcov, c),
        negative_ratio=_ratio(np.log((1 - sens) / spec), (-sens, spec - 1), found.vcov, c),
        odds_ratio=_ratio(float(found.beta.sum()), (1.0, 1.0), found.vcov, c),
        hsroc=_hsroc(found),
        likelihood=found.likelihood,
        observed=observed,
        warnings=found.warnings,
    )


def _proportion(found: Multivariate, j: int, c: float) -> Proportion:
    centre, se = float(found.beta[j]), float(np.sqrt(found.vcov[j, j]))
    return Proportion(
        float(expit(centre)), float(expit(centre - c * se)), float(expit(centre + c * se)), centre, se
    )


def _ratio(log: float, slope: tuple[float, float], vcov: Floats, c: float) -> tuple[float, float, float]:
    """A ratio by the delta method on its log: slope is its derivative in the two logits."""
    wide = c * float(np.sqrt(np.array(slope) @ vcov @ np.array(slope)))
    return float(np.exp(log)), float(np.exp(log - wide)), float(np.exp(log + wide))


def _hsroc(found: Multivariate) -> Hsroc:
    """Harbord 2007. Without variation between studies the curve is symmetric."""
    a, b = (float(sd) for sd in np.sqrt(np.diag(found.psi)))
    ratio = float(np.sqrt(b / a)) if min(a, b) > 0 else 1.0
    up, down = ratio * float(found.beta[0]), float(found.beta[1]) / ratio
    cross = float(found.psi[0, 1])
    return Hsroc(
        up + down, (up - down) / 2, 2 * float(np.log(ratio)), 2 * (a * b + cross), (a * b - cross) / 2
    )
