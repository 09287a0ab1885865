"""Rows that should not stand in one pool: other directions, other units, the same people, the same control."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations

from extraction.sentinels.counts import of
from extraction.sentinels.findings import Finding, Severity, finding
from extraction.sentinels.rows import Group, Population, Printed, Result, present

_UNITS = {
    "percent": "%",
    "per cent": "%",
    "pct": "%",
    "sec": "s",
    "seconds": "s",
    "second": "s",
    "minutes": "min",
    "metres": "m",
    "meters": "m",
    "point": "points",
    "score": "points",
    "months": "month",
    "weeks": "week",
    "days": "day",
    "years": "year",
}


def direction_mixed(results: Sequence[Result]) -> Iterator[Finding]:
    """One outcome in which higher is better in some studies and lower in others.

    Source: Cochrane Handbook, version 6.5, section 6.5.1.2: scales that differ in direction must be multiplied by −1.
    """
    yield from _minority(
        results,
        "direction-mixed",
        lambda row: row.direction,
        expected="one direction in an outcome: {}",
        found="{}",
        words={"higher": "higher is better", "lower": "lower is better"},
        usual_cause="Another scale, or the direction was entered the wrong way round: multiply the means by −1 or correct it.",
    )


def units_mixed(results: Sequence[Result]) -> Iterator[Finding]:
    """One measure of an outcome entered in different units.

    Source: Cochrane Handbook, version 6.5, section 6.5.1.1: a mean difference needs one scale.
    """
    yield from _minority(
        results,
        "units-mixed",
        lambda row: _unit(row.unit),
        expected="one unit for this measure: {}",
        found="{}",
        words={},
        usual_cause="Convert to one unit before pooling.",
    )


def scales_mixed(results: Sequence[Result]) -> Iterator[Finding]:
    """One outcome entered on scales with different ends, such as ALSFRS (0 to 40) beside ALSFRS-R (0 to 48).

    Source: Cedarbaum JM et al., J Neurol Sci 1999;169:13–21 (ALSFRS-R adds two items to ALSFRS's ten); Cochrane Handbook, version 6.5,
    section 6.5.1.1.
    """

    def ends(row: Result) -> str:
        known = row.scale_low is not None and row.scale_high is not None
        return f"{row.scale_low:g} to {row.scale_high:g}" if known else ""

    yield from _minority(
        results,
        "scales-mixed",
        ends,
        expected="one version of the scale: {}",
        found="{}",
        words={},
        usual_cause="Two versions of a scale share a name: convert, or pool standardised differences.",
    )


def same_population(results: Sequence[Result]) -> Iterator[Finding]:
    """The same people in two studies: one registration number (serious), or the same site with overlapping dates and a shared author
    (a note).

    Source: Cochrane Handbook, version 6.5, section 4.6.2 (multiple reports of one study); Tramèr MR et al., BMJ 1997;315:635–640.
    """
    studies: dict[str, tuple[Result, Population]] = {}
    for row in results:
        if row.population is not None:
            studies.setdefault(row.study, (row, row.population))
    for (first, one), (second, other) in combinations(studies.values(), 2):
        shared = _registrations(one) & _registrations(other)
        alike = not shared and _same_place_and_time(one, other)
        if shared or alike:
            severity: Severity = "serious" if shared else "note"
            why = (
                f"registration {', '.join(sorted(shared))}"
                if shared
                else f"{one.site}, {one.start} to {one.end}"
            )
            yield _about(
                (first, second),
                "same-population",
                severity,
                expected="other people in every study",
                found=f"“{first.study}” and “{second.study}” share {why}",
                how_far="possibly all of them",
                text=", ".join(sorted(shared)) or " ".join(sorted({one.site, one.start, other.start})),
                usual_cause="Two reports of one trial were entered as two studies.",
            )


def same_numbers(results: Sequence[Result]) -> Iterator[Finding]:
    """Two studies with exactly the same means, standard deviations and numbers of people in both groups.

    Source: duplicates among published results; Carlisle JB, Anaesthesia 2017;72:944–952, doi 10.1111/anae.13938 (identical values).
    """
    seen: dict[Hashable, Result] = {}
    for row in results:
        numbers = _signature(row.groups)
        if numbers is None:
            continue
        place = (row.outcome, row.metric, row.time, numbers)
        before = seen.setdefault(place, row)
        if before.study != row.study:
            yield _about(
                (before, row),
                "same-numbers",
                "serious",
                expected="other numbers in another study",
                found=f"“{before.study}” and “{row.study}” have the same means, standard deviations and group sizes",
                how_far="all of them equal",
                text=repr(numbers),
                usual_cause="The row was copied, or the two are reports of one study.",
            )


def shared_control(results: Sequence[Result]) -> Iterator[Finding]:
    """One control group in several comparisons of an outcome: its people count more than once.

    Recognised by the key of the arm, or by equal numbers in the same study. A note: it matters when both comparisons are pooled.

    Source: Cochrane Handbook, version 6.5, section 23.3.4 (how to include multiple groups from one study).
    """
    rows: dict[Hashable, list[tuple[Result, Group]]] = defaultdict(list)
    for result in results:
        pair = result.sides()
        if pair is None:
            continue
        control = pair[1]
        identity = control.key or _numbers(control)
        if identity:
            rows[(result.study, result.outcome, result.measure, result.metric, result.time, identity)].append(
                (result, control)
            )
    for together in rows.values():
        if len(together) > 1 and len({id(result) for result, _ in together}) > 1:
            first, control = together[0]
            yield _about(
                [result for result, _ in together],
                "shared-control",
                "note",
                expected="each person to count once in an outcome",
                found=f"{of(control)} of “{first.study}” stands in {len(together)} comparisons",
                how_far=f"counted {len(together)} times",
                text=repr(identity),
                usual_cause="A trial with several arms: combine the arms, or divide the control group among the comparisons.",
            )


def _minority(
    results: Sequence[Result],
    kind: str,
    value: Callable[[Result], str],
    *,
    expected: str,
    found: str,
    words: dict[str, str],
    usual_cause: str,
) -> Iterator[Finding]:
    """One finding for each row that differs from what most studies of its outcome say."""
    by_outcome: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    for row in results:
        if value(row):
            place = (
                (row.outcome, row.measure, row.metric) if kind == "units-mixed" else (row.outcome, row.metric)
            )
            by_outcome[place].append(row)
    for rows in by_outcome.values():
        usual = Counter(map(value, rows)).most_common(1)[0][0]
        for row in rows:
            if (own := value(row)) != usual:
                yield _about(
                    (row,),
                    kind,
                    "serious",
                    expected=expected.format(words.get(usual, usual)),
                    found=found.format(words.get(own, own)),
                    how_far=f"{sum(value(other) == usual for other in rows)} of {len(rows)} rows have the former",
                    text=own,
                    usual_cause=usual_cause,
                )


def _about(
    rows: Iterable[Result],
    kind: str,
    severity: Severity,
    *,
    expected: str,
    found: str,
    how_far: str,
    usual_cause: str,
    text: str,
) -> Finding:
    """A finding about whole rows; `text` is what a dismissal depends on, whatever the order of the rows and the names of studies."""
    rows = list(rows)
    return finding(
        rows[-1],
        kind,
        severity,
        [Printed(0.0, text=text, key=row.key or f"{row.study}, {row.outcome}") for row in rows],
        expected=expected,
        found=found,
        how_far=how_far,
        usual_cause=usual_cause,
    )


def _unit(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return _UNITS.get(plain, plain)


def _registrations(population: Population) -> set[str]:
    """Trial numbers, without spaces and in capitals."""
    return {
        re.sub(r"[^A-Z0-9/]", "", one.upper())
        for one in re.split(r"[;,]", population.registration)
        if one.strip()
    }


def _same_place_and_time(one: Population, other: Population) -> bool:
    if not (one.site and one.start and one.end and other.start and other.end):
        return False
    names = {name.casefold() for name in one.authors} & {name.casefold() for name in other.authors}
    same_site = one.site.strip().casefold() == other.site.strip().casefold()
    # ISO dates sort as text; a shorter one stands for its whole month or year.
    overlap = one.start <= other.end + "~" and other.start <= one.end + "~"
    return bool(names) and same_site and overlap


def _signature(groups: tuple[Group, ...]) -> Hashable:
    numbers = [_numbers(group) for group in groups]
    return tuple(numbers) if len(numbers) > 1 and all(numbers) else None


def _numbers(group: Group) -> Hashable:
    """Mean, SD and n, or events and n, if they are too particular to be equal by chance."""
    if group.mean and group.sd and group.n:
        digits = sum(
            len(re.sub(r"\D", "", f"{one.value:.6g}").strip("0")) for one in present(group.mean, group.sd)
        )
        return (group.mean.value, group.sd.value, group.n.value) if digits >= 4 else None
    return None
