"""What a page sends while somebody types: the fields that changed, each with what its author saw there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from extraction.errors import BadValue
from extraction.forms.sheet import whole


@dataclass(frozen=True, slots=True)
class Sent:
    """One field: its address, what stands in it, where that was read, and the id that was seen (0: none)."""

    key: str
    text: str
    quote: str
    page: str
    report: int | None
    seen: int

    @classmethod
    def of(cls, cell: Mapping[str, Any]) -> Self:
        """One entry of the list that a script sends."""
        return cls(
            key=_whole_text(cell["key"]),
            text=_whole_text(cell["text"]),
            quote=_whole_text(cell["quote"]),
            page=_whole_text(cell["page"]),
            report=whole(cell["report"]),
            seen=whole(cell["seen"]) or 0,
        )


def _whole_text(sent: object) -> str:
    """A text that a database takes: JSON can write half of a character, which nothing can store."""
    return str(sent).encode("utf-8", "replace").decode()


def fields_in(body: bytes) -> list[Sent]:
    """The fields of {"cells": [{"key", "text", "quote", "page", "report", "seen"}, …]}. Raises BadValue."""
    try:
        return [Sent.of(cell) for cell in json.loads(body)["cells"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadValue("The page sent something that cannot be read. Reload it.") from None
