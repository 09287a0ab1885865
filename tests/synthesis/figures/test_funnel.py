"""Funnel plots: every study where its numbers say, within the picture whatever they are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.figures.drawing import Disc, Drawing, Line, Polygon
from synthesis.figures.funnel import FunnelPlot, FunnelPoint, describe, draw
from tests.synthesis.figures import boxes

POINTS = (
    FunnelPoint("Aronson 1948", 0.4109, 0.5706, "p-1"),
    FunnelPoint("TPT Madras 1980", 1.0120, 0.0629),
    FunnelPoint("Comstock & Webster 1969", 1.5619, 0.7298),
)


def plot(points: tuple[FunnelPoint, ...] = POINTS, *, contours: bool = False) -> FunnelPlot:
    return FunnelPlot("Funnel plot", "Risk ratio", "log", 1, points, 0.489, contours=contours)


def discs(drawing: Drawing) -> list[Disc]:
    return [shape for shape in drawing.shapes() if isinstance(shape, Disc)]


def test_precise_studies_stand_high_and_larger_effects_to_the_right() -> None:
    aronson, madras, webster = discs(draw(plot()))
    assert madras.y < aronson.y < webster.y
    assert aronson.x < madras.x < webster.x


def test_the_funnel_widens_by_196_standard_errors_on_the_log_scale() -> None:
    drawing = draw(plot((FunnelPoint("On the edge", 0.489 * math.exp(1.96 * 0.5), 0.5),)))
    (disc,) = discs(drawing)
    right = [s for s in drawing.shapes() if isinstance(s, Line) and s.dash and s.end[0] > s.start[0]]
    (x1, y1), (x2, y2) = right[0].start, right[0].end
    assert x1 + (disc.y - y1) / (y2 - y1) * (x2 - x1) == pytest.approx(disc.x)


@st.composite
def some_points(draw_: st.DrawFn) -> tuple[FunnelPoint, ...]:
    pairs = draw_(st.lists(st.tuples(st.floats(-6, 6), st.floats(-4, 3)), min_size=1, max_size=20))
    return tuple(FunnelPoint(str(n), math.exp(y), 10**se) for n, (y, se) in enumerate(pairs))


@settings(max_examples=50, deadline=None)
@given(some_points(), st.booleans())
def test_everything_stays_in_the_picture(points: tuple[FunnelPoint, ...], contours: bool) -> None:
    drawing = draw(plot(points, contours=contours))
    assert boxes.outside(drawing) == []
    assert boxes.overlapping_texts(drawing) == []
    assert len([s for s in drawing.shapes() if isinstance(s, Polygon)]) == (4 if contours else 0)


def test_the_text_alternative_holds_every_study() -> None:
    assert "TPT Madras 1980: 1.01, standard error 0.0629." in describe(plot())
    change = FunnelPlot("", "Mean difference", "linear", 0, (FunnelPoint("Smith-Jones", -1.5, 2),))
    assert "Smith-Jones: −1.50, standard error 2." in describe(change)


def test_numbers_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one study"):
        plot(())
    with pytest.raises(ValueError, match="Smith: the estimate and its standard error"):
        plot((FunnelPoint("Smith", 1, 0),))
    with pytest.raises(ValueError, match="Smith: a log axis"):
        plot((FunnelPoint("Smith", -1, 1),))
