"""Generalised linear mixed models for tables, rates and proportions: no zero-cell corrections, no normal approximation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.cautions import Caution
from synthesis.stats.criteria import criteria
from synthesis.stats.effects import EffectSizes, effect_sizes
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import Likelihood
from synthesis.stats.mixed.estimation import Estimated, estimated
from synthesis.stats.mixed.heterogeneity import Heterogeneity, heterogeneity
from synthesis.stats.mixed.problems import MODELS, Problem, problem
from synthesis.stats.model import Basis, Model, orthonormal
from synthesis.stats.regression import WaldTest, default_names
from synthesis.stats.wald import joint_test, slopes_of, tested


@dataclass(frozen=True, slots=True)
class Glmm:
    """A fitted model; coefficients are log odds (ratios) or log rates (ratios), all arrays (p,), vcov (p, p).

    rows            0-based rows of the input used;  k how many
    tau2            variance of the effects between studies; sigma2 of the study levels (UM.RS only)
    I2, H2          from τ² and the typical sampling variance of the corrected log ratios (I² in percent)
    Q_wald, Q_lrt   tests of heterogeneity with Q_df degrees of freedom; None where the saturated model has no estimate
    conditional_ll  the likelihood at the modes of the random effects, which metafor prints with nAGQ > 1
    """

    measure: str
    model: str | None
    method: str
    test: str
    level: float
    rows: Ints
    k: int
    names: tuple[str, ...]
    beta: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    vcov: Floats
    tau2: float
    sigma2: float | None
    I2: float
    H2: float
    Q_wald: float | None
    Q_wald_p: float | None
    Q_lrt: float | None
    Q_lrt_p: float | None
    Q_df: int
    moderators: WaldTest
    likelihood: Likelihood
    conditional_ll: float
    warnings: tuple[Caution, ...]


def glmm(
    measure: str,
    X: ArrayLike | None = None,
    *,
    model: str | None = None,
    method: str = "ML",
    nodes: int = 7,
    test: str = "z",
    level: float = 95.0,
    names: tuple[str, ...] | None = None,
    **columns: ArrayLike,
) -> Glmm:
    """Fit a mixed model to counts by maximum likelihood.

    measure   OR (ai bi ci di), IRR (x1i x2i t1i t2i), PLO (xi ni) or IRLN (xi ti); columns (n,) each
    X         (n, p) design matrix, an intercept by default;  names of its columns
    model     for OR: UM.FS, UM.RS, CM.EL, CM.AL; for IRR: UM.FS, UM.RS, CM.EL
    method    "ML", or "EE" for one true effect;  test "z", or "t" with k − p degrees of freedom
    nodes     quadrature nodes per random effect (1 is Laplace); CM.EL for OR is always integrated to rounding
    Studies without information (no event in either group, or nothing but events) are left out with a caution.
    Raises BadInput, RankDeficient, TooFewStudies, NotDefined, NotConverged.
    Source: Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046. Checked: metafor 3.8-1 rma.glmm, docs/methods.md.
    """
    arrays.one_of(measure, tuple(MODELS), "measure of a mixed model")
    arrays.one_of(method, ("ML", "EE"), "method")
    arrays.one_of(test, ("z", "t"), "test")
    arrays.level_fraction(level)
    if not 1 <= nodes <= 100:
        raise BadInput("The number of nodes lies between 1 and 100.")
    effects = effect_sizes(measure, **columns, add=0.5, to="only0", drop00=True)  # type: ignore[arg-type]
    data = {name: arrays.vector(column, name)[effects.rows] for name, column in columns.items()}
    design, named = _design(X, names, next(iter(columns.values())), effects.rows)
    if len(effects) <= design.shape[1] - (design.shape[1] == 1):
        raise TooFewStudies(f"{design.shape[1]} coefficients need more than {len(effects)} studies.")
    basis = orthonormal(design, named)
    scale = float(np.sqrt(len(effects)))
    asked = problem(measure, model, data, basis.Q * scale, nodes)
    fit = estimated(asked, effects, method == "ML")
    basis = Basis(basis.Q * scale, basis.R / scale)
    spread = heterogeneity(measure, model, data, asked, effects)
    return _result((measure, model, method, test, level), effects, named, basis, asked, fit, spread)


def _design(
    X: ArrayLike | None, names: tuple[str, ...] | None, column: ArrayLike, rows: Ints
) -> tuple[Floats, tuple[str, ...]]:
    n = arrays.vector(column, "column").size
    design = np.ones((n, 1)) if X is None else np.asarray(X, dtype=np.float64)
    if design.ndim != 2 or design.shape[0] != n or not np.isfinite(design).all() or design.shape[1] == 0:
        raise BadInput(f"X must have {n} rows of finite numbers and at least one column.")
    return design[rows], names or default_names(design)


def _result(
    options: tuple[str, str | None, str, str, float],
    effects: EffectSizes,
    names: tuple[str, ...],
    basis: Basis,
    asked: Problem,
    fit: Estimated,
    spread: Heterogeneity,
) -> Glmm:
    measure, model, method, test, level = options
    k, p = len(effects), len(names)
    df = k - p if test == "t" else None
    beta, vcov = basis.coefficients(fit.beta), basis.covariance(fit.vcov)
    each = tested(beta, vcov, df, level)
    i2, h2 = _heterogeneity_shares(effects, basis, fit.tau2)
    return Glmm(
        measure=measure,
        model=model,
        method=method,
        test=test,
        level=level,
        rows=effects.rows,
        k=k,
        names=names,
        beta=beta,
        se=each.se,
        statistic=each.statistic,
        p_value=each.p_value,
        ci_lb=each.ci_lb,
        ci_ub=each.ci_ub,
        vcov=vcov,
        tau2=fit.tau2,
        sigma2=fit.sigma2,
        I2=i2,
        H2=h2,
        Q_wald=spread.wald,
        Q_wald_p=_p(spread.wald, k - p),
        Q_lrt=spread.ratio,
        Q_lrt_p=_p(spread.ratio, k - p),
        Q_df=k - p,
        moderators=joint_test(beta, vcov, slopes_of(names), df),
        likelihood=_likelihood(asked, fit, k, spread.ll),
        conditional_ll=fit.conditional_ll,
        warnings=_cautions(effects, fit, method),
    )


def _heterogeneity_shares(effects: EffectSizes, basis: Basis, tau2: float) -> tuple[float, float]:
    """I² (percent) and H² against the typical sampling variance of the corrected effects."""
    linear = Model(effects.yi, effects.vi, basis.Q)
    df = len(effects) - linear.p
    if df <= 0:
        return 0.0, 1.0
    typical = df / float(linear.trace_p(linear.at(0.0)))
    return 100 * tau2 / (typical + tau2), tau2 / typical + 1


def _p(q: float | None, df: int) -> float | None:
    if q is None:
        return None
    return float(chdtrc(df, q)) if df > 0 else 1.0


def _likelihood(asked: Problem, fit: Estimated, k: int, saturated: float | None) -> Likelihood:
    parameters = fit.parameters + (k if asked.nuisance is not None else 0)
    deviance = None if saturated is None else -2.0 * (fit.ll - saturated)
    return criteria("ML", fit.ll, parameters, k * asked.counts.y.shape[1], deviance)


def _cautions(effects: EffectSizes, fit: Estimated, method: str) -> tuple[Caution, ...]:
    found = []
    if effects.dropped:
        said = f"{len(effects.dropped)} studies carry no information about the effect and are left out."
        found.append(Caution("rows_dropped", said))
    if method == "ML" and fit.tau2 == 0:
        found.append(Caution("component_zero", "The variance between studies is estimated as zero."))
    if method == "ML" and len(effects) < 5:
        said = f"Between-study variance rests on {len(effects)} studies only."
        found.append(Caution("few_studies", said))
    return tuple(found)
