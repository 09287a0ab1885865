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


@dataclass(frozen=True, slots=True)
class Count:
    """Number of people, and of those with the event, of one group; of their person-time where it is known."""

    n: float
    events: float
    person_time: float | None = None


def combine_counts(groups: Sequence[Count]) -> Count:
    """The group that `groups` make together: people, events and person-time added up (Handbook 23.3.4).

    Person-time is lost when one group has none. Raises ValueError for no group, a group of nobody, or impossible events.
    """
    if not groups or any(group.n <= 0 for group in groups):
        raise ValueError("Every group must have people in it.")
    if any(group.events < 0 for group in groups):
        raise ValueError("A number of events must not be negative.")
    times = [group.person_time for group in groups if group.person_time is not None]
    return Count(
        n=sum(group.n for group in groups),
        events=sum(group.events for group in groups),
        person_time=sum(times) if len(times) == len(groups) else None,
    )


def share_group(group: Group, parts: int) -> Group:
    """One share of a control that serves `parts` comparisons: n divided, mean and SD unchanged (Handbook 23.3.4).

    Shares are not rounded. Raises ValueError unless parts ≥ 2 and the share has at least one person.
    """
    return Group(n=_share(group.n, parts), mean=group.mean, sd=group.sd)


def share_counts(group: Count, parts: int) -> Count:
    """One share of a control that serves `parts` comparisons: people, events and person-time divided (Handbook 23.3.4).

    Shares are not rounded. Raises ValueError unless parts ≥ 2 and the share has at least one person.
    """
    n = _share(group.n, parts)
    time = None if group.person_time is None else group.person_time / parts
    return Count(n=n, events=group.events / parts, person_time=time)


def _share(n: float, parts: int) -> float:
    if parts < 2:
        raise ValueError("A group is shared between two comparisons or more.")
    if n < parts:
        raise ValueError("There are not enough people to share between so many comparisons.")
    return n / parts
