"""Comparing an answer with R's, number by number, within the tolerance the case names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from synthesis.stats.verification.case import Answer, Case, Json

# Recorded for information: what metafor's default tolerances give, and remarks on its own optimiser.
NOT_A_TARGET = frozenset({"tau2_default_control"})
LOOSE = frozenset({"opt", "hess", "glmm"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """worst: largest relative error; differences: the places beyond tolerance, in words."""

    worst: float
    differences: tuple[str, ...]


def compare(case: Case, answer: Answer) -> Comparison:
    """Every number R gave against ours. A null of R's is no target, except inside a list, where ours must miss too."""
    assert case.out is not None  # noqa: S101 - callers replay errors elsewhere
    worst, differences = 0.0, []
    slack = tau2_slack(case)
    for path, ours, theirs in _pairs("", answer, case.out):
        error, fits = _judge(ours, theirs, case.rtol, _atol(path, case, slack))
        if fits:
            worst = max(worst, error)
        else:
            differences.append(f"{path}: {_show(ours)} instead of {_show(theirs)}")
    return Comparison(worst, tuple(differences))


def _atol(path: str, case: Case, slack: float) -> float:
    """tau² has its own slack near 0, and so has I², which is a percentage of the same thing."""
    if "tau2" in path:
        return slack
    return max(case.atol, 1e-7) if "I2" in path and case.tol != "exact" else case.atol


def agrees_without(case: Case, answer: Answer, *keys: str) -> bool:
    """Whether everything but these entries of R's answer agrees."""
    rest = {key: value for key, value in (case.out or {}).items() if key not in keys}
    return not compare(replace(case, out=rest), answer).differences


def by_likelihood(case: Case, answer: Answer) -> str | None:
    """An optimiser's answer is right when it reaches a higher likelihood than the reference did."""
    if case.tol not in LOOSE or case.out is None or case.out.get("ll") is None or answer.get("ll") is None:
        return None
    ours, theirs = float(answer["ll"]), float(case.out["ll"])
    if ours > theirs + 1e-8 * max(1.0, abs(theirs)):
        return f"higher log-likelihood: {ours:.10g} against {theirs:.10g}"
    return None


def _pairs(path: str, ours: Json, theirs: Json) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            if key not in NOT_A_TARGET and value is not None:
                found = ours.get(key) if isinstance(ours, dict) else None
                yield from _pairs(f"{path}.{key}" if path else str(key), found, value)
        return
    if isinstance(theirs, list):
        found = [] if ours is None else list(ours) if isinstance(ours, list | tuple | np.ndarray) else [ours]
        if len(found) != len(theirs):
            yield path, f"{len(found)} values", f"{len(theirs)} values"
            return
        for i, value in enumerate(theirs):
            yield from _pairs(f"{path}[{i}]", found[i], value)
        return
    yield path, ours, theirs


def _judge(ours: Json, theirs: Json, rtol: float, atol: float) -> tuple[float, bool]:
    if theirs is None or ours is None:
        return 0.0, theirs is None and (ours is None or not np.isfinite(ours))
    if isinstance(theirs, bool) or (isinstance(theirs, str) and theirs not in ("Inf", "-Inf")):
        return 0.0, bool(ours == theirs)
    try:
        x = float(ours)
    except (TypeError, ValueError):
        return 0.0, False
    reference = float(theirs.replace("Inf", "inf")) if isinstance(theirs, str) else float(theirs)
    if np.isinf(reference) or np.isnan(x):
        return 0.0, x == reference
    gap = abs(x - reference)
    if gap == 0:
        return 0.0, True
    scale = max(abs(reference), atol / rtol)
    return gap / scale, gap <= atol + rtol * abs(reference)


def tau2_slack(case: Case) -> float:
    """tau² near 0 is compared on the scale of the data, since its own scale vanishes."""
    columns = case.table.columns
    if "yi" not in columns or "vi" not in columns:
        return case.atol
    y, v = case.table.numbers("yi"), case.table.numbers("vi")
    spread = float(np.nanvar(y, ddof=1)) if np.isfinite(y).sum() > 1 else 0.0
    return max(case.atol, 1e-7 * max(spread, float(np.nanmean(v)))) if case.tol != "exact" else case.atol


def _show(value: Json) -> str:
    return f"{value:.12g}" if isinstance(value, float | np.floating) else str(value)
