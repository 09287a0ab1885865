"""Diagnostic accuracy: sensitivity and specificity together, by the bivariate binomial–normal model, and its ROC curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, expit

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.cautions import Caution
from synthesis.stats.criteria import criteria
from synthesis.stats.errors import BadInput, BadVariance, NotDefined, TooFewStudies
from synthesis.stats.fitting import Likelihood, critical
from synthesis.stats.maximise import maximise, sloped
from synthesis.stats.mixed.estimation import second_differences
from synthesis.stats.mixed.families import binomial
from synthesis.stats.mixed.nuisance import FARTHEST
from synthesis.stats.mixed.quadrature import integrate

NO_LOGIT = "Sensitivity or specificity is 0 or 1 in all studies: its logit has no finite estimate."


@dataclass(frozen=True, slots=True)
class Proportion:
    """A probability with its interval, and the logit with its standard error that it comes from."""

    estimate: float
    ci_lb: float
    ci_ub: float
    logit: float
    se: float


@dataclass(frozen=True, slots=True)
class Hsroc:
    """The same model as a summary ROC curve. accuracy Λ, threshold Θ, shape β (0 is symmetric), and their variances.

    Source: Rutter & Gatsonis 2001, Stat Med 20:2865; Harbord 2007, Biostatistics 8:239, for the equivalence.
    """

    accuracy: float
    threshold: float
    shape: float
    accuracy_variance: float
    threshold_variance: float


@dataclass(frozen=True, slots=True)
class DiagnosticAccuracy:
    """Summary accuracy of a test over k studies.

    vcov         (2, 2) covariance of (logit sensitivity, logit specificity)
    var_*, correlation   of the logits between studies;  ratios and the diagnostic odds ratio (estimate, lower, upper)
    """

    level: float
    rows: Ints
    k: int
    sensitivity: Proportion
    specificity: Proportion
    vcov: Floats
    var_sensitivity: float
    var_specificity: float
    correlation: float
    positive_ratio: tuple[float, float, float]
    negative_ratio: tuple[float, float, float]
    odds_ratio: tuple[float, float, float]
    hsroc: Hsroc
    likelihood: Likelihood
    warnings: tuple[Caution, ...]

    def roc(self, false_positive_rate: ArrayLike) -> Floats:
        """Sensitivity on the summary ROC curve at false-positive rates in (0, 1). Raises BadInput outside."""
        x = arrays.vector(false_positive_rate, "false_positive_rate")
        if not np.all((x > 0) & (x < 1)):
            raise BadInput("False-positive rates lie between 0 and 1.")
        h = self.hsroc
        # logit(sens) = Λ e^(−β/2) + e^(−β) logit(fpr)
        return np.asarray(expit(h.accuracy * np.exp(-h.shape / 2) + np.exp(-h.shape) * np.log(x / (1 - x))))

    def region(self, *, prediction: bool = False, points: int = 100) -> Floats:
        """Outline of the joint confidence (or prediction) region: (points, 2) of false-positive rate and sensitivity."""
        between = self.correlation * np.sqrt(self.var_sensitivity * self.var_specificity)
        spread = np.array([[self.var_sensitivity, between], [between, self.var_specificity]])
        values, vectors = np.linalg.eigh(self.vcov + spread if prediction else self.vcov)
        angle = np.linspace(0, 2 * np.pi, points)
        circle = np.array([np.cos(angle), np.sin(angle)])
        radius = np.sqrt(float(chdtri(2.0, arrays.level_fraction(self.level))))
        around = radius * (vectors * np.sqrt(np.maximum(values, 0.0))) @ circle
        sens = expit(self.sensitivity.logit + around[0])
        return np.column_stack([1 - expit(self.specificity.logit + around[1]), sens])


def diagnostic_accuracy(
    tp: ArrayLike, fp: ArrayLike, fn: ArrayLike, tn: ArrayLike, *, nodes: int = 1, level: float = 95.0
) -> DiagnosticAccuracy:
    """Pool sensitivity and specificity by the bivariate binomial–normal model.

    tp fp fn tn   (n,) true and false positives, false and true negatives; rows with a missing number are left out
    nodes         quadrature nodes per random effect; 1 is Laplace, as lme4 can do; 7 is more exact
    Raises BadInput for negative counts, TooFewStudies with fewer than three studies, NotDefined, NotConverged.
    Source: Chu & Cole 2006, J Clin Epidemiol 59:1331; Reitsma 2005, J Clin Epidemiol 58:982. Checked: lme4 1.1-31.
    """
    arrays.level_fraction(level)
    given = (("tp", tp), ("fn", fn), ("tn", tn), ("fp", fp))
    cells = np.column_stack(_equal([arrays.vector(column, name) for name, column in given]))
    rows = np.flatnonzero(np.isfinite(cells).all(1) & (cells.sum(1) > 0))
    cells = cells[rows]
    if (cells < 0).any():
        raise BadVariance("Counts cannot be negative.", tuple(int(r) for r in rows[(cells < 0).any(1)]))
    if len(cells) < 3:
        raise TooFewStudies("A bivariate model needs at least three studies.")
    y, n = cells[:, [0, 2]], cells[:, [0, 2]] + cells[:, [1, 3]]
    counts = binomial(y, n)

    def value(theta: Floats) -> float:
        L = np.array([[theta[2], 0.0], [theta[3], theta[4]]])
        eta = np.broadcast_to(theta[:2], y.shape)
        return float(integrate(counts, np.asarray(eta), L, nodes).log_likelihood.sum())

    logits = np.log((y + 0.5) / (n - y + 0.5))
    centre = logits.mean(0)
    starts = [np.array([*centre, s, r, s]) for s, r in ((0.8, 0.0), (0.4, 0.2), (1.2, -0.4))]
    found = maximise(sloped(value), starts)
    if np.abs(found.x[:2]).max() > FARTHEST:
        raise NotDefined(NO_LOGIT)
    vcov = _covariance(second_differences(value, found.x))
    return _result(found.x, vcov, found.value, rows, level)


def _covariance(hessian: Floats) -> Floats:
    """Covariance of the two logits. A flat direction is harmless among the variances and fatal for the logits."""
    values, vectors = np.linalg.eigh(-hessian)
    flat = values <= 1e-7 * max(float(values.max()), 1e-3)
    if flat.any() and float(np.abs(vectors[:2, flat]).max()) > 1e-3:
        raise NotDefined(
            "Sensitivity or specificity is 0 or 1 in all studies: its logit has no finite estimate."
        )
    bent = vectors[:2, ~flat]
    return np.asarray((bent / values[~flat]) @ bent.T, dtype=np.float64)


def _equal(columns: list[Floats]) -> list[Floats]:
    if len({column.size for column in columns}) != 1:
        raise BadInput("tp, fp, fn and tn must have the same number of rows.")
    return columns


def _result(theta: Floats, vcov: Floats, ll: float, rows: Ints, level: float) -> DiagnosticAccuracy:
    L = np.array([[theta[2], 0.0], [theta[3], theta[4]]])
    G = L @ L.T
    sd = np.sqrt(np.diag(G))
    correlation = float(G[0, 1] / (sd[0] * sd[1])) if sd.min() > 1e-6 else 0.0
    k = rows.size
    warnings = []
    if sd.min() < 1e-3 or abs(correlation) > 0.999:
        said = (
            "The variation between studies is not determined in both directions: a variance is zero or the "
        )
        warnings.append(Caution("covariance_at_limit", said + "correlation at its limit."))
    return DiagnosticAccuracy(
        level=level,
        rows=rows,
        k=k,
        sensitivity=_proportion(float(theta[0]), float(vcov[0, 0]), level),
        specificity=_proportion(float(theta[1]), float(vcov[1, 1]), level),
        vcov=vcov,
        var_sensitivity=float(G[0, 0]),
        var_specificity=float(G[1, 1]),
        correlation=correlation,
        positive_ratio=_ratio(theta, vcov, level, positive=True),
        negative_ratio=_ratio(theta, vcov, level, positive=False),
        odds_ratio=_interval(float(theta[0] + theta[1]), float(vcov.sum()), level),
        hsroc=_hsroc(theta, G),
        likelihood=criteria("ML", ll, theta.size, 2 * k),
        warnings=tuple(warnings),
    )


def _proportion(logit: float, variance: float, level: float) -> Proportion:
    se, c = float(np.sqrt(variance)), critical(None, level)
    return Proportion(
        float(expit(logit)), float(expit(logit - c * se)), float(expit(logit + c * se)), logit, se
    )


def _interval(log: float, variance: float, level: float) -> tuple[float, float, float]:
    wide = critical(None, level) * float(np.sqrt(max(variance, 0.0)))
    return float(np.exp(log)), float(np.exp(log - wide)), float(np.exp(log + wide))


def _ratio(theta: Floats, vcov: Floats, level: float, *, positive: bool) -> tuple[float, float, float]:
    """Likelihood ratio of a positive or a negative result, by the delta method on its log."""
    sens, spec = expit(theta[0]), expit(theta[1])
    if positive:
        log, slope = np.log(sens / (1 - spec)), np.array([1 - sens, spec])
    else:
        log, slope = np.log((1 - sens) / spec), np.array([-sens, -(1 - spec)])
    return _interval(float(log), float(slope @ vcov @ slope), level)


def _hsroc(theta: Floats, G: Floats) -> Hsroc:
    """Harbord 2007, with μ_A the logit sensitivity and μ_B the logit specificity."""
    a, b = np.sqrt(max(G[0, 0], 1e-12)), np.sqrt(max(G[1, 1], 1e-12))
    ratio = float(np.sqrt(b / a))
    up, down = ratio * theta[0], theta[1] / ratio
    return Hsroc(
        accuracy=float(up + down),
        threshold=float(0.5 * (up - down)),
        shape=float(np.log(b / a)),
        accuracy_variance=float(2 * (a * b + G[0, 1])),
        threshold_variance=float(0.5 * (a * b - G[0, 1])),
    )
