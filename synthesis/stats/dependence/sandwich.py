"""The sandwich: variances of coefficients that hold when the working covariance is wrong, clusters independent.

vcov = M [Σ_j U_j'A_j e_j e_j'A_j'U_j] M with M = (X'WX)⁻¹, U = WX, e = y − Xβ and A_j the small-sample adjustment:
CR0 A = I;  CR1 √(m/(m−1));  CR1S √(m(n−1)/((m−1)(n−p)));  CR1p √(m/(m−p));
CR2 A_j = D_j'(D_j(Φ_j − X_jMX_j')D_j')^(−1/2) D_j with Φ_j = D_j'D_j;  CR3 A_j = (I − X_jMU_j')⁻¹.
Source: Bell & McCaffrey 2002; Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.errors import BadInput, NotDefined, TooFewStudies

KINDS = ("CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3")
# Eigenvalues below this share of the largest are rounding: their directions carry no residual.
SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class Working:
    """A generalised least squares fit: X, U = WX (k, p), residuals e (k,), M (p, p), Φ = W⁻¹ (sparse (k, k))."""

    X: Floats
    U: Floats
    e: Floats
    M: Floats
    phi: sparse.csr_array


@dataclass(frozen=True, slots=True)
class Sandwich:
    """Covariance of the coefficients (p, p) and, for each contrast asked for, Satterthwaite's degrees of freedom."""

    vcov: Floats
    df: Floats
    clusters: int


def members_of(cluster: Sequence[Hashable], k: int) -> list[Ints]:
    """The rows of each cluster, in order of appearance. Raises BadInput, TooFewStudies for fewer than two clusters."""
    if len(cluster) != k:
        raise BadInput(f"There are {len(cluster)} cluster labels for {k} effects.")
    groups: dict[Hashable, list[int]] = {}
    for row, label in enumerate(cluster):
        if label is None or label != label:  # NaN is not itself
            raise BadInput(f"Row {row + 1} has no cluster.")
        groups.setdefault(label, []).append(row)
    if len(groups) < 2:
        raise TooFewStudies("Robust variances need at least two clusters.")
    return [np.array(rows, dtype=np.intp) for rows in groups.values()]


def sandwich(work: Working, members: Sequence[Ints], kind: str, contrasts: Floats) -> Sandwich:
    """Robust covariance, and df (q,) of the contrasts (q, p): 2 E² / Var of the variance under the working model.

    Raises NotDefined for CR3 when one cluster alone decides a coefficient, and for CR1p with no more clusters than p.
    """
    k, p = work.X.shape
    factor = _factor(kind, len(members), k, p)
    scores = np.empty((len(members), p))
    weights = np.zeros((k, p))
    for j, rows in enumerate(members):
        A = _adjustment(kind, work, rows)
        weights[rows] = A.T @ work.U[rows]
        scores[j] = weights[rows].T @ work.e[rows]
    vcov = factor * work.M @ scores.T @ scores @ work.M
    df = np.array([_satterthwaite(work, members, weights @ (work.M @ c)) for c in contrasts])
    return Sandwich(vcov, df, len(members))


def _factor(kind: str, m: int, n: int, p: int) -> float:
    if kind == "CR1p":
        if m <= p:
            raise NotDefined(f"CR1p needs more clusters than the {p} coefficients.")
        return m / (m - p)
    if kind == "CR1":
        return m / (m - 1)
    return m * (n - 1) / ((m - 1) * (n - p)) if kind == "CR1S" else 1.0


def _adjustment(kind: str, work: Working, rows: Ints) -> Floats:
    if kind == "CR3":
        left = np.eye(rows.size) - work.X[rows] @ work.M @ work.U[rows].T
        if np.linalg.cond(left) > 1e12:
            raise NotDefined("One cluster alone decides a coefficient: leaving it out (CR3) leaves nothing.")
        return np.asarray(np.linalg.inv(left))
    if kind != "CR2":
        return np.eye(rows.size)
    phi = work.phi[rows][:, rows].toarray()
    D = np.linalg.cholesky(phi).T
    values, vectors = np.linalg.eigh(D @ (phi - work.X[rows] @ work.M @ work.X[rows].T) @ D.T)
    # Relative to the adjustment without leverage, so that the unit of the effects does not matter.
    kept = values > SINGULAR * float(np.linalg.norm(phi, 2)) ** 2
    root = (vectors * np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)) @ vectors.T
    return np.asarray(D.T @ root @ D)


def _satterthwaite(work: Working, members: Sequence[Ints], g: Floats) -> float:
    """(tr Ω)² / tr Ω² with Ω_ij = g_i'(Φ_ij − X_iMX_j')g_j. Source: Bell & McCaffrey 2002."""
    owner = np.empty(g.size, dtype=np.intp)
    for j, rows in enumerate(members):
        owner[rows] = j
    G = sparse.csr_array((g, (np.arange(g.size), owner)), shape=(g.size, len(members)))
    XG = G.T @ work.X
    omega = (G.T @ work.phi @ G).toarray() - XG @ work.M @ XG.T
    square = float((omega * omega).sum())
    return float(np.trace(omega)) ** 2 / square if square > 0 else float("nan")
