"""Risk-of-bias plots: every judgement has its colour and a sign, shares add up, nothing overlaps."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from synthesis.figures.drawing import Disc, Drawing, Rect, Text
from synthesis.figures.traffic import (
    WORDS,
    Judgement,
    TrafficLights,
    TrafficRow,
    describe,
    describe_summary,
    draw,
    draw_summary,
    shares,
    sign_ink,
)
from tests.synthesis.figures import boxes
from tests.synthesis.figures.examples import CHINESE, LONG

ALL: tuple[Judgement, ...] = get_args(Judgement)


def lights(rows: int = 3, domains: int = 7) -> TrafficLights:
    """Judgements taken in turn, so that all occur."""
    found = tuple(
        TrafficRow(
            (LONG, CHINESE, "Smith 2001")[n % 3] + f" ({n})",
            tuple(ALL[(n + d) % len(ALL)] for d in range(domains)),
            ALL[n % len(ALL)],
            weight=100 / rows,
            href=f"/studies/{n}/",
        )
        for n in range(rows)
    )
    return TrafficLights("Risk of bias", tuple(f"Domain {d} of the tool" for d in range(domains)), found)


def strings(drawing: Drawing) -> list[str]:
    return [shape.string for shape in drawing.shapes() if isinstance(shape, Text)]


@pytest.mark.parametrize("rows", [1, 12, 100])
@pytest.mark.parametrize("domains", [1, 5, 10])
def test_nothing_overlaps(rows: int, domains: int) -> None:
    for drawing in (draw(lights(rows, domains)), draw_summary(lights(rows, domains))):
        assert boxes.overlapping_texts(drawing) == []
        assert boxes.outside(drawing) == []


def test_each_judgement_is_a_disc_with_a_sign() -> None:
    drawing = draw(lights(9, 1))
    discs = [shape for shape in drawing.shapes() if isinstance(shape, Disc)]
    assert len(discs) == 9 + 9 + 9  # the domain, overall, and the key
    said = strings(drawing)
    for words, sign in WORDS.values():
        assert words in said
        assert sign == "" or sign in said


def test_colours_can_be_told_apart_from_their_signs() -> None:
    assert sign_ink("#e2df07") == "#000000"
    assert sign_ink("#820000") == "#ffffff"


def test_the_colour_blind_palette_is_another_one() -> None:
    def fills(drawing: Drawing) -> set[str]:
        return {shape.fill for shape in drawing.shapes() if isinstance(shape, Disc)}

    usual, other = draw(lights(9)), draw(replace(lights(9), palette="colour-blind"))
    assert {"#02c100", "#e2df07", "#bf0000", "#820000", "#4ea1f7", "#cccccc"} == fills(usual)
    assert {"#fed98e", "#fe9929", "#d95f0e", "#993404", "#ffffff", "#cccccc"} == fills(other)


def test_shares_follow_the_weights() -> None:
    rows = (TrafficRow("A", ("low",), weight=75), TrafficRow("B", ("high",), weight=25))
    weighted = TrafficLights("", ("Selection",), rows)
    assert shares(weighted) == [{"low": 0.75, "high": 0.25}]
    bars = [shape for shape in draw_summary(weighted).shapes() if isinstance(shape, Rect)]
    assert bars[0].width == pytest.approx(3 * bars[1].width)
    even = TrafficLights("", ("Selection",), tuple(replace(row, weight=None) for row in rows))
    assert shares(even) == [{"low": 0.5, "high": 0.5}]
    assert "Selection: low 50%, high 50%." in describe_summary(even)


def test_shares_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to sum up"):
        draw_summary(TrafficLights("", ("Selection",), ()))


def test_the_text_alternative_says_every_judgement() -> None:
    rows = (TrafficRow("Smith 2001", ("low", "some"), "some"),)
    said = describe(TrafficLights("", ("Randomisation", "Missing data"), rows))
    assert said.endswith(
        "Smith 2001: Randomisation: low, Missing data: some concerns, overall: some concerns."
    )


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="A: 1 judgements for 2 domains"):
        TrafficLights("", ("X", "Y"), (TrafficRow("A", ("low",)),))
    with pytest.raises(ValueError, match="no judgement called bad"):
        TrafficLights("", ("X",), (TrafficRow("A", ("bad",)),))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="overall judgement for every study"):
        TrafficLights("", ("X",), (TrafficRow("A", ("low",), "low"), TrafficRow("B", ("low",))))
    with pytest.raises(ValueError, match="weight for every study"):
        TrafficLights("", ("X",), (TrafficRow("A", ("low",), weight=1), TrafficRow("B", ("low",))))
