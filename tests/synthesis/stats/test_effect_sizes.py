"""Effect sizes: R's numbers for every measure, and what happens to rows that have none."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from synthesis.stats import BadInput, effect_sizes
from synthesis.stats.effects import MEASURES
from synthesis.stats.effects.reported import reported_effects
from synthesis.stats.effects.tetrachoric import log_likelihood
from tests.synthesis.stats.data import BCG, REFERENCE

DATA = json.loads((REFERENCE / "effect_sizes.json").read_text(encoding="utf-8"))


def answered(case: dict[str, Any]) -> tuple[list[float | None], list[float | None]]:
    columns = {name: DATA["tables"][case["table"]][name] for name in MEASURES[case["measure"]].columns}
    rules = {name: case[name] for name in ("add", "to", "drop00") if name in case}
    found = effect_sizes(case["measure"], vtype=case["vtype"], **rules, **columns)
    y: list[float | None] = [gone.estimate for gone in found.dropped]
    v: list[float | None] = [None for _ in found.dropped]
    order = np.argsort([gone.row for gone in found.dropped] + found.rows.tolist())
    y, v = y + found.yi.tolist(), v + found.vi.tolist()
    return [y[i] for i in order], [v[i] for i in order]


@pytest.mark.parametrize("measure", [m for m in MEASURES if m != "RTET"])
def test_a_measure_gives_metafors_numbers_under_every_rule_and_variance_type(measure):
    cases = [case for case in DATA["cases"] if case["measure"] == measure]
    assert cases
    for case in cases:
        y, v = answered(case)
        missing = [x is None for x in case["yi"]]
        assert [x is None for x in y] == missing, case
        assert_allclose(np.array(y, dtype=float), np.array(case["yi"], dtype=float), rtol=1e-9, atol=1e-11)
        assert_allclose(np.array(v, dtype=float), np.array(case["vi"], dtype=float), rtol=1e-9, atol=1e-11)


def test_a_tetrachoric_correlation_is_more_likely_than_metafors_four_digits():
    case = next(c for c in DATA["cases"] if c["measure"] == "RTET" and c["vtype"] == "LS" and "to" not in c)
    table = DATA["tables"]["twobytwo"]
    ours, _ = answered(case)
    for row, (y, theirs) in enumerate(zip(ours, case["yi"], strict=True)):
        a, b, c, d = (float(table[name][row]) for name in ("ai", "bi", "ci", "di"))
        cells = (a, b, c, d)
        if y is not None and abs(y) < 1:
            assert log_likelihood(cells, y) >= log_likelihood(cells, theirs) - 1e-12
            assert y == pytest.approx(theirs, rel=1e-3)


def test_a_study_without_events_in_both_arms_has_no_odds_ratio_when_dropped():
    found = effect_sizes("OR", drop00=True, ai=[0, 3], bi=[20, 17], ci=[0, 5], di=[20, 15])
    assert found.rows.tolist() == [1]
    assert found.dropped[0].row == 0
    assert "no information" in found.dropped[0].reason
    assert [caution.code for caution in found.warnings] == ["rows_dropped"]


def test_a_missing_number_drops_its_row_and_no_other():
    found = effect_sizes(
        "MD", m1i=[1, None, 3], sd1i=[1, 1, 1], n1i=[9] * 3, m2i=[0] * 3, sd2i=[1] * 3, n2i=[9] * 3
    )
    assert found.rows.tolist() == [0, 2]
    assert found.dropped[0].reason == "a number is missing"


def test_the_bias_correction_survives_huge_samples():
    found = effect_sizes("SMD", m1i=[1], sd1i=[2], n1i=[10**7], m2i=[0], sd2i=[2], n2i=[10**7])
    assert found.yi[0] == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize(
    ("measure", "columns", "says"),
    [
        ("XX", {}, "not a measure"),
        ("RR", {"ai": [1], "bi": [2], "ci": [3]}, "lacks di"),
        ("RR", {**BCG, "zi": [1] * 13}, "does not use zi"),
        ("RR", {"ai": [-1], "bi": [2], "ci": [3], "di": [4]}, "negative"),
        ("RR", {"ai": [1, 2], "bi": [2], "ci": [3], "di": [4]}, "same number of rows"),
        ("PR", {"xi": [9], "ni": [5]}, "More events"),
        ("ZCOR", {"ri": [1.5], "ni": [20]}, "between -1 and 1"),
        ("MN", {"mi": [1], "sdi": [-2], "ni": [9]}, "negative"),
        ("ABT", {"ai": [1.2], "mi": [5], "ni": [90]}, "cannot exceed 1"),
        ("RR", {"ai": ["x"], "bi": [2], "ci": [3], "di": [4]}, "list of numbers"),
    ],
)
def test_impossible_input_is_refused_with_a_sentence(measure, columns, says):
    with pytest.raises(BadInput, match=says):
        effect_sizes(measure, **columns)


def test_reported_ratios_take_their_variance_from_the_interval():
    found = reported_effects([2.0], ci_lb=[1.0], ci_ub=[4.0], ratio=True)
    assert found.yi[0] == pytest.approx(np.log(2))
    assert np.sqrt(found.vi[0]) == pytest.approx(np.log(4) / (2 * 1.959963984540054))
    assert found.warnings == ()


def test_an_interval_off_centre_gets_a_caution():
    found = reported_effects([1.2], ci_lb=[1.0], ci_ub=[4.0], ratio=True)
    assert [caution.code for caution in found.warnings] == ["interval_off_centre"]


def test_a_reported_p_gives_the_standard_error():
    found = reported_effects([0.5, 0.5], p_value=[0.05, None])
    assert found.rows.tolist() == [0]
    assert np.sqrt(found.vi[0]) == pytest.approx(0.5 / 1.959963984540054)
