"""Cautions: what a careful reader should know about a result, carried on the result itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning on a result: a stable code for programs and one sentence for people."""

    code: str
    message: str
