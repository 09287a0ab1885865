"""How numbers are printed. Rounding happens here and nowhere below."""

from __future__ import annotations

import math

from django import template

from synthesis.reporting.tables import shown

register = template.Library()


@register.filter
def fixed(value: float | None, digits: int = 2) -> str:
    """So many decimals, a real minus sign, a dash for nothing, scientific notation where the decimals would say nothing."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}f}"
    if value and float(text) == 0:
        text = f"{value:.1e}"
    elif abs(value) >= 1e7:
        text = f"{value:.3g}"
    return text.replace("-", "−")


@register.filter
def p_value(value: float | None) -> str:
    """As journals print it: three decimals, or “< 0.001”; with its relation sign."""
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


@register.filter
def table_cell(value: str | float | None) -> str:
    """A cell of a report's table: text as it is, a number with a real minus sign, nothing for nothing."""
    return shown(value).replace("-", "−") if isinstance(value, int | float) else shown(value)
