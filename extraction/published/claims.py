"""What a claim can be: one small record for each kind of thing that reviews print."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.published.spans import Printed

#: The arms of a trial, as `study` and `percent` lines call them.
EXPERIMENTAL, CONTROL, EVERYBODY = "exp", "ctl", "all"


@dataclass(frozen=True, slots=True)
class Head:
    """What every line begins with: its number, the reader's own number for the claim (`ref`), what it is about, the line as
    pasted, and where the claim stands (`place`).
    """

    line: int
    ref: str
    what: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line of a sheet."""

    head: Head

    @property
    def line(self) -> int:
        """The number of the line."""
        return self.head.line

    @property
    def ref(self) -> str:
        """The reader's own number for it."""
        return self.head.ref

    @property
    def what(self) -> str:
        """What it is about."""
        return self.head.what


@dataclass(frozen=True, slots=True)
class Members:
    """Studies, as written: “11, 26–36”, or lists by their names: “function & aerobic”."""

    text: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A printed interval and its level in percent."""

    low: Printed
    high: Printed
    level: float = 95.0

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Part:
    """A group of studies: its label, how many the paper says there are, and which it lists."""

    label: str
    count: Printed | None
    studies: Members


@dataclass(frozen=True, slots=True)
class End:
    """One end of a range, and the studies it is said to come from."""

    value: Printed
    studies: Members | None


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison of a rule: I² at least 50."""

    name: str
    sign: str
    number: float

    def holds(self, value: float) -> bool:
        """Is it true of this value?"""
        if self.sign == "<":
            return value < self.number
        if self.sign == ">":
            return value > self.number
        return value <= self.number if self.sign == "<=" else value >= self.number


@dataclass(frozen=True, slots=True)
class Branch:
    """What a rule chooses, and when: any of `ways`, each of which needs all its bounds."""

    label: str
    ways: tuple[tuple[Bound, ...], ...]

    def holds(self, point: dict[str, float]) -> bool:
        """Is the branch taken at these values?"""
        return any(all(bound.holds(point[bound.name]) for bound in way) for way in self.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(Claim):
    """Parts that add up."""

    parts: tuple[Printed, ...]
    total: Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Claim):
    """Numbers of records from step to step, with what was removed between them where it is printed."""

    steps: tuple[Printed, ...]
    removed: tuple[Printed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyList(Claim):
    """A number of studies and the list of them; its `what` is the name by which other claims may use the list."""

    count: Printed | None
    studies: Members
    within: Members | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Claim):
    """Groups of which every study belongs to exactly one. `attribute`: what the labels are, for example country."""

    parts: tuple[Part, ...]
    whole: Members | None
    categories: Printed | None
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants(Claim):
    """How many people the studies have together, and in each arm."""

    total: Printed | None
    experimental: Printed | None
    control: Printed | None
    studies: Members | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent(Claim):
    """A percentage of people: of `n`, or of an arm of studies; `of` names the people counted (women)."""

    percent: Printed
    k: Printed | None
    n: Printed | None
    studies: Members | None
    arm: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Claim):
    """The smallest and largest of something that each study has."""

    attribute: str
    low: End
    high: End
    studies: Members | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Claim):
    """An estimate with its interval and test; for a ratio everything is computed on the logarithm."""

    measure: str
    estimate: Printed
    interval: Interval | None
    se: Printed | None
    z: Printed | None
    t: Printed | None
    df: Printed | None
    k: Printed | None
    p: Printed | None
    model: str

    @property
    def is_ratio(self) -> bool:
        """Does the measure multiply?"""
        return self.measure in RATIOS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity(Claim):
    """Cochran's Q, its degrees of freedom and p, I² in percent, τ²."""

    q: Printed | None
    df: Printed | None
    k: Printed | None
    studies: Members | None
    p: Printed | None
    i2: Printed | None
    tau2: Printed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Claim):
    """A rule that chooses between models by numbers."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled(Claim):
    """A result that is called pooled, with the number of studies behind it."""

    k: Printed | None
    studies: Members | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression(Claim):
    """A coefficient of a meta-regression."""

    coefficient: Printed | None
    se: Printed | None
    t: Printed | None
    z: Printed | None
    df: Printed | None
    k: Printed | None
    studies: Members | None
    moderators: Printed | None
    interval: Interval | None
    p: Printed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Claim):
    """A test and the interval of the same quantity; `includes` says whether the interval holds the null value."""

    p: Printed
    interval: Interval | None
    includes: bool | None
    null: Printed | None
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut(Claim):
    """Ranges of the estimates, lower limits and upper limits that leaving out each study in turn gave."""

    estimates: Interval
    lowers: Interval
    uppers: Interval
    pooled: str
    k: Printed | None
    studies: Members | None
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Claim):
    """Something that is said in words: kept, because a reader wants to see it in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts(Claim):
    """What is known about a study from elsewhere. Its ref is the study's number in the lists, its place the source."""

    facts: dict[str, str]


RATIOS = frozenset({"rr", "or", "hr", "irr", "rom", "risk ratio", "odds ratio", "hazard ratio"})
