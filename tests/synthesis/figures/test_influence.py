"""Influence plots: every study by name, every value at its place, what lies beyond a limit marked."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from synthesis.figures.drawing import Disc, Drawing, Text
from synthesis.figures.influence import InfluencePlot, Panel, describe, draw, standard_panels
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import CHINESE, LONG
from tests.synthesis.figures.gallery import LABELS, influence_plot


def strings(drawing: Drawing) -> list[str]:
    return [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]


def test_every_study_has_a_row_and_every_measure_a_dot_in_it() -> None:
    drawing = draw(influence_plot())
    assert set(LABELS) <= set(strings(drawing))
    discs = [shape for shape in drawing.shapes() if isinstance(shape, Disc)]
    assert len(discs) == 6 * 13
    assert len({round(disc.y, 3) for disc in discs}) == 13


def test_a_larger_value_lies_further_to_the_right() -> None:
    plot = InfluencePlot("", ("A", "B"), (Panel("DFFITS", (-0.5, 0.7)),))
    a, b = [shape for shape in draw(plot).shapes() if isinstance(shape, Disc)]
    assert a.x < b.x


def test_the_limits_are_those_of_viechtbauer_and_cheung() -> None:
    values = [0.1] * 13
    panels = standard_panels(
        rstudent=values, dffits=values, cook=values, cov_r=values, tau2_deleted=values, hat=values, tau2=0.3
    )
    limits = {panel.name: panel.limits for panel in panels}
    assert limits["Studentised residual"] == (-1.96, 1.96)
    assert limits["DFFITS"] == pytest.approx((-3 * math.sqrt(1 / 12), 3 * math.sqrt(1 / 12)))
    # qchisq(0.5, df = 1)
    assert limits["Cook’s distance"] == pytest.approx((-math.inf, 0.4549), abs=1e-4)
    assert limits["Hat value"] == pytest.approx((-math.inf, 3 / 13))
    assert [panel.base for panel in panels[3:5]] == [1.0, 0.3]


def test_a_value_beyond_its_limit_is_marked_and_said() -> None:
    panel = Panel("Residual", (2.5, 0.1, None), 0, (-1.96, 1.96))
    plot = InfluencePlot("", ("A", "B", "C"), (panel,), (True, False, False))
    beyond, within = [shape for shape in draw(plot).shapes() if isinstance(shape, Disc)]
    assert beyond.fill != within.fill
    said = describe(plot)
    assert "Influential: A." in said
    assert "A: residual 2.5 (beyond the limit)." in said
    assert "C: nothing known." in said
    assert "No study is flagged" in describe(replace(plot, influential=()))


@pytest.mark.parametrize("studies", [1, 2, 10, 50, 200])
def test_nothing_overlaps(studies: int) -> None:
    labels = tuple((f"Study {n}", LONG, CHINESE)[n % 3] for n in range(studies))
    values = tuple(math.sin(n) for n in range(studies))
    panels = tuple(Panel(f"{LONG} {n}", values, limits=(-0.9, 0.9)) for n in range(6))
    drawing = draw(InfluencePlot(LONG, labels, panels, tuple(n % 5 == 0 for n in range(studies))))
    assert boxes.overlapping_texts(drawing) == []
    assert boxes.outside(drawing) == []


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="Hat: 2 values for 1 studies"):
        InfluencePlot("", ("A",), (Panel("Hat", (1.0, 2.0)),))
    with pytest.raises(ValueError, match="Hat: a value is not a number"):
        InfluencePlot("", ("A",), (Panel("Hat", (math.nan,)),))
    with pytest.raises(ValueError, match="2 flags for 1 studies"):
        InfluencePlot("", ("A",), (Panel("Hat", (1.0,)),), (True, False))
    with pytest.raises(ValueError, match="at least one study"):
        InfluencePlot("", (), ())
