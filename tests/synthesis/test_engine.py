"""The pooled result of frozen inputs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from synthesis import engine
from synthesis.stats.errors import BadInput

#: Colditz 1994: events and totals of the vaccinated and the control groups (metadat's dat.bcg).
BCG = [
    ("Aronson 1948", 4, 123, 11, 139),
    ("Ferguson & Simes 1949", 6, 306, 29, 303),
    ("Rosenthal et al 1960", 3, 231, 11, 220),
    ("Hart & Sutherland 1977", 62, 13598, 248, 12867),
    ("Frimodt-Moller et al 1973", 33, 5069, 47, 5808),
    ("Stein & Aronson 1953", 180, 1541, 372, 1451),
    ("Vandiviere et al 1973", 8, 2545, 10, 629),
    ("TPT Madras 1980", 505, 88391, 499, 88391),
    ("Coetzee & Berjak 1968", 29, 7499, 45, 7277),
    ("Rosenthal et al 1961", 17, 1716, 65, 1665),
    ("Comstock et al 1974", 186, 50634, 141, 27338),
    ("Comstock & Webster 1969", 5, 2498, 3, 2341),
    ("Comstock et al 1976", 27, 16913, 29, 17854),
]


def arm(**numbers: float | None) -> dict[str, Any]:
    return {"n": None, "events": None, "mean": None, "sd": None, "values": [], "methods": []} | numbers


def row(
    study: int, label: str, one: dict[str, Any] | None, two: dict[str, Any] | None, **more: Any
) -> dict[str, Any]:
    return {
        "study": study, "label": label, "year": None, "experimental": one, "control": two,
        "contrast": None, "moderators": {}, "problem": "",
    } | more  # fmt: skip


def bcg() -> list[dict[str, Any]]:
    return [
        row(number, label, arm(events=a, n=n1), arm(events=c, n=n2))
        for number, (label, a, n1, c, n2) in enumerate(BCG, start=1)
    ]


def settings(**changes: Any) -> dict[str, Any]:
    return {"measure": "RR", "model": "random", "tau2": "REML", "test": "z", "level": 95.0} | changes


def test_bcg_by_dersimonian_and_laird_gives_the_published_result() -> None:
    pooled = engine.compute(bcg(), settings(tau2="DL")).result["pooled"]
    assert pooled["estimate"] == pytest.approx(-0.7141, abs=5e-5)
    assert [pooled["ci_lb"], pooled["ci_ub"]] == pytest.approx([-1.0644, -0.3638], abs=5e-5)
    assert pooled["I2_Q"] == pytest.approx(92.1, abs=0.05)


def test_bcg_by_reml_gives_the_published_result() -> None:
    pooled = engine.compute(bcg(), settings()).result["pooled"]
    assert (pooled["estimate"], pooled["se"], pooled["tau2"]) == pytest.approx(
        (-0.7145, 0.1798, 0.3132), abs=5e-5
    )


def test_the_same_inputs_give_the_same_bytes() -> None:
    one, two = (json.dumps(engine.compute(bcg(), settings()).result) for _ in range(2))
    assert one == two


def test_one_study_is_shown_and_not_pooled() -> None:
    outcome = engine.compute(bcg()[:1], settings())
    assert outcome.result["pooled"] is None
    assert outcome.result["k"] == 1
    assert any("One study" in warning for warning in outcome.warnings)


def test_a_study_without_events_is_left_out_of_a_ratio_with_its_reason() -> None:
    empty = row(99, "Nobody fell ill", arm(events=0, n=50), arm(events=0, n=50))
    outcome = engine.compute([*bcg(), empty], settings())
    assert outcome.result["k"] == len(BCG)
    assert outcome.result["studies"][-1]["left_out"]
    assert any("Nobody fell ill" in warning for warning in outcome.warnings)


def a_contrast(measure: str, **analysed: object) -> dict[str, object]:
    """A report's own estimate, with what it is on the analysis scale."""
    read = {"measure": measure, "estimate": 0.5, "ci_low": 0.25, "ci_high": 1.0, "se": None, "values": [1]}
    return read | {"yi": -0.693147, "sei": 0.353653, "methods": ["SE from the interval"]} | analysed


def test_a_reports_own_estimate_enters_on_the_analysis_scale_and_names_its_method() -> None:
    study = engine.effects_of(
        [row(1, "Estimate only", None, None, contrast=a_contrast("RR"))], engine.Specification("RR")
    )[0]
    assert study.yi == -0.693147
    assert study.vi == pytest.approx(0.353653**2)
    assert study.source == "estimate; SE from the interval"


@pytest.mark.parametrize("missing", ["yi", "sei"])
def test_an_estimate_without_a_place_on_the_scale_or_a_standard_error_is_left_out(missing: str) -> None:
    contrast = a_contrast("RR", **{missing: None})
    study = engine.effects_of([row(1, "Half", None, None, contrast=contrast)], engine.Specification("RR"))[0]
    assert study.yi is None
    assert study.left_out


def test_an_estimate_of_another_measure_is_left_out_with_its_reason() -> None:
    study = engine.effects_of(
        [row(1, "Odds", None, None, contrast=a_contrast("OR"))], engine.Specification("RR")
    )[0]
    assert study.yi is None
    assert "OR" in study.left_out


def test_a_study_with_missing_numbers_is_listed_and_does_not_stop_the_others() -> None:
    gap = row(98, "No totals", arm(events=1), arm(events=2, n=10), problem="Not settled: number analysed.")
    outcome = engine.compute([gap, *bcg()], settings())
    assert outcome.result["k"] == len(BCG)
    assert outcome.result["studies"][0]["left_out"] == "Not settled: number analysed."


