"""Downloads: PDF with real text, PNG at 300 dpi, the same bytes each time."""

from __future__ import annotations

import io
import subprocess
import sys

import pypdfium2
import pytest
from PIL import Image

from synthesis.figures import flow, forest
from synthesis.figures.drawing import Text
from synthesis.figures.forest_marks import SQUARE
from synthesis.figures.formats import FORMATS, render
from tests.synthesis.figures.examples import awkward_plot, bcg_plot
from tests.synthesis.figures.gallery import GALLERY
from tests.synthesis.figures.test_flow import busy_diagram


@pytest.mark.parametrize("kind", FORMATS)
def test_equal_drawings_give_equal_files(kind: str) -> None:
    first, second = (render(forest.draw(bcg_plot()), kind) for _ in range(2))  # type: ignore[arg-type]
    assert first == second


def test_png_has_300_dots_per_inch_on_white() -> None:
    drawing = forest.draw(bcg_plot())
    image = Image.open(io.BytesIO(render(drawing, "png")))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert image.width == pytest.approx(drawing.width / 72 * 300, abs=1)
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_png_shows_the_squares_and_the_diamond_where_the_layout_has_them() -> None:
    drawing = forest.draw(bcg_plot())
    image = Image.open(io.BytesIO(render(drawing, "png", dpi=144))).convert("RGB")
    for shape in drawing.shapes():
        if getattr(shape, "fill", "") == SQUARE:
            corner = (int((shape.x + 0.5) * 2), int((shape.y + 0.8) * 2))  # type: ignore[union-attr]
            assert image.getpixel(corner) == (0x3D, 0x7C, 0xB8)


@pytest.mark.filterwarnings("ignore:Glyph")
def test_pdf_text_can_be_searched_and_copied() -> None:
    page = pypdfium2.PdfDocument(render(forest.draw(awkward_plot()), "pdf"))[0]
    text = page.get_textpage().get_text_bounded()
    assert "Random effects" in text
    assert "[−4.00, 1.60]" in text
    assert "$x_1$" in text


def test_pdf_keeps_chinese_as_text() -> None:
    from matplotlib import font_manager

    if not any("CJK" in name for name in font_manager.fontManager.get_font_names()):
        pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")
    page = pypdfium2.PdfDocument(render(flow.draw(busy_diagram()), "pdf"))[0]
    assert "非随机对照试验" in page.get_textpage().get_text_bounded()


@pytest.mark.parametrize(
    "name", sorted(GALLERY.keys() - {"forest-scripts", "forest-outcomes", "traffic-light"})
)
def test_every_word_of_a_figure_can_be_found_in_its_pdf(name: str) -> None:
    drawing = GALLERY[name]()
    page = pypdfium2.PdfDocument(render(drawing, "pdf"))[0]
    found = "".join(page.get_textpage().get_text_bounded().split())
    level = [
        s.string for s in drawing.shapes() if isinstance(s, Text) and not s.rotate and s.string.isascii()
    ]
    assert [text for text in level if "".join(text.split()) not in found] == []


def test_right_to_left_names_run_to_the_left_with_their_year_after_them() -> None:
    text = pypdfium2.PdfDocument(render(GALLERY["forest-scripts"](), "pdf"))[0].get_textpage()
    found = text.get_text_range()
    start = found.index("כהן")
    first, last = (text.get_charbox(start + n)[0] for n in (0, 2))
    assert first > last
    year = next(n for n in range(len(found)) if found.startswith("2020", n) and n > start - 20)
    line = text.get_charbox(start)
    assert text.get_charbox(year)[1] == pytest.approx(line[1], abs=6)
    assert text.get_charbox(year)[0] < last


@pytest.mark.parametrize("name", GALLERY)
def test_a_png_may_be_printed(name: str) -> None:
    drawing = GALLERY[name]()
    image = Image.open(io.BytesIO(render(drawing, "png", dpi=600 if name == "baujat" else 300)))
    assert min(image.info["dpi"]) >= (599.9 if name == "baujat" else 299.9)
    dark = sum(image.convert("L").histogram()[:128])
    assert dark > 0.003 * image.width * image.height


@pytest.mark.parametrize("name", ["forest-scripts", "specification-curve"])
def test_the_text_alternative_travels_with_the_file(name: str) -> None:
    drawing = GALLERY[name]()
    image = Image.open(io.BytesIO(render(drawing, "png", dpi=72)))
    assert image.info["Description"] == drawing.description
    assert pypdfium2.PdfDocument(render(drawing, "pdf")).get_metadata_dict()["Subject"] == drawing.description


def test_svg_needs_no_matplotlib() -> None:
    code = (
        "import sys; from synthesis.figures import forest, flow, formats; "
        "from tests.synthesis.figures.examples import bcg_plot; "
        "formats.render(forest.draw(bcg_plot()), 'svg'); "
        "print([name for name in ('matplotlib', 'django', 'numpy', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
