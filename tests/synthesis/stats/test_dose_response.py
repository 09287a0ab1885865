"""Dose–response curves from relative risks that share a reference group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthesis.stats import (
    BadInput,
    BadVariance,
    DoseResponse,
    NotConverged,
    RankDeficient,
    TooFewStudies,
    dose_response,
)
from synthesis.stats.doseresponse.covariances import covariance, greenland_longnecker, hamling
from synthesis.stats.doseresponse.curves import curve

# Rohan & McMichael 1988, alcohol and breast cancer: the example of Greenland & Longnecker 1992.
BREAST: dict[str, Any] = {
    "dose": [0.0, 2.0, 6.0, 11.0],
    "effect": np.log([1.0, 0.80, 1.16, 1.57]),
    "se": [None, *(np.log([1.27 / 0.51, 1.85 / 0.73, 2.51 / 0.99]) / (2 * 1.959963984540054))],
    "study": ["Rohan"] * 4,
    "cases": [165, 74, 90, 122],
    "totals": [337, 167, 186, 212],
}
# alcohol_cvd of dosresmeta: study, design, dose (g/day), cases, people, log relative risk, standard error.
ALCOHOL: list[Any] = [
    (1, "cc", 0, 126, 414, 0, None),
    (1, "cc", 9.0600004196, 61, 261, -0.22314350307, 0.22333797812),
    (1, "cc", 27, 69, 228, -0.000099999997474, 0.23375192285),
    (1, "cc", 45, 22, 44, 0.53062832355, 0.37651365995),
    (1, "cc", 64.8000030518, 19, 34, 0.87546867132, 0.44400462508),
    (2, "cc", 0, 77, 258, 0, None),
    (2, "cc", 16.0499992371, 88, 413, -0.43078291416, 0.22130523622),
    (2, "cc", 46.4249992371, 24, 202, -1.0788099766, 0.2975654006),
    (2, "cc", 77.1600036621, 13, 64, -0.61618608236, 0.38707920909),
    (3, "cc", 0, 83, 208, 0, None),
    (3, "cc", 1.175999999, 46, 175, -0.57981848717, 0.31714701653),
    (3, "cc", 8.9160003662, 17, 58, -0.5621188879, 0.41861397028),
    (3, "cc", 18.7199993134, 4, 11, 0.6151856184, 0.90910059214),
    (4, "cc", 0, 83, 208, 0, None),
    (4, "cc", 0.95499998331, 29, 117, -0.28768208623, 0.33323359489),
    (4, "cc", 7.4299998283, 32, 81, 0.5128235817, 0.33837258816),
    (4, "cc", 15.6000003815, 18, 39, -0.31471070647, 0.47134539485),
    (5, "ci", 0, 159, 480, 0, None),
    (5, "ci", 6, 229, 975, -0.41551551223, 0.14421534538),
    (5, "ci", 18, 38, 207, -0.63487827778, 0.23834855855),
    (5, "ci", 28.7999992371, 39, 133, -0.083381600678, 0.2738853693),
    (6, "ci", 0, 302, 1269, 0, None),
    (6, "ci", 6.25, 129, 436, -0.22314350307, 0.15658718348),
    (6, "ci", 18.75, 19, 49, -0.010050299577, 0.35108911991),
    (6, "ci", 30, 15, 41, -0.26136478782, 0.41651141644),
]


def alcohol(rows: Any = ALCOHOL, **options: Any) -> DoseResponse:
    study, design, dose, cases, totals, effect, se = zip(*rows, strict=True)
    return dose_response(dose, effect, se, study, cases=cases, totals=totals, design=design, **options)


def test_the_example_of_greenland_and_longnecker_has_its_published_slope():
    # Their table: 0.0454, SE 0.0207 with covariances; dosresmeta prints 0.0454, 0.0207, logLik 0.7835.
    found = dose_response(**BREAST)
    assert (found.method, found.k, found.stages) == ("fixed", 1, 1)
    assert (found.beta[0], found.se[0]) == pytest.approx((0.0454, 0.0207), abs=5e-5)
    assert found.likelihood.ll == pytest.approx(0.7835, abs=5e-5)
    assert np.exp(found.predict([1.0]).effect[0]) == pytest.approx(1.046477, abs=2e-6)


def test_alcohol_and_heart_disease_has_the_straight_line_of_dosresmeta():
    # dosresmeta 2.1.1, manual of dosresmeta(): two stages, REML.
    found = alcohol()
    assert (found.beta[0], found.se[0]) == pytest.approx((-0.0044, 0.0059), abs=5e-5)
    assert np.sqrt(found.between[0, 0]) == pytest.approx(0.0100, abs=5e-5)
    assert (found.Q, found.Q_df, found.I2) == pytest.approx((14.1464, 5, 64.7), abs=0.05)
    assert pytest.approx(14.1464, abs=1e-4) == found.Q
    assert found.likelihood.ll == pytest.approx(14.0341, abs=1e-4)
    shown = found.predict([1.0])
    ratios = np.exp([shown.effect[0], shown.ci_lb[0], shown.ci_ub[0]])
    np.testing.assert_allclose(ratios, [0.9956441, 0.9842178, 1.007203], atol=2e-6)


def test_alcohol_and_heart_disease_has_the_parabola_of_dosresmeta():
    found = alcohol(shape="quadratic")
    np.testing.assert_allclose(found.beta, [-0.0302, 0.0008], atol=6e-5)
    np.testing.assert_allclose(found.se, [0.0132, 0.0005], atol=6e-5)
    sd = np.sqrt(np.diag(found.between))
    np.testing.assert_allclose(sd, [0.0209, 0.0008], atol=6e-5)
    assert found.between[0, 1] / sd.prod() == pytest.approx(-0.9063, abs=2e-4)
    assert pytest.approx(35.1177, abs=1e-4) == found.Q
    assert found.overall.statistic == pytest.approx(6.3694, abs=2e-4)
    assert found.likelihood.ll == pytest.approx(34.6967, abs=1e-4)


def test_alcohol_and_heart_disease_has_the_spline_of_dosresmeta():
    # dosresmeta(logrr ~ rcs(dose, 3)), ten digits as recorded by a third party; its optimiser stops a little earlier.
    found = alcohol(shape="spline")
    np.testing.assert_allclose(found.curve.knots, [0.0, 9.0600004, 45.8549995], atol=1e-6)
    np.testing.assert_allclose(found.beta, [-0.0306779651, 0.0942379747], atol=1e-7)
    expected = [[0.0001195897, -0.0004788699], [-0.0004788699, 0.0025153234]]
    np.testing.assert_allclose(found.vcov, expected, atol=1e-8)
    between = [[0.0001942917, -0.0010398329], [-0.0010398329, 0.0064239419]]
    np.testing.assert_allclose(found.between, between, atol=3e-8)
    logs = [-0.2921094216, -0.3029595525, -0.1054294490, 0.4883393221]
    np.testing.assert_allclose(found.predict([12, 24, 36, 60]).effect, logs, atol=5e-7)
    assert found.nonlinear is not None
    assert found.nonlinear.statistic == pytest.approx((found.beta[1] / found.se[1]) ** 2)


def test_pseudo_counts_are_those_of_dosresmeta():
    # Manual of grl(): studies 1 (case–control) and 6 (cohort); its iteration stops after a step of 0.003.
    for label, expected in (
        (1, [125.04575, 67.12135, 68.86106, 18.64972, 17.32196]),
        (6, [343.064318, 99.685219, 13.149854, 9.100567]),
    ):
        rows = [row for row in ALCOHOL if row[0] == label]
        effects = np.array([row[5] for row in rows[1:]])
        cases, totals = (np.array([float(row[i]) for row in rows]) for i in (3, 4))
        counts = greenland_longnecker(effects, cases, totals, rows[0][1])
        np.testing.assert_allclose(counts, expected, atol=3e-4)
        assert counts.sum() == pytest.approx(cases.sum())


@pytest.mark.parametrize("stages", [1, 2])
def test_one_stage_equals_two_when_every_study_carries_the_curve(stages):
    one = alcohol(shape="spline", stages=stages)
    np.testing.assert_allclose(one.beta, alcohol(shape="spline").beta, rtol=1e-7)


def test_one_stage_also_uses_studies_with_fewer_doses_than_columns():
    short = [row for row in ALCOHOL if not (row[0] == 6 and row[2] in (18.75, 30))]
    with pytest.raises(TooFewStudies, match="study 6"):
        alcohol(short, shape="spline")
    full = alcohol(short, shape="spline", stages=1)
    without = alcohol([row for row in short if row[0] != 6], shape="spline", stages=1, knots=full.curve.knots)
    assert full.k == 6
    assert full.se[0] < without.se[0]


@pytest.mark.parametrize("design", ["cc", "ci", "ir"])
def test_crude_tables_come_back_from_their_own_relative_risks(design):
    cases, totals = np.array([40.0, 30.0, 20.0]), np.array([200.0, 120.0, 60.0])
    odds = cases / (totals - cases) if design == "cc" else cases / totals
    effects = np.log(odds[1:] / odds[0])
    parts = {"cc": 1 / cases + 1 / (totals - cases), "ci": 1 / cases - 1 / totals, "ir": 1 / cases}[design]
    variances = parts[0] + parts[1:]
    a, n = hamling(effects, variances, cases, totals, design)
    np.testing.assert_allclose((a, n), (cases, totals), rtol=1e-7)
    S = covariance(effects, variances, cases, totals, design=design, method="hamling")
    np.testing.assert_allclose(S, parts[0] + np.diag(parts[1:]), rtol=1e-7)
    if design != "ci":  # dosresmeta's and our pseudo-counts of cohorts keep odds, not risks
        S = covariance(effects, variances, cases, totals, design=design)
        np.testing.assert_allclose(S, parts[0] + np.diag(parts[1:]), rtol=1e-9)


def test_impossible_intervals_have_no_table_of_hamling():
    with pytest.raises(NotConverged):
        covariance(
            np.array([0.1, 0.2]), np.array([1e-9, 5.0]), np.array([4.0, 4, 4]), np.array([9.0, 9, 9]),
            design="cc", method="hamling",
        )  # fmt: skip


def test_splines_are_straight_beyond_their_outer_knots():
    bent = curve("spline", np.array([]), [1.0, 3.0, 6.0, 10.0])
    for low, high in ((-5.0, 1.0), (10.0, 30.0)):
        x = np.linspace(low, high, 5)
        np.testing.assert_allclose(np.diff(bent.columns(x), n=2, axis=0), 0, atol=1e-9)
    assert np.abs(np.diff(bent.columns(np.linspace(1, 10, 9)), n=2, axis=0)).max() > 1e-3


def test_the_unit_of_the_dose_scales_the_slope_only():
    scaled = alcohol([(s, d, x * 1000, c, n, y, e) for s, d, x, c, n, y, e in ALCOHOL])
    assert scaled.beta[0] * 1000 == pytest.approx(alcohol().beta[0], rel=1e-7)


def test_ignoring_the_shared_reference_understates_nothing_but_changes_the_answer():
    assert alcohol(covariance="independent").beta[0] != pytest.approx(alcohol().beta[0], rel=1e-2)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (BadInput, {"covariance": "ols"}),
        (BadInput, {"stages": 3}),
        (BadInput, {"shape": "cubic"}),
        (BadInput, {"knots": 3}),
        (BadInput, {"shape": "spline", "knots": 7}),
        (RankDeficient, {"shape": "spline", "knots": [1.0, 1.0, 2.0]}),
        (BadInput, {"method": "DL"}),
        (BadInput, {"rows": [(1, *row[1:]) for row in ALCOHOL[:9]]}),
        (BadInput, {"rows": ALCOHOL[1:]}),
        (BadInput, {"rows": [(1, "cc", 0, 5, 10, 0, None), (1, "ci", 1, 5, 10, 0.1, 0.2)]}),
        (BadInput, {"rows": [(1, "cc", 0, 11, 10, 0, None), (1, "cc", 1, 5, 10, 0.1, 0.2)]}),
        (BadInput, {"rows": [(1, "cc", 0, 5, 10, 0, None), (1, "cc", None, 5, 10, 0.1, 0.2)]}),
        (BadVariance, {"rows": [(1, "cc", 0, 5, 10, 0, None), (1, "cc", 1, 5, 10, 0.1, -0.2)]}),
        (RankDeficient, {"rows": ALCOHOL[:2], "shape": "quadratic"}),
        (TooFewStudies, {"rows": [], "columns": 7}),
    ],
)
def test_tables_without_a_curve_are_refused(error, change):
    rows = change.pop("rows", ALCOHOL)
    if change.pop("columns", None):
        with pytest.raises(error):
            dose_response([], [], [], [])
        return
    with pytest.raises(error):
        alcohol(rows, **change)


def test_counts_are_needed_only_for_covariances():
    rows = {key: value for key, value in BREAST.items() if key not in ("cases", "totals")}
    with pytest.raises(BadInput, match="cases"):
        dose_response(**rows)
    assert dose_response(**rows, covariance="independent").beta[0] == pytest.approx(0.0334, abs=5e-5)
