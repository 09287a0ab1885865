"""The kinds of claims: their fields, an example of each, and how a line becomes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extraction.published import values
from extraction.published.claims import (
    CONTROL,
    EVERYBODY,
    EXPERIMENTAL,
    Claim,
    Estimate,
    Flow,
    Head,
    Heterogeneity,
    LeaveOneOut,
    Participants,
    Partition,
    Percent,
    Pooled,
    Range,
    Regression,
    Rule,
    Statement,
    StudyFacts,
    StudyList,
    Test,
    Total,
)
from extraction.published.fields import Fields
from extraction.published.spans import Printed, Unreadable, printed


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of claim. `fields` are the names it knows; where it is `free`, others become labels or facts."""

    name: str
    checks: str
    fields: tuple[str, ...]
    example: str
    make: Callable[[Head, Fields], Claim]
    free: bool = False


def _total(head: Head, of: Fields) -> Claim:
    return Total(head=head, parts=of.need("parts", values.parts), total=of.need("total", values.count))


def _flow(head: Head, of: Fields) -> Claim:
    return Flow(
        head=head, steps=of.need("steps", values.steps), removed=of.get("removed", values.numbers) or ()
    )


def _studies(head: Head, of: Fields) -> Claim:
    return StudyList(
        head=head,
        count=of.get("count", values.count),
        studies=of.need("list", values.members),
        within=of.get("within", values.members),
    )


def _partition(head: Head, of: Fields) -> Claim:
    whole, categories, attribute = (
        of.get("whole", values.members),
        of.get("categories", values.count),
        of.words("by").casefold(),
    )
    parts = tuple(values.part(label, text) for label, text in of.rest().items())
    if not parts:
        raise Unreadable("There is no group: write for example aerobic = 1 (11).")
    return Partition(head=head, parts=parts, whole=whole, categories=categories, attribute=attribute)


def _participants(head: Head, of: Fields) -> Claim:
    claim = Participants(
        head=head,
        total=of.get("total", values.count),
        experimental=of.get("exp", values.count),
        control=of.get("ctl", values.count),
        studies=of.get("studies", values.members),
    )
    if claim.total is None and (claim.experimental is None or claim.control is None):
        raise Unreadable("There is neither a total nor both arms.")
    return claim


def _percent(head: Head, of: Fields) -> Claim:
    arm = of.words("arm").casefold() or EVERYBODY
    if arm not in {EXPERIMENTAL, CONTROL, EVERYBODY}:
        raise Unreadable(f"arm: “{arm}” is none of {EXPERIMENTAL}, {CONTROL} and {EVERYBODY}.")
    claim = Percent(
        head=head,
        percent=of.need("percent", printed),
        k=of.get("k", values.count),
        n=of.get("n", values.count),
        studies=of.get("studies", values.members),
        arm=arm,
        of=of.words("of").casefold(),
    )
    if not (claim.percent.span.low <= 100 and claim.percent.span.high >= 0):
        raise Unreadable("percent: a percentage of people lies between 0 and 100.")
    return claim


def _range(head: Head, of: Fields) -> Claim:
    return Range(
        head=head,
        attribute=of.need("attribute", str).casefold(),
        low=of.need("low", values.end),
        high=of.need("high", values.end),
        studies=of.get("studies", values.members),
    )


def _degrees(text: str) -> Printed:
    df = printed(text)
    if not df.span.low > 0:
        raise Unreadable(f"“{text}” degrees of freedom: there must be more than none.")
    return df


def _estimate(head: Head, of: Fields) -> Claim:
    return Estimate(
        head=head,
        measure=of.measure,
        estimate=of.need("est", printed),
        interval=of.interval(),
        se=of.get("se", printed),
        z=of.get("z", printed),
        t=of.get("t", printed),
        df=of.get("df", _degrees),
        k=of.get("k", values.count),
        p=of.get("p", printed),
        model=of.words("model").casefold(),
    )


def _heterogeneity(head: Head, of: Fields) -> Claim:
    return Heterogeneity(
        head=head,
        q=of.get("q", printed),
        df=of.get("df", values.count),
        k=of.get("k", values.count),
        studies=of.get("studies", values.members),
        p=of.get("p", printed),
        i2=of.get("i2", printed),
        tau2=of.get("tau2", printed),
    )


def _rule(head: Head, of: Fields) -> Claim:
    branches = tuple(values.branch(label, text) for label, text in of.rest().items())
    if not branches:
        raise Unreadable("There is no branch: write for example fixed = I2 < 50 and p > 0.1.")
    return Rule(head=head, branches=branches)


def _pooled(head: Head, of: Fields) -> Claim:
    claim = Pooled(head=head, k=of.get("k", values.count), studies=of.get("studies", values.members))
    if claim.k is None and claim.studies is None:
        raise Unreadable("There is neither k nor a list of studies.")
    return claim


def _regression(head: Head, of: Fields) -> Claim:
    return Regression(
        head=head,
        coefficient=of.get("coefficient", printed),
        se=of.get("se", printed),
        t=of.get("t", printed),
        z=of.get("z", printed),
        df=of.get("df", values.count),
        k=of.get("k", values.count),
        studies=of.get("studies", values.members),
        moderators=of.get("moderators", values.count),
        interval=of.interval(),
        p=of.get("p", printed),
    )


def _test(head: Head, of: Fields) -> Claim:
    claim = Test(
        head=head,
        p=of.need("p", printed),
        interval=of.interval(),
        includes=of.get("includes null", values.yes_or_no),
        null=of.get("null", printed),
        level=of.level,
    )
    if claim.interval is None and claim.includes is None:
        raise Unreadable("There is neither an interval nor “includes null = yes” or “no”.")
    return claim


