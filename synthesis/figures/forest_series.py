"""Leave-one-out and cumulative forest plots: rows that are pooled estimates, named by what they leave out or add."""

from __future__ import annotations

from collections.abc import Sequence

from synthesis.figures.forest_plot import ForestRow, Interval


def leave_one_out_rows(
    labels: Sequence[str], estimates: Sequence[float | None], intervals: Sequence[Interval | None]
) -> tuple[ForestRow, ...]:
    """One row per study: the pooled estimate (as printed) "Without X". ValueError for lists of unlike length."""
    return tuple(
        ForestRow(f"Without {label}", estimate, interval)
        for label, estimate, interval in zip(labels, estimates, intervals, strict=True)
    )


def cumulative_rows(
    labels: Sequence[str],
    estimates: Sequence[float | None],
    intervals: Sequence[Interval | None],
    *,
    years: Sequence[int | None] = (),
) -> tuple[ForestRow, ...]:
    """One row per study in the order they came in: the first by its name, then "+ X (year)".

    A year that the label holds already is not said twice. `estimates` are pooled ones, as printed.
    """
    given = years or [None] * len(labels)
    return tuple(
        ForestRow(("+ " if n else "") + _dated(label, year), estimate, interval)
        for n, (label, year, estimate, interval) in enumerate(
            zip(labels, given, estimates, intervals, strict=True)
        )
    )


def _dated(label: str, year: int | None) -> str:
    return label if year is None or str(year) in label else f"{label} ({year})"
