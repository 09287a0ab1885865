"""SVG that may stand in a page under a strict Content-Security-Policy, and that reads without being seen."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from synthesis.figures import flow, forest, funnel, svg, traffic
from synthesis.figures.drawing import Drawing, Line, Run, Text
from tests.synthesis.figures.examples import awkward_plot, bcg_plot, many, subgroup_plot
from tests.synthesis.figures.gallery import GALLERY
from tests.synthesis.figures.test_flow import busy_diagram
from tests.synthesis.figures.test_funnel import plot as funnel_plot
from tests.synthesis.figures.test_traffic import lights

SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS: list[Callable[[], Drawing]] = [
    lambda: forest.draw(bcg_plot()),
    lambda: forest.draw(subgroup_plot()),
    lambda: forest.draw(awkward_plot()),
    lambda: forest.draw(many(200)),
    lambda: flow.draw(busy_diagram()),
    lambda: traffic.draw(lights()),
    lambda: traffic.draw_summary(lights()),
    lambda: funnel.draw(funnel_plot(contours=True)),
    *GALLERY.values(),
]


@pytest.mark.parametrize("make", DRAWINGS)
@pytest.mark.parametrize("inline", [False, True])
def test_svg_carries_no_styles_scripts_or_handlers(make: Callable[[], Drawing], inline: bool) -> None:
    root = ET.fromstring(svg.write(make(), inline=inline))  # noqa: S314
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "g", "text", "tspan", "a", "line", "rect", "polygon", "circle",
        }  # fmt: skip
        assert not [
            name for name in element.attrib if name == "style" or name == "class" or name.startswith("on")
        ]


@pytest.mark.parametrize("make", DRAWINGS)
def test_equal_drawings_give_equal_bytes(make: Callable[[], Drawing]) -> None:
    assert svg.write(make()) == svg.write(make())
    assert svg.write(make(), inline=True) == svg.write(make(), inline=True)


def test_a_figure_says_what_it_shows() -> None:
    root = ET.fromstring(svg.write(forest.draw(bcg_plot())))  # noqa: S314
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")
    assert title.text == "BCG vaccine against tuberculosis"
    assert "Random effects (REML): 0.49 [0.34, 0.70], prediction interval [0.15, 1.55]." in str(
        description.text
    )


def test_a_figure_with_links_is_not_an_image_to_a_screen_reader() -> None:
    drawing = forest.draw(bcg_plot())
    page = ET.fromstring(svg.write(drawing, inline=True))  # noqa: S314
    assert page.get("role") == "group"
    assert [a.get("href") for a in page.iter(f"{SVG}a")] == [f"/studies/{n}/" for n in range(13)]


def test_a_file_has_a_white_background_and_no_links_within_the_site() -> None:
    root = ET.fromstring(svg.write(forest.draw(bcg_plot())))  # noqa: S314
    first = root.find(f"{SVG}rect")
    assert first is not None
    assert (first.get("width"), first.get("fill")) == (root.get("width", "").removesuffix("pt"), "#ffffff")
    assert not list(root.iter(f"{SVG}a"))
    assert b"currentColor" not in svg.write(forest.draw(bcg_plot()))


def test_a_figure_on_a_page_takes_the_colour_of_its_text() -> None:
    markup = svg.write(forest.draw(bcg_plot()), inline=True).decode()
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', markup)) == {"currentColor", "#3d7cb8", "#b3541e"}
    assert not markup.startswith("<?xml")


def test_text_stays_text_whatever_it_says() -> None:
    nasty = '<script>alert("1")</script> & \x00\x1b $x$ \ud7ff中'
    text = Text(0, 10, (Run(nasty, href='/"x', label='"<'),), 9)
    drawing = Drawing(100, 20, nasty, nasty, (text,))
    root = ET.fromstring(svg.write(drawing, inline=True))  # noqa: S314
    link = next(root.iter(f"{SVG}a"))
    hint = next(link.iter(f"{SVG}title"))
    assert (hint.text, hint.tail) == ('"<', '<script>alert("1")</script> &  $x$ \ud7ff中')
    assert link.get("aria-label") == '"<'


def test_a_figure_links_to_pages_only() -> None:
    with pytest.raises(ValueError, match="javascript"):
        Run("1", href="javascript:alert(1)")


def test_the_line_comes_down_again_after_a_raised_letter() -> None:
    text = Text(0, 10, (Run("a", raised=True), Run("note"), Run("more")), 10)
    markup = svg.write(Drawing(10, 10, "t", "d", (text,))).decode()
    assert '<tspan font-size="6.8" dy="-3.3">a</tspan><tspan dy="3.3">note</tspan>more</text>' in markup


def test_numbers_are_short_and_never_minus_zero() -> None:
    line = Line((-0.001, 1.5), (2.126, 3))
    markup = svg.write(Drawing(10, 10, "t", "d", (line,))).decode()
    assert 'x1="0" y1="1.5" x2="2.13" y2="3"' in markup
