"""A run's readable result, for lists of runs."""

from __future__ import annotations

from django import template

from synthesis.models import Run
from synthesis.queries import results

register = template.Library()


@register.filter
def result_of(run: Run) -> results.Result:
    """The result on the printed scale."""
    return results.result_of(run)