def test_weights_add_up_to_a_hundred() -> None:
    studies = engine.compute(bcg(), settings()).result["studies"]
    assert sum(study["weight"] for study in studies) == pytest.approx(100)


def many(count: int = 12) -> list[dict[str, Any]]:
    """Trials of means with a year, a dose and a kind each; small ones show more."""
    rows = []
    for number in range(1, count + 1):
        n = 10 * number
        one, two = arm(n=n, mean=5 + 10 / number + number % 3, sd=4), arm(n=n, mean=5, sd=4)
        characteristics = {"dose": number, "kind": "ab"[number % 2]}
        rows.append(row(number, f"T{number}", one, two, year=2000 + number % 5, moderators=characteristics))
    return rows


def test_everything_that_is_one_click_away_is_computed_with_the_pooled_effect() -> None:
    result = engine.compute(many(), settings(measure="MD", subgroup="kind", moderators=["dose"])).result
    json.dumps(result, allow_nan=False)
    assert result["heterogeneity"]["lb"] <= result["pooled"]["tau2"] <= result["heterogeneity"]["ub"]
    assert [level["k"] for level in result["subgroups"]["levels"]] == [6, 6]
    assert result["subgroups"]["between"]["df"] == 1
    assert [one["name"] for one in result["regression"]["coefficients"]] == ["intrcpt", "dose"]
    assert len(result["regression"]["bubble"]["points"]) == 12
    assert result["small_study"]["egger"]["df"] == 10
    assert "harbord" not in result["small_study"]
    assert len(result["influence"]["dffits"]) == 12
    assert len(result["series"]["leave_one_out"]["estimate"]) == 12
    order = result["series"]["cumulative"]["order"]
    assert [2000 + (index + 1) % 5 for index in order] == sorted(2000 + n % 5 for n in range(1, 13))
    last = result["series"]["cumulative"]["estimate"][-1]
    assert last == pytest.approx(result["pooled"]["estimate"], rel=1e-9)


def test_few_studies_are_told_before_any_test_of_asymmetry_or_regression() -> None:
    result = engine.compute(many(4), settings(measure="MD", moderators=["dose"])).result
    assert "below 10" in result["small_study"]["warnings"][0]
    assert "below 10" in result["regression"]["warnings"][0]


def test_two_studies_say_what_they_cannot_do_and_pool_all_the_same() -> None:
    result = engine.compute(many(2), settings(measure="MD", moderators=["dose"])).result
    assert result["pooled"]["k"] == 2
    assert result["small_study"]["egger"]["note"]
    assert result["regression"]["note"]


def test_the_published_rule_of_the_example_review_leaves_two_of_four_cases_undefined() -> None:
    """als_review/checked.md, row 19: fixed if I² < 50 % and p > 0.1, random if I² ≥ 50 % and p ≤ 0.1."""
    rule = engine.PublishedRule()
    assert rule.gaps == ["I² < 50 % and p ≤ 0.1: no model", "I² ≥ 50 % and p > 0.1: no model"]
    outcome = engine.compute(bcg(), settings(rule={"i2": 50, "p": 0.1}))
    assert outcome.result["rule"]["asked_for"] == ["random"]
    assert sum("undefined" in warning for warning in outcome.warnings) == 2


def test_a_rule_joined_by_or_contradicts_itself_where_the_other_has_gaps() -> None:
    rule = engine.PublishedRule(common_word="or", random_word="or")
    assert [gap.rsplit(": ", 1)[1] for gap in rule.gaps] == ["both models"] * 2


def test_what_is_left_out_says_why_and_changes_nothing_else() -> None:
    rows = many()
    rows[0] |= {"bias": "high", "bias_name": "High risk"}
    rows[1]["control"]["methods"] = ["SD = SE × √n"]
    spec = settings(measure="MD", without_bias=["high"], without_computed=True, without=[3])
    outcome = engine.compute(rows, spec)
    reasons = [study["left_out"] for study in outcome.result["studies"][:3]]
    assert ["High risk" in reasons[0], "computed" in reasons[1], "this analysis" in reasons[2]] == [True] * 3
    alone = engine.compute(rows[3:], settings(measure="MD")).result["pooled"]
    assert outcome.result["pooled"] == alone


def test_mantel_haenszel_and_peto_pool_the_counts() -> None:
    """metafor 3.8-1 on dat.bcg: rma.mh(measure="RR") and rma.peto()."""
    mh = engine.compute(bcg(), settings(model="mh")).result["pooled"]
    assert mh["estimate"] == pytest.approx(-0.4537, abs=5e-5)
    assert mh["se"] == pytest.approx(0.0393, abs=5e-5)
    peto = engine.compute(bcg(), settings(model="peto", measure="OR"))
    assert peto.result["pooled"]["estimate"] == pytest.approx(-0.4744, abs=5e-5)
    assert sum(study["weight"] for study in peto.result["studies"]) == pytest.approx(100)


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "XX"}, {"model": "fixed"}, {"tau2": "?"}, {"model": "peto"}, {"colour": "red"},
        {"rule": {"i2": 0, "p": 0.1}}, {"rule": {"i2": 50, "p": 0.1, "common_word": "xor"}},
    ],
)  # fmt: skip
def test_a_specification_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        engine.Specification.of(settings(**wrong))


def test_a_specification_comes_back_from_json_as_it_went() -> None:
    spec = engine.Specification(
        "SMD", subgroup="kind", moderators=("dose",), rule=engine.PublishedRule(source="Ren 2025")
    )
    assert engine.Specification.of(json.loads(json.dumps(spec.as_settings()))) == spec
