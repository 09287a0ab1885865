"""From studies and options to a selection problem in convenient units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats, Ints
from synthesis.stats.errors import BadInput, NotDefined
from synthesis.stats.fitting import Fitted
from synthesis.stats.model import Basis, Model
from synthesis.stats.selection.cover import p_values, smooth_cover
from synthesis.stats.selection.functions import TYPES as SMOOTH
from synthesis.stats.selection.functions import Kind, step_cover, step_kind
from synthesis.stats.selection.likelihood import Selected
from synthesis.stats.selection.search import Problem

TYPES = ("stepfun", *SMOOTH)
SIDES = ("greater", "less", "two.sided")
DEFAULT_STEP = 0.025


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. cuts: steps of a step function, the last one 1, or a single threshold, or none."""

    type: str
    alternative: str
    random: bool
    level: float
    cuts: Floats

    @property
    def two_sided(self) -> bool:
        return self.alternative == "two.sided"

    @property
    def sign(self) -> float:
        """Effects are turned so that selection favours large ones."""
        return -1.0 if self.alternative == "less" else 1.0

    @property
    def threshold(self) -> float | None:
        return float(self.cuts[0]) if self.type != "stepfun" and self.cuts.size else None


@dataclass(frozen=True, slots=True)
class Units:
    """How the search sees the data: effects in units of a typical standard error, columns orthogonal.

    unit    standard error that becomes 1;  sign as in Options;  basis of the caller's columns
    model   the turned and scaled studies, columns of length √k
    """

    unit: float
    sign: float
    basis: Basis
    model: Model

    @classmethod
    def of(cls, y: Floats, v: Floats, basis: Basis, sign: float) -> Units:
        unit = float(np.sqrt(np.exp(np.log(v).mean())))
        return cls(unit, sign, basis, Model(sign * y / unit, v / unit**2, basis.Q * np.sqrt(y.size)))

    def beta_factors(self) -> Floats:
        """The matrix that turns the search's coefficients into the caller's (p, p)."""
        scale = self.sign * self.unit * np.sqrt(self.model.y.size)
        return np.asarray(scale * np.linalg.inv(self.basis.R))


def cuts_of(type_: str, steps: ArrayLike | None) -> Floats:
    """Steps in ascending order, completed with 1; one threshold at most for smooth functions. Raises BadInput."""
    if steps is None:
        return np.array([DEFAULT_STEP, 1.0]) if type_ == "stepfun" else np.empty(0)
    cuts = np.unique(arrays.vector(steps, "steps"))
    if not np.all((cuts > 0) & (cuts <= 1)):
        raise BadInput("steps are p-values: above 0, at most 1.")
    if type_ == "stepfun":
        cuts = cuts if cuts[-1] == 1.0 else np.append(cuts, 1.0)
        if cuts.size < 2:
            raise BadInput("A step function needs a step below 1.")
        return cuts
    if type_ == "beta" or cuts.size != 1 or cuts[0] == 1.0:
        raise BadInput(
            "A smooth selection function other than beta takes one threshold below 1; beta takes none."
        )
    return cuts


def selected(units: Units, options: Options, imprecision: ArrayLike | None) -> Selected:
    """The studies with their p-values and the cover of all possible ones. Raises BadInput, NotDefined."""
    y, v = units.model.y, units.model.v
    assert units.model.X is not None  # noqa: S101 - Units.of gives columns
    p, q = p_values(y / np.sqrt(v), options.two_sided)
    certain = np.zeros(y.size)
    if options.type == "stepfun":
        kind, cover = step_kind(options.cuts.size), step_cover(options.cuts, options.two_sided)
        p = q = intervals(p, options.cuts)
    else:
        kind = SMOOTH[options.type]
        cover = smooth_cover(kind.censor, options.threshold, options.two_sided)
        if options.threshold is not None:
            certain = (p <= options.threshold).astype(np.float64)
            if certain.all() or not certain.any():
                raise NotDefined("The threshold needs p-values on both sides.")
        p, q = np.clip(p, kind.censor, 1.0 - kind.censor), np.clip(q, kind.censor, 1.0 - kind.censor)
    severity = _severity(imprecision, kind, y.size)
    return Selected(y, v, units.model.X, p, q, certain, severity, kind, cover, options.threshold)


def intervals(p: Floats, cuts: Floats) -> Floats:
    """The number of the interval that holds each p: (cut j−1, cut j]."""
    return np.minimum(np.searchsorted(cuts, p, side="left"), cuts.size - 1).astype(np.float64)


def _severity(imprecision: ArrayLike | None, kind: Kind, k: int) -> Floats | None:
    if imprecision is None:
        return None
    factor = arrays.weights(imprecision, k)
    if not kind.severe:
        raise BadInput("Only a smooth selection function other than beta takes a measure of imprecision.")
    return np.asarray(factor / factor.max())


def parameters(kind: Kind, options: Options, delta: ArrayLike | None, counts: Ints | None) -> Floats:
    """The fixed parameters, NaN for those to estimate. Raises BadInput, NotDefined for an interval without studies."""
    m = len(kind.smallest)
    if delta is None:
        given = np.full(m, np.nan)
        if options.type == "stepfun":
            given[0] = 1.0
    else:
        given = arrays.vector(delta, "delta")
        if given.size != m:
            raise BadInput(f"delta needs {m} values, one for each parameter of the selection function.")
        if not np.all(np.isnan(given) | ((given >= 0) & np.isfinite(given))):
            raise BadInput("Parameters of a selection function are finite and not negative.")
        if options.type == "stepfun" and np.isnan(given).all():
            given[0] = 1.0  # only ratios of the steps can be told
    lost = np.isnan(given) & (np.zeros(m, dtype=bool) if counts is None else counts == 0)
    if lost.any():
        at = ", ".join(f"{cut:g}" for cut in options.cuts[lost])
        raise NotDefined(f"No p-value lies in the interval up to {at}: its selection cannot be estimated.")
    return np.where(np.isnan(given), np.nan, np.maximum(given, np.array(kind.smallest)))


def problem(data: Selected, plain: Fitted, given: Floats, *, random: bool) -> tuple[Problem, Floats, float]:
    """The search problem, and where it starts from: the coefficients and τ² without selection."""
    beta = np.atleast_1d(plain.used.beta)
    free: Bools = np.concatenate([np.ones(beta.size, dtype=bool), [random], np.isnan(given)])
    known = np.where(np.isnan(given), 1.0, given)
    fixed = np.concatenate([beta, [0.0], np.log(known) if data.kind.on_log else known])
    return Problem(data, free, fixed), beta, plain.tau2.value
