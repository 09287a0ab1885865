"""Bayesian random effects: everything a reader asks of the posterior, in one result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.bayes.integration import panels
from synthesis.stats.bayes.mixture import Summary
from synthesis.stats.bayes.posterior import Posterior, Setting, posterior
from synthesis.stats.bayes.priors import prior_of_tau
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput

INTERVALS = ("shortest", "central")


@dataclass(frozen=True, slots=True)
class Bayesian:
    """Posterior of the random-effects model. All on the analysis scale (log ratios …); intervals hold `level` percent.

    mu, tau       marginal posteriors;  prediction  the true effect of a new study
    weights       (k,) mean share of each study in μ, in percent
    log_marginal_likelihood   log p(y), None with an improper prior
    bayes_factor_tau_zero     p(y | τ = 0) / p(y): above 1 the data speak for a common effect; None when τ's prior
                  is improper
    bayes_factor_mu_zero      p(y | μ = 0) / p(y), None when a prior is improper
    posterior     densities and probabilities:  posterior.mu.below(0) is P(μ ≤ 0 | y)
    """

    k: int
    level: float
    interval: str
    mu: Summary
    tau: Summary
    prediction: Summary
    weights: Floats
    log_marginal_likelihood: float | None
    bayes_factor_tau_zero: float | None
    bayes_factor_mu_zero: float | None
    posterior: Posterior
    warnings: tuple[Caution, ...]

    def shrunken(self) -> tuple[Summary, ...]:
        """One posterior per study of its own true effect, in the order of the data (tens of milliseconds each)."""
        setting, shortest = self.posterior.setting, self.interval == "shortest"
        return tuple(
            self.posterior.study(float(y), float(v)).summary(self.level, shortest)
            for y, v in zip(setting.y, setting.v, strict=True)
        )


def bayesian(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    tau_prior: str = "half-normal",
    tau_scale: float | None = None,
    tau_df: float | None = None,
    mu_mean: float | None = None,
    mu_sd: float | None = None,
    level: float = 95.0,
    interval: str = "shortest",
) -> Bayesian:
    """Random effects with priors: y ~ N(θ, v), θ ~ N(μ, τ²), integrated numerically without any sampling.

    yi, vi          (k,) effects and sampling variances
    tau_prior       half-normal, half-cauchy, half-t (tau_df), uniform, exponential, jeffreys; tau_scale in the unit
                    of yi (for log odds ratios 0.5 is common); uniform without a scale and jeffreys are improper
    mu_mean, mu_sd  normal prior of μ; both None for a flat one
    interval        "shortest" (highest density) or "central" (equal tails)
    Raises NotDefined when an improper prior leaves no posterior, BadInput, BadVariance, TooFewStudies.
    Source: Röver 2020, J Stat Softw 93(6). Checked: bayesmeta's vignette (eight schools, half-Cauchy 25, μ ~ N(0, 50²)):
    τ median 4.758539, mean 5.884511, SD 4.869904, 95 % to 15.165894; brute-force quadrature to 1e-8.
    """
    y, v = arrays.effects(yi, vi)
    arrays.level_fraction(level)
    shortest = arrays.one_of(interval, INTERVALS, "kind of interval") == "shortest"
    prior = prior_of_tau(tau_prior, tau_scale, tau_df)
    setting = Setting(y, v, prior, *_mu_prior(mu_mean, mu_sd))
    found = posterior(setting)
    marginal = found.panels.log_total if prior.proper else None
    return Bayesian(
        k=y.size,
        level=level,
        interval=interval,
        mu=found.mu.summary(level, shortest),
        tau=found.tau_summary(level, shortest),
        prediction=found.prediction.summary(level, shortest),
        weights=_weights(found),
        log_marginal_likelihood=marginal if setting.mu_sd is not None else None,
        bayes_factor_tau_zero=_common_effect(setting, marginal),
        bayes_factor_mu_zero=_no_effect(setting, marginal),
        posterior=found,
        warnings=_cautions(setting),
    )


def _mu_prior(mean: float | None, sd: float | None) -> tuple[float, float | None]:
    if sd is None:
        if mean is not None:
            raise BadInput("A prior mean of mu needs a prior standard deviation.")
        return 0.0, None
    if not (np.isfinite(sd) and sd > 0 and (mean is None or np.isfinite(mean))):
        raise BadInput("The normal prior of mu needs a finite mean and a positive standard deviation.")
    return mean or 0.0, sd


def _weights(found: Posterior) -> Floats:
    """Posterior mean share of each study in the conditional mean of μ (the prior has the rest). Röver & Friede 2021."""
    tau, weight = found.panels.tau.ravel(), found.panels.weight.ravel()
    w = 1.0 / (found.setting.v + (tau * tau)[:, None])
    _, variance = found.setting.conditional(tau)
    return np.asarray(100.0 * (weight[:, None] * w * variance[:, None]).sum(0))


def _common_effect(setting: Setting, marginal: float | None) -> float | None:
    if marginal is None:
        return None
    return float(np.exp(setting.log_likelihood(np.zeros(1))[0] - marginal))


def _no_effect(setting: Setting, marginal: float | None) -> float | None:
    """∫ p(y | μ = 0, τ) p(τ) dτ over p(y). The ratio needs a proper prior of μ: a flat one has no scale."""
    if marginal is None or setting.mu_sd is None:
        return None
    null = panels(
        lambda tau: setting.log_likelihood_at(tau, 0.0) + setting.prior.log_density(tau, setting.v),
        setting.typical_tau(),
        setting.prior.upper,
    )
    return float(np.exp(null.log_total - marginal))


def _cautions(setting: Setting) -> tuple[Caution, ...]:
    if setting.prior.proper or setting.y.size >= 5:
        return ()
    said = f"An improper prior of tau with {setting.y.size} studies gives very wide results; state a proper prior."
    return (Caution("improper_prior", said),)
