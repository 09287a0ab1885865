"""Pure packages can be lifted out: no framework, no sibling, no clock, no chance."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import APPS, ROOT, name

#: Package → what it may import besides the standard library and itself.
PURE = {
    "reviews.formats": {"rispy", "openpyxl"},
    "reviews.deduplication": {"rapidfuzz", "numpy"},
    "screening.agreement": {"numpy", "scipy"},
    "screening.pdfpages": {"pypdfium2"},
    "screening.prioritisation": {"numpy", "scipy", "sklearn"},
    "screening.stopping": {"numpy", "scipy"},
    "extraction.conversions": {"numpy", "pint", "scipy"},
    "extraction.published": {"scipy"},
    "extraction.questionnaires": set[str](),
    "extraction.riskofbias": set[str](),
    "extraction.sentinels": {"scipy"},
    "synthesis.bundle": set[str](),
    "synthesis.stats": {"numpy", "scipy"},
    "synthesis.figures": {"numpy", "matplotlib"},
    "synthesis.grading": set[str](),
}
CLOCKS_AND_DICE = {"random", "secrets", "time", "uuid"}


def imports_of(path: Path, package: str) -> Iterator[str]:
    """The modules a file names in its imports, wherever they stand, relative ones made absolute."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno}: say the whole name"
            yield node.module or package


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_imports_nothing_that_ties_it_down(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    allowed = (set(sys.stdlib_module_names) - CLOCKS_AND_DICE) | PURE[package]
    foreign = {
        f"{name(path)}: {module}"
        for path in folder.rglob("*.py")
        for module in imports_of(path, package)
        if module.split(".")[0] not in allowed and not f"{module}.".startswith(f"{package}.")
    }
    assert list(folder.rglob("*.py"))
    assert foreign == set()


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_asks_no_clock(package: str) -> None:
    folder = ROOT.joinpath(*package.split("."))
    asked = [
        f"{name(path)}:{node.lineno}"
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert asked == []


def test_no_module_outside_the_apps_is_first_party() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages <= {*APPS, "config", "tests", "benchmarks"}
