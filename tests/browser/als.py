"""Numbers of six trials of exercise in ALS as their abstracts and tables print them, in sentences of our own.

Sources: Lunetta 2016, J Neurol 263(1), abstract (ALSFRS-R, its p values). Braga 2018, Neurol Res Int 2018:8218697, table 2. Pinto 2012,
Amyotroph Lateral Scler 13:33–43, as in Cochrane review CD011711 (baseline ALSFRS). Ferri 2019, Front Physiol 10:1537, abstract (the
figure after ± is a standard error: only then does it give p 0.007). Cheah 2009, Amyotroph Lateral Scler 10:384–392, abstract. Van
Groenestijn 2019, Neurorehabil Neural Repair, abstract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.screening.papers import paper

START, WEEKS_12, WEEKS_16, MONTHS_6, MONTHS_12 = "Baseline", "12 weeks", "16 weeks", "6 months", "12 months"
EXERCISE, CONTROL = "Exercise", "Control"
ARMS = (EXERCISE, CONTROL)


@dataclass(frozen=True, slots=True)
class Asked:
    """An outcome as Ana defines it; `limits` are the lowest and the highest possible value."""

    domain: str
    measure: str
    metric: str
    direction: str
    unit: str = ""
    limits: tuple[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.domain}, {self.measure}"


FINAL, CHANGE, SLOPE = "Value at the time point", "Change from baseline", "Slope over time"
HIGHER, LOWER = "Higher is better", "Lower is better"
FUNCTION = Asked("Function", "ALSFRS-R", FINAL, HIGHER, "points", ("0", "48"))
OLDER = Asked("Function", "ALSFRS", FINAL, HIGHER, "points", ("0", "40"))
LOSS = Asked("Function", "ALSFRS-R, change", CHANGE, HIGHER, "%")
DECLINE = Asked("Function", "ALSFRS-R, loss a month", SLOPE, LOWER, "points")
MIP = Asked("Breathing", "Maximal inspiratory pressure", CHANGE, HIGHER, "%")
LIFE = Asked("Quality of life", "ALSAQ-40", SLOPE, LOWER)
MENTAL = Asked("Quality of life", "SF-36, mental summary", SLOPE, HIGHER)
PHYSICAL = Asked("Quality of life", "SF-36, physical summary", SLOPE, HIGHER)
OUTCOMES = (FUNCTION, OLDER, LOSS, DECLINE, MIP, LIFE, MENTAL, PHYSICAL)


@dataclass(frozen=True, slots=True)
class Table:
    """What a trial prints for one outcome at one time: mean, spread and n of the two arms, each with its sentence."""

    outcome: Asked
    time: str
    exercise: tuple[str, str, str]
    control: tuple[str, str, str]

    @property
    def lines(self) -> list[tuple[str, tuple[str, str, str], str]]:
        """Arm, numbers and sentence."""
        return [
            (arm, row, self._said(arm, row))
            for arm, row in zip(ARMS, (self.exercise, self.control), strict=True)
        ]

    def _said(self, arm: str, row: tuple[str, str, str]) -> str:
        mean, spread, n = row
        return f"{arm}, {self.time}: {self.outcome.measure} {mean} ± {spread} (n = {n})."


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a trial prints of its comparison."""

    outcome: Asked
    time: str
    numbers: Mapping[str, str]

    @property
    def said(self) -> str:
        """The sentence it stands in."""
        told = ", ".join(f"{name.lower()} {number}" for name, number in self.numbers.items())
        return f"Exercise v control, {self.time}: {self.outcome.measure} difference, {told}."


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial: who, when, how many were randomised, when it measured, and what it prints."""

    author: str
    year: int
    randomised: tuple[int, int]
    times: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    contrasts: tuple[Contrast, ...] = ()

    @property
    def label(self) -> str:
        """What its study is called."""
        return f"{self.author.split(',')[0]} {self.year}"

    @property
    def pdf(self) -> bytes:
        """A paper of two pages; the second has the numbers."""
        said = [sentence for table in self.tables for _, _, sentence in table.lines]
        said += [contrast.said for contrast in self.contrasts]
        return paper(
            ((f"{self.label}. Exercise in ALS", "We randomised people with ALS."), ("Results", *said))
        )


LUNETTA = Trial(
    "Lunetta, C.",
    2016,
    (30, 30),
    (MONTHS_6, MONTHS_12),
    (
        Table(FUNCTION, MONTHS_6, ("32.8", "6.5", "30"), ("28.7", "7.5", "30")),
        Table(FUNCTION, MONTHS_12, ("27.5", "7.6", "30"), ("23.3", "7.6", "30")),
    ),
    (
        Contrast(FUNCTION, MONTHS_6, {"p": "0.0298"}),
        Contrast(FUNCTION, MONTHS_12, {"p": "0.0338"}),
    ),
)
BRAGA = Trial(
    "Braga, A. C.",
    2018,
    (24, 24),
    (START, MONTHS_6),
    (
        Table(FUNCTION, START, ("40.25", "5.00", "24"), ("37.25", "4.9", "24")),
        Table(FUNCTION, MONTHS_6, ("34.1", "7.1", "24"), ("29.5", "7.7", "24")),
        Table(DECLINE, MONTHS_6, ("1.01", "0.92", "24"), ("1.28", "1.10", "24")),
    ),
    (Contrast(FUNCTION, MONTHS_6, {"p": "0.035"}), Contrast(DECLINE, MONTHS_6, {"p": "0.36"})),
)
PINTO = Trial(
    "Pinto, S.",
    2012,
    (13, 13),
    (START,),
    (Table(OLDER, START, ("34.39", "3.64", "13"), ("33.5", "3.8", "13")),),
)
FERRI = Trial(
    "Ferri, A.",
    2019,
    (8, 8),
    (WEEKS_12,),
    (Table(LOSS, WEEKS_12, ("-4.7", "2.6", "8"), ("-23.0", "5.6", "8")),),
    (Contrast(LOSS, WEEKS_12, {"p": "0.007"}),),
)
CHEAH = Trial(
    "Cheah, B. C.",
    2009,
    (9, 10),
    (WEEKS_12,),
    contrasts=(
        Contrast(
            MIP,
            WEEKS_12,
            {
                "Estimate": "6.1",
                "Lower limit": "-8.58",
                "Upper limit": "20.79",
                "Standard error of the estimate": "6.93",
                "p": "0.39",
            },
        ),
    ),
)
GROENESTIJN = Trial(
    "van Groenestijn, A. C.",
    2019,
    (27, 30),
    (WEEKS_16,),
    contrasts=(
        Contrast(
            LIFE, WEEKS_16, {"Estimate": "-1.07", "Lower limit": "-2.6", "Upper limit": "0.5", "p": "0.172"}
        ),
        Contrast(MENTAL, WEEKS_16, {"Estimate": "0.24", "Lower limit": "-0.7", "Upper limit": "1.1"}),
        Contrast(PHYSICAL, WEEKS_16, {"Estimate": "-0.51", "Lower limit": "-1.4", "Upper limit": "0.38"}),
    ),
)
TRIALS = (LUNETTA, BRAGA, PINTO, FERRI, CHEAH, GROENESTIJN)
