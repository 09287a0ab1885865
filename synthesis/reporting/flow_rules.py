"""The arithmetic a PRISMA flow must satisfy, one function per rule, each answering in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule checked: `sentence` says what holds or what does not; `numbers` are the counts it looked at."""

    code: str
    severity: Severity
    ok: bool
    sentence: str
    numbers: tuple[tuple[str, int], ...]
