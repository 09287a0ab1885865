"""Multilevel and multivariate meta-analysis: effects that share studies, samples, outcomes or control groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.criteria import criteria
from synthesis.stats.dependence import marginal, search
from synthesis.stats.dependence.blocks import batches, sampling_covariance
from synthesis.stats.dependence.marginal import Marginal, Weighed
from synthesis.stats.dependence.structures import Covariance
from synthesis.stats.dependence.terms import Columns, Level, random_terms
from synthesis.stats.errors import BadInput, NotDefined, TooFewStudies
from synthesis.stats.fitting import Likelihood, critical
from synthesis.stats.model import Basis, orthonormal
from synthesis.stats.regression import WaldTest, default_names
from synthesis.stats.wald import joint_test, slopes_of, tested


@dataclass(frozen=True, slots=True)
class Component:
    """A variance component σ² with its number of levels and its share of the total variance (percent)."""

    label: str
    value: float
    levels: int
    I2: float


@dataclass(frozen=True, slots=True)
class StructureFit:
    """A structured random effect: variances tau2 (one, or one per inner level) and correlations rho.

    rho   () , one, or for UN the upper triangle row by row;  names of the inner levels
    """

    label: str
    structure: str
    names: tuple[str, ...]
    tau2: tuple[float, ...]
    rho: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What later questions need of a fit: the data in blocks, the weights, and the free parameters x."""

    model: Marginal
    shares: tuple[float | Covariance, ...]
    weighed: Weighed
    basis: Basis
    x: Floats
    scale: float
    restricted: bool


@dataclass(frozen=True, slots=True)
class Multilevel:
    """A fitted model. beta, se, statistic, p_value, ci_lb, ci_ub (p,); vcov (p, p); intervals at `level` percent.

    df           of the tests, None for the normal distribution
    components   σ² of each nested or crossed level;  structures: each correlated random effect
    Q            residual heterogeneity under V alone;  moderators: joint test of all columns but the intercept (of the
                 intercept where there is nothing else)
    pi_*         prediction interval of a new row's true effect; None with moderators or several variances
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
    components: tuple[Component, ...]
    structures: tuple[StructureFit, ...]
    Q: float
    Q_df: int
    Q_p: float
    moderators: WaldTest
    pi_lb: float | None
    pi_ub: float | None
    typical_variance: float
    likelihood: Likelihood
    state: State
    warnings: tuple[Caution, ...]

    def wald(self, columns: tuple[int, ...]) -> WaldTest:
        """Joint test of the coefficients in these columns (0-based). Raises BadInput for none or unknown ones."""
        return joint_test(self.beta, self.vcov, columns, self.df)


def multilevel(
    yi: ArrayLike,
    V: ArrayLike | sparse.csr_array,
    X: ArrayLike | None = None,
    *,
    random: Sequence[str],
    columns: Columns,
    structures: Sequence[str] = (),
    names: tuple[str, ...] | None = None,
    sigma2: Sequence[float] | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> Multilevel:
    """Fit y ~ N(Xβ, V + random effects) by REML or ML.

    yi        (k,) effects;  V (k,) sampling variances or (k, k) covariances (dense or sparse, see impute_covariance)
    X         (k, p) design matrix, an intercept by default;  names of its columns
    random    formulas: "~ 1 | trial/arm" (nested), several of them (crossed), "~ outcome | trial" (structured);
              their variables are in `columns`, name → k values
    structures  of the formulas with an inner variable: CS HCS AR HAR CAR UN ID DIAG
    sigma2    fixes the variances of the levels instead of estimating them (then no structured terms)
    test      "z", or "t" with k − p degrees of freedom
    Raises BadInput, BadVariance, RankDeficient, TooFewStudies when k ≤ p, NotConverged.
    Source: Viechtbauer 2010, J Stat Softw 36(3); Konstantopoulos 2011, Res Synth Methods 2:61; Berkey 1998, Stat
    Med 17:2537. Checked: metafor 3.8-1 rma.mv, docs/methods.md.
    """
    arrays.one_of(method, ("REML", "ML"), "method")
    arrays.one_of(test, ("z", "t"), "test")
    arrays.level_fraction(level)
    y = arrays.effects(yi, np.ones(np.size(np.asarray(yi))))[0]
    design = np.ones((y.size, 1)) if X is None else np.asarray(X, dtype=np.float64)
    if design.ndim != 2 or design.shape[0] != y.size or not np.isfinite(design).all() or design.shape[1] == 0:
        raise BadInput(f"X must have {y.size} rows of finite numbers and at least one column.")
    if y.size <= design.shape[1]:
        raise TooFewStudies(f"{design.shape[1]} coefficients need more than {y.size} effects.")
    named = names or default_names(design)
    basis = orthonormal(design, named)
    terms = random_terms(random, structures, columns)
    for term in terms:
        if (term.codes if isinstance(term, Level) else term.outer).size != y.size:
            raise BadInput(f"{term.label} does not have {y.size} values.")
    blocks = batches(y, basis.Q, sampling_covariance(V, y.size), terms)
    model = Marginal(blocks, terms, y.size, basis.Q.shape[1])
    state = _fixed(model, basis, sigma2, method) if sigma2 is not None else _fitted(model, basis, method)
    return _result(state, named, (method, test, level), free=state.x.size if sigma2 is None else 0)


def _fitted(model: Marginal, basis: Basis, method: str) -> State:
    found = search.best(model, method == "REML")
    return State(model, found.shares, found.weighed, basis, found.x, found.scale, method == "REML")


def _fixed(model: Marginal, basis: Basis, sigma2: Sequence[float], method: str) -> State:
    if len(sigma2) != len(model.terms) or not all(isinstance(term, Level) for term in model.terms):
        raise BadInput("sigma2 needs one value per level, and no structured random effects.")
    if not all(np.isfinite(s) and s >= 0 for s in sigma2):
        raise BadInput("Variances cannot be negative.")
    x = np.sqrt(np.array(sigma2, dtype=np.float64))
    shares = tuple(model.shares(x))
    weighed = marginal.weigh(model, shares)
    if weighed is None:
        raise NotDefined("The covariance of the effects is not positive definite.")
    return State(model, shares, weighed, basis, x, 1.0, method == "REML")


def _result(state: State, names: tuple[str, ...], options: tuple[str, str, float], free: int) -> Multilevel:
    method, test, level = options
    model, fit = state.model, state.weighed
    df = model.k - model.p if test == "t" else None
    beta, vcov = state.basis.coefficients(fit.beta), state.basis.covariance(fit.cov)
    each = tested(beta, vcov, df, level)
    zero = _under_sampling_alone(model)
    typical = _typical_variance(model, zero)
    components, structures = _components(state, typical)
    pi = (
        _prediction(float(beta[0]), float(each.se[0]), state, critical(df, level))
        if names == ("intrcpt",)
        else None
    )
    return Multilevel(
        names=names,
        method=method,
        test=test,
        level=level,
        k=model.k,
        beta=beta,
        se=each.se,
        statistic=each.statistic,
        df=df,
        p_value=each.p_value,
        ci_lb=each.ci_lb,
        ci_ub=each.ci_ub,
        vcov=vcov,
        components=components,
        structures=structures,
        Q=zero.rss,
        Q_df=model.k - model.p,
        Q_p=float(chdtrc(model.k - model.p, zero.rss)),
        moderators=joint_test(beta, vcov, slopes_of(names), df),
        pi_lb=pi[0] if pi else None,
        pi_ub=pi[1] if pi else None,
        typical_variance=typical,
        likelihood=_likelihood(state, free),
        state=state,
        warnings=_cautions(components, structures),
    )


def _under_sampling_alone(model: Marginal) -> Weighed:
    zero = marginal.weigh(model, model.shares(np.zeros(len(model.kinds()))))
    if zero is None:
        raise NotDefined("V is not positive definite: some effects are combinations of others.")
    return zero


def _typical_variance(model: Marginal, zero: Weighed) -> float:
    """(k − p) / tr(P) under V alone. Source: Higgins & Thompson 2002; metafor's multilevel I²."""
    trace = sum(float(np.trace(b.inverse, axis1=-2, axis2=-1).sum()) for b in zero.blocks)
    lost = sum(float(np.einsum("bsp,pq,bsq->", b.wx, zero.cov, b.wx)) for b in zero.blocks)
    return (model.k - model.p) / (trace - lost)


