"""Coefficients as they are read: two decimals, a true minus, and *not defined* where they are 0/0."""

from __future__ import annotations

from decimal import Decimal

from django import template

from screening.agreement import Estimate

register = template.Library()

NOT_DEFINED = "not defined"


@register.filter
def coefficient(value: float | Estimate | None) -> str:
    """Two decimals. A value is never rounded to a full 1 or 0 that it is not."""
    number = value.value if isinstance(value, Estimate) else value
    if number is None:
        return NOT_DEFINED
    text = f"{number:.2f}"
    if (text in {"1.00", "-1.00"} and abs(number) != 1) or (text in {"0.00", "-0.00"} and number != 0):
        text = f"{number:.4f}"
        text = ("> 0.9999" if number > 0 else "< −0.9999") if text in {"1.0000", "-1.0000"} else text
        text = "≈ 0" if text in {"0.0000", "-0.0000"} else text
    return text.replace("-", "−")


@register.filter
def interval(value: Estimate) -> str:
    """The confidence interval, or nothing where there is none."""
    if value.low is None or value.high is None:
        return ""
    return f"{value.low:.2f} to {value.high:.2f}".replace("-", "−")


@register.filter
def percentage(value: float | None) -> str:
    """A share as a percentage with one decimal; one that is not all or nothing is not rounded to it."""
    if value is None:
        return NOT_DEFINED
    text = f"{100 * value:.1f} %"
    if text == "100.0 %" and value < 1:
        return "> 99.9 %"
    if text == "0.0 %" and value > 0:
        return "< 0.1 %"
    return text


@register.filter
def aim(value: Decimal) -> str:
    """A share that somebody chose, as they wrote it: 95 %, 97.5 %."""
    return f"{(value * 100).normalize():f} %"


@register.filter
def p_value(value: float | None) -> str:
    """A p-value: two digits that say something, and no more than is known."""
    if value is None:
        return NOT_DEFINED
    if value < 0.0001:
        return "< 0.0001" if value else "0"
    return f"{value:.4f}" if value < 0.01 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
