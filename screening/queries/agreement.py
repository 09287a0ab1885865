"""How far reviewers agree in a stage: over all, by pair, by reason, by round and over time, each number with its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from reviews.models import ExclusionReason, Review, User
from screening.agreement import Estimate, PairTable, Ratings, alpha, nominal_alpha, pair, several
from screening.models import Policy, Stage, Vote
from screening.queries.independent import Heard, Word, heard_in, kept_while_silent

#: Include and maybe let a record pass; the two words that agreement on the decision is about.
PASS, EXCLUDE = "pass", "exclude"
#: From the warmest to the coldest, for coefficients that know an order.
WORDS = ("include", "maybe", "exclude")
#: At least so many shared records make a stretch of time, and at most so many stretches are shown.
SMALLEST_STRETCH, MOST_STRETCHES = 25, 10
#: Fewer shared records than this say next to nothing.
FEW = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Agreement of everybody on some records that two or more read independently."""

    key: str
    title: str
    n: int
    disagreed: int
    percent: float | None
    alpha: Estimate
    ordinal: float | None
    ac1: Estimate
    pabak: Estimate
    positive: float | None
    negative: float | None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_small(self) -> bool:
        """Too few records to say much."""
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers on the records both read independently. In `table`, rows are the first one's words."""

    one: User
    two: User
    table: PairTable
    words: PairTable
    percent: float | None
    kappa: Estimate
    weighted: Estimate | None
    most: float | None
    ac1: Estimate
    pabak: Estimate
    alpha: float | None
    positive: float | None
    negative: float | None
    prevalence: float | None
    bias: float | None
    strictness: tuple[tuple[str, pair.Stricter], ...]

    @property
    def n(self) -> int:
        """How many records both read."""
        return self.table.n

    @property
    def key(self) -> str:
        """The pair's part of a link."""
        return f"{self.one.pk}-{self.two.pk}"

    @property
    def is_small(self) -> bool:
        """Too few records to say much."""
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class ReasonAgreement:
    """How often a reason was given by one only, or by several, among records that two or more excluded or passed."""

    reason: ExclusionReason
    specific: float | None
    shared: int
    alone: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """A stage's agreement. `unshared` were decided by the word of one."""

    everybody: Group
    pairs: tuple[Pair, ...]
    reasons: tuple[ReasonAgreement, ...]
    rounds: tuple[Group, ...]
    stretches: tuple[Group, ...]
    unshared: int


def agreement_of(review: Review, stage: Stage) -> Agreement:
    """Everything on the page; it is kept while nothing is said or decided."""
    return kept_while_silent("agreement", review, stage, lambda: _agreement_of(review, stage))


def _agreement_of(review: Review, stage: Stage) -> Agreement:
    heard = heard_in(review, stage)
    shared = [one for one in heard if len(one.words) > 1]
    rounds, stretches = _by_round(review, stage, shared), _stretches(shared)
    ends = [some[place].vote for _, _, some in [*rounds, *stretches] for place in (0, -1)]
    times = dict(Vote.objects.filter(pk__in=ends).values_list("pk", "at"))
    return Agreement(
        everybody=_group("all", "Everybody", shared, times),
        pairs=tuple(_pairs(shared)),
        reasons=tuple(_reasons(review, shared)),
        rounds=tuple(_group(*part, times) for part in rounds) if len(rounds) > 1 else (),
        stretches=tuple(_group(*part, times) for part in stretches),
        unshared=len(heard) - len(shared),
    )


def candidates_behind(review: Review, stage: Stage, key: str) -> list[int] | None:
    """The candidates that a number of the page counts; None for a key that no number has.

    Keys: `all`, `round:…`, `stretch:…` (with `:disagreed` for those on which not all said the same); `pair:A-B:pass-exclude` for
    a cell of a pair's table; `reason:R:shared` and `reason:R:alone`.
    """
    shared = [one for one in heard_in(review, stage) if len(one.words) > 1]
    kind, _, rest = key.partition(":")
    which = {"pair": _of_cell, "reason": _of_reason}.get(kind)
    if which is not None:
        fits = which(rest)
        return None if fits is None else [one.candidate for one in shared if fits(one)]
    name, disagreed = key.removesuffix(":disagreed"), key.endswith(":disagreed")
    groups: dict[str, Sequence[Heard]] = {"all": shared}
    groups |= {key: some for key, _, some in _stretches(shared)}
    groups |= {key: some for key, _, some in _by_round(review, stage, shared)}
    if name not in groups:
        return None
    return [one.candidate for one in groups[name] if not disagreed or _disagreed(one)]


def decision(word: Word) -> str:
    """What a word does to a record: maybe lets it pass."""
    return EXCLUDE if word.verdict == "exclude" else PASS


def _disagreed(one: Heard) -> bool:
    return len({decision(word) for word in one.words}) > 1


def _group(key: str, title: str, shared: Sequence[Heard], times: Mapping[int, datetime]) -> Group:
    counted = Ratings.from_words(
        ([decision(word) for word in one.words] for one in shared), categories=(PASS, EXCLUDE)
    )
    ordered = Ratings.from_words(([word.verdict for word in one.words] for one in shared), categories=WORDS)
    used_maybe = bool(shared) and ordered.totals[1] > 0
    return Group(
        key=key,
        title=title,
        n=len(shared),
        disagreed=sum(map(_disagreed, shared)),
        percent=several.percent(counted),
        alpha=nominal_alpha(counted) if shared else Estimate(None),
        ordinal=alpha(ordered, scale="ordinal") if used_maybe else None,
        ac1=several.gwet_ac1(counted),
        pabak=several.brennan_prediger(counted),
        positive=several.specific_agreement(counted, 0) if shared else None,
        negative=several.specific_agreement(counted, 1) if shared else None,
        since=times.get(shared[0].vote) if shared else None,
        until=times.get(shared[-1].vote) if shared else None,
    )


