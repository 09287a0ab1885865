"""One effect per cluster: averages of dependent effects with the variance that their correlation implies."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.dependence.blocks import sampling_covariance
from synthesis.stats.dependence.sampling import impute_covariance
from synthesis.stats.errors import BadInput, NotDefined


@dataclass(frozen=True, slots=True)
class Aggregated:
    """Averages in order of first appearance. cluster labels, yi, vi and the number of effects k, all (m,)."""

    cluster: tuple[Hashable, ...]
    yi: Floats
    vi: Floats
    k: Ints


def aggregate(
    yi: ArrayLike,
    V: ArrayLike | sparse.csr_array,
    cluster: Sequence[Hashable],
    *,
    rho: float | None = None,
    weighted: bool = True,
) -> Aggregated:
    """Average the effects of each cluster.

    V          (k,) variances or (k, k) covariances;  cluster (k,) labels
    rho        correlation of the effects of a cluster, −1 < rho < 1, when V has variances only (0 when left out)
    weighted   by the inverse of the covariances: ŷ = 1'V⁻¹y / 1'V⁻¹1, v = 1 / 1'V⁻¹1; else plain means, v = 1'V1 / n²
    Raises BadInput, BadVariance; NotDefined when the effects of a cluster are combinations of each other.
    Source: Borenstein 2009, ch. 24; Lajeunesse 2011, Ecology 92:2049. Checked: metafor 3.8-1 aggregate.escalc.
    """
    y = arrays.effects(yi, np.ones(np.size(np.asarray(yi))))[0]
    if len(cluster) != y.size:
        raise BadInput(f"There are {len(cluster)} cluster labels for {y.size} effects.")
    known = sampling_covariance(V, y.size)
    if isinstance(known, np.ndarray):
        known = impute_covariance(known, cluster, rho=rho or 0.0)
    elif rho is not None:
        raise BadInput("rho is for variances; these are covariances.")
    groups: dict[Hashable, list[int]] = {}
    for row, label in enumerate(cluster):
        groups.setdefault(label, []).append(row)
    averaged = [
        _average(y[rows], known[rows][:, rows].toarray(), weighted, label) for label, rows in groups.items()
    ]
    return Aggregated(
        cluster=tuple(groups),
        yi=np.array([mean for mean, _ in averaged]),
        vi=np.array([variance for _, variance in averaged]),
        k=np.array([len(rows) for rows in groups.values()], dtype=np.intp),
    )


def _average(y: Floats, V: Floats, weighted: bool, label: Hashable) -> tuple[float, float]:
    if not weighted:
        return float(y.mean()), float(V.sum()) / y.size**2
    try:
        w = np.linalg.solve(V, np.ones(y.size))
    except np.linalg.LinAlgError as error:
        raise NotDefined(f"The effects of cluster {label} are combinations of each other.") from error
    total = float(w.sum())
    if total <= 0:
        raise NotDefined(f"The covariances of cluster {label} are not those of any effects.")
    return float(w @ y) / total, 1.0 / total
