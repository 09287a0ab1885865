"""Readings by person, judgements by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django import template

from extraction.models import Judgement
from extraction.riskofbias import tool_named

register = template.Library()
Said = TypeVar("Said")


@register.filter
def get(said: Mapping[int, Said], person: int) -> Said | None:
    """What this person said."""
    return said.get(person)


@register.filter
def level_name(judgement: Judgement) -> str:
    """What the tool calls the level of a judgement."""
    return tool_named(judgement.tool).level(judgement.level).name
