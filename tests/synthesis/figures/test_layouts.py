"""Forest plots in each journal's manner, with columns of one's choice, lights, studies left out, series and sections."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthesis.figures import forest, forest_stack
from synthesis.figures.drawing import Disc, Drawing, Group, Line, Rect, Text
from synthesis.figures.forest import Arrangement, Column, ForestPlot, ForestRow, SignificanceTest, Subgroup
from synthesis.figures.forest_plot import Layout
from synthesis.figures.forest_series import cumulative_rows, leave_one_out_rows
from synthesis.figures.forest_words import describe, heterogeneity, p_value, significance
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import CHINESE, LONG, awkward_plot, bcg_plot, bcg_rows, many
from tests.synthesis.figures.gallery import (
    DOMAINS,
    JUDGEMENTS,
    full_forest,
    script_forest,
    series_forest,
    stack,
)

LAYOUTS: tuple[Layout, ...] = ("plain", "revman", "jama")


def strings(drawing: Drawing) -> list[str]:
    return [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]


def place(drawing: Drawing, text: str) -> float:
    """Where a text that stands once is set."""
    (found,) = [s for s in drawing.shapes() if isinstance(s, Text) and s.string == text]
    return found.x


def untouched(drawing: Drawing) -> bool:
    return not (boxes.overlapping_texts(drawing) or boxes.texts_on_marks(drawing) or boxes.outside(drawing))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("studies", [1, 2, 10, 50, 200])
def test_nothing_overlaps_in_any_layout_for_any_number_of_studies(layout: Layout, studies: int) -> None:
    plot = many(studies)
    rows = tuple(
        replace(row, lights=JUDGEMENTS, left_out=n % 9 == 5, label=(row.label, LONG, CHINESE)[n % 3])
        for n, row in enumerate(plot.rows)
    )
    assert untouched(
        forest.draw(replace(plot, rows=rows, domains=DOMAINS, layout=layout, method="IV, random"))
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_overlaps_with_awkward_numbers_many_domains_or_other_scripts(layout: Layout) -> None:
    assert untouched(forest.draw(replace(awkward_plot(), layout=layout)))
    assert untouched(forest.draw(script_forest(layout=layout)))
    names = tuple(f"{LONG} {n}" for n in range(12))
    rows = tuple(replace(row, lights=(JUDGEMENTS * 2)) for row in bcg_rows())
    assert untouched(forest.draw(bcg_plot(rows=rows, domains=names, layout=layout, lights_heading=LONG)))


NAMES = st.sampled_from(["", "Smith 2001", "שלום ואחרים", "x" * 80, LONG, CHINESE])


@st.composite
def any_arrangement(draw: st.DrawFn) -> Arrangement | None:
    places = draw(st.permutations(["effect", "weight", "lights", "cells"]))
    first, last = sorted(draw(st.tuples(st.integers(0, 4), st.integers(0, 4))))
    found = Arrangement(tuple(places[:first]), tuple(places[first:last]))  # type: ignore[arg-type]
    return draw(st.none() | st.just(found))


@st.composite
def any_plot(draw: st.DrawFn) -> ForestPlot:
    domains, columns = draw(st.integers(0, 7)), draw(st.integers(0, 4))
    rows = tuple(
        ForestRow(
            draw(NAMES), 1.2, (0.5, draw(st.floats(1.2, 1e9))), draw(st.none() | st.floats(0, 100)),
            ("1234/56789",) * draw(st.integers(0, columns)), draw(NAMES),
            lights=JUDGEMENTS[:1] * domains, left_out=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 6)))
    )  # fmt: skip
    test = SignificanceTest(draw(NAMES), "Q", 1.86, 2, 0.39)
    subgroups = (Subgroup(draw(NAMES), rows, tests=(test,)),) if draw(st.booleans()) else ()
    return bcg_plot(
        rows=() if subgroups else rows, subgroups=subgroups, pooled=(), tests=(test,), title=draw(NAMES),
        effect=draw(NAMES) or "Ratio", method=draw(NAMES), favours_left=draw(NAMES), favours_right=draw(NAMES),
        columns=tuple(Column(draw(NAMES), draw(NAMES)) for _ in range(columns)),
        domains=tuple(draw(NAMES) for _ in range(domains)), lights_heading=draw(NAMES), label_heading=draw(NAMES),
        weight_heading=draw(NAMES), layout=draw(st.sampled_from(LAYOUTS)), arrangement=draw(any_arrangement()),
        series=draw(st.sampled_from(["", "cumulative"])),
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(any_plot())
def test_no_names_columns_and_arrangement_make_it_overlap(plot: ForestPlot) -> None:
    assert untouched(forest.draw(plot))


@settings(max_examples=20, deadline=None)
@given(st.lists(any_plot(), min_size=1, max_size=3))
def test_no_outcomes_in_one_figure_overlap(plots: list[ForestPlot]) -> None:
    assert untouched(forest_stack.draw(forest_stack.ForestStack(LONG, tuple(plots))))


def test_revman_says_total_and_puts_weight_and_effect_before_the_plot() -> None:
    drawing = forest.draw(full_forest(layout="revman"))
    said = strings(drawing)
    assert {"Study or Subgroup", "Total (95% CI)", "Subtotal (95% CI)", "A", "F"} <= set(said)
    assert "Heterogeneity: Tau² = 0.31; Chi² = 152.23, df = 12 (P < 0.00001); I² = 92%" in said
    assert "Test for overall effect: Z = −3.97 (P = 0.00007)" in said
    assert "Test for subgroup differences: Chi² = 1.86, df = 2 (P = 0.39)" in said
    assert place(drawing, "Weight") < place(drawing, "← Favours BCG")


def test_jama_names_the_source_and_puts_the_directions_above_the_plot() -> None:
    drawing = forest.draw(full_forest(layout="jama"))
    said = strings(drawing)
    assert {"Source", "Overall", "Subtotal", "0.49", "(0.34–0.70)", "Favours BCG", "Favours control"} <= set(
        said
    )
    assert "Heterogeneity: τ² = 0.31; χ² = 152.23 (df = 12, P < .001); I² = 92.2%" in said
    favours, study = (
        next(s for s in drawing.shapes() if isinstance(s, Text) and s.string == text)
        for text in ("Favours BCG", "Ferguson & Simes 1949")
    )
    assert favours.y < study.y
    assert "(−3.00 to 0.60)" in strings(forest.draw(script_forest(layout="jama")))


def test_columns_stand_where_they_were_put() -> None:
    columns = (Column("Events"), Column("Country", align="start"))
    rows = (
        ForestRow("A 2001", 1.1, (0.5, 2.0), 60, ("3/9", "Peru")),
        ForestRow("B 2002", 0.9, (0.5, 2.0), 40, ("4/8", "Chad")),
    )
    plot = bcg_plot(
        rows=rows, pooled=(), columns=columns, arrangement=Arrangement(("weight", 1), ("cells",)),
        label_heading="Trial", weight_heading="Share",
    )  # fmt: skip
    drawing = forest.draw(plot)
    order = ["Trial", "Share", "Country", "← Favours BCG", "Events"]
    assert [place(drawing, text) for text in order] == sorted(place(drawing, text) for text in order)
    assert place(drawing, "Peru") == place(drawing, "Chad") == place(drawing, "Country")
    assert "[0.50, 2.00]" not in strings(drawing)
    assert untouched(drawing)


def test_a_long_heading_over_the_labels_fits() -> None:
    assert untouched(forest.draw(bcg_plot(label_heading=LONG, layout="revman")))
    assert untouched(
        forest.draw(bcg_plot(rows=(ForestRow("A", 1, (0.5, 2)),), pooled=(), label_heading=LONG))
    )


@pytest.mark.parametrize("places", [("effect", "effect"), (7,), ("weights",)])
def test_a_column_that_is_not_there_or_placed_twice_is_refused(places: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="column"):
        bcg_plot(arrangement=Arrangement(places))  # type: ignore[arg-type]


def test_a_layout_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="lancet"):
        bcg_plot(layout="lancet")


def group(plot: ForestPlot, ident: str) -> list[object]:
    found = next(i for i in forest.draw(plot).items if isinstance(i, Group) and i.ident == ident)
    return list(found.shapes)


def test_a_study_left_out_is_hollow_grey_and_says_so() -> None:
    rows = (replace(bcg_rows()[0], left_out=True), *bcg_rows()[1:])
    plot = bcg_plot(rows=rows)
    shapes = group(plot, "row-0")
    (square,) = [shape for shape in shapes if isinstance(shape, Rect)]
    assert (square.fill, square.stroke) == ("none", "soft")
    assert {shape.ink for shape in shapes if isinstance(shape, Text | Line)} == {"soft"}
    assert "left out" in [shape.string for shape in shapes if isinstance(shape, Text)]
    assert "Aronson 1948: 0.41 [0.13, 1.26], weight 7.7%, left out." in describe(plot)
    assert "13 studies, 1 of them left out" in describe(plot)


def test_a_heavy_study_that_is_left_out_does_not_shrink_the_others() -> None:
    row = ForestRow("In", 1.1, (0.5, 2.4), 50, ident="in")
    out = ForestRow("Out", 1.1, (0.5, 2.4), 100, left_out=True)
    with_it, without = (bcg_plot(rows=rows, pooled=(), columns=()) for rows in ((row, out), (row,)))
    sides = [next(s.width for s in group(plot, "in") if isinstance(s, Rect)) for plot in (with_it, without)]
    assert sides[0] == sides[1]


def test_two_studies_with_one_left_out_have_no_pooled_result() -> None:
    with pytest.raises(ValueError, match="single study"):
        bcg_plot(rows=(replace(bcg_rows()[0], left_out=True), bcg_rows()[1]))


def test_each_judgement_has_its_light_and_its_words() -> None:
    plot = full_forest()
    discs = [shape for shape in group(plot, "row-2") if isinstance(shape, Disc)]
    assert len(discs) == len(DOMAINS)
    assert [disc.x for disc in discs] == sorted(disc.x for disc in discs)
    assert "Random sequence generation: high, Allocation concealment: unclear" in describe(plot)
    assert {"D1: Random sequence generation", "Some concerns", "Risk of bias"} <= set(
        strings(forest.draw(plot))
    )
    own = full_forest(light_words=(("some", "Not sure"),))
    assert "Not sure" in strings(forest.draw(own))


def test_the_colours_of_the_lights_can_be_told_without_red_and_green() -> None:
    def fills(plot: ForestPlot) -> set[str]:
        return {s.fill for s in group(plot, "row-2") if isinstance(s, Disc)}

    assert not fills(full_forest()) & fills(full_forest(palette="colour-blind"))


def test_judgements_that_do_not_fit_the_domains_are_refused() -> None:
    rows = tuple(replace(row, lights=("low",)) for row in bcg_rows())
    with pytest.raises(ValueError, match="1 judgements for 2 domains"):
        bcg_plot(rows=rows, domains=("One", "Two"))
    with pytest.raises(ValueError, match="no judgement called fine"):
        bcg_plot(rows=(ForestRow("A", 1, (0.5, 2), lights=("fine",)),), pooled=(), domains=("One",))  # type: ignore[arg-type]


def test_pooled_estimates_in_a_series_have_dots_of_one_size_and_no_squares() -> None:
    for kind in ("leave-one-out", "cumulative"):
        drawing = forest.draw(series_forest(kind))
        discs = [shape for shape in drawing.shapes() if isinstance(shape, Disc)]
        assert len(discs) == 13
        assert len({disc.radius for disc in discs}) == 1
        assert not [shape for shape in drawing.shapes() if isinstance(shape, Rect)]
    assert "Without TPT Madras 1980: 0.48 [0.43, 0.53]" in describe(series_forest("leave-one-out"))
    assert describe(series_forest("cumulative")).startswith("Cumulative forest plot: 13 pooled estimates")


def test_a_row_of_a_series_says_which_study_went_or_came() -> None:
    assert leave_one_out_rows(["A 2001"], [1.0], [(0.5, 2.0)])[0].label == "Without A 2001"
    rows = cumulative_rows(["A 2001", "B"], [1.0, 1.1], [(0.5, 2.0), (0.6, 2.0)], years=[2001, 2004])
    assert [row.label for row in rows] == ["A 2001", "+ B (2004)"]
    with pytest.raises(ValueError, match="zip"):
        cumulative_rows(["A", "B"], [1.0], [(0.5, 2.0)])


def test_the_plots_of_several_outcomes_stand_in_line() -> None:
    drawing = forest_stack.draw(stack())
    effects = [s.x for s in drawing.shapes() if isinstance(s, Text) and s.string == "[95% CI]"]
    starts = [s.x for s in drawing.shapes() if isinstance(s, Text) and s.string.startswith("← Favours")]
    assert len(set(effects)) == len(set(starts)) == 1
    assert len(effects) == len(starts) == 2
    assert untouched(drawing)
    said = drawing.description
    assert "Random effects (REML): 0.49" in said
    assert "王伟等 2019: −1.20" in said


def test_outcomes_with_unlike_columns_and_layouts_fit_too() -> None:
    plots = (full_forest(), many(60), script_forest(layout="jama"), awkward_plot())
    drawing = forest_stack.draw(forest_stack.ForestStack("", plots))
    assert untouched(drawing)
    with pytest.raises(ValueError, match="at least one"):
        forest_stack.ForestStack("Nothing", ())


@pytest.mark.parametrize(
    ("p", "plain", "revman", "jama"),
    [
        (1e-20, "p < 0.001", "P < 0.00001", "P < .001"),
        (0.0042, "p = 0.004", "P = 0.004", "P = .004"),
        (0.039, "p = 0.039", "P = 0.04", "P = .04"),
        (0.0496, "p = 0.050", "P = 0.05", "P = .050"),
        (0.046, "p = 0.046", "P = 0.05", "P = .046"),
        (0.5, "p = 0.50", "P = 0.50", "P = .50"),
        (1.0, "p = 1.00", "P = 1.00", "P > .99"),
    ],
)
def test_p_values_are_written_as_each_journal_does(p: float, plain: str, revman: str, jama: str) -> None:
    assert [p_value(p, layout) for layout in LAYOUTS] == [plain, revman, jama]


def test_a_test_says_no_more_than_is_known() -> None:
    assert (
        significance(SignificanceTest("Test", "t", 2.5, 9.31, 0.03))
        == "Test: t = 2.50 (df = 9.31, p = 0.030)"
    )
    assert significance(SignificanceTest("Test", "t", None, None, 0.03)) == "Test: p = 0.030"
    assert significance(SignificanceTest("Test")) == significance(SignificanceTest("Test"), "revman") == ""
    assert heterogeneity(forest.Heterogeneity(i2=12.5), "revman") == "Heterogeneity: I² = 12%"


def test_no_line_of_statistics_is_cut_however_long() -> None:
    test = SignificanceTest(LONG, "Q", 1.86, 2, 0.39)
    drawing = forest.draw(bcg_plot(rows=(), subgroups=(Subgroup("All", bcg_rows(), tests=(test,)),)))
    assert "p = 0.39)" in " ".join(strings(drawing))
