"""Information criteria of a likelihood fit."""

from __future__ import annotations

import numpy as np

from synthesis.stats.fitting import Likelihood


def criteria(kind: str, ll: float, parameters: int, n: int, deviance: float | None = None) -> Likelihood:
    """AIC, BIC and AICc of a log-likelihood with so many parameters and n observations (k − p for REML).

    deviance  −2 ll where there is no saturated model to compare with
    AICc as metafor: n is at least parameters + 2. Source: Akaike 1974; Schwarz 1978; Hurvich & Tsai 1989.
    """
    larger = max(n, parameters + 2)
    return Likelihood(
        kind,
        ll,
        -2.0 * ll if deviance is None else deviance,
        -2.0 * ll + 2.0 * parameters,
        -2.0 * ll + parameters * float(np.log(n)),
        -2.0 * ll + 2.0 * parameters * larger / (larger - parameters - 1),
    )
