"""Every figure looks as somebody approved it, and nothing in it touches anything else.

The approved pictures are the files in approved/. To approve what the code draws now, after looking at it:

    APPROVE_FIGURES=1 .venv/bin/python -m pytest -n0 tests/synthesis/figures/test_pictures.py
    git diff tests/synthesis/figures/approved
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from synthesis.figures import svg
from synthesis.figures.drawing import Text
from tests.synthesis.figures import boxes
from tests.synthesis.figures.gallery import GALLERY

APPROVED = Path(__file__).parent / "approved"


@pytest.mark.parametrize("name", GALLERY)
def test_a_figure_is_the_approved_picture(name: str, tmp_path: Path) -> None:
    drawn, approved = svg.write(GALLERY[name]()), APPROVED / f"{name}.svg"
    if os.environ.get("APPROVE_FIGURES"):
        approved.write_bytes(drawn)
    if not approved.exists() or approved.read_bytes() != drawn:
        found = tmp_path / approved.name
        found.write_bytes(drawn)
        pytest.fail(
            f"{name} no longer looks as approved. Compare {found} with {approved}; see this file's head."
        )


def test_no_approved_picture_is_left_over() -> None:
    assert {path.stem for path in APPROVED.iterdir()} == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_no_text_lies_on_another_and_nothing_leaves_the_page(name: str) -> None:
    drawing = GALLERY[name]()
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []


@pytest.mark.parametrize("name", GALLERY)
def test_a_figure_says_in_words_what_it_shows(name: str) -> None:
    drawing = GALLERY[name]()
    assert drawing.title
    assert len(drawing.description) > 100
    root = ET.fromstring(svg.write(drawing))  # noqa: S314
    assert root.findtext("{http://www.w3.org/2000/svg}desc") == drawing.description


@pytest.mark.parametrize("name", GALLERY)
def test_svg_keeps_its_words_as_text(name: str) -> None:
    drawing = GALLERY[name]()
    root = ET.fromstring(svg.write(drawing))  # noqa: S314
    found = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert found == [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]
