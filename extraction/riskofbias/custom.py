"""A tool that a review's team wrote: items and levels, judged by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from extraction.riskofbias.tool import Item, Level, Light, Tool

MOST_ITEMS, MOST_LEVELS, LONGEST = 40, 9, 120
#: The glyph of each light.
GLYPHS: dict[str, str] = {
    "low": "+", "some": "?", "unclear": "?", "moderate": "−", "high": "−", "serious": "×", "critical": "!", "none": "?", "na": "",
}  # fmt: skip
#: The first word of each key of a tool that a team wrote.
PREFIX = "custom-"


class BadTool(ValueError):
    """A definition that is no tool; the message says what is wrong."""


def definition(
    name: str, items: Sequence[tuple[str, str]], levels: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The definition as plain data: items are (name, question), levels (name, light) from best to worst.

    BadTool when something is missing, too long, or named twice.
    """
    if not name or len(name) > LONGEST:
        raise BadTool(f"Give the tool a name of at most {LONGEST} characters.")
    _check("item", [name for name, _ in items], 1, MOST_ITEMS)
    _check("level", [name for name, _ in levels], 2, MOST_LEVELS)
    unknown = [light for _, light in levels if light not in get_args(Light)]
    if unknown:
        raise BadTool(f"There is no light called “{unknown[0]}”.")
    if len({light for _, light in levels}) < len(levels):
        raise BadTool("Give each level another light, so that they can be told apart.")
    return {
        "name": name,
        "items": [[f"item-{number}", *item] for number, item in enumerate(items, 1)],
        "levels": [[_key(name, number), name, light] for number, (name, light) in enumerate(levels, 1)],
    }


def tool_from(key: str, told: Mapping[str, Any]) -> Tool:
    """The tool that a definition describes."""
    return Tool(
        key=key,
        name=told["name"],
        source="Written by the review team",
        items=tuple(Item(item, name, question, column=name) for item, name, question in told["items"]),
        levels=tuple(Level(level, name, GLYPHS[light], light) for level, name, light in told["levels"]),
    )


def _check(what: str, names: Sequence[str], fewest: int, most: int) -> None:
    if not fewest <= len(names) <= most:
        raise BadTool(f"A tool has {fewest} to {most} {what}s; this one has {len(names)}.")
    if any(len(name) > LONGEST for name in names):
        raise BadTool(
            f"The name of a{'n' if what == 'item' else ''} {what} has at most {LONGEST} characters."
        )
    if not all(names):
        raise BadTool(f"Every {what} needs a name.")
    if len({name.casefold() for name in names}) < len(names):
        raise BadTool(f"Two {what}s have the same name.")


def _key(name: str, number: int) -> str:
    return f"{number}-{re.sub('[^a-z0-9]+', '-', name.casefold()).strip('-')}"[:20]
