"""The joint posterior of μ and τ: μ given τ is normal and integrated exactly, τ by adaptive panels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats.arrays import Floats
from synthesis.stats.bayes.integration import Panels, panels
from synthesis.stats.bayes.mixture import NormalMixture, Summary, interval, peak
from synthesis.stats.bayes.priors import TauPrior
from synthesis.stats.errors import NotDefined

# Nodes with less weight than this change no reported digit.
NEGLIGIBLE = 1e-17


@dataclass(frozen=True, slots=True)
class Setting:
    """Data y, v (k,) and priors: μ ~ N(mu_mean, mu_sd²), or flat when mu_sd is None."""

    y: Floats
    v: Floats
    prior: TauPrior
    mu_mean: float
    mu_sd: float | None

    def conditional(self, tau: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of μ given τ, shape of τ."""
        w = 1.0 / (self.v + (tau * tau)[..., None])
        precision, total = w.sum(-1), (w * self.y).sum(-1)
        if self.mu_sd is not None:
            precision, total = precision + self.mu_sd**-2.0, total + self.mu_mean * self.mu_sd**-2.0
        return np.asarray(total / precision), np.asarray(1.0 / precision)

    def log_likelihood(self, tau: Floats) -> Floats:
        """log p(y | τ), μ integrated out over its prior (over dμ when flat), shape of τ."""
        variance = self.v + (tau * tau)[..., None]
        mean, spread = self.conditional(tau)
        misfit = ((self.y - mean[..., None]) ** 2 / variance).sum(-1) + np.log(variance).sum(-1)
        misfit = misfit + self.y.size * np.log(2 * np.pi)
        if self.mu_sd is None:
            return np.asarray(0.5 * (np.log(2 * np.pi * spread) - misfit))
        prior = ((mean - self.mu_mean) / self.mu_sd) ** 2
        return np.asarray(0.5 * (np.log(spread / self.mu_sd**2) - misfit - prior))

    def log_likelihood_at(self, tau: Floats, mu: float) -> Floats:
        """log p(y | μ, τ), shape of τ."""
        variance = self.v + (tau * tau)[..., None]
        return np.asarray(
            -0.5 * ((self.y - mu) ** 2 / variance + np.log(2 * np.pi * variance)).sum(-1), dtype=np.float64
        )

    def insist_on_a_proper_posterior(self) -> None:
        """The likelihood falls like τ^(1 − k) for a flat μ, τ^−k else; with the prior it must beat 1 / τ."""
        falls = self.y.size - (self.mu_sd is None) + self.prior.tail
        if falls <= 1:
            raise NotDefined(
                f"With {self.y.size} studies and an improper {self.prior.name} prior of tau there is no posterior;"
                " take a proper prior."
            )

    def typical_tau(self) -> float:
        """Where the posterior of τ may be: effects' spread, sampling errors and the prior, whichever is smaller."""
        spread = float(self.y.std()) + float(np.sqrt(1.0 / np.mean(1.0 / self.v)))
        return min(spread, self.prior.scale) if self.prior.proper else spread


@dataclass(frozen=True, slots=True)
class Posterior:
    """The posterior itself, for curves and probabilities. mu and prediction are mixtures of normals over τ."""

    setting: Setting
    panels: Panels
    mu: NormalMixture
    prediction: NormalMixture

    def tau_density(self, tau: ArrayLike) -> Floats:
        """Posterior density of τ, shape of tau; 0 below 0."""
        x = np.asarray(tau, dtype=np.float64)
        return np.where(x < 0, 0.0, self.panels.density(np.maximum(x, 0.0)))

    def tau_below(self, tau: float) -> float:
        """P(τ ≤ tau | y)."""
        return self.panels.below(tau)

    def tau_quantile(self, p: float) -> float:
        """The τ with posterior probability p below it: Newton inside the panel that holds it."""
        mass = np.append(0.0, np.cumsum(self.panels.weight.sum(1)))
        i = min(max(int(np.searchsorted(mass, p)) - 1, 0), len(mass) - 2)
        low, high = float(self.panels.edges[i]), float(self.panels.edges[i + 1])
        while not np.isfinite(high):
            far = 2 * max(low, float(self.panels.tau[i].max()))
            low, high = (far, high) if self.panels.below(far) < p else (low, far)
        x = (low + high) / 2
        for _ in range(200):
            miss = self.panels.below(x) - p
            low, high = (low, x) if miss > 0 else (x, high)
            slope = float(self.panels.density(np.asarray(x)))
            step = x - miss / slope if slope > 0 else np.inf
            following = step if low < step < high else (low + high) / 2
            if abs(following - x) <= 1e-13 * high:
                return following
            x = following
        return x

    def tau_summary(self, level: float, shortest: bool) -> Summary:
        """Mode, median, mean, SD and interval of τ; mean and SD are infinite where they do not exist."""

        def density(tau: float) -> float:
            return float(self.tau_density(tau))

        low, high = interval(self.tau_quantile, density, level, shortest, floor=0.0)
        end = self.setting.prior.upper
        top = min(end, self.tau_quantile(0.999))
        weight, tau = self.panels.weight, self.panels.tau
        falls = self.setting.y.size - (self.setting.mu_sd is None) + self.setting.prior.tail
        mean = float((weight * tau).sum()) if falls > 2 else np.inf
        sd = float(np.sqrt((weight * (tau - mean) ** 2).sum())) if falls > 3 else np.inf
        return Summary(peak(density, 0.0, top), self.tau_quantile(0.5), mean, sd, low, high)

    def study(self, y: float, v: float) -> NormalMixture:
        """The true effect of one study of the analysis: λy + (1 − λ)μ given τ, with λ = τ² / (τ² + v)."""
        tau, weight = _flat(self.panels)
        mean, variance = self.setting.conditional(tau)
        share = tau * tau / (tau * tau + v)
        spread = np.sqrt(share * v + (1 - share) ** 2 * variance)
        return NormalMixture(weight, share * y + (1 - share) * mean, spread)


def posterior(setting: Setting) -> Posterior:
    """Integrate. Raises NotDefined when there is no proper posterior, NotConverged."""
    setting.insist_on_a_proper_posterior()

    def log_density(tau: Floats) -> Floats:
        return setting.log_likelihood(tau) + setting.prior.log_density(tau, setting.v)

    found = panels(log_density, setting.typical_tau(), setting.prior.upper)
    tau, weight = _flat(found)
    mean, variance = setting.conditional(tau)
    return Posterior(
        setting,
        found,
        NormalMixture(weight, mean, np.sqrt(variance)),
        NormalMixture(weight, mean, np.sqrt(variance + tau * tau)),
    )


def _flat(found: Panels) -> tuple[Floats, Floats]:
    kept = found.weight > NEGLIGIBLE
    weight = found.weight[kept]
    return found.tau[kept], weight / weight.sum()
