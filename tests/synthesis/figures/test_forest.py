"""Forest plots: nothing touches anything, from one study to two hundred, and no number is left out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.figures.drawing import Drawing, Group, Line, Polygon, Rect, Text
from synthesis.figures.forest import Column, ForestPlot, ForestRow, Heterogeneity, PooledRow, Subgroup, draw
from synthesis.figures.forest_words import describe, heterogeneity, number, p_value
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import (
    CHINESE,
    LONG,
    awkward_plot,
    bcg_plot,
    bcg_rows,
    many,
    subgroup_plot,
)

PLOTS = {
    "one study": many(1),
    "two studies": many(2),
    "thirteen": bcg_plot(),
    "sixty": many(60),
    "two hundred": many(200),
    "two hundred with long labels": many(200, label=LONG),
    "Chinese": many(5, label=CHINESE),
    "subgroups": subgroup_plot(),
    "awkward": awkward_plot(),
    "one column a side": bcg_plot(
        columns=(Column("Events/total", group="BCG vaccination"), Column("Events/total", group=f"No {LONG}")),
        rows=tuple(replace(row, cells=row.cells[:2]) for row in bcg_rows()),
    ),
    "no title, no labels": bcg_plot(title="", favours_left="", favours_right="", heterogeneity=None),
}


def strings(drawing: Drawing) -> list[str]:
    return [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]


def marks(plot: ForestPlot, ident: str) -> list[object]:
    group = next(item for item in draw(plot).items if isinstance(item, Group) and item.ident == ident)
    return [shape for shape in group.shapes if not isinstance(shape, Text)]


@pytest.mark.parametrize("name", PLOTS)
def test_nothing_overlaps_and_nothing_leaves_the_page(name: str) -> None:
    drawing = draw(PLOTS[name])
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.texts_on_marks(drawing) == []
    assert boxes.outside(drawing) == []


LABELS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=120)


@st.composite
def any_row(draw_: st.DrawFn) -> ForestRow:
    estimate = 10 ** draw_(st.floats(-8, 8) | st.floats(-300, 290))
    low, high = estimate * draw_(st.floats(0, 1)), estimate * draw_(st.floats(1, 1e6) | st.just(math.inf))
    weight = draw_(st.none() | st.floats(0, 100))
    return ForestRow(draw_(LABELS), estimate, (low, max(high, estimate)), weight, note=draw_(LABELS))


@settings(max_examples=60, deadline=None)
@given(st.lists(any_row(), min_size=1, max_size=12))
def test_no_numbers_and_no_labels_make_it_overlap(rows: list[ForestRow]) -> None:
    drawing = draw(bcg_plot(rows=tuple(rows), pooled=(), columns=()))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.texts_on_marks(drawing) == []
    assert boxes.outside(drawing) == []


def test_every_study_and_every_number_is_there() -> None:
    said = strings(draw(bcg_plot()))
    for row in bcg_rows():
        assert row.label in said
        assert all(cell in said for cell in row.cells)
    assert {"0.41", "[0.13, 1.26]", "0.49", "[0.34, 0.70]", "[0.15, 1.55]", "7.7%"} <= set(said)
    assert " ".join(strings(draw(bcg_plot()))).count("Q = 152.23") == 1


def test_one_study_has_no_diamond() -> None:
    assert not [shape for shape in draw(many(1)).shapes() if isinstance(shape, Polygon)]
    with pytest.raises(ValueError, match="single study"):
        bcg_plot(rows=bcg_rows()[:1])


def test_a_subgroup_of_one_study_has_no_diamond_either() -> None:
    lone = Subgroup("Alone", bcg_rows()[:1], (PooledRow("Random effects", 0.5, (0.4, 0.6)),))
    with pytest.raises(ValueError, match="Alone: a single study"):
        bcg_plot(subgroups=(lone,))


def test_a_study_without_an_estimate_does_not_count_as_a_second_one() -> None:
    with pytest.raises(ValueError, match="single study"):
        bcg_plot(rows=(bcg_rows()[0], ForestRow("No events", None, None)), columns=bcg_plot().columns)


def test_the_area_of_a_square_follows_the_weight() -> None:
    rows = (
        ForestRow("Heavy", 1.1, (0.5, 2.4), 80, ident="heavy"),
        ForestRow("Light", 1.1, (0.5, 2.4), 20, ident="light"),
    )
    plot = bcg_plot(rows=rows, columns=(), pooled=())
    heavy, light = (
        next(mark for mark in marks(plot, ident) if isinstance(mark, Rect)) for ident in ("heavy", "light")
    )
    assert heavy.width**2 / light.width**2 == pytest.approx(4)


def test_an_interval_that_leaves_the_axis_gets_an_arrow() -> None:
    rows = (ForestRow("Wide", 1, (0.001, 5), ident="wide"), ForestRow("In", 1, (0.5, 2), ident="in"))
    plot = bcg_plot(rows=rows, columns=(), pooled=(), axis=(0.1, 10))
    assert [type(mark) for mark in marks(plot, "in")] == [Rect, Line]
    arrow = next(mark for mark in marks(plot, "wide") if isinstance(mark, Polygon))
    line = next(mark for mark in marks(plot, "wide") if isinstance(mark, Line))
    tip, left_end = arrow.points[0][0], line.start[0]
    assert tip < left_end < line.end[0]


def test_an_estimate_off_the_axis_shows_an_arrow_and_no_square() -> None:
    rows = (ForestRow("Far", 1e6, (1e5, 1e7), ident="far"), *bcg_rows()[:4])
    plot = bcg_plot(rows=rows, pooled=())
    kinds = [type(mark) for mark in marks(plot, "far")]
    assert Polygon in kinds
    assert Rect not in kinds


def test_squares_stand_where_the_axis_says() -> None:
    rows = tuple(ForestRow(str(e), e, (e, e), ident=f"r{n}") for n, e in enumerate((0.1, 1.0, 10.0)))
    plot = bcg_plot(rows=rows, pooled=(), columns=(), axis=(0.1, 10))
    low, middle, high = (
        mark.x + mark.width / 2 for n in range(3) for mark in marks(plot, f"r{n}") if isinstance(mark, Rect)
    )
    assert middle == pytest.approx((low + high) / 2)


def test_notes_are_lettered_once_and_printed_below() -> None:
    rows = tuple(ForestRow(f"S{n}", 1, (0.5, 2), note="Same" if n < 2 else "Other") for n in range(3))
    said = strings(draw(bcg_plot(rows=rows, columns=(), pooled=())))
    assert {"S0 a", "S1 a", "S2 b", "a Same", "b Other"} <= set(said)


def test_a_plot_that_cannot_be_drawn_says_which_number_is_wrong() -> None:
    def one(*args: object, **changes: object) -> ForestPlot:
        return bcg_plot(rows=(ForestRow("Smith 2001", *args),), pooled=(), **changes)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="Smith 2001: the estimate lies outside"):
        one(3.0, (1.0, 2.0))
    with pytest.raises(ValueError, match="Smith 2001: a log axis shows positive"):
        one(-1.0, (-2.0, 2.0))
    with pytest.raises(ValueError, match="Smith 2001: an estimate or bound is not a number"):
        one(math.nan, (1.0, 2.0))
    with pytest.raises(ValueError, match="give both"):
        one(1.0, None)
    with pytest.raises(ValueError, match="not a percentage"):
        one(1.0, (0.5, 2.0), 120)
    with pytest.raises(ValueError, match="5 cells for 4 columns"):
        one(1.0, (0.5, 2.0), 50, ("1", "2", "3", "4", "5"))
    with pytest.raises(ValueError, match="above zero"):
        bcg_plot(null=0)
    with pytest.raises(ValueError, match="smaller to a larger"):
        bcg_plot(axis=(2, 1))
    with pytest.raises(ValueError, match="begin above zero"):
        bcg_plot(axis=(0, 1))
    with pytest.raises(ValueError, match="Prediction interval"):
        bcg_plot(pooled=(PooledRow("RE", 1, (0.5, 2), prediction=(3, 2)),))


def test_the_text_alternative_holds_every_study() -> None:
    said = describe(subgroup_plot())
    assert said.startswith("Forest plot of 13 studies: Risk ratio with 95% CI, log scale, no effect at 1.")
    assert "Subgroup Random allocation." in said
    assert "TPT Madras 1980: 1.01 [0.89, 1.14], weight 7.7%." in said
    assert "No events: not estimable." in describe(awkward_plot())


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Heterogeneity(0.3132, 92.22, 152.233, 12, 1e-20),
         "Heterogeneity: τ² = 0.31, I² = 92.2 %, Q = 152.23 (df = 12, p < 0.001)"),
        (Heterogeneity(0.0, 0.0, 1.5, 1, 0.224), "Heterogeneity: τ² = 0.00, I² = 0.0 %, Q = 1.50 (df = 1, p = 0.22)"),
        (Heterogeneity(tau2=0.00031), "Heterogeneity: τ² = 0.00031"),
        (Heterogeneity(q=3.0), "Heterogeneity: Q = 3.00"),
        (Heterogeneity(), ""),
    ],
)  # fmt: skip
def test_heterogeneity_is_written_as_journals_do(found: Heterogeneity, text: str) -> None:
    assert heterogeneity(found) == text


@pytest.mark.parametrize(
    ("value", "ratio", "text"),
    [(-0.001, False, "0.00"), (-1.5, False, "−1.50"), (0.0004, True, "0.0004"), (0.0004, False, "0.00"),
     (math.inf, True, "∞"), (-math.inf, False, "−∞"), (1234567, True, "1.23e6"), (0, True, "0.00"),
     (3e-9, True, "3e-09")],
)  # fmt: skip
def test_numbers_are_short_and_honest(value: float, ratio: bool, text: str) -> None:
    assert number(value, 2, ratio=ratio) == text.replace("e-09", "e−09")


def test_p_values_are_never_zero() -> None:
    assert [p_value(p) for p in (0.0, 0.0009, 0.012, 0.5)] == [
        "p < 0.001",
        "p < 0.001",
        "p = 0.012",
        "p = 0.50",
    ]
