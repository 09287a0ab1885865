"""Joint Wald tests for models that know their coefficients and covariance."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, fdtrc

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.regression import WaldTest


def joint_test(beta: Floats, vcov: Floats, columns: tuple[int, ...], df: int | None) -> WaldTest:
    """β'Σ⁻¹β of the chosen coefficients (0-based): χ² for df None, else F with df denominator degrees of freedom.

    Raises BadInput for no column or an unknown one. Correlations are inverted, so that units do not matter.
    """
    if not columns or not all(0 <= c < beta.size for c in columns):
        raise BadInput("A joint test needs columns of this design.")
    chosen = list(columns)
    scale = np.sqrt(np.diag(vcov)[chosen])
    z = beta[chosen] / scale
    q = float(z @ np.linalg.solve(vcov[np.ix_(chosen, chosen)] / np.outer(scale, scale), z))
    m = len(chosen)
    if df is None:
        return WaldTest(columns, q, m, None, float(chdtrc(m, q)))
    return WaldTest(columns, q / m, m, df, float(fdtrc(m, df, q / m)))
