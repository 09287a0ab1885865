"""Bubble, Baujat and funnel plots: points where their numbers are, and names that lie on nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.figures import baujat, bubble, funnel
from synthesis.figures.baujat import BaujatPlot, BaujatPoint
from synthesis.figures.bubble import BubblePlot, BubblePoint, LinePoint
from synthesis.figures.drawing import Disc, Drawing, Line, Polygon, Text
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import CHINESE, LONG
from tests.synthesis.figures.gallery import LABELS, baujat_plot, bubble_plot, full_funnel, funnel_plot

PLACES = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=40)


def discs(drawing: Drawing) -> list[Disc]:
    return [shape for shape in drawing.shapes() if isinstance(shape, Disc)]


def names_on_points(drawing: Drawing, names: set[str]) -> list[str]:
    points = [boxes.of_shape(disc) for disc in discs(drawing)]
    texts = [box for box in boxes.texts(drawing) if box.what in names]
    return [box.what for box in texts for point in points if box.overlaps(point)]


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_names_lie_on_no_point_no_name_and_no_axis(places: list[tuple[float, float]]) -> None:
    points = tuple(BaujatPoint(f"Study {n}", x, y) for n, (x, y) in enumerate(places))
    drawing = baujat.draw(BaujatPlot("Baujat", points))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []
    assert names_on_points(drawing, {point.label for point in points}) == []


def test_a_name_without_room_next_to_its_point_gets_a_line_to_it() -> None:
    drawing = baujat.draw(baujat_plot())
    said = [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]
    assert set(LABELS) <= set(said)
    assert [shape for shape in drawing.shapes() if isinstance(shape, Line) and shape.width == 0.5]


def test_two_hundred_studies_and_long_names_do_not_overlap() -> None:
    points = tuple(
        BaujatPoint((LONG, CHINESE, "S")[n % 3], math.sin(n) ** 2, math.cos(3 * n) ** 2) for n in range(200)
    )
    drawing = baujat.draw(BaujatPlot(LONG, points))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []
    assert names_on_points(drawing, {LONG, CHINESE, "S"}) == []


def test_baujat_marks_and_names_what_is_influential() -> None:
    fills = {disc.fill for disc in discs(baujat.draw(baujat_plot()))}
    assert len(fills) == 2
    assert "Hart & Sutherland 1977: contribution 1.59, influence 0.238, influential." in baujat.describe(
        baujat_plot()
    )
    with pytest.raises(ValueError, match="Smith: influence is not a number"):
        BaujatPlot("", (BaujatPoint("Smith", 1, math.nan),))
    with pytest.raises(ValueError, match="at least one study"):
        BaujatPlot("", ())


def test_the_area_of_a_bubble_follows_the_weight() -> None:
    points = (BubblePoint("Heavy", 1, 1, 80, "h"), BubblePoint("Light", 2, 1, 20, "l"))
    heavy, light = discs(bubble.draw(BubblePlot("", "Dose", "Ratio", "log", 1, points)))
    assert heavy.radius**2 / light.radius**2 == pytest.approx(4)


def test_bubbles_stand_evenly_on_a_log_axis() -> None:
    points = tuple(BubblePoint(str(y), x, y) for x, y in enumerate((0.1, 1.0, 10.0)))
    low, middle, high = discs(bubble.draw(BubblePlot("", "Dose", "Ratio", "log", 1, points)))
    assert middle.y == pytest.approx((low.y + high.y) / 2)
    assert low.y > high.y


def test_the_line_runs_through_its_points_inside_its_band() -> None:
    drawing = bubble.draw(bubble_plot())
    (band,) = [shape for shape in drawing.shapes() if isinstance(shape, Polygon)]
    pieces = [shape for shape in drawing.shapes() if isinstance(shape, Line) and shape.width == 1.2]
    assert len(pieces) == len(bubble_plot().line) - 1
    ys = [y for _, y in band.points]
    assert all(min(ys) < y < max(ys) for piece in pieces for _, y in (piece.start, piece.end))
    first, last = pieces[0].start, pieces[-1].end
    # Straight on the analysis scale, as a regression is.
    middle = pieces[len(pieces) // 2].start
    share = (middle[0] - first[0]) / (last[0] - first[0])
    assert middle[1] == pytest.approx(first[1] + share * (last[1] - first[1]))


def test_a_band_below_zero_is_drawn_below_zero() -> None:
    line = tuple(LinePoint(x, -1.0, -2.0, -0.5) for x in (0.0, 1.0))
    points = (BubblePoint("A", 0, -3), BubblePoint("B", 1, 0.5))
    drawing = bubble.draw(BubblePlot("", "Dose", "Difference", "linear", 0, points, line))
    (band,) = [shape for shape in drawing.shapes() if isinstance(shape, Polygon)]
    a, b = discs(drawing)
    per_unit = (a.y - b.y) / 3.5
    assert max(y for _, y in band.points) == pytest.approx(a.y - per_unit)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.floats(-100, 100), st.floats(0, 1e4))
def test_bubbles_stay_in_the_picture(places: list[tuple[float, float]], slope: float, half: float) -> None:
    points = tuple(BubblePoint(f"Study {n}", x, y, 1 + n) for n, (x, y) in enumerate(places))
    line = tuple(LinePoint(x, slope * x, slope * x - half, slope * x + half) for x in (-5.0, 0.0, 5.0))
    drawing = bubble.draw(BubblePlot("", "Dose", "Difference", "linear", 0, points, line))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []


def test_bubbles_say_the_line_and_every_study() -> None:
    said = bubble.describe(bubble_plot())
    assert "Regression line at 13: 0.88 with 95% CI [0.62, 1.25]." in said
    assert "TPT Madras 1980: 1.01 at 13, weight" in said


def test_bubbles_that_cannot_be_drawn_are_refused() -> None:
    def plot(*points: BubblePoint) -> BubblePlot:
        return BubblePlot("", "Dose", "Ratio", "log", 1, points)

    with pytest.raises(ValueError, match="at least one"):
        plot()
    with pytest.raises(ValueError, match="positive"):
        plot(BubblePoint("A", 1, -1))
    with pytest.raises(ValueError, match="A: x is not a number"):
        plot(BubblePoint("A", math.inf, 1))
    with pytest.raises(ValueError, match="A: a weight"):
        plot(BubblePoint("A", 1, 1, -2))


def test_imputed_studies_are_open_circles_and_both_pooled_estimates_are_told() -> None:
    drawing = funnel.draw(full_funnel(contours=False))
    assert sum(disc.fill == "none" for disc in discs(drawing)) == 2  # the imputed one and that of the key
    said = drawing.description
    assert "Trim and fill adds 1; with it the pooled estimate is 0.52." in said
    assert "Egger's line: 0.83 at standard error 0, slope −2.11 per standard error (p = 0.19)." in said


def test_eggers_line_runs_through_limit_and_slope_on_the_log_scale() -> None:
    point = funnel.FunnelPoint("On the line", math.exp(-0.1909 - 2.112 * 0.5), 0.5)
    drawing = funnel.draw(full_funnel(points=(point,), imputed=(), contours=False))
    (line,) = [
        s for s in drawing.shapes() if isinstance(s, Line) and s.width == 1.4 and s.end[1] != s.start[1]
    ]
    (disc,) = discs(drawing)
    (x1, y1), (x2, y2) = line.start, line.end
    assert x1 + (disc.y - y1) / (y2 - y1) * (x2 - x1) == pytest.approx(disc.x)


def test_a_line_that_begins_off_the_axis_is_drawn_where_it_is_on_it() -> None:
    plot = full_funnel(contours=False, egger=funnel.EggerLine(50.0, -8.0))
    frame = boxes.of_shape(
        next(s for s in funnel.draw(plot).shapes() if isinstance(s, Line) and s.width == 0.6)
    )
    (line,) = [
        s
        for s in funnel.draw(plot).shapes()
        if isinstance(s, Line) and s.width == 1.4 and s.end[1] != s.start[1]
    ]
    assert frame.top < line.start[1] < line.end[1] <= frame.bottom
    assert line.start[0] > line.end[0]


def test_over_precision_the_precise_studies_still_stand_high() -> None:
    plot = funnel_plot(upright="precision")
    by_label = dict(zip(LABELS, discs(funnel.draw(plot)), strict=True))
    assert by_label["TPT Madras 1980"].y < by_label["Aronson 1948"].y
    assert by_label["Aronson 1948"].y < by_label["Comstock & Webster 1969"].y


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-6, 6), st.floats(-3, 2)), min_size=1, max_size=20),
    st.floats(-5, 5),
    st.sampled_from(["se", "precision"]),
)
def test_everything_a_funnel_can_show_stays_in_the_picture(
    places: list[tuple[float, float]], slope: float, upright: str
) -> None:
    points = tuple(funnel.FunnelPoint(f"S{n}", math.exp(y), 10**se) for n, (y, se) in enumerate(places))
    plot = full_funnel(points=points, upright=upright, has_labels=True, egger=funnel.EggerLine(1.2, slope))
    drawing = funnel.draw(plot)
    assert boxes.outside(drawing) == []
    assert boxes.overlapping_texts(drawing) == []


def test_a_funnel_of_one_study_has_room() -> None:
    drawing = funnel.draw(replace(funnel_plot(upright="precision"), points=funnel_plot().points[:1]))
    assert boxes.outside(drawing) == []
    assert drawing.description.startswith("Funnel plot of one study")