def _leave_one_out(head: Head, of: Fields) -> Claim:
    return LeaveOneOut(
        head=head,
        estimates=of.need("est", values.interval),
        lowers=of.need("lower", values.interval),
        uppers=of.need("upper", values.interval),
        pooled=of.words("pooled").casefold(),
        k=of.get("k", values.count),
        studies=of.get("studies", values.members),
        model=of.words("model").casefold(),
    )


def _statement(head: Head, _of: Fields) -> Claim:
    if not head.what:
        raise Unreadable("The statement is empty.")
    return Statement(head=head)


def _study(head: Head, of: Fields) -> Claim:
    if len(values.ids(head.ref)) != 1:
        raise Unreadable("The first cell is the study's number in the lists, or its name.")
    facts = {name.casefold(): text for name, text in of.rest().items()}
    for name in (EXPERIMENTAL, CONTROL, "total"):
        if name in facts:
            Fields(dict(facts)).get(name, values.count)
    return StudyFacts(head=head, facts=facts)


KINDS: tuple[Kind, ...] = (
    Kind(
        "study",
        "What is known about a study from elsewhere (its registration, its abstract): people in each arm, year, and anything else.",
        (EXPERIMENTAL, CONTROL),
        "27 | study | Kalron 2021 | exp = 16 | ctl = 16 | year = 2021 | women = 11 | from = PMID 33388929",
        _study,
        free=True,
    ),
    Kind(
        "total",
        "The parts add up to the total.",
        ("parts", "total"),
        "1 | total | records | parts = 20 + 218 | total = 238",
        _total,
    ),
    Kind(
        "flow",
        "No step has more records than the one before; what is said to be removed is the difference.",
        ("steps", "removed"),
        "2 | flow | records | steps = 238 > 160 > 12 | removed = 78, 148",
        _flow,
    ),
    Kind(
        "studies",
        "As many studies are listed as are counted, none twice, and all of them within another list.",
        ("count", "list", "within"),
        "3 | studies | included | count = 3 | list = 11, 26, 27",
        _studies,
    ),
    Kind(
        "partition",
        "Each study of the whole stands in exactly one group; counts are those of the lists; labels agree with what is known (by).",
        ("whole", "categories", "by"),
        "8 | partition | type of exercise | aerobic = 1 (11) | resistance = 2 (26, 27) | whole = 11, 26, 27",
        _partition,
        free=True,
    ),
    Kind(
        "participants",
        "The arms add up to the total, and nobody took part who was not in one of the studies.",
        ("total", "exp", "ctl", "studies"),
        "4 | participants | everybody | total = 430 | exp = 222 | ctl = 208",
        _participants,
    ),
    Kind(
        "percent",
        "Some whole number of people gives this percentage, with an arm of this size (GRIM).",
        ("percent", "k", "n", "studies", "arm", "of"),
        "11 | percent | women | percent = 25.0 | n = 24",
        _percent,
    ),
    Kind(
        "range",
        "What is known about the studies lies within the range, and its ends are those of the studies named.",
        ("attribute", "low", "high", "studies"),
        "5 | range | years | attribute = year | low = 2001 (26) | high = 2021 (27)",
        _range,
    ),
    Kind(
        "estimate",
        "Estimate, interval, standard error, z or t, and p agree. Ratios are worked out on the logarithm.",
        ("est", "ci", "se", "z", "t", "df", "k", "p", "model"),
        "16 | estimate | function | SMD = 0.499, 95% CI = (0.055, 0.943), Z = 2.20, p = 0.028",
        _estimate,
    ),
    Kind(
        "heterogeneity",
        "Q, its degrees of freedom, p and I² agree, and τ² is zero only where it can be.",
        ("q", "df", "k", "studies", "p", "i2", "tau2"),
        "30 | heterogeneity | function | Q = 24.1, df = 10, p = 0.007, I² = 58.5%",
        _heterogeneity,
    ),
    Kind(
        "rule",
        "The rule chooses one thing in every case, and never two.",
        (),
        "19 | rule | model | fixed = I2 < 50 | random = I2 >= 50",
        _rule,
        free=True,
    ),
    Kind(
        "pooled",
        "There are at least two studies behind a pooled result, and as many as are counted.",
        ("k", "studies"),
        "20 | pooled | aerobic exercise, function | k = 3",
        _pooled,
    ),
    Kind(
        "regression",
        "Coefficient, standard error, t and p agree, with as many degrees of freedom as the studies leave.",
        ("coefficient", "se", "t", "z", "df", "k", "studies", "moderators", "ci", "p"),
        "22 | regression | age | t = -2.23, p = 0.053, k = 11",
        _regression,
    ),
    Kind(
        "test",
        "The test is significant exactly when the interval leaves the null value out.",
        ("p", "ci", "includes null", "null"),
        "24 | test | Egger | p = 0.21 | 95% CI = -0.8 to 3.1",
        _test,
    ),
    Kind(
        "leave-one-out",
        "The ranges can come from as many pooled estimates as there are studies.",
        ("est", "lower", "upper", "pooled", "k", "studies", "model"),
        "26 | leave-one-out | function | est = 0.41 to 0.62 | lower = -0.05 to 0.17 | upper = 0.86 to 1.08",
        _leave_one_out,
    ),
    Kind(
        "statement",
        "Nothing: a claim in words is kept in its place, and not checked.",
        (),
        "29 | statement | Reported as PRISMA 2020 asks",
        _statement,
    ),
)
