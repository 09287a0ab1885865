"""Readings by person, judgements by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django import template

from extraction.riskofbias import Level, Tool

register = template.Library()
Said = TypeVar("Said")


@register.filter
def get(said: Mapping[int, Said], person: int) -> Said | None:
    """What this person said."""
    return said.get(person)


@register.filter
def level(tool: Tool, key: str) -> Level:
    """What the tool knows of a level: its name and its light."""
    return tool.level(key)
