"""Dose–response meta-analysis of relative risks by dose, in one or two stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Numbers
from synthesis.stats.cautions import Caution
from synthesis.stats.doseresponse.covariances import covariance
from synthesis.stats.doseresponse.curves import Curve, curve
from synthesis.stats.errors import BadInput, BadVariance, TooFewStudies
from synthesis.stats.fitting import Likelihood, critical
from synthesis.stats.multivariate import Multivariate, Study, fit_multivariate
from synthesis.stats.regression import WaldTest
from synthesis.stats.wald import joint_test, tested

# Correlation matrices with a smaller eigenvalue leave a direction without any error.
DISTINCT = 1e-10


@dataclass(frozen=True, slots=True)
class Predicted:
    """The curve at doses (n,): log relative risk against the reference dose, standard error and limits."""

    dose: Floats
    effect: Floats
    se: Floats
    ci_lb: Floats
    ci_ub: Floats


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """A pooled dose–response curve. beta, se, p_value, ci_lb, ci_ub (p,); vcov (p, p); between (p, p) covariance Ψ.

    overall, nonlinear   joint tests of all columns, and of those that bend the curve (None for a straight line)
    Q, Q_df, Q_p, I2     heterogeneity of the studies' curves (two stages) or of all residuals (one stage); I2 in percent
    """

    stages: int
    method: str
    covariance: str
    level: float
    k: int
    curve: Curve
    names: tuple[str, ...]
    beta: Floats
    se: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    vcov: Floats
    between: Floats
    overall: WaldTest
    nonlinear: WaldTest | None
    Q: float
    Q_df: int
    Q_p: float
    I2: float
    likelihood: Likelihood
    warnings: tuple[Caution, ...]

    def predict(self, dose: ArrayLike, *, reference: float = 0.0) -> Predicted:
        """Log relative risks of doses (n,) against a reference dose, with limits at the result's level."""
        x = arrays.vector(dose, "dose")
        if not (np.all(np.isfinite(x)) and np.isfinite(reference)):
            raise BadInput("Doses must be finite numbers.")
        columns = self.curve.columns(x) - self.curve.columns(reference)
        effect = columns @ self.beta
        se = np.sqrt(np.einsum("ij,jk,ik->i", columns, self.vcov, columns))
        wide = critical(None, self.level) * se
        return Predicted(x, effect, se, effect - wide, effect + wide)


def dose_response(
    dose: Numbers,
    effect: Numbers,
    se: Numbers,
    study: Sequence[str | int],
    *,
    cases: Numbers | None = None,
    totals: Numbers | None = None,
    design: str | Sequence[str] = "cc",
    shape: str = "linear",
    knots: int | ArrayLike | None = None,
    covariance: str = "gl",
    stages: int = 2,
    method: str = "REML",
    level: float = 95.0,
) -> DoseResponse:
    """Pool the dose–response curves of several studies, or fit the curve of one.

    dose, effect, se   (n,) one row per dose of a study: dose, log relative risk, its standard error; the row without
                       a standard error (missing or 0) is the study's reference
    study, design      (n,) label, and cc, ci or ir (one for all, or one per row)
    cases, totals      (n,) numbers of cases and of people (person-time for ir), for the covariances
    shape, knots       "linear", "quadratic" or "spline" (restricted cubic; knots 3, 4, 5 or positions)
    covariance         "gl", "hamling" or "independent"
    stages             2: each study its own curve, then pooled (a study needs as many doses as the curve has columns);
                       1: all rows in one mixed model, which has no such condition
    method             "REML", "ML" or "fixed". A single study is fitted by generalised least squares ("fixed").
    Raises BadInput, BadVariance (rows), TooFewStudies, RankDeficient, NotConverged.
    Source: Greenland & Longnecker 1992, Am J Epidemiol 135:1301; Orsini 2012, Am J Epidemiol 175:66; Crippa 2019,
    Stat Methods Med Res 28:1579 (one stage). Checked: dosresmeta 2.1, 2.2 (its manual's alcohol examples).
    """
    arrays.level_fraction(level)
    if stages not in (1, 2):
        raise BadInput("Dose–response models have one or two stages.")
    rows = _rows(dose, effect, se, study, cases, totals, design)
    shaped = curve(shape, rows.dose, knots)
    found = [_study(rows, label, shaped, covariance) for label in dict.fromkeys(rows.study)]
    used = "fixed" if len(found) == 1 else method
    fitted = _pooled(found, stages, used, shaped)
    return _result(fitted, shaped, (stages, covariance, level), len(found))


@dataclass(frozen=True, slots=True)
class _Rows:
    dose: Floats
    effect: Floats
    se: Floats
    cases: Floats | None
    totals: Floats | None
    study: tuple[str | int, ...]
    design: tuple[str, ...]


