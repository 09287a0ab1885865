"""The words about a run say what its numbers say."""

from __future__ import annotations

from typing import Any

import pytest

from synthesis import engine
from synthesis.reporting.paragraphs import Subject, methods, p_text, results
from tests.synthesis.test_engine import bcg, many, settings

VACCINE = Subject("Tuberculosis", "BCG vaccine", "No vaccine", prespecified=True, higher_is_better=False)


def told(rows: list[dict[str, Any]], subject: Subject = VACCINE, **changes: Any) -> str:
    """The results paragraph of a run."""
    asked = settings(**changes)
    return results(subject, asked, engine.compute(rows, asked).result).text


def test_the_results_give_ratios_as_ratios_with_interval_heterogeneity_and_prediction() -> None:
    text = told(bcg(), tau2="DL")
    assert "13 studies were pooled: risk ratio 0.49 (95 % CI 0.34 to 0.70; p < 0.001)" in text
    assert "The interval lies on the side of BCG vaccine." in text
    assert "I² was 92 %" in text
    assert "prediction interval" in text


def test_an_interval_that_holds_no_effect_claims_nothing() -> None:
    rows = bcg()[:2] + bcg()[10:12]
    assert "compatible with an effect in either direction" in told(rows)


def test_one_study_is_never_called_pooled() -> None:
    text = told(bcg()[:1])
    assert "One study (Aronson 1948) gave a result" in text
    assert "pooled" not in text


def test_nothing_usable_says_so() -> None:
    assert (
        told([row | {"problem": "Not settled."} for row in bcg()[:2]])
        == "No study gave a result that can be used."
    )


def test_the_test_of_asymmetry_comes_with_all_its_numbers_or_not_at_all() -> None:
    assert "Harbord's test of asymmetry: t = " in told(bcg())
    assert "was not tested" in told(bcg()[:9])
    assert "Egger's test of asymmetry: t = " in told(many(), measure="MD")


def test_the_methods_name_every_choice() -> None:
    text = methods(
        VACCINE, settings(test="knha", subgroup="latitude", moderators=["year"], without_bias=["high"])
    ).text
    for part in (
        "risk ratio",
        "restricted maximum likelihood",
        "Hartung–Knapp",
        "0.5 was added",
        "latitude",
        "year",
        "high",
    ):
        assert part in text
    assert "planned before the data were seen" in text


@pytest.mark.parametrize("model", ["common", "mh", "peto"])
def test_a_common_effect_does_not_speak_of_an_estimator_of_tau2(model: str) -> None:
    asked = settings(model=model, measure="OR")
    assert "τ² was estimated" not in methods(VACCINE, asked).text
    assert "13 studies" in results(VACCINE, asked, engine.compute(bcg(), asked).result).text


def test_a_p_value_is_printed_as_journals_do() -> None:
    assert [p_text(p) for p in (0.0004, 0.05, None)] == ["p < 0.001", "p = 0.050", "p not defined"]


def test_people_keep_their_capitals() -> None:
    assert "by DerSimonian–Laird" in methods(VACCINE, settings(tau2="DL")).text
    assert "by restricted maximum likelihood" in methods(VACCINE, settings()).text
