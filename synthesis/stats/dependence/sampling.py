"""Sampling covariances of effects from the same sample, when papers print variances only."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput


def impute_covariance(
    vi: ArrayLike,
    cluster: Sequence[Hashable],
    *,
    rho: float = 0.0,
    within: Sequence[Hashable] | None = None,
    rho_within: float | None = None,
    times: ArrayLike | None = None,
    phi: float | None = None,
) -> sparse.csr_array:
    """V with cov = r √(v_i v_j) between effects of one cluster, 0 between clusters; sparse (k, k).

    vi       (k,) sampling variances;  cluster (k,) labels of the samples
    rho      the correlation r between two effects of a cluster, −1 < r < 1
    within, rho_within   with labels of types (outcomes, say): r is rho_within for one type and rho between types
    times, phi           with times (k,): r is also multiplied by phi^|t_i − t_j| (an autoregressive course)
    Raises BadInput when the correlations asked for are impossible together, or lengths differ.
    Source: Gleser & Olkin 2009; Pustejovsky & Tipton 2022, Prev Sci 23:425; metafor's vcalc.
    """
    v = arrays.effects(np.zeros(np.size(np.asarray(vi))), vi)[1]
    same = _correlation(rho, "rho")
    own = same if rho_within is None else _correlation(rho_within, "rho_within")
    kinds = list(within) if within is not None else [0] * v.size
    when = arrays.vector(times, "times") if times is not None else np.zeros(v.size)
    if not len(cluster) == len(kinds) == when.size == v.size or not np.isfinite(when).all():
        raise BadInput(f"Labels and times must have {v.size} values.")
    fade = 1.0 if times is None else _correlation(0.0 if phi is None else phi, "phi")
    groups: dict[Hashable, list[int]] = {}
    for row, label in enumerate(cluster):
        groups.setdefault(label, []).append(row)
    heads, tails, values = [], [], []
    for rows in groups.values():
        R = np.array(
            [[own if kinds[i] == kinds[j] and within is not None else same for j in rows] for i in rows]
        )
        if times is not None:
            R = R * fade ** np.abs(when[rows][:, None] - when[rows][None, :])
        np.fill_diagonal(R, 1.0)
        _positive(R)
        sd = np.sqrt(v[rows])
        heads.append(np.repeat(rows, len(rows)))
        tails.append(np.tile(rows, len(rows)))
        values.append((R * np.outer(sd, sd)).ravel())
    where = (np.concatenate(heads), np.concatenate(tails))
    matrix = sparse.csr_array((np.concatenate(values), where), shape=(v.size, v.size))
    matrix.eliminate_zeros()
    return matrix


def _correlation(value: float, name: str) -> float:
    if not -1 < value < 1:
        raise BadInput(f"{name} is a correlation between -1 and 1, not {value}.")
    return float(value)


def _positive(R: Floats) -> None:
    if R.shape[0] > 1 and float(np.linalg.eigvalsh(R)[0]) <= 1e-12:
        raise BadInput("These correlations are impossible together: their matrix is not positive definite.")