def _pairs(shared: Sequence[Heard]) -> list[Pair]:
    """Every two people who share records, by how many."""
    found: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for one in shared:
        for first, second in combinations(sorted(one.words), 2):
            words = (first.verdict, second.verdict)
            found.setdefault((first.reviewer, second.reviewer), []).append(words)
    people = User.objects.in_bulk({who for pair_of in found for who in pair_of})
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return [_pair(people[one], people[two], words) for (one, two), words in ordered]


def _pair(one: User, two: User, words: Sequence[tuple[str, str]]) -> Pair:
    three = PairTable.from_pairs(words, categories=WORDS)
    table = three.collapsed(positive=[0, 1])
    used_maybe = three.rows[1] + three.columns[1] > 0
    return Pair(
        one=one,
        two=two,
        table=table,
        words=three,
        percent=pair.percent(table),
        kappa=pair.cohen(table),
        weighted=pair.weighted_cohen(three) if used_maybe else None,
        most=pair.kappa_max(table),
        ac1=pair.gwet_ac1(table),
        pabak=pair.brennan_prediger(table),
        alpha=alpha(Ratings.from_pair(table)),
        positive=pair.specific_agreement(table, 0),
        negative=pair.specific_agreement(table, 1),
        prevalence=pair.prevalence_index(table),
        bias=pair.bias_index(table),
        strictness=tuple(_strictness(words)),
    )


def _strictness(words: Sequence[tuple[str, str]]) -> list[tuple[str, pair.Stricter]]:
    """Over all, and in the first and the second half of what both read: does one drift?"""
    half = len(words) // 2
    parts = [("All", words)]
    if half >= SMALLEST_STRETCH:
        parts += [("First half", words[:half]), ("Second half", words[half:])]
    return [
        (title, pair.mcnemar(PairTable.from_pairs(some, categories=WORDS).collapsed(positive=[0, 1])))
        for title, some in parts
    ]


def _reasons(review: Review, shared: Sequence[Heard]) -> list[ReasonAgreement]:
    """Every reason that anybody gave, highest-ranked first."""
    given = {word.reason for one in shared for word in one.words if word.reason}
    if not given:
        return []
    reasons = list(ExclusionReason.objects.filter(review=review, pk__in=given).order_by("rank", "pk"))
    places: list[int | None] = [reason.pk for reason in reasons]
    counted = Ratings.from_words(
        ([word.reason for word in one.words if word.reason] + [0] * _without(one) for one in shared),
        categories=[*places, 0],
    )
    found = []
    for place, reason in enumerate(reasons):
        times = [sum(word.reason == reason.pk for word in one.words) for one in shared]
        found.append(
            ReasonAgreement(
                reason=reason,
                specific=several.specific_agreement(counted, place),
                shared=sum(n > 1 for n in times),
                alone=sum(n == 1 for n in times),
            )
        )
    return found


def _without(one: Heard) -> int:
    return sum(word.reason is None for word in one.words)


def _by_round(review: Review, stage: Stage, shared: Sequence[Heard]) -> list[tuple[str, str, list[Heard]]]:
    """The pilot, and then each version of the policy under which votes were complete."""
    versions = dict(Policy.objects.filter(review=review, stage=stage).values_list("pk", "version"))
    found: dict[tuple[int, int], list[Heard]] = {}
    for one in shared:
        place = (0, 0) if one.in_pilot else (1, versions[one.policy])
        found.setdefault(place, []).append(one)
    named = []
    for (after_pilot, version), some in sorted(found.items()):
        key, title = (
            (f"round:{version}", f"Policy version {version}") if after_pilot else ("round:pilot", "Pilot")
        )
        named.append((key, title, some))
    return named


def _stretches(shared: Sequence[Heard]) -> list[tuple[str, str, Sequence[Heard]]]:
    """Equal stretches of what was read, in the order in which it was decided; none while there is only one."""
    size = max(SMALLEST_STRETCH, -(-len(shared) // MOST_STRETCHES))
    if len(shared) < 2 * size:
        return []
    starts = range(0, len(shared) - size + 1, size)
    ends = [*starts[1:], len(shared)]  # the last stretch takes what remains
    return [
        (f"stretch:{place}", f"{start + 1}–{end}", shared[start:end])
        for place, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]


def _of_cell(rest: str) -> Callable[[Heard], bool] | None:
    """Records on which A's and B's words are those of a cell: `A-B:pass-exclude`."""
    people, _, cell = rest.partition(":")
    one, two, first, second = [*people.split("-"), *cell.split("-"), "", "", ""][:4]
    if not (one.isdecimal() and two.isdecimal() and {first, second} <= {PASS, EXCLUDE}):
        return None
    wanted = {(int(one), first), (int(two), second)}
    return lambda heard: wanted <= {(word.reviewer, decision(word)) for word in heard.words}


def _of_reason(rest: str) -> Callable[[Heard], bool] | None:
    """Records for which a reason was given once, or more often: `R:alone`, `R:shared`."""
    reason, _, how = rest.partition(":")
    if not reason.isdecimal() or how not in {"alone", "shared"}:
        return None
    number = int(reason)

    def fits(heard: Heard) -> bool:
        times = sum(word.reason == number for word in heard.words)
        return times == 1 if how == "alone" else times > 1

    return fits
