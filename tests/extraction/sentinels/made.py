"""Results for the tests, written as a paper prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extraction.sentinels import Contrast, Finding, Group, Printed, Result, check_result, printed


def read(text: str | None, key: str = "", quote: str = "") -> Printed | None:
    """The number, or None."""
    return None if text is None else printed(text, key=key, quote=quote)


def group(side: str, **numbers: str) -> Group:
    """A group from texts; keys are “experimental mean” and so on."""
    return Group(side=side, **{name: printed(text, key=f"{side} {name}") for name, text in numbers.items()})  # type: ignore[arg-type]


def means(one: Sequence[str], other: Sequence[str]) -> tuple[Group, Group]:
    """Two groups of (mean, SD, n)."""
    return tuple(  # type: ignore[return-value]
        group(side, mean=mean, sd=sd, n=n)
        for side, (mean, sd, n) in (("experimental", one), ("control", other))
    )


def contrast(measure: str = "MD", **numbers: str) -> Contrast:
    """A contrast from texts."""
    found: dict[str, Any] = {name: printed(text, key=name) for name, text in numbers.items()}
    return Contrast(measure=measure, **found)


def result(*groups: Group, **fields: Any) -> Result:
    """A result of one study."""
    return Result(**{"study": "Ferri 2019", "outcome": "Function", "groups": groups, **fields})


def kinds(found: Result | list[Finding], severity: str = "") -> set[str]:
    """The kinds of what is found, or of what is found with this severity."""
    rows = check_result(found) if isinstance(found, Result) else found
    return {one.kind for one in rows if not severity or one.severity == severity}
