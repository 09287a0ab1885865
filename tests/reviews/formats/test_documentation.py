"""The page for users names everything that the readers know and say."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviews.formats.problems import CATALOGUE
from reviews.formats.reading import TABLES, TAGGED, XML

PAGE = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_remark_is_explained(code: str) -> None:
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("name", sorted({"ris", "ctgov-json", *TAGGED, *TABLES, *XML}))
def test_every_format_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE
