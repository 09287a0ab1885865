"""What an analysis asks for, as plain data: the same words as metafor's, with what a reader needs to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from synthesis.engine.rule import PublishedRule
from synthesis.stats import MEASURES as KNOWN
from synthesis.stats.errors import BadInput


@dataclass(frozen=True, slots=True)
class Measure:
    """An effect measure as a reader meets it. `takes` is what it is computed from: events, means, rates or estimates."""

    code: str
    name: str
    takes: str
    is_ratio: bool


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure("MD", "Mean difference", "means", is_ratio=False),
        Measure("SMD", "Standardised mean difference (Hedges' g)", "means", is_ratio=False),
        Measure("SMDH", "Standardised mean difference, unequal variances", "means", is_ratio=False),
        Measure("ROM", "Ratio of means", "means", is_ratio=True),
        Measure("OR", "Odds ratio", "events", is_ratio=True),
        Measure("RR", "Risk ratio", "events", is_ratio=True),
        Measure("RD", "Risk difference", "events", is_ratio=False),
        Measure("IRR", "Rate ratio", "rates", is_ratio=True),
        Measure("IRD", "Rate difference", "rates", is_ratio=False),
        Measure("HR", "Hazard ratio", "estimates", is_ratio=True),
    )
}
#: What the studies are taken to share.
MODELS: dict[str, str] = {
    "random": "Random effects",
    "common": "Common effect, inverse variance",
    "mh": "Common effect, Mantel–Haenszel",
    "peto": "Common effect, Peto",
}
#: Estimators of τ² that need nothing but the effects.
TAU2: dict[str, str] = {
    "REML": "Restricted maximum likelihood",
    "DL": "DerSimonian–Laird",
    "PM": "Paule–Mandel",
    "ML": "Maximum likelihood",
    "EB": "Empirical Bayes",
    "HE": "Hedges",
    "SJ": "Sidik–Jonkman",
    "HS": "Hunter–Schmidt",
    "PMM": "Median-unbiased Paule–Mandel",
}
TESTS: dict[str, str] = {
    "z": "Wald (normal)",
    "knha": "Hartung–Knapp",
    "adhoc": "Hartung–Knapp that never narrows the interval",
}
ZERO_CELLS: dict[str, str] = {
    "only0": "In studies with a zero cell",
    "all": "In all studies",
    "if0all": "In all studies, once one has a zero cell",
    "none": "In none",
}
#: Which measures can be pooled from counts.
MANTEL_HAENSZEL = frozenset({"OR", "RR", "RD", "IRR", "IRD"})


@dataclass(frozen=True, slots=True)
class Specification:
    """The settings of an analysis.

    measure, model, tau2, test, level   as in synthesis.stats.pool; model also "mh" and "peto"
    add, to      what is added to zero cells, and where;  drop00  leave out studies without any event (or nothing else)
    subgroup     the characteristic by which studies are grouped;  moderators  those of the meta-regression
    without_bias overall levels of risk of bias to leave out;  without_computed  leave out numbers that were computed
    without      studies to leave out, by id
    rule         a data-driven choice of model that a published review declares
    """

    measure: str
    model: str = "random"
    tau2: str = "REML"
    test: str = "z"
    level: float = 95.0
    add: float = 0.5
    to: str = "only0"
    drop00: bool = True
    subgroup: str = ""
    moderators: tuple[str, ...] = ()
    without_bias: tuple[str, ...] = ()
    without_computed: bool = False
    without: tuple[int, ...] = field(default=())
    rule: PublishedRule | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("effect measure", self.measure, MEASURES),
            ("model", self.model, MODELS),
            ("estimator of τ²", self.tau2, TAU2),
            ("confidence interval", self.test, TESTS),
            ("rule for zero cells", self.to, ZERO_CELLS),
        ):
            if value not in known:
                raise BadInput(f"“{value}” is no {name}: choose one of {', '.join(known)}.")
        if self.model == "mh" and self.measure not in MANTEL_HAENSZEL:
            raise BadInput("Mantel–Haenszel pools counts: OR, RR, RD, IRR or IRD.")
        if self.model == "peto" and self.measure != "OR":
            raise BadInput("Peto's method pools odds ratios.")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Specification:
        """From what JSON holds; names that are missing have their defaults, unknown ones are refused (BadInput)."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(settings) - known):
            raise BadInput(f"An analysis has no setting called {', '.join(unknown)}.")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()
        }
        if values.get("rule"):
            values["rule"] = PublishedRule.of(values["rule"])
        return cls(**values)

    def as_settings(self) -> dict[str, Any]:
        """What JSON holds; the same specification gives the same data."""
        settings = asdict(self)
        for name in ("moderators", "without_bias", "without"):
            settings[name] = list(settings[name])
        return settings

    @property
    def is_ratio(self) -> bool:
        """Analysed as a logarithm, printed as a ratio."""
        return MEASURES[self.measure].is_ratio

    @property
    def pools(self) -> dict[str, Any]:
        """The arguments of synthesis.stats.pool and its relatives."""
        model = "random" if self.model == "random" else "common"
        return {"model": model, "tau2": self.tau2, "test": self.test, "level": self.level}


assert {code for code in MEASURES if code != "HR"} <= set(KNOWN)  # noqa: S101 - a slip here would be found at import
