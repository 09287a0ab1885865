"""Priors on the effect and on heterogeneity, integrated without sampling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from synthesis.stats import BadInput, Bayesian, NotDefined, TooFewStudies, bayesian, pool
from synthesis.stats.bayes.priors import TauPrior, prior_of_tau

# Rubin 1981, coaching in eight schools.
EFFECT = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
VARIANCE = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6]) ** 2
PRIORS = [
    ("half-normal", 5.0, None),
    ("half-cauchy", 25.0, None),
    ("half-t", 5.0, 4.0),
    ("uniform", 30.0, None),
    ("uniform", None, None),
    ("exponential", 5.0, None),
    ("jeffreys", None, None),
]


def schools(**options: Any) -> Bayesian:
    defaults = {"tau_prior": "half-cauchy", "tau_scale": 25.0, "mu_mean": 0.0, "mu_sd": 50.0}
    return bayesian(EFFECT, VARIANCE, **{**defaults, **options})


def test_the_eight_schools_have_the_posterior_of_bayesmeta():
    # bayesmeta's vignette (package 1.8 to 3.4): τ to six decimals. Its posterior of μ is a grid approximation.
    found = schools()
    tau = (found.tau.mode, found.tau.median, found.tau.mean, found.tau.sd, found.tau.ci_lb, found.tau.ci_ub)
    np.testing.assert_allclose(tau, (0, 4.758539, 5.884511, 4.869904, 0, 15.165894), atol=6e-7)
    mu = (found.mu.mode, found.mu.median, found.mu.mean, found.mu.sd, found.mu.ci_lb, found.mu.ci_ub)
    np.testing.assert_allclose(mu, (7.929503, 7.962961, 7.985729, 4.995762, -1.823353, 17.824562), atol=3e-3)


def joint(tau: float, prior: TauPrior, mu_sd: float) -> float:
    """Prior × likelihood with μ integrated by adaptive quadrature: nothing shared with the engine but the prior."""

    def in_mu(mu: float) -> Any:
        like = np.prod(norm.pdf(EFFECT, mu, np.sqrt(VARIANCE + tau**2)))
        return like * norm.pdf(mu, 0, mu_sd)

    inner, _ = quad(in_mu, -150, 150, points=[8.0], epsabs=0, epsrel=1e-9)
    return float(inner * np.exp(prior.log_density(np.array([tau]), VARIANCE)[0]))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "scale", "df"), [PRIORS[0], PRIORS[2], PRIORS[3]])
def test_every_posterior_equals_brute_force_quadrature(name, scale, df):
    prior = prior_of_tau(name, scale, df)
    end = min(prior.upper, 200.0)
    total, _ = quad(joint, 0, end, args=(prior, 50.0), epsabs=0, epsrel=1e-8, limit=200, points=[5.0, 20.0])
    first, _ = quad(
        lambda t: t * joint(t, prior, 50.0), 0, end, epsabs=0, epsrel=1e-8, limit=200, points=[5.0, 20.0]
    )
    found = schools(tau_prior=name, tau_scale=scale, tau_df=df)
    assert found.log_marginal_likelihood == pytest.approx(np.log(total), abs=1e-6)
    assert found.tau.mean == pytest.approx(first / total, rel=1e-6)


@pytest.mark.parametrize(("name", "scale", "df"), PRIORS)
def test_intervals_hold_the_probability_they_promise(name, scale, df):
    for kind in ("shortest", "central"):
        found = bayesian(
            EFFECT, VARIANCE, tau_prior=name, tau_scale=scale, tau_df=df, interval=kind, level=90.0
        )
        seen = found.posterior
        assert seen.tau_below(found.tau.ci_ub) - seen.tau_below(found.tau.ci_lb) == pytest.approx(0.9)
        for mixture, summary in ((seen.mu, found.mu), (seen.prediction, found.prediction)):
            inside = mixture.below(summary.ci_ub) - mixture.below(summary.ci_lb)
            assert float(inside) == pytest.approx(0.9)


def test_the_shortest_interval_is_equally_dense_at_both_ends_and_not_longer_than_the_central_one():
    found, central = schools(), schools(interval="central")
    density = found.posterior.mu.density([found.mu.ci_lb, found.mu.ci_ub])
    assert density[0] == pytest.approx(density[1], rel=1e-8)
    assert found.mu.ci_ub - found.mu.ci_lb <= central.mu.ci_ub - central.mu.ci_lb


@pytest.mark.parametrize(("name", "scale", "df"), PRIORS)
def test_densities_of_proper_priors_integrate_to_one(name, scale, df):
    prior = prior_of_tau(name, scale, df)
    if prior.proper:
        total, _ = quad(
            lambda t: np.exp(prior.log_density(np.array([t]), VARIANCE)[0]), 0, min(prior.upper, np.inf)
        )
        assert total == pytest.approx(1.0, abs=1e-7)


def test_shrunken_effects_lie_between_their_study_and_the_mean_and_predictions_are_wider():
    found = schools()
    for own, summary in zip(EFFECT, found.shrunken(), strict=True):
        assert min(own, found.mu.mean) <= summary.mean <= max(own, found.mu.mean)
    assert found.prediction.sd > found.mu.sd
    assert found.weights.sum() < 100  # the prior of μ has the rest
    assert bayesian(EFFECT, VARIANCE, tau_scale=5.0).weights.sum() == pytest.approx(100.0)


def test_a_prior_at_zero_is_the_common_effect():
    found = bayesian(EFFECT, VARIANCE, tau_scale=1e-6)
    common = pool(EFFECT, VARIANCE, model="common")
    assert found.mu.mean == pytest.approx(common.estimate, rel=1e-8)
    assert found.mu.sd == pytest.approx(common.se, rel=1e-8)
    assert found.bayes_factor_tau_zero == pytest.approx(1.0)


def test_one_study_with_proper_priors_is_conjugate():
    found = bayesian([2.0], [1.0], tau_scale=1e-7, mu_mean=0.0, mu_sd=1.0)
    assert found.mu.mean == pytest.approx(1.0)
    assert found.mu.sd == pytest.approx(np.sqrt(0.5))
    assert found.log_marginal_likelihood == pytest.approx(norm.logpdf(2.0, 0, np.sqrt(2)), abs=1e-9)
    null = norm.logpdf(2.0, 0, 1)
    assert found.bayes_factor_mu_zero == pytest.approx(np.exp(null - norm.logpdf(2.0, 0, np.sqrt(2))))


def test_changing_the_unit_changes_the_posterior_with_it():
    found = bayesian(EFFECT, VARIANCE, tau_prior="half-t", tau_scale=5.0, tau_df=3.0)
    scaled = bayesian(EFFECT / 1e3, VARIANCE / 1e6, tau_prior="half-t", tau_scale=5e-3, tau_df=3.0)
    assert scaled.tau.median * 1e3 == pytest.approx(found.tau.median, rel=1e-9)
    assert scaled.mu.ci_lb * 1e3 == pytest.approx(found.mu.ci_lb, rel=1e-7)


def test_a_thousand_studies_have_a_posterior_as_narrow_as_their_likelihood():
    rng = np.random.default_rng(5)
    v = rng.uniform(0.01, 0.1, 400)
    y = rng.normal(0.2, np.sqrt(v + 0.04))
    found, fitted = bayesian(y, v, tau_scale=0.5, interval="central"), pool(y, v)
    assert found.mu.mean == pytest.approx(fitted.estimate, abs=1e-3)
    assert found.tau.median == pytest.approx(np.sqrt(fitted.tau2), abs=3e-3)


@pytest.mark.parametrize(
    ("error", "options"),
    [
        (NotDefined, {"tau_prior": "uniform", "tau_scale": None}),
        (
            NotDefined,
            {"tau_prior": "uniform", "tau_scale": None, "rows": 2, "mu_sd": None, "mu_mean": None},
        ),
        (BadInput, {"tau_prior": "gamma"}),
        (BadInput, {"tau_prior": "half-normal", "tau_scale": None}),
        (BadInput, {"tau_prior": "half-normal", "tau_scale": -1.0}),
        (BadInput, {"tau_prior": "half-t"}),
        (BadInput, {"tau_prior": "jeffreys"}),
        (BadInput, {"mu_sd": 0.0}),
        (BadInput, {"mu_sd": None, "mu_mean": 1.0}),
        (BadInput, {"interval": "wide"}),
        (TooFewStudies, {"rows": 0}),
    ],
)
def test_what_has_no_posterior_is_refused(error, options):
    rows = options.pop("rows", 1)
    defaults = {"tau_prior": "half-cauchy", "tau_scale": 25.0, "mu_mean": 0.0, "mu_sd": 50.0}
    with pytest.raises(error):
        bayesian(EFFECT[:rows], VARIANCE[:rows], **{**defaults, **options})


def test_an_improper_prior_has_no_bayes_factor_and_few_studies_are_named():
    found = bayesian(EFFECT[:3], VARIANCE[:3], tau_prior="uniform")
    assert (found.log_marginal_likelihood, found.bayes_factor_tau_zero, found.bayes_factor_mu_zero) == (
        None,
    ) * 3
    assert [caution.code for caution in found.warnings] == ["improper_prior"]
    assert np.isinf(found.tau.mean)  # its tail falls like 1 / τ²


def test_random_data_on_any_scale_have_ordered_summaries():
    rng = np.random.default_rng(20261120)
    for name in ("half-normal", "half-cauchy", "uniform", "exponential"):
        for _ in range(8):
            k, unit = int(rng.integers(1, 9)), 10.0 ** rng.integers(-20, 20)
            y = unit * rng.normal(0, 10.0 ** rng.integers(-4, 4), k)
            v = unit**2 * 10.0 ** rng.uniform(-8, 0, k)
            scale = unit * 10.0 ** rng.integers(-4, 5)
            found = bayesian(y, v, tau_prior=name, tau_scale=scale, interval="central")
            for summary in (found.mu, found.tau, found.prediction):
                assert summary.ci_lb <= summary.median <= summary.ci_ub
                assert np.isfinite(summary.median)
