"""How a floor says who may open what: a module `tests/pages/<floor>_urls.py` with a list ROWS of Row."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tests.pages
from reviews.access import May
from tests.conftest import Cast


class Access(enum.Enum):
    """Pages outside of a review."""

    OPEN = "anybody, signed in or not"
    SIGNED_IN = "anybody who is signed in"


def review_only(cast: Cast) -> dict[str, Any]:
    """The arguments of most addresses: the review's slug."""
    return {"slug": cast.review.slug}


@dataclass(frozen=True, slots=True)
class Row:
    """One address and method: who may, the arguments of the address, and what is posted.

    `arguments` and `data` are functions of the cast that make what they need and return it; `data` may also be a mapping.
    `found=False` is for a thing that is not there whoever asks.
    An outsider gets 404 and a member without the right 403; whoever may gets neither, and nobody ever gets a 5xx.
    """

    name: str
    may: May | Access
    arguments: Callable[[Cast], dict[str, Any]] = review_only
    method: str = "get"
    data: Mapping[str, Any] | Callable[[Cast], Mapping[str, Any]] = field(default_factory=dict)
    found: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def all_rows() -> list[Row]:
    """The rows of all floors."""
    modules = [
        found.name for found in pkgutil.iter_modules(tests.pages.__path__) if found.name.endswith("_urls")
    ]
    return [row for name in sorted(modules) for row in importlib.import_module(f"tests.pages.{name}").ROWS]
