"""Studies that report several numbers at once: the multivariate random-effects model with an unstructured covariance.

y_i ~ N(X_i β, S_i + Z_i Ψ Z_i') with S_i known and Ψ = D L L' D, L lower triangular, D a fixed scale of the random
effects. Any real L is allowed, so Ψ reaches singular matrices at finite points. Source: Jackson, Riley & White 2011,
Stat Med 30:2481; Gasparrini 2012, Stat Med 31:3821.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats, one_of
from synthesis.stats.cautions import Caution
from synthesis.stats.criteria import criteria
from synthesis.stats.errors import BadInput, RankDeficient, TooFewStudies
from synthesis.stats.fitting import Likelihood
from synthesis.stats.maximise import maximise

METHODS = ("REML", "ML", "fixed")


@dataclass(frozen=True, slots=True)
class Study:
    """One study: y (n,), X (n, p), Z (n, q), S (n, n) sampling covariance."""

    y: Floats
    X: Floats
    Z: Floats
    S: Floats


@dataclass(frozen=True, slots=True)
class Multivariate:
    """beta (p,), its covariance vcov (p, p), psi (q, q) between studies, Q of the model without Ψ on Q_df."""

    method: str
    beta: Floats
    vcov: Floats
    psi: Floats
    Q: float
    Q_df: int
    likelihood: Likelihood
    warnings: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class _Profile:
    """The likelihood with β at its best for one Ψ; slope (q, q) is its derivative in Ψ."""

    ll: float
    beta: Floats
    vcov: Floats
    rss: float
    slope: Floats


def fit_multivariate(studies: Sequence[Study], *, method: str = "REML") -> Multivariate:
    """Fit by restricted or full maximum likelihood, or with Ψ = 0 ("fixed").

    Raises RankDeficient when the studies together do not determine β, NotConverged, BadInput.
    """
    one_of(method, METHODS, "method of the multivariate model")
    blocks = _stacked(studies)
    q, p = studies[0].Z.shape[1], studies[0].X.shape[1]
    zero = _profile(blocks, np.zeros((q, q)), restricted=False)
    n = sum(study.y.size for study in studies)
    if method != "fixed" and n <= p:
        raise TooFewStudies("A variation between studies needs more numbers than coefficients.")
    if method == "fixed":
        return Multivariate(
            method,
            zero.beta,
            zero.vcov,
            np.zeros((q, q)),
            zero.rss,
            n - p,
            criteria("ML", zero.ll, p, n),
            (),
        )
    psi = _best_psi(blocks, q, method == "REML")
    best = _profile(blocks, psi, restricted=method == "REML")
    parameters = p + q * (q + 1) // 2
    likelihood = criteria(method, best.ll, parameters, n - p if method == "REML" else n)
    return Multivariate(
        method, best.beta, best.vcov, psi, zero.rss, n - p, likelihood, _cautions(psi, best.vcov)
    )


def _best_psi(blocks: list[Study], q: int, restricted: bool) -> Floats:
    scale = _scale(blocks, q)
    lower = np.tril_indices(q)

    def factor(theta: Floats) -> Floats:
        L = np.zeros((q, q))
        L[lower] = theta
        return scale[:, None] * L

    def sloped(theta: Floats) -> tuple[float, Floats]:
        DL = factor(theta)
        try:
            found = _profile(blocks, DL @ DL.T, restricted)
        except (BadInput, RankDeficient):  # so large that rounding eats the data: no maximum is there
            return -np.inf, np.zeros_like(theta)
        return found.ll, (2.0 * scale[:, None] * (found.slope @ DL))[lower]

    starts = []
    for size, tilt in ((1.0, 0.0), (0.3, 0.0), (2.0, 0.5), (1.0, -0.5)):
        L = size * (np.eye(q) + tilt * np.tril(np.ones((q, q)), -1))
        starts.append(L[lower])
    DL = factor(maximise(sloped, starts).x)
    return np.asarray(DL @ DL.T)


def _stacked(studies: Sequence[Study]) -> list[Study]:
    """Studies of equal length together, so that the algebra runs over arrays (m, n, …)."""
    groups: dict[int, list[Study]] = {}
    for study in studies:
        groups.setdefault(study.y.size, []).append(study)
    return [
        Study(*(np.stack([getattr(s, part) for s in group]) for part in Study.__slots__))
        for group in groups.values()
    ]


def _profile(blocks: list[Study], psi: Floats, restricted: bool) -> _Profile:
    p = blocks[0].X.shape[-1]
    gram, moment, constant = np.zeros((p, p)), np.zeros(p), 0.0
    weights: list[Floats] = []
    for b in blocks:
        sigma = b.S + b.Z @ psi @ np.swapaxes(b.Z, 1, 2)
        W = _inverse(sigma)
        XW = np.swapaxes(b.X, 1, 2) @ W
        gram = gram + (XW @ b.X).sum(0)
        moment = moment + (XW @ b.y[..., None])[..., 0].sum(0)
        constant += float(np.linalg.slogdet(sigma)[1].sum()) + b.y.size * np.log(2 * np.pi)
        weights.append(W)
    scale = np.sqrt(np.maximum(np.diag(gram), 0.0))
    if not (scale > 0).all() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e12:
        raise RankDeficient("The studies together do not determine every coefficient.")
    vcov = np.linalg.inv(gram / np.outer(scale, scale)) / np.outer(scale, scale)
    beta = vcov @ moment
    rss, slope = 0.0, np.zeros_like(psi)
    for b, W in zip(blocks, weights, strict=True):
        r = b.y - b.X @ beta
        Wr = (W @ r[..., None])[..., 0]
        rss += float((r * Wr).sum())
        slope += _slope(b, W, Wr, vcov if restricted else None)
    ll = -0.5 * (constant + rss)
    if restricted:  # with ½ log |X'X|, as pool and metafor
        plain = sum((np.swapaxes(b.X, 1, 2) @ b.X).sum(0) for b in blocks)
        ll += 0.5 * (beta.size * np.log(2 * np.pi) + np.linalg.slogdet(vcov)[1] + np.linalg.slogdet(plain)[1])
    return _Profile(float(ll), beta, vcov, rss, slope)


def _inverse(sigma: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(sigma), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise BadInput("The sampling covariance of a study is singular.") from error


def _slope(b: Study, W: Floats, Wr: Floats, vcov: Floats | None) -> Floats:
    """½ Σ Z'(Wrr'W − W + WXVX'W)Z; the last term only for the restricted likelihood."""
    ZW = np.swapaxes(b.Z, 1, 2) @ W
    Zr = (np.swapaxes(b.Z, 1, 2) @ Wr[..., None])[..., 0]
    total = np.einsum("mi,mj->ij", Zr, Zr) - (ZW @ b.Z).sum(0)
    if vcov is not None:
        ZWX = ZW @ b.X
        total = total + (ZWX @ vcov @ np.swapaxes(ZWX, 1, 2)).sum(0)
    return np.asarray(0.5 * total)


def _scale(blocks: list[Study], q: int) -> Floats:
    """A size for each random effect: the sampling error of its coefficient in a typical study."""
    information = [(np.swapaxes(b.Z, 1, 2) @ np.linalg.inv(b.S) @ b.Z).reshape(-1, q, q) for b in blocks]
    diagonal = np.diagonal(np.concatenate(information), axis1=1, axis2=2)
    return np.asarray(1.0 / np.sqrt(np.maximum(np.median(diagonal, axis=0), 1e-300)))


def _cautions(psi: Floats, vcov: Floats) -> tuple[Caution, ...]:
    sd = np.sqrt(np.diag(psi))
    if psi.shape[0] == 1:
        return ()
    error = np.sqrt(np.diag(vcov))[: len(sd)]
    correlation = psi / np.maximum(np.outer(sd, sd), 1e-300)
    limit = (sd < 1e-4 * error).any() or (np.abs(correlation - np.diag(np.diag(correlation))) > 0.9999).any()
    if not limit:
        return ()
    said = (
        "The variation between studies is not determined in every direction: a variance is zero or a "
        "correlation at its limit."
    )
    return (Caution("covariance_at_limit", said),)
