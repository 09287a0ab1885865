"""Pairwise comparisons read as trials of two or more arms, and the network they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.errors import BadInput, NotDefined, TooFewStudies

# Effects and variances of a multi-arm trial may disagree by rounding in print, not by more than this share.
SLACK = 1e-3
# Arms whose variances differ by more than this cannot be told from arms without a variance.
ROUNDING = 1e-11


class Disconnected(NotDefined):
    """The treatments fall into groups without any comparison between them; `groups` lists them."""

    def __init__(self, message: str, groups: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(message)
        self.groups = groups


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial of a arms. arms (a,) indices of treatments, sorted;  rows (r,) its lines in the data.

    pairs (r, 2)     which of its arms each line compares
    effect (a, a)    effect[i, j] is arm i against arm j;  variance (a, a) of those, zero on the diagonal
    """

    label: str
    arms: Ints
    effect: Floats
    variance: Floats
    rows: Ints
    pairs: Ints

    def laplacian(self, tau2: float) -> Floats:
        """Weighted Laplacian of the trial (a, a): off the diagonal the negative reduced weights.

        Each variance grows by tau2; V → −½ CVC is the covariance of the centred arms, its pseudoinverse the Laplacian.
        For two arms the weight is 1 / variance. Source: Rücker & Schwarzer 2014, Stat Med 33:4353.
        """
        a = self.arms.size
        V = self.variance + tau2 * (1 - np.eye(a))
        centre = np.eye(a) - 1.0 / a
        arm = -0.5 * centre @ V @ centre
        scale = float(np.trace(arm)) / a
        return np.asarray((np.linalg.inv(arm / scale + 1.0 / a) - 1.0 / a) / scale)


@dataclass(frozen=True, slots=True)
class Comparisons:
    """A connected network: names of its treatments, sorted, and its trials."""

    names: tuple[str, ...]
    trials: tuple[Trial, ...]

    @property
    def arms_above_one(self) -> int:
        """Independent comparisons: Σ (arms − 1)."""
        return sum(trial.arms.size - 1 for trial in self.trials)

    def designs(self) -> dict[tuple[int, ...], tuple[Trial, ...]]:
        """Trials by the set of treatments they compare."""
        found: dict[tuple[int, ...], list[Trial]] = {}
        for trial in self.trials:
            found.setdefault(tuple(int(i) for i in trial.arms), []).append(trial)
        return {arms: tuple(trials) for arms, trials in found.items()}


def comparisons(
    yi: ArrayLike,
    vi: ArrayLike,
    treat1: Sequence[str],
    treat2: Sequence[str],
    study: Sequence[str | int],
) -> Comparisons:
    """Read one row per comparison: effect yi (m,) of treat1 against treat2 with variance vi, in a study.

    A trial of a arms needs all a(a − 1)/2 rows, which must agree with each other.
    Raises BadInput (naming the study), Disconnected, TooFewStudies, BadVariance.
    """
    y, v = arrays.effects(yi, vi)
    first, second = ([str(t).strip() for t in column] for column in (treat1, treat2))
    labels = [str(s) for s in study]
    if not len(first) == len(second) == len(labels) == y.size:
        raise BadInput("yi, vi, treat1, treat2 and study must have the same number of rows.")
    same = [i + 1 for i in range(y.size) if first[i] == second[i]]
    if same:
        raise BadInput(f"A treatment cannot be compared with itself: see row {same[0]}.")
    names = tuple(sorted({*first, *second}))
    if len(names) < 3:
        raise TooFewStudies("A network needs at least three treatments; two are pooled by pool.")
    where = {name: i for i, name in enumerate(names)}
    pairs = np.array([[where[a], where[b]] for a, b in zip(first, second, strict=True)], dtype=np.intp)
    trials = []
    for label in dict.fromkeys(labels):
        rows = np.array([i for i, other in enumerate(labels) if other == label], dtype=np.intp)
        trials.append(_trial(label, rows, pairs, (y, v)))
    connected(names, [trial.arms for trial in trials])
    return Comparisons(names, tuple(trials))


def _trial(label: str, rows: Ints, pairs: Ints, data: tuple[Floats, Floats]) -> Trial:
    arms = np.unique(pairs[rows])
    a, own = arms.size, np.searchsorted(arms, pairs[rows])
    effect, variance = np.zeros((a, a)), np.zeros((a, a))
    seen = np.eye(a, dtype=bool)
    for row, (i, j) in zip(rows, own, strict=True):
        if seen[i, j]:
            raise BadInput(f"Study {label} compares the same two treatments twice.")
        seen[i, j] = seen[j, i] = True
        effect[i, j], effect[j, i] = data[0][row], -data[0][row]
        variance[i, j] = variance[j, i] = data[1][row]
    if not seen.all():
        raise BadInput(f"Study {label} has {a} arms and needs all {a * (a - 1) // 2} comparisons.")
    trial = Trial(label, arms, effect, variance, rows, own)
    if a > 2:
        _agree(trial)
    return trial


def _agree(trial: Trial) -> None:
    """Effects of a multi-arm trial must add up, and its variances belong to arms with variances not below zero."""
    loops = trial.effect[:, :, None] + trial.effect[None, :, :] - trial.effect[:, None, :]
    if float(np.abs(loops).max()) > SLACK * max(1.0, float(np.abs(trial.effect).max())):
        raise BadInput(f"The effects of multi-arm study {trial.label} do not add up around a loop.")
    a = trial.arms.size
    totals = trial.variance.sum(1)
    arm = (totals - totals.sum() / (2 * (a - 1))) / (a - 2)
    if float(arm.min()) < -SLACK * float(trial.variance.max()):
        raise BadInput(f"The variances of multi-arm study {trial.label} contradict each other.")
    centre = np.eye(a) - 1.0 / a
    spread = np.linalg.eigvalsh(-0.5 * centre @ trial.variance @ centre)
    if spread[1] <= ROUNDING * spread[-1]:
        raise BadInput(f"The variances of multi-arm study {trial.label} contradict each other.")


def connected(names: tuple[str, ...], joined: Sequence[Ints]) -> None:
    """Raises Disconnected with the groups when not every treatment can be reached from every other."""
    root = list(range(len(names)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for arms in joined:
        for other in arms[1:]:
            root[find(int(other))] = find(int(arms[0]))
    groups: dict[int, list[str]] = {}
    for i, name in enumerate(names):
        groups.setdefault(find(i), []).append(name)
    if len(groups) > 1:
        listed = tuple(tuple(group) for group in groups.values())
        said = "; ".join(", ".join(group) for group in listed)
        raise Disconnected(f"The network falls apart into {len(listed)} groups: {said}.", listed)
