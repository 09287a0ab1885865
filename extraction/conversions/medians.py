"""Mean and standard deviation from a median with quartiles, the range, or both.

Three scenarios, by what is printed beside the median m and the number of people n:
S1 the range (a, b); S2 the quartiles (q1, q3); S3 all five numbers.

Sources: Wan, Wang, Liu & Tong 2014 (BMC Med Res Methodol 14:135); Luo, Wan, Liu & Tong 2018 (Stat Methods Med Res 27:1785);
Shi, Luo, Weng, Zeng, Lin, Chu & Tong 2020 (Res Synth Methods 11:641); Shi, Luo, Wan, Liu, Liu, Bian & Tong 2023
(Stat Methods Med Res 32:1338). All assume that the people are a sample from a normal distribution, which the test of
skewness doubts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

#: Groups smaller than this are outside the simulations of the papers (metafor refuses them).
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """A median with the quartiles, the range, or both: in one unit, of `n` ≥ 2 people.

    Raises ValueError when neither pair is whole, the numbers are not in ascending order, or all are equal.
    """

    n: float
    median: float
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if not self.n >= 2:
            raise ValueError("The group must have at least two people in it.")
        if not (self.has_quartiles or self.has_range):
            raise ValueError("Give both quartiles, or both ends of the range, or all four.")
        if (self.q1 is None) != (self.q3 is None) or (self.minimum is None) != (self.maximum is None):
            raise ValueError("Give both quartiles and both ends of the range, or leave a pair empty.")
        values = self.values
        if not all(math.isfinite(value) for value in (self.n, *values)):
            raise ValueError("Every number must be finite.")
        if list(values) != sorted(values):
            raise ValueError(
                "The numbers must be in order: minimum, lower quartile, median, upper quartile, maximum."
            )
        if values[0] == values[-1] or (self.has_quartiles and self.q1 == self.q3):
            raise ValueError(
                "The quartiles (or the ends of the range) are equal: a spread cannot be estimated from them."
            )

    @property
    def has_quartiles(self) -> bool:
        """Are both quartiles known?"""
        return self.q1 is not None and self.q3 is not None

    @property
    def has_range(self) -> bool:
        """Are both ends of the range known?"""
        return self.minimum is not None and self.maximum is not None

    @property
    def values(self) -> tuple[float, ...]:
        """The known numbers, as they should ascend."""
        five = (self.minimum, self.q1, self.median, self.q3, self.maximum)
        return tuple(value for value in five if value is not None)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Lower and upper quartile. Raises ValueError where they are not known."""
        if self.q1 is None or self.q3 is None:
            raise ValueError("Both quartiles are needed.")
        return self.q1, self.q3

    @property
    def ends(self) -> tuple[float, float]:
        """Minimum and maximum. Raises ValueError where they are not known."""
        if self.minimum is None or self.maximum is None:
            raise ValueError("Both ends of the range are needed.")
        return self.minimum, self.maximum


def range_in_sds(n: float) -> float:
    """ξ(n) = 2 Φ⁻¹((n − 0.375) / (n + 0.25)): how many standard deviations the range of n normal values spans (Wan 2014)."""
    return 2 * float(ndtri((n - 0.375) / (n + 0.25)))


def quartiles_in_sds(n: float) -> float:
    """η(n) = 2 Φ⁻¹((0.75 n − 0.125) / (n + 0.25)): the same for the interquartile range (Wan 2014)."""
    return 2 * float(ndtri((0.75 * n - 0.125) / (n + 0.25)))


def luo_mean(of: Summary) -> float:
    """Mean: the mid-range, the mid-quartile and the median, weighted by what n makes each worth (Luo 2018, equations 7, 11, 15)."""
    n, median = of.n, of.median
    if of.has_quartiles and of.has_range:
        ends, quartiles = 2.2 / (2.2 + math.pow(n, 0.75)), 0.7 - 0.72 / math.pow(n, 0.55)
    elif of.has_range:
        ends, quartiles = 4 / (4 + math.pow(n, 0.75)), 0.0
    else:
        ends, quartiles = 0.0, 0.7 + 0.39 / n
    mean = (1 - ends - quartiles) * median
    if of.has_range:
        mean += ends * sum(of.ends) / 2
    if of.has_quartiles:
        mean += quartiles * sum(of.quartiles) / 2
    return mean


