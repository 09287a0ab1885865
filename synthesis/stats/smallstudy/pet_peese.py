"""PET-PEESE: the effect that a study without sampling error would show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from synthesis.stats import arrays
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput
from synthesis.stats.fitting import critical
from synthesis.stats.smallstudy.asymmetry import AsymmetryTest, egger


@dataclass(frozen=True, slots=True)
class PetPeese:
    """Both regressions and the one that the rule picks.

    chosen   "PET" or "PEESE";  pet_p  one-sided p of PET's intercept in the direction of the effect
    estimate, se, ci_lb, ci_ub   intercept of the chosen regression, with k − 2 degrees of freedom
    """

    chosen: str
    level: float
    k: int
    estimate: float
    se: float
    ci_lb: float
    ci_ub: float
    pet_p: float
    pet: AsymmetryTest
    peese: AsymmetryTest
    warnings: tuple[Caution, ...]


def pet_peese(
    yi: ArrayLike, vi: ArrayLike, *, direction: str = "auto", alpha: float = 0.05, level: float = 95.0
) -> PetPeese:
    """Conditional precision-effect estimate.

    yi, vi      (k,) effects and sampling variances, k > 2
    direction   of the expected effect, "positive", "negative", or "auto": that of PET's intercept, which makes the
                one-sided test at alpha a two-sided one at 2 alpha
    PET regresses effects on standard errors, PEESE on variances, both with weights 1 / vi and a residual dispersion.
    PEESE is used when PET's intercept differs from zero in that direction, one-sided at alpha.
    Raises TooFewStudies, RankDeficient when all studies are equally precise, BadVariance, BadInput.
    Source: Stanley & Doucouliagos 2014, Res Synth Methods 5:60. Checked: R's lm.
    """
    arrays.one_of(direction, ("auto", "positive", "negative"), "direction")
    if not 0 < alpha < 1:
        raise BadInput(f"alpha is a probability between 0 and 1, not {alpha}.")
    pet = egger(yi, vi, predictor="sei", level=level)
    peese = egger(yi, vi, predictor="vi", level=level)
    flat = not pet.se[0] > 0  # all points on one line
    t = float(np.copysign(np.inf, pet.beta[0])) if flat else pet.beta[0] / pet.se[0]
    towards = {"auto": abs(t), "positive": t, "negative": -t}[direction]
    p = float(stdtr(pet.k - 2, -towards))
    used = peese if p < alpha else pet
    margin = critical(used.k - 2, level) * used.se[0]
    return PetPeese(
        chosen="PEESE" if p < alpha else "PET",
        level=level,
        k=pet.k,
        estimate=used.beta[0],
        se=used.se[0],
        ci_lb=used.beta[0] - margin,
        ci_ub=used.beta[0] + margin,
        pet_p=p,
        pet=pet,
        peese=peese,
        warnings=pet.warnings,
    )
