"""Meta-regression: effects explained by moderators, with any estimator of the residual τ²."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, fdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import Fitted, Likelihood, critical, fit_model, reference
from synthesis.stats.model import Basis, Model, orthonormal


@dataclass(frozen=True, slots=True)
class WaldTest:
    """A joint test that some coefficients are zero: χ² with df1 (df2 None) or F with df1 and df2."""

    columns: tuple[int, ...]
    statistic: float
    df1: int
    df2: int | None
    p_value: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """Expected effects and their intervals, all (m,); pi_* for the true effect of one new study."""

    estimate: Floats
    se: Floats
    ci_lb: Floats
    ci_ub: Floats
    pi_lb: Floats
    pi_ub: Floats


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted meta-regression. beta, se, statistic, p_value, ci_lb, ci_ub (p,); vcov (p, p) includes s2w.

    statistic  0 where both coefficient and standard error are zero, infinite where only the latter is
    R2     in percent: the share of τ² (of Q / df for a common effect) that the moderators explain; None without
           moderators or without any heterogeneity to explain
    Q      residual heterogeneity;  moderators  the joint test of all columns but the intercept, None without any
    """

    names: tuple[str, ...]
    method: str
    test: str
    level: float
    k: int
    beta: Floats
    se: Floats
    statistic: Floats
    df: int | None
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    vcov: Floats
    s2w: float
    tau2: float
    se_tau2: float | None
    I2: float
    H2: float
    R2: float | None
    Q: float
    Q_df: int
    Q_p: float
    moderators: WaldTest | None
    likelihood: Likelihood
    warnings: tuple[Caution, ...]

    def wald(self, columns: tuple[int, ...]) -> WaldTest:
        """Joint test of the coefficients in these columns (0-based). Raises BadInput for none or unknown ones."""
        if not columns or not all(0 <= c < len(self.names) for c in columns):
            raise BadInput("A joint test needs columns of this design.")
        chosen = list(columns)
        part = self.beta[chosen]
        scale = np.sqrt(np.diag(self.vcov)[chosen])
        correlation = self.vcov[np.ix_(chosen, chosen)] / np.outer(scale, scale)
        z = part / scale
        q = float(z @ np.linalg.solve(correlation, z))
        m = len(chosen)
        if self.df is None:
            return WaldTest(columns, q, m, None, float(chdtrc(m, q)))
        return WaldTest(columns, q / m, m, self.df, float(fdtrc(m, self.df, q / m)))

    def vif(self) -> dict[str, float]:
        """Variance inflation factor of each column but the intercept; empty with fewer than two of them."""
        inner = [j for j, name in enumerate(self.names) if name != "intrcpt"]
        if len(inner) < 2:
            return {}
        scale = np.sqrt(np.diag(self.vcov)[inner])
        inverse = np.linalg.inv(self.vcov[np.ix_(inner, inner)] / np.outer(scale, scale))
        return {self.names[j]: float(inverse[i, i]) for i, j in enumerate(inner)}

    def predict(self, X: ArrayLike, level: float | None = None) -> Predictions:
        """Expected effects at the rows of X (m, p), intercept column included. Raises BadInput for another shape."""
        rows = np.atleast_2d(np.asarray(X, dtype=np.float64))
        if rows.ndim != 2 or rows.shape[1] != self.beta.size or not np.isfinite(rows).all():
            raise BadInput(
                f"Predictions need {self.beta.size} finite numbers per row: {', '.join(self.names)}."
            )
        estimate = rows @ self.beta
        variance = np.maximum(((rows @ self.vcov) * rows).sum(1), 0.0)
        c = critical(self.df, self.level if level is None else level)
        se, wide = np.sqrt(variance), c * np.sqrt(variance + self.tau2)
        return Predictions(
            estimate, se, estimate - c * se, estimate + c * se, estimate - wide, estimate + wide
        )


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    X: ArrayLike,
    *,
    names: tuple[str, ...] | None = None,
    tau2: str = "REML",
    model: str = "random",
    test: str = "z",
    level: float = 95.0,
) -> Regression:
    """Regress effects on moderators.

    yi, vi   (k,) effects and sampling variances;  X (k, p) design matrix, an intercept column first if wanted
    names    of the columns ("intrcpt" for the intercept); see designs.design for formulas
    model    "random" (mixed effects) or "common";  tau2, test, level as in pool
    Raises RankDeficient naming redundant columns, BadVariance, BadInput, TooFewStudies when k ≤ p (a common effect
    may have k = p: then nothing is left to measure heterogeneity with, and a caution says so).
    Source: Raudenbush 2009; Knapp & Hartung 2003. Columns are orthogonalised first, so that an uncentred year costs
    no digits. Checked: metafor 3.8-1 rma.uni with mods.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, ("random", "common"), "model")
    arrays.level_fraction(level)
    columns = np.asarray(X, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[0] != y.size or columns.shape[1] == 0:
        raise BadInput(f"X must have {y.size} rows and at least one column.")
    if not np.isfinite(columns).all():
        raise BadInput("X must not have missing or infinite values.")
    if y.size < columns.shape[1] + (model != "common"):
        raise TooFewStudies(f"{columns.shape[1]} coefficients need more than {y.size} studies.")
    named = names or default_names(columns)
    if len(named) != columns.shape[1]:
        raise BadInput(f"{len(named)} names for {columns.shape[1]} columns.")
    basis = orthonormal(columns, named)
    method = "EE" if model == "common" else tau2
    fitted = fit_model(Model(y, v, basis.Q), method)
    return _result(fitted, basis, named, test, level)


def default_names(X: Floats) -> tuple[str, ...]:
    """ "intrcpt" for a first column of ones, then x1, x2 …"""
    first = bool(np.all(X[:, 0] == 1))
    return tuple("intrcpt" if first and j == 0 else f"x{j + (not first)}" for j in range(X.shape[1]))


def _result(fitted: Fitted, basis: Basis, names: tuple[str, ...], test: str, level: float) -> Regression:
    ref = reference(fitted, test)
    beta = basis.coefficients(fitted.used.beta)
    vcov = basis.covariance(fitted.cov) * ref.s2w
    se = np.sqrt(np.diag(vcov))
    statistic = arrays.quotient(beta, se)
    margin = ref.quantile(level) * se
    result = Regression(
        names=names,
        method=fitted.method,
        test=ref.name,
        level=level,
        k=fitted.model.y.size,
        beta=beta,
        se=se,
        statistic=statistic,
        df=ref.df,
        p_value=ref.p_value(statistic),
        ci_lb=beta - margin,
        ci_ub=beta + margin,
        vcov=vcov,
        s2w=ref.s2w,
        tau2=fitted.tau2.value,
        se_tau2=fitted.tau2.se,
        I2=fitted.I2,
        H2=fitted.H2,
        R2=_explained(fitted) if "intrcpt" in names and len(names) > 1 else None,
        Q=fitted.Q,
        Q_df=fitted.Q_df,
        Q_p=fitted.Q_p,
        moderators=None,
        likelihood=fitted.likelihood,
        warnings=fitted.warnings + ref.warnings,
    )
    return _with_moderator_test(result)


def _with_moderator_test(result: Regression) -> Regression:
    tested = tuple(j for j, name in enumerate(result.names) if name != "intrcpt")
    if not tested or not np.all(result.se > 0):
        return result
    return replace(result, moderators=result.wald(tested))


def _explained(fitted: Fitted) -> float | None:
    """100 (τ²₀ − τ²) / τ²₀, floored at 0; for a common effect the same with Q / df. Source: Raudenbush 2009."""
    if fitted.Q_df <= 0:
        return None
    empty = Model(fitted.model.y, fitted.model.v)
    if fitted.method == "EE":
        before, after = float(empty.at(0.0).rss()) / (empty.y.size - 1), fitted.Q / fitted.Q_df
    else:
        before, after = fit_model(empty, fitted.method).tau2.value, fitted.tau2.value
    if before > 0:
        return max(0.0, 100.0 * (before - after) / before)
    return 0.0 if after > 0 else None


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """Two nested ML fits compared: χ² with df degrees of freedom."""

    statistic: float
    df: int
    p_value: float
    full: Regression
    reduced: Regression


def likelihood_ratio(yi: ArrayLike, vi: ArrayLike, X: ArrayLike, reduced: ArrayLike) -> LikelihoodRatio:
    """Likelihood-ratio test of the columns that X has beyond `reduced` (k, q), both fitted by ML.

    Errors as meta_regression. Source: Viechtbauer 2010, J Stat Softw 36(3). REML is not comparable between designs.
    """
    large = meta_regression(yi, vi, X, tau2="ML")
    small = meta_regression(yi, vi, reduced, tau2="ML")
    statistic = max(0.0, 2.0 * (large.likelihood.ll - small.likelihood.ll))
    df = large.beta.size - small.beta.size
    if df <= 0:
        raise BadInput("The reduced model must have fewer columns.")
    return LikelihoodRatio(statistic, df, float(chdtrc(df, statistic)), large, small)
