"""Every calculator that a form can offer, by key."""

from __future__ import annotations

from extraction.conversions.arm_calculators import ARM_CALCULATORS
from extraction.conversions.calculator import Calculator, Computed, Input
from extraction.conversions.contrast_calculators import CONTRAST_CALCULATORS
from extraction.conversions.difference_calculators import SD_CALCULATORS
from extraction.conversions.group_calculators import GROUP_CALCULATORS

__all__ = ["CALCULATORS", "Calculator", "Computed", "Input", "calculator_named", "calculators_for"]

CALCULATORS: tuple[Calculator, ...] = (
    *ARM_CALCULATORS,
    *SD_CALCULATORS,
    *GROUP_CALCULATORS,
    *CONTRAST_CALCULATORS,
)
_BY_KEY = {calculator.key: calculator for calculator in CALCULATORS}


def calculator_named(key: str) -> Calculator:
    """The calculator with this key. Raises ValueError when there is none."""
    if key not in _BY_KEY:
        raise ValueError(f"There is no calculator “{key}”.")
    return _BY_KEY[key]


def calculators_for(output: str) -> tuple[Calculator, ...]:
    """The calculators that can fill the field `output`: sd, mean, events, n, correlation, estimate, estimate-se."""
    return tuple(calculator for calculator in CALCULATORS if output in calculator.outputs)
