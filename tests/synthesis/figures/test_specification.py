"""Specification curves: sorted, each choice beneath its result, readable from one to a thousand specifications."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from synthesis.figures import svg
from synthesis.figures.drawing import Disc, Drawing, Rect
from synthesis.figures.frame import BLUE, ORANGE
from synthesis.figures.specification import Decision, Specification, SpecificationCurve, describe, draw
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import CHINESE, LONG
from tests.synthesis.figures.gallery import curve

TWO = (Decision("Model", ("Random", "Common")),)


def small(*results: tuple[int, float, float, float], main: int | None = None) -> SpecificationCurve:
    found = tuple(
        Specification((choice,), y, (low, high), f"s{n}") for n, (choice, y, low, high) in enumerate(results)
    )
    return SpecificationCurve("Curve", "Risk ratio", "log", 1, TWO, found, main)


def marks(drawing: Drawing) -> list[Rect]:
    return [shape for shape in drawing.shapes() if isinstance(shape, Rect) and shape.height == 7]


def test_estimates_rise_from_left_to_right() -> None:
    drawing = draw(replace(curve(), main=None))
    discs = [shape for shape in drawing.shapes() if isinstance(shape, Disc)]
    assert [disc.x for disc in discs] == sorted(disc.x for disc in discs)
    assert [disc.y for disc in discs] == sorted((disc.y for disc in discs), reverse=True)


def test_a_choice_is_marked_beneath_the_result_it_gave() -> None:
    drawing = draw(small((1, 0.8, 0.5, 1.2), (0, 0.5, 0.4, 0.6)))
    first, second = [shape for shape in drawing.shapes() if isinstance(shape, Disc)]
    random, common = marks(drawing)
    assert random.x + random.width / 2 == pytest.approx(first.x)
    assert common.x + common.width / 2 == pytest.approx(second.x)
    assert random.y < common.y


def test_an_interval_that_excludes_no_effect_is_told_apart_by_colour_and_in_words() -> None:
    plot = small((0, 0.5, 0.4, 0.6), (1, 0.8, 0.5, 1.2), (0, 1.5, 1.2, 2.0), (1, 0.9, 0.9, 1.0))
    fills = [shape.fill for shape in draw(plot).shapes() if isinstance(shape, Disc)]
    assert [fill == BLUE for fill in fills] == [True, False, False, True]
    said = describe(plot)
    assert "Median 0.85, range 0.50 to 1.50." in said
    assert "2 of 4 (50%) exclude no effect (1): 1 below it, 1 above." in said
    assert "Model, Random: 2, median 1.00, 100% exclude no effect." in said
    assert "Model, Common: 2, median 0.85, 0% exclude no effect." in said


def test_the_main_specification_stands_out_in_the_curve_and_in_the_choices() -> None:
    plot = small((0, 0.5, 0.4, 0.6), (1, 0.8, 0.5, 1.2), main=1)
    drawing = draw(plot)
    (disc,) = [shape for shape in drawing.shapes() if isinstance(shape, Disc) and shape.fill == ORANGE]
    (mark,) = [shape for shape in drawing.shapes() if isinstance(shape, Rect) and shape.fill == ORANGE]
    assert mark.x + mark.width / 2 == pytest.approx(disc.x)
    assert "The main specification gives 0.80 [0.50, 1.20], number 2 in order." in describe(plot)


@pytest.mark.parametrize("times", [1, 5, 42])
def test_nothing_overlaps_up_to_a_thousand_specifications(times: int) -> None:
    drawing = draw(curve(times))
    assert len(curve(times).specifications) == 24 * times
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []
    assert len(svg.write(drawing)) < 600_000


def test_in_a_dense_curve_every_specification_still_has_its_mark() -> None:
    plot = curve(42)
    drawing = draw(plot)
    step = 480 / len(plot.specifications)
    # Neighbours grow together: what counts is the width that is covered, a mark's own width per stretch aside.
    wide = min(4.0, max(0.4, 0.75 * step))
    covered = sum(round((mark.width - wide) / step) + 1 for mark in marks(drawing))
    assert covered == len(plot.specifications) * len(plot.decisions)


def test_long_names_and_one_specification_fit() -> None:
    decisions = (Decision(LONG, (LONG, CHINESE)), Decision("", ("",)))
    plot = SpecificationCurve(
        LONG, LONG, "linear", 0, decisions, (Specification((1, 0), -1.0, (-math.inf, math.inf)),), 0
    )
    drawing = draw(plot)
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []


def test_a_specification_that_cannot_be_drawn_says_which() -> None:
    with pytest.raises(ValueError, match="Specification 2: the estimate lies outside"):
        small((0, 1, 0.5, 2), (0, 3, 0.5, 2))
    with pytest.raises(ValueError, match="Specification 1: its choices do not fit"):
        small((2, 1, 0.5, 2))
    with pytest.raises(ValueError, match="Specification 1: a log axis"):
        small((0, -1, -2, 2))
    with pytest.raises(ValueError, match="main specification"):
        small((0, 1, 0.5, 2), main=1)
    with pytest.raises(ValueError, match="at least one"):
        small()
