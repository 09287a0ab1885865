"""Calculators for trials with more than two arms: merge arms, or share a control between comparisons."""

from __future__ import annotations

from collections.abc import Mapping

from extraction.conversions.calculator import Calculator, Computed, Input
from extraction.conversions.groups import (
    Count,
    Group,
    combine_counts,
    combine_groups,
    share_counts,
    share_group,
)

#: How many arms a form merges at once.
MOST_ARMS = 6


def _numbered(label: str, key: str, *, kind: str = "number") -> tuple[Input, ...]:
    return tuple(
        Input(
            f"{key}{arm}",
            f"{label}, arm {arm}",
            required=arm <= 2,
            kind="count" if kind == "count" else "number",
        )
        for arm in range(1, MOST_ARMS + 1)
    )


def _by_arm(*columns: tuple[Input, ...]) -> tuple[Input, ...]:
    """The fields arm by arm."""
    return tuple(field for arm in zip(*columns, strict=True) for field in arm)


def _rows(given: Mapping[str, float | None], *keys: str) -> list[tuple[float, ...]]:
    """The filled arms. Raises ValueError for an arm that is filled in part."""
    rows = []
    for arm in range(1, MOST_ARMS + 1):
        row = [given[f"{key}{arm}"] for key in keys]
        filled = [value for value in row if value is not None]
        if filled and len(filled) < len(row):
            raise ValueError(f"Fill in all of arm {arm}, or nothing.")
        if filled:
            rows.append(tuple(filled))
    return rows


def _combine_means(**given: float | None) -> Computed:
    groups = [Group(n=n, mean=mean, sd=sd) for n, mean, sd in _rows(given, "n", "mean", "sd")]
    if any(group.sd < 0 for group in groups):
        raise ValueError("A standard deviation must not be negative.")
    if sum(group.n for group in groups) <= 1:
        raise ValueError("The arms must have more than one person in all.")
    whole = combine_groups(groups)
    method = f"{len(groups)} arms merged: mean weighted by n, SD by the formula for combined groups (Handbook 6.5.2.10)."
    return Computed({"n": whole.n, "mean": whole.mean, "sd": whole.sd}, method)


def _combine_counts(**given: float | None) -> Computed:
    groups = [Count(n=n, events=events) for n, events in _rows(given, "n", "events")]
    if any(group.events > group.n for group in groups):
        raise ValueError("There cannot be more people with the event than people.")
    whole = combine_counts(groups)
    method = f"{len(groups)} arms merged: people and events added up (Handbook 23.3.4)."
    return Computed({"n": whole.n, "events": whole.events}, method)


def _parts(parts: float) -> int:
    if parts != int(parts):
        raise ValueError("The number of comparisons must be a whole number.")
    return int(parts)


_SHARED = (
    "The comparisons stay slightly correlated all the same: merging arms avoids that (Handbook 23.3.4).",
)


def _share_means(*, n: float, mean: float, sd: float, parts: float) -> Computed:
    if sd < 0:
        raise ValueError("A standard deviation must not be negative.")
    share = share_group(Group(n=n, mean=mean, sd=sd), _parts(parts))
    method = f"Shared control divided between {parts:g} comparisons: n / {parts:g}, mean and SD unchanged (Handbook 23.3.4)."
    return Computed({"n": share.n, "mean": share.mean, "sd": share.sd}, method, _SHARED)


def _share_counts(*, n: float, events: float, parts: float) -> Computed:
    if events > n:
        raise ValueError("There cannot be more people with the event than people.")
    share = share_counts(Count(n=n, events=events), _parts(parts))
    method = f"Shared control divided between {parts:g} comparisons: n / {parts:g} and events / {parts:g} (Handbook 23.3.4)."
    return Computed({"n": share.n, "events": share.events}, method, _SHARED)


_N = Input("n", "Number of people in the shared arm", kind="count")
_PARTS = Input("parts", "Number of comparisons that share it", kind="count")

GROUP_CALCULATORS = (
    Calculator(
        "combine-means",
        "Merge arms: means",
        "Handbook 6.5.2.10",
        _by_arm(
            _numbered("Number of people", "n", kind="count"), _numbered("Mean", "mean"), _numbered("SD", "sd")
        ),
        ("n", "mean", "sd"),
        _combine_means,
    ),
    Calculator(
        "combine-counts",
        "Merge arms: events",
        "Handbook 23.3.4",
        _by_arm(
            _numbered("Number of people", "n", kind="count"), _numbered("Events", "events", kind="count")
        ),
        ("n", "events"),
        _combine_counts,
    ),
    Calculator(
        "share-control-means",
        "Share a control: means",
        "Handbook 23.3.4",
        (_N, Input("mean", "Mean"), Input("sd", "SD"), _PARTS),
        ("n", "mean", "sd"),
        _share_means,
    ),
    Calculator(
        "share-control-counts",
        "Share a control: events",
        "Handbook 23.3.4",
        (_N, Input("events", "Events", kind="count"), _PARTS),
        ("n", "events"),
        _share_counts,
    ),
)