def _components(state: State, typical: float) -> tuple[tuple[Component, ...], tuple[StructureFit, ...]]:
    pairs = list(zip(state.model.terms, state.shares, strict=True))
    total = typical + sum(share for _, share in pairs if not isinstance(share, Covariance))
    levels = tuple(
        Component(term.label, share, term.count, 100 * share / total)
        for term, share in pairs
        if isinstance(term, Level) and not isinstance(share, Covariance)
    )
    structured = tuple(
        StructureFit(term.label, term.structure, term.names, share.tau2, share.rho)
        for term, share in pairs
        if not isinstance(term, Level) and isinstance(share, Covariance)
    )
    return levels, structured


def _prediction(beta: float, se: float, state: State, c: float) -> tuple[float, float] | None:
    between = 0.0
    for share in state.shares:
        if isinstance(share, Covariance):
            if len(share.tau2) > 1:
                return None
            between += share.tau2[0]
        else:
            between += share
    wide = c * float(np.sqrt(se**2 + between))
    return beta - wide, beta + wide


def _likelihood(state: State, free: int) -> Likelihood:
    model, restricted = state.model, state.restricted
    ll = marginal.log_likelihood(model, state.weighed, restricted)
    kind, n = ("REML", model.k - model.p) if restricted else ("ML", model.k)
    return criteria(kind, ll, model.p + free, n)


def _cautions(components: tuple[Component, ...], structures: tuple[StructureFit, ...]) -> tuple[Caution, ...]:
    found = [
        Caution("component_zero", f"The variance of {component.label} is estimated as zero.")
        for component in components
        if component.value == 0
    ]
    found += [
        Caution("few_levels", f"The variance of {component.label} rests on {component.levels} levels only.")
        for component in components
        if component.levels < 5
    ]
    for structure in structures:
        if any(abs(rho) > 0.9999 for rho in structure.rho):
            found.append(
                Caution("correlation_at_limit", f"A correlation of {structure.label} is at its limit.")
            )
    return tuple(found)