def wan_mean(of: Summary) -> float:
    """Mean without regard to n: (a + 2m + b)/4, (q1 + m + q3)/3 or (a + 2q1 + 2m + 2q3 + b)/8 (Hozo 2005; Wan 2014; Bland 2015)."""
    if of.has_quartiles and of.has_range:
        return (sum(of.ends) + 2 * sum(of.quartiles) + 2 * of.median) / 8
    if of.has_range:
        return (sum(of.ends) + 2 * of.median) / 4
    return (sum(of.quartiles) + of.median) / 3


def wan_sd(of: Summary) -> float:
    """Standard deviation: range / ξ(n), interquartile range / η(n), or the mean of the two (Wan 2014, equations 9, 16, 12)."""
    parts = []
    if of.has_range:
        parts.append((of.ends[1] - of.ends[0]) / range_in_sds(of.n))
    if of.has_quartiles:
        parts.append((of.quartiles[1] - of.quartiles[0]) / quartiles_in_sds(of.n))
    return sum(parts) / len(parts)


def shi_sd(of: Summary) -> float:
    """Standard deviation from all five numbers: w range/ξ(n) + (1 − w) IQR/η(n), w = 1 / (1 + 0.07 n^0.6) (Shi 2020).

    Raises ValueError without all five.
    """
    weight = 1 / (1 + 0.07 * math.pow(of.n, 0.6))
    from_range = (of.ends[1] - of.ends[0]) / range_in_sds(of.n)
    from_quartiles = (of.quartiles[1] - of.quartiles[0]) / quartiles_in_sds(of.n)
    return weight * from_range + (1 - weight) * from_quartiles


@dataclass(frozen=True, slots=True)
class Skewness:
    """Statistic of Shi 2023 and the value from which on it is significant at 5 %."""

    statistic: float
    critical: float

    @property
    def significant(self) -> bool:
        """Are the numbers too lopsided for a normal sample of this size?"""
        return self.statistic >= self.critical


def skewness(of: Summary) -> Skewness:
    """Test of skewness (Shi 2023): does the median lie further off the middle than it would in normal samples of n?

    S1 |a + b − 2m| / (b − a) against 1 / ln(n + 9) + 2.5 / (n + 1); S2 |q1 + q3 − 2m| / (q3 − q1) against 2.65 / √n − 6 / n²;
    S3 max(2.65 ln(0.6 n) / √n × S1, S2) against 3 / √n − 40 / n³.
    """
    n, root = of.n, math.sqrt(of.n)
    if of.has_range and of.has_quartiles:
        weight = 2.65 * math.log(0.6 * n) / root
        return Skewness(max(weight * _offset(of.ends, of), _offset(of.quartiles, of)), 3 / root - 40 / n**3)
    if of.has_range:
        return Skewness(_offset(of.ends, of), 1 / math.log(n + 9) + 2.5 / (n + 1))
    return Skewness(_offset(of.quartiles, of), 2.65 / root - 6 / n**2)


def skewness_warnings(of: Summary) -> tuple[str, ...]:
    """A sentence when the test finds `of` skewed, or the group is below `FEWEST`, where nobody has studied the formulas."""
    if of.n < FEWEST:
        return (f"The formulas for medians have not been studied in groups of fewer than {FEWEST} people.",)
    test = skewness(of)
    if not test.significant:
        return ()
    return (
        (
            f"The data look skewed: the median lies {test.statistic:.2g} off the middle, and {test.critical:.2g} or more is unlikely in "
            "normal data (Shi 2023, 5 % level). A mean and SD by normal formulas may mislead: "
            "compare with quantile estimation (McGrath 2020), or leave the study out in a sensitivity analysis."
        ),
    )


def _offset(pair: tuple[float, float], of: Summary) -> float:
    """How far the median lies from the middle of the pair, as a share of half the distance between its ends."""
    return abs(sum(pair) - 2 * of.median) / (pair[1] - pair[0])
