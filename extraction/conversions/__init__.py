"""From what papers print to what an analysis needs. Pure: no Django, no database."""

from __future__ import annotations

from extraction.conversions.dispersion import sd_from_se, se_from_ci
from extraction.conversions.groups import Group, combine_groups
from extraction.conversions.numbers import NotANumber, parse_number, same_after_rounding

__all__ = [
    "Group",
    "NotANumber",
    "combine_groups",
    "parse_number",
    "same_after_rounding",
    "sd_from_se",
    "se_from_ci",
]