def _rows(
    dose: Numbers,
    effect: Numbers,
    se: Numbers,
    study: Sequence[str | int],
    cases: Numbers | None,
    totals: Numbers | None,
    design: str | Sequence[str],
) -> _Rows:
    x, y, s = arrays.vector(dose, "dose"), arrays.vector(effect, "effect"), arrays.vector(se, "se")
    counts = [None if c is None else arrays.vector(c, "counts") for c in (cases, totals)]
    labels = tuple(study)
    designs = (design,) * x.size if isinstance(design, str) else tuple(design)
    lengths = {x.size, y.size, s.size, len(labels), len(designs), *(c.size for c in counts if c is not None)}
    if len(lengths) != 1:
        raise BadInput("All columns must have one value per row.")
    if x.size == 0:
        raise TooFewStudies("There is no study.")
    s = np.where(np.isnan(s), 0.0, s)
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y[s != 0]))):
        raise BadInput("Every row needs a finite dose, and every row with a standard error a finite effect.")
    wrong = np.flatnonzero(~(np.isfinite(s) & (s >= 0)))
    if wrong.size:
        raise BadVariance(
            f"Standard errors must be positive: see row {wrong[0] + 1}.", tuple(int(i) for i in wrong)
        )
    return _Rows(x, y, s, counts[0], counts[1], labels, designs)


def _study(rows: _Rows, label: str | int, shaped: Curve, method: str) -> Study:
    """One study's contrasts: columns measured from its reference dose. Raises BadInput naming the study."""
    mine = np.array([i for i, other in enumerate(rows.study) if other == label])
    reference, others = mine[rows.se[mine] == 0], mine[rows.se[mine] > 0]
    if reference.size != 1 or others.size == 0:
        raise BadInput(f"Study {label} needs one reference row (no standard error) and at least one other.")
    if len({rows.design[i] for i in mine}) != 1:
        raise BadInput(f"Study {label} has more than one design.")
    order = np.append(reference, others)
    X = shaped.columns(rows.dose[others]) - shaped.columns(rows.dose[reference])
    S = covariance(
        rows.effect[others],
        rows.se[others] ** 2,
        None if rows.cases is None else rows.cases[order],
        None if rows.totals is None else rows.totals[order],
        design=rows.design[int(reference[0])],
        method=method,
    )
    if np.linalg.eigvalsh(S / np.sqrt(np.outer(np.diag(S), np.diag(S))))[0] < DISTINCT:
        raise BadInput(f"Study {label}: its relative risks are tied to each other by a tiny reference group.")
    return Study(rows.effect[others], X, X, S)


def _pooled(found: list[Study], stages: int, method: str, shaped: Curve) -> Multivariate:
    if stages == 1 or len(found) == 1:
        return fit_multivariate(found, method=method)
    p = len(shaped.names)
    poor = [str(i + 1) for i, study in enumerate(found) if np.linalg.matrix_rank(study.X) < p]
    if poor:
        raise TooFewStudies(
            f"Two stages need {p} doses besides the reference in every study; too few in study {', '.join(poor)}."
            " Take stages=1."
        )
    unit = np.eye(p)
    curves = []
    for study in found:
        XW = study.X.T @ np.linalg.inv(study.S)
        V = np.asarray(np.linalg.inv(XW @ study.X), dtype=np.float64)
        curves.append(Study(V @ (XW @ study.y), unit, unit, V))
    return fit_multivariate(curves, method=method)


def _result(fitted: Multivariate, shaped: Curve, options: tuple[int, str, float], k: int) -> DoseResponse:
    stages, method, level = options
    names = shaped.names
    each = tested(fitted.beta, fitted.vcov, None, level)
    bent = tuple(range(1, len(names)))
    return DoseResponse(
        stages=1 if k == 1 else stages,
        method=fitted.method,
        covariance=method,
        level=level,
        k=k,
        curve=shaped,
        names=names,
        beta=fitted.beta,
        se=each.se,
        p_value=each.p_value,
        ci_lb=each.ci_lb,
        ci_ub=each.ci_ub,
        vcov=fitted.vcov,
        between=fitted.psi,
        overall=joint_test(fitted.beta, fitted.vcov, tuple(range(len(names))), None),
        nonlinear=joint_test(fitted.beta, fitted.vcov, bent, None) if bent else None,
        Q=fitted.Q,
        Q_df=fitted.Q_df,
        Q_p=float(chdtrc(fitted.Q_df, fitted.Q)) if fitted.Q_df > 0 else 1.0,
        I2=max(0.0, 100.0 * (fitted.Q - fitted.Q_df) / fitted.Q) if fitted.Q > 0 else 0.0,
        likelihood=fitted.likelihood,
        warnings=fitted.warnings,
    )
