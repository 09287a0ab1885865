"""Sensitivity and specificity by the bivariate normal approximation."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from synthesis.stats import BadInput, BadVariance, TooFewStudies, diagnostic_accuracy, reitsma
from tests.synthesis.stats.data import REFERENCE

METAFOR = json.loads((REFERENCE / "beyond.json").read_text())["auditc"]
# AuditC of mada (Kriston 2008: a questionnaire for alcohol problems).
TP = [47, 126, 19, 36, 130, 84, 68, 752, 59, 142, 137, 57, 34, 152]
FN = [9, 51, 10, 3, 19, 2, 0, 0, 5, 50, 24, 3, 1, 51]
FP = [101, 272, 12, 78, 211, 68, 112, 3226, 55, 571, 107, 103, 21, 88]
TN = [738, 1543, 192, 276, 959, 89, 423, 2977, 136, 2788, 358, 437, 56, 264]
# mada 0.5.12 (mvmeta 1.0.3), as recorded by a third party with R 4.6.0. It models logit false-positive rates, so that
# signs of the second coordinate are turned; its optimiser stops about 1e-6 before the maximum.
MADA = {
    "REML": {
        "coef": (2.0997422473198442, 1.2636909352431713),
        "vcov": (0.11414330292533401, -0.045858277881131157, 0.030391439305197099),
        "psi": (1.3795828906125103, -0.64029422714689199, 0.40720815508661767),
        "hsroc": (-0.083379255169042765, 3.262132642599167, -0.61010599351098638),
        "spread": (0.69490617072730032, 0.21844777432163331),
        "auc": 0.88667934782286428,
        "roc": (0.017426655383435061, 0.27014498402467191, 0.59422410453933061),
        "regression": (0.041542923180207462, 0.36747452751684373, 0.65290965598658146),
    },
    "ML": {
        "coef": (2.076259081841374, 1.2624470875646623),
        "vcov": (0.10231379065324131, -0.041804065813406933, 0.028071174479013406),
        "psi": (1.2238417664267109, -0.58323292125861981, 0.37488242381528403),
        "hsroc": (-0.076164127247395741, 3.241584924187352, -0.59156886930263608),
        "spread": (0.63028915208982017, 0.18822492332480167),
        "auc": 0.88629379595862079,
        "roc": (0.018978575131435211, 0.27631814814912603, 0.59562861425298153),
        "regression": (0.042752601455181373, 0.3680613145159557, 0.65066307217611452),
    },
}


def upper(matrix: Any) -> Any:
    return matrix[0, 0], matrix[0, 1], matrix[1, 1]


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_auditc_has_the_answers_of_mada(method):
    found, mada = reitsma(TP, FP, FN, TN, method=method), MADA[method]
    assert (found.sensitivity.logit, found.specificity.logit) == pytest.approx(mada["coef"], abs=1e-6)
    assert upper(found.vcov) == pytest.approx(mada["vcov"], abs=1e-6)
    assert upper(found.between) == pytest.approx(mada["psi"], abs=3e-6)
    h = found.hsroc
    assert (h.threshold, h.accuracy, h.shape) == pytest.approx(mada["hsroc"], abs=1e-6)
    assert (h.threshold_variance, h.accuracy_variance) == pytest.approx(mada["spread"], abs=1e-6)
    assert found.roc([0.01, 0.05, 0.1]) == pytest.approx(mada["roc"], abs=1e-6)
    assert found.roc([0.01, 0.05, 0.1], kind="regression") == pytest.approx(mada["regression"], abs=1e-6)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_auditc_is_at_least_as_likely_as_metafor_finds_it(method):
    found, metafor = reitsma(TP, FP, FN, TN, method=method), METAFOR[method]
    assert found.likelihood.ll == pytest.approx(metafor["ll"], abs=1e-8)
    assert found.likelihood.ll >= metafor["ll"] - 1e-10
    np.testing.assert_allclose([found.sensitivity.logit, found.specificity.logit], metafor["beta"], atol=2e-6)


def test_the_area_is_the_integral_that_mada_approximates():
    # mada adds 98 trapezoids between 0.01 and 0.99 and divides by the 99 points.
    found = reitsma(TP, FP, FN, TN)
    grid = np.arange(1, 100) / 100
    heights = found.roc(grid)
    assert ((heights[1:] + heights[:-1]) / 2).sum() / 99 == pytest.approx(MADA["REML"]["auc"], abs=1e-6)
    fine = np.linspace(0.005, 0.995, 199_001)
    assert found.auc(0.005, 0.995) == pytest.approx(np.trapezoid(found.roc(fine), fine) / 0.99, abs=1e-8)
    assert found.auc() == pytest.approx(0.8879006, abs=1e-6)


def test_the_summary_of_mada_is_reproduced_on_the_scale_people_read():
    found = reitsma(TP, FP, FN, TN)
    s, c = found.sensitivity, found.specificity
    assert (s.estimate, s.ci_lb, s.ci_ub) == pytest.approx((0.890878, 0.808078, 0.940583), abs=1e-6)
    assert (1 - c.estimate, 1 - c.ci_ub, 1 - c.ci_lb) == pytest.approx(
        (0.220339, 0.167232, 0.284549), abs=1e-6
    )
    assert found.correlation == pytest.approx(-0.854275, abs=1e-6)


def test_the_regions_are_ellipses_of_the_chi_squared_radius():
    found = reitsma(TP, FP, FN, TN)
    for prediction, spread in ((False, found.vcov), (True, found.vcov + found.between)):
        outline = found.region(prediction=prediction)
        logits = np.log(outline / (1 - outline))
        away = np.column_stack(
            [logits[:, 1] - found.sensitivity.logit, -logits[:, 0] - found.specificity.logit]
        )
        distance = np.einsum("ij,jk,ik->i", away, np.linalg.inv(spread), away)
        np.testing.assert_allclose(distance, 5.991464547107979, rtol=1e-9)


def test_without_sparse_tables_it_agrees_with_the_binomial_model():
    rng = np.random.default_rng(2)
    logits = rng.multivariate_normal([1.5, 2.0], [[0.3, -0.1], [-0.1, 0.2]], 20)
    p = 1 / (1 + np.exp(-logits))
    tp, tn = rng.binomial(5000, p[:, 0]), rng.binomial(5000, p[:, 1])
    normal = reitsma(tp, 5000 - tn, 5000 - tp, tn, method="ML")
    exact = diagnostic_accuracy(tp, 5000 - tn, 5000 - tp, tn)
    assert normal.sensitivity.logit == pytest.approx(exact.sensitivity.logit, abs=2e-3)
    for ratio in ("positive_ratio", "negative_ratio", "odds_ratio"):
        assert getattr(normal, ratio) == pytest.approx(getattr(exact, ratio), rel=5e-3)
    assert normal.hsroc.accuracy == pytest.approx(exact.hsroc.accuracy, abs=5e-3)


def test_corrections_touch_the_tables_they_say():
    single = reitsma(TP, FP, FN, TN, correct="single")
    assert single.observed[0, 1] == pytest.approx(47 / 56)
    assert reitsma(TP, FP, FN, TN).observed[0, 1] == pytest.approx(47.5 / 57)
    assert single.observed[6, 1] == pytest.approx(68.5 / 69)


@pytest.mark.parametrize(
    ("error", "options"),
    [
        (BadInput, {"correct": "none"}),
        (BadInput, {"correct": "some"}),
        (BadInput, {"correction": -1.0}),
        (BadInput, {"method": "DL"}),
        (BadInput, {"level": 100.0}),
        (BadVariance, {"tp": [-1, *TP[1:]]}),
        (BadInput, {"tp": TP[1:]}),
        (TooFewStudies, {"tp": [None] * 12 + TP[12:]}),
    ],
)
def test_impossible_tables_and_options_are_refused(error, options):
    tp = options.pop("tp", TP)
    with pytest.raises(error):
        reitsma(tp, FP, FN, TN, **options)


def test_curves_outside_zero_and_one_are_refused():
    found = reitsma(TP, FP, FN, TN)
    for call in (lambda: found.roc([0.0]), lambda: found.auc(0.5, 0.5), lambda: found.roc([0.5], kind="x")):
        with pytest.raises(BadInput):
            call()


def test_identical_studies_leave_no_variation_and_say_so():
    found = reitsma([90] * 6, [20] * 6, [10] * 6, [80] * 6)
    assert found.sensitivity.estimate == pytest.approx(0.9)
    assert np.abs(found.between).max() < 1e-6
    assert "covariance_at_limit" in {caution.code for caution in found.warnings}
