"""Runs the sentinels: over one result when it is saved, over all results of a review when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from inspect import cleandoc

from extraction.sentinels.findings import Finding, Severity
from extraction.sentinels.rows import Result

ResultCheck = Callable[[Result], Iterable[Finding]]
ReviewCheck = Callable[[Sequence[Result]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Sentinel:
    """A check: its key, its name, the gravest thing it says, and the function that does it.

    One of `on_result` and `on_review` is there. What it does and where it comes from stand in the function's docstring.
    """

    kind: str
    title: str
    severity: Severity
    on_result: ResultCheck | None = None
    on_review: ReviewCheck | None = None

    @property
    def does(self) -> str:
        """What it does, in sentences."""
        return self._told[0]

    @property
    def source(self) -> str:
        """Where the rule comes from."""
        return self._told[1]

    @property
    def _told(self) -> tuple[str, str]:
        told = cleandoc((self.on_result or self.on_review).__doc__ or "")
        does, _, source = told.partition("Source:")
        return " ".join(does.split()), " ".join(source.split())


SENTINELS: tuple[Sentinel, ...] = ()


def sentinel_named(kind: str) -> Sentinel:
    """The sentinel called `kind`; KeyError if there is none."""
    return {sentinel.kind: sentinel for sentinel in SENTINELS}[kind]


def check_result(result: Result, *, only: str = "") -> list[Finding]:
    """What the sentinels find in one result by itself; serious findings first."""
    found = [
        replace(one, source=sentinel.source)
        for sentinel in _asked(only)
        if sentinel.on_result is not None
        for one in sentinel.on_result(result)
    ]
    return sorted(found, key=_gravest_first)


def check_review(results: Iterable[Result], *, only: str = "") -> list[Finding]:
    """What the sentinels find in each result and in all of them side by side; serious findings first."""
    rows = list(results)
    found = [one for row in rows for one in check_result(row, only=only)]
    found += [
        replace(one, source=sentinel.source)
        for sentinel in _asked(only)
        if sentinel.on_review is not None
        for one in sentinel.on_review(rows)
    ]
    return sorted(found, key=_gravest_first)


def _asked(only: str) -> tuple[Sentinel, ...]:
    return (sentinel_named(only),) if only else SENTINELS


def _gravest_first(one: Finding) -> int:
    """Stable: within a severity the order of the results stays."""
    return 0 if one.severity == "serious" else 1
