"""Counts with normal random effects, diagnostic accuracy, and models of the heterogeneity itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, nchypergeom_fisher, norm

from synthesis.stats import (
    BadInput,
    NotDefined,
    TooFewStudies,
    diagnostic_accuracy,
    effect_sizes,
    glmm,
    location_scale,
    mantel_haenszel,
    meta_regression,
)
from synthesis.stats.mixed.families import binomial, hypergeometric, poisson
from synthesis.stats.mixed.quadrature import integrate
from synthesis.stats.verification import verify
from tests.synthesis.stats.data import BCG, LATITUDE, REFERENCE

SPARSE: dict[str, Any] = {
    "ai": [0, 3, 1, 0, 2],
    "bi": [40, 50, 30, 25, 60],
    "ci": [2, 5, 4, 0, 3],
    "di": [38, 45, 30, 25, 55],
}


def test_every_reference_case_of_mixed_models_passes():
    report = verify([REFERENCE / "dependence.json"], frozenset({"rma.glmm"}))
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 20


@pytest.mark.parametrize("tau", [0.1, 0.7, 2.0])
def test_quadrature_is_the_integral(tau):
    y, n, eta = 3, 20, -1.2
    expected, _ = quad(lambda u: binom.pmf(y, n, 1 / (1 + np.exp(-eta - u))) * norm.pdf(u, 0, tau), -20, 20)
    found = integrate(
        binomial(np.array([[3.0]]), np.array([[20.0]])), np.array([[eta]]), np.array([[tau]]), 41
    )
    assert found.log_likelihood[0] == pytest.approx(np.log(expected), rel=1e-7)


def test_without_spread_nothing_is_integrated():
    counts = poisson(np.array([[4.0]]))
    found = integrate(counts, np.array([[1.0]]), np.zeros((1, 1)), 7)
    assert found.log_likelihood[0] == pytest.approx(4 - np.exp(1) - np.log(24))


def test_the_noncentral_hypergeometric_distribution_is_scipys():
    counts = hypergeometric(*(np.array([x], dtype=float) for x in (4, 119, 11, 128)))
    ours = counts.log_density(np.array([[[-0.9]]]))[0, 0]
    assert ours == pytest.approx(nchypergeom_fisher.logpmf(4, 262, 123, 15, np.exp(-0.9)), rel=1e-9)
    mean = counts.cumulant(np.array([[[-0.9]]]))[1][0, 0, 0]
    assert mean == pytest.approx(nchypergeom_fisher.mean(262, 123, 15, np.exp(-0.9)), rel=1e-9)


def test_more_nodes_converge():
    lls = [glmm("OR", model="UM.RS", nodes=nodes, **BCG).likelihood.ll for nodes in (1, 5, 9)]
    assert abs(lls[2] - lls[1]) < 0.05 * abs(lls[1] - lls[0])


def test_studies_without_events_are_left_out_and_said_to_be():
    fit = glmm("OR", model="CM.EL", **SPARSE)
    assert fit.k == 4
    assert tuple(fit.rows) == (0, 1, 2, 4)
    assert "rows_dropped" in {warning.code for warning in fit.warnings}


def test_equal_odds_ratios_come_close_to_mantel_haenszel():
    fit = glmm("OR", model="CM.EL", method="EE", **SPARSE)
    assert fit.beta[0] == pytest.approx(mantel_haenszel("OR", **SPARSE).estimate, abs=0.05)
    assert fit.tau2 == 0


def test_the_standard_error_of_equal_odds_ratios_is_the_exact_information():
    fit = glmm("OR", model="CM.EL", method="EE", **BCG)
    a, b, c, d = (np.array(BCG[name]) for name in ("ai", "bi", "ci", "di"))
    variance = nchypergeom_fisher.var(a + b + c + d, a + b, a + c, np.exp(fit.beta[0]))
    assert fit.se[0] == pytest.approx(1 / np.sqrt(variance.sum()), rel=1e-5)


def test_swapping_the_groups_turns_the_sign():
    swapped: dict[str, Any] = {"ai": BCG["ci"], "bi": BCG["di"], "ci": BCG["ai"], "di": BCG["bi"]}
    for model in ("UM.FS", "UM.RS", "CM.EL"):
        one, other = glmm("OR", model=model, **BCG), glmm("OR", model=model, **swapped)
        assert other.beta[0] == pytest.approx(-one.beta[0], rel=1e-4)
        assert other.tau2 == pytest.approx(one.tau2, rel=1e-4)


def test_latitude_explains_most_of_the_bcg_trials():
    X = np.column_stack([np.ones(13), LATITUDE])
    fit = glmm("OR", X, names=("intrcpt", "ablat"), model="UM.FS", **BCG)
    assert fit.tau2 < 0.1 * glmm("OR", model="UM.FS", **BCG).tau2
    assert fit.moderators.p_value < 1e-10


def test_no_events_at_all_is_a_refusal():
    nothing: dict[str, Any] = {"ai": [0, 0], "bi": [10, 20], "ci": [0, 0], "di": [11, 19]}
    with pytest.raises(TooFewStudies):
        glmm("OR", model="UM.FS", **nothing)
    with pytest.raises(BadInput):
        glmm("OR", model="nonsense", **BCG)
    with pytest.raises(BadInput):
        glmm("MD", **BCG)


def accuracy() -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(8)
    u = rng.multivariate_normal([1.5, 2.2], [[0.5, -0.25], [-0.25, 0.6]], 40)
    ill, well = rng.integers(30, 200, 40), rng.integers(30, 300, 40)
    p = 1 / (1 + np.exp(-u))
    tp, tn = rng.binomial(ill, p[:, 0]), rng.binomial(well, p[:, 1])
    return tp, well - tn, ill - tp, tn


def test_diagnostic_accuracy_recovers_what_made_the_data():
    fit = diagnostic_accuracy(*accuracy(), nodes=7)
    assert (fit.sensitivity.logit, fit.specificity.logit) == pytest.approx((1.5, 2.2), abs=0.35)
    assert (fit.var_sensitivity, fit.var_specificity) == pytest.approx((0.5, 0.6), abs=0.35)
    assert fit.correlation < 0
    assert fit.odds_ratio[0] == pytest.approx(fit.positive_ratio[0] / fit.negative_ratio[0])


def test_a_test_that_never_errs_has_no_finite_logit():
    with pytest.raises(NotDefined):
        diagnostic_accuracy([20, 30, 25, 40], [0, 0, 0, 0], [0, 0, 0, 0], [30, 30, 40, 50])


def test_the_roc_curve_passes_through_the_summary_point():
    fit = diagnostic_accuracy(*accuracy())
    assert fit.roc([1 - fit.specificity.estimate])[0] == pytest.approx(fit.sensitivity.estimate, rel=1e-9)
    wide, narrow = fit.region(prediction=True), fit.region()
    assert np.ptp(wide[:, 0]) > np.ptp(narrow[:, 0])


def test_calling_the_ill_well_swaps_sensitivity_and_specificity():
    tp, fp, fn, tn = accuracy()
    one, other = diagnostic_accuracy(tp, fp, fn, tn), diagnostic_accuracy(tn, fn, fp, tp)
    assert other.sensitivity.logit == pytest.approx(one.specificity.logit, rel=1e-4)
    assert other.correlation == pytest.approx(one.correlation, rel=1e-3)


def test_a_scale_with_an_intercept_alone_is_the_mixed_effects_model():
    effects = effect_sizes("RR", **BCG)
    X = np.column_stack([np.ones(13), LATITUDE])
    for method in ("REML", "ML"):
        fit = location_scale(effects.yi, effects.vi, X, np.ones((13, 1)), method=method)
        plain = meta_regression(effects.yi, effects.vi, X, tau2=method)
        assert fit.tau2 == pytest.approx(np.full(13, plain.tau2), rel=1e-6)
        assert fit.location.beta == pytest.approx(plain.beta, rel=1e-6)
        assert fit.likelihood.ll == pytest.approx(plain.likelihood.ll, abs=1e-8)


def test_without_heterogeneity_its_coefficients_are_not_determined_and_that_is_said():
    y, v, z = np.linspace(0, 0.02, 12), np.full(12, 0.5), np.linspace(-1, 1, 12)
    fit = location_scale(y, v, np.ones((12, 1)), np.column_stack([np.ones(12), z]))
    assert np.isinf(fit.scale.se).all()
    assert fit.scale.moderators is None
    assert {warning.code for warning in fit.warnings} == {"scale_flat"}
    assert np.isfinite(fit.location.se).all()
