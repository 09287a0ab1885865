"""Selection models: fitting one and saying what it found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import critical, fit_model
from synthesis.stats.model import orthonormal
from synthesis.stats.pooling import MODELS
from synthesis.stats.regression import default_names
from synthesis.stats.selection.search import Point, Problem, maximise
from synthesis.stats.selection.setup import (
    SIDES,
    TYPES,
    Options,
    Units,
    cuts_of,
    parameters,
    problem,
    selected,
)
from synthesis.stats.smallstudy.asymmetry import two_sided

# A scaled information matrix with a smaller eigenvalue has no inverse worth printing.
SINGULAR = 1e-9
# A steeper likelihood, per unit of the search, is not at its maximum.
STATIONARY = 1e-3


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """Estimates in the population of studies before selection.

    beta, se, statistic, p_value, ci_lb, ci_ub   (p,) coefficients with normal tests; NaN-free: se is None where the
                information matrix has no inverse, and the rest with it
    tau2, se_tau2   se_tau2 is None for a common effect and where τ² is 0, the edge of its range
    delta, se_delta (m,) parameters of the selection function; None for fixed ones and those at a bound
    log_likelihood, null_log_likelihood   with and without selection;  LRT their test (LRT_df estimated parameters)
    LRT_tau2    test of τ² = 0 in the selection model, two-sided p as in metafor (conservative); None for a common effect
    studies_per_interval   for step functions
    """

    type: str
    alternative: str
    model: str
    level: float
    k: int
    names: tuple[str, ...]
    beta: Floats
    se: tuple[float | None, ...]
    p_value: tuple[float | None, ...]
    ci_lb: tuple[float | None, ...]
    ci_ub: tuple[float | None, ...]
    tau2: float
    se_tau2: float | None
    steps: tuple[float, ...]
    delta: Floats
    se_delta: tuple[float | None, ...]
    log_likelihood: float
    null_log_likelihood: float
    LRT: float
    LRT_df: int
    LRT_p: float | None
    LRT_tau2: float | None
    LRT_tau2_p: float | None
    studies_per_interval: tuple[int, ...] | None
    delta_at_bound: bool
    warnings: tuple[Caution, ...]


def selection_model(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    type: str = "stepfun",  # noqa: A002 - metafor's word
    steps: ArrayLike | None = None,
    delta: ArrayLike | None = None,
    alternative: str = "greater",
    model: str = "random",
    X: ArrayLike | None = None,
    names: tuple[str, ...] | None = None,
    imprecision: ArrayLike | None = None,
    level: float = 95.0,
) -> SelectionModel:
    """Fit a selection model by maximum likelihood.

    yi, vi       (k,) effects and sampling variances;  X (k, p) design with its intercept, default an intercept alone
    type         "stepfun", "beta", "halfnorm", "negexp", "logistic", "power", "negexppow"
    steps        p-values at which a step function changes (default 0.025), or one threshold up to which a smooth
                 function other than beta is 1, to fall from there;  p one-sided unless alternative is "two.sided"
    delta        fixed parameters, NaN or None for those to estimate; the first step is 1 unless given
    alternative  the direction that selection favours: "greater", "less" or "two.sided"
    imprecision  (k,) factor on the severity of a smooth function other than beta, scaled to a maximum of 1
    model        "random" or "common"
    The likelihood is searched from many starts, so a local maximum elsewhere does not catch it; parameters are kept
    within metafor's bounds, and p-values 1e-5 away from 0 and 1 for "beta" and "power".
    Raises NotDefined when an interval with a parameter to estimate holds no p-value, TooFewStudies with fewer studies
    than parameters, RankDeficient, BadVariance, BadInput.
    Sources: see functions.py and docs/methods.md. Checked: metafor 3.8-1 selmodel.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(type, TYPES, "selection function")
    arrays.one_of(alternative, SIDES, "alternative")
    arrays.one_of(model, MODELS, "model")
    arrays.level_fraction(level)
    columns = np.ones((y.size, 1)) if X is None else np.asarray(X, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[0] != y.size or not np.isfinite(columns).all():
        raise BadInput(f"X must have {y.size} rows of finite numbers.")
    named = names or default_names(columns)
    options = Options(type, alternative, model == "random", level, cuts_of(type, steps))
    units = Units.of(y, v, orthonormal(columns, named), options.sign)
    data = selected(units, options, imprecision)
    counts = np.bincount(data.p.astype(int), minlength=options.cuts.size) if type == "stepfun" else None
    given = parameters(data.kind, options, delta, counts)
    if y.size < columns.shape[1] + options.random + int(np.isnan(given).sum()):
        raise TooFewStudies("A selection model needs at least as many studies as parameters.")
    plain = fit_model(units.model, "ML" if options.random else "EE")
    task, beta, tau2 = problem(data, plain, given, random=options.random)
    best, moving = maximise(task, beta, tau2)
    level_ground = -y.size * float(np.log(units.unit))
    result = _result(options, units, named, task, best, moving)
    result = replace(
        result,
        log_likelihood=best.value + level_ground,
        null_log_likelihood=plain.likelihood.ll + level_ground,
        studies_per_interval=None if counts is None else tuple(int(n) for n in counts),
        **_selection_test(best.value, plain.likelihood.ll, int(np.isnan(given).sum())),
    )
    if not options.random:
        return result
    common, beta, _ = problem(data, plain, given, random=False)
    return replace(result, **_tau2_test(best.value, maximise(common, beta, 0.0)[0].value))


def _result(
    options: Options, units: Units, names: tuple[str, ...], task: Problem, best: Point, moving: Bools
) -> SelectionModel:
    """Estimates and standard errors in the caller's units."""
    b = len(names)
    coefficients, tau2, delta = task.split(best.x)
    turn = np.eye(best.x.size)
    turn[:b, :b] = units.beta_factors()
    turn[b, b] = units.unit**2
    if task.data.kind.on_log:
        turn[b + 1 :, b + 1 :] = np.diag(delta)
    errors, settled = _standard_errors(task, best, moving, turn)
    beta = turn[:b, :b] @ coefficients
    held = bool((task.free & ~moving)[b + 1 :].any())
    tests = [_wald(float(value), se, options.level) for value, se in zip(beta, errors[:b], strict=True)]
    p, low, high = zip(*tests, strict=True)
    return SelectionModel(
        type=options.type,
        alternative=options.alternative,
        model="random" if options.random else "common",
        level=options.level,
        k=task.data.y.size,
        names=names,
        beta=beta,
        se=errors[:b],
        p_value=p,
        ci_lb=low,
        ci_ub=high,
        tau2=tau2 * units.unit**2,
        se_tau2=errors[b],
        steps=tuple(options.cuts.tolist()),
        delta=delta,
        se_delta=errors[b + 1 :],
        log_likelihood=best.value,
        null_log_likelihood=best.value,
        LRT=0.0,
        LRT_df=0,
        LRT_p=None,
        LRT_tau2=None,
        LRT_tau2_p=None,
        studies_per_interval=None,
        delta_at_bound=held,
        warnings=_cautions(task, best, moving, settled),
    )


def _standard_errors(
    task: Problem, best: Point, moving: Bools, turn: Floats
) -> tuple[tuple[float | None, ...], bool]:
    """From the observed information of what moves; None for the rest and when the information is not positive."""
    none: tuple[float | None, ...] = (None,) * best.x.size
    if not moving.any():
        return none, True
    information = -task.hessian(best, moving)
    scale = np.sqrt(np.abs(np.diag(information)))
    if not np.all(scale > 0) or np.linalg.eigvalsh(information / np.outer(scale, scale))[0] <= SINGULAR:
        return none, False
    cov = np.zeros((best.x.size, best.x.size))
    cov[np.ix_(moving, moving)] = np.linalg.inv(information / np.outer(scale, scale)) / np.outer(scale, scale)
    variances = np.diag(turn @ cov @ turn.T)
    return tuple(float(np.sqrt(x)) if m else None for x, m in zip(variances, moving, strict=True)), True


def _wald(value: float, se: float | None, level: float) -> tuple[float | None, float | None, float | None]:
    if se is None:
        return None, None, None
    margin = critical(None, level) * se
    return two_sided(value / se, None), value - margin, value + margin


def _selection_test(ours: float, plain: float, df: int) -> dict[str, Any]:
    statistic = max(0.0, 2.0 * (ours - plain))
    return {"LRT": statistic, "LRT_df": df, "LRT_p": float(chdtrc(df, statistic)) if df else None}


def _tau2_test(ours: float, common: float) -> dict[str, Any]:
    statistic = max(0.0, 2.0 * (ours - common))
    return {"LRT_tau2": statistic, "LRT_tau2_p": float(chdtrc(1, statistic))}


def _cautions(task: Problem, best: Point, moving: Bools, settled: bool) -> tuple[Caution, ...]:
    b, found = task.columns, []
    if (task.free & ~moving)[b]:
        text = "tau² is estimated as 0, the edge of its range: standard errors hold it there."
        found.append(Caution("tau2_at_zero", text))
    if (task.free & ~moving)[b + 1 :].any():
        text = "A selection parameter ran to its bound; the studies do not determine it."
        found.append(Caution("delta_at_bound", text))
    if np.abs(best.gradient[moving]).max(initial=0.0) > STATIONARY:
        text = "The search ended before the likelihood was level; a higher maximum may be near."
        found.append(Caution("not_level", text))
    if not settled:
        text = "The likelihood is flat in some direction here, so standard errors cannot be computed."
        found.append(Caution("no_standard_errors", text))
    return tuple(found)
