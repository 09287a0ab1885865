"""Several groups of a trial taken together as one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Number of people, mean and standard deviation of one group."""

    n: float
    mean: float
    sd: float


def combine_groups(groups: Sequence[Group]) -> Group:
    """The group that `groups` make together.

    Mean weighted by n; SD² = [Σ (n−1) SD² + Σ n (mean − M)²] / (N − 1), which is the Handbook's formula (6.5.2.10) carried
    on to any number of groups. Raises ValueError for no group or a group of nobody.
    """
    if not groups or any(group.n <= 0 for group in groups):
        raise ValueError("Every group must have people in it.")
    if len(groups) == 1:
        return groups[0]
    n = sum(group.n for group in groups)
    mean = sum(group.n * group.mean for group in groups) / n
    within = sum((group.n - 1) * group.sd**2 for group in groups)
    between = sum(group.n * (group.mean - mean) ** 2 for group in groups)
    return Group(n=n, mean=mean, sd=math.sqrt((within + between) / (n - 1)))
