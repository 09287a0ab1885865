"""A published review as an example: its claims as lines, in our words."""

from __future__ import annotations

from pathlib import Path

TITLE = "Ren 2025, exercise in amyotrophic lateral sclerosis"
CITATION = (
    "Ren S, Che X, Hu S, Feng X, Zhang J, Shi P. Front Neurol 2025;16:1499407. doi 10.3389/fneur.2025.1499407"
)
_FILE = Path(__file__).parent / "ren-2025.txt"


def example_text() -> str:
    """The sheet of the example."""
    return _FILE.read_text(encoding="utf-8")
