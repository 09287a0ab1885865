"""NumPy's numbers as JSON takes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.special import ndtri


def plain(value: Any) -> Any:
    """A Python number, list or None; what is not finite becomes None, for JSON has no word for it."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def picked(thing: object, names: Iterable[str]) -> dict[str, Any]:
    """Attributes by name, as plain data."""
    return {name: plain(getattr(thing, name)) for name in names}


def interval(estimate: float, se: float, level: float) -> tuple[float, float]:
    """Normal confidence interval at `level` percent."""
    margin = float(ndtri(0.5 + level / 200)) * se
    return estimate - margin, estimate + margin
