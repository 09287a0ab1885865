"""`python -m benchmarks.sentinels [--data DIR]`: false alarms on published data, and what planted errors are caught.

DIR holds data sets as JSON (tables of metafor's columns), one file each. Without it only planted errors are measured. There is no
program on PyPI to compare with; the nearest (statcheck, scrutiny) are R packages on CRAN and check other forms of text.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import platform
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from extraction.sentinels import Contrast, Group, Printed, Result, check_result, check_review

SEED = 20261121
Row = dict[str, Any]


def as_printed(value: float, decimals: int, key: str = "") -> Printed:
    """A number rounded to `decimals`."""
    return Printed(round(value, decimals), decimals, f"{value:.{decimals}f}", key)


def as_stored(value: float) -> Printed:
    """A number of a data set, with the decimals it has there."""
    text = f"{value:.15g}"
    return Printed(value, len(text.partition(".")[2]) if "e" not in text else 15, text)


def rows_of(path: Path) -> Iterator[list[Result]]:
    """The tables of one data set that hold two groups, or effects with confidence limits or variances, as results."""
    data = json.loads(path.read_text())
    for name, table in data["tables"].items():
        if "__" in name or path.stem.startswith("syn."):
            continue
        columns = table["columns"]
        rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        make = maker(set(columns), table["role"], name)
        if make is not None:
            yield [dataclasses.replace(make(row), outcome=f"{path.stem} {name}") for row in rows]


def maker(columns: set[str], role: str, name: str) -> Callable[[Row], Result] | None:
    """How a row of such a table becomes a result."""
    if role == "raw" and {"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"} <= columns:
        return two_means
    if role == "raw" and {"ai", "bi", "ci", "di"} <= columns and "ri" not in columns:
        return two_by_two
    if role == "raw" and {"xi", "ni"} <= columns:
        return one_proportion
    if {"or", "or_lb", "or_ub"} <= columns:
        return odds_ratio
    if role == "effects" and name == "es" and {"yi", "vi"} <= columns:
        return effect
    return None


def number(row: Row, name: str) -> Printed | None:
    """A number of a row; None if missing."""
    return None if row.get(name) is None else as_stored(float(row[name]))


def two_means(row: Row) -> Result:
    """Means and standard deviations of two groups."""
    groups = tuple(
        Group(side=side, n=number(row, f"n{i}i"), mean=number(row, f"m{i}i"), sd=number(row, f"sd{i}i"))
        for i, side in ((1, "experimental"), (2, "control"))
    )
    change = any((row.get(f"m{i}i") or 0) < 0 for i in (1, 2))
    return Result(study=str(row["study"]), metric="change" if change else "final", groups=groups)


def two_by_two(row: Row) -> Result:
    """Events of two groups, with the percentage a paper would print."""
    groups = []
    for side, yes, no in (("experimental", "ai", "bi"), ("control", "ci", "di")):
        events, others = row[yes], row[no]
        n = None if events is None or others is None else float(events + others)
        percent = as_printed(100 * events / n, 1) if n else None
        groups.append(
            Group(
                side=side, n=as_stored(n) if n is not None else None, events=number(row, yes), percent=percent
            )
        )
    return Result(study=str(row["study"]), metric="events", groups=tuple(groups))


def one_proportion(row: Row) -> Result:
    """Events of one group."""
    group = Group(side="experimental", n=number(row, "ni"), events=number(row, "xi"))
    return Result(study=str(row["study"]), metric="events", groups=(group,))


def odds_ratio(row: Row) -> Result:
    """Odds ratios with limits, as printed."""
    estimate, low, high = (as_stored(float(row[name])) for name in ("or", "or_lb", "or_ub"))
    return Result(study=str(row["study"]), contrast=Contrast("OR", estimate, low, high))


def effect(row: Row) -> Result:
    """Effects with their variance on the scale of analysis."""
    se = None if row["vi"] is None else as_stored(math.sqrt(row["vi"]))
    return Result(study=str(row["study"]), contrast=Contrast("MD", number(row, "yi"), se=se))


def false_alarms(folder: Path) -> None:
    """Print the share of rows of the data sets in which something is found."""
    serious: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    per_set: dict[str, list[int]] = {}
    for path in sorted(folder.glob("*.json")):
        for results in rows_of(path):
            found = check_review(results)
            grave = {(one.study, one.where, one.texts) for one in found if one.severity == "serious"}
            hit = {study for study, _, _ in grave}
            count = per_set.setdefault(path.stem, [0, 0])
            count[0] += len(results)
            count[1] += sum(row.study in hit for row in results)
            serious.update(one.kind for one in found if one.severity == "serious")
            notes.update(one.kind for one in found if one.severity == "note")
    rows, hits = (sum(count[i] for count in per_set.values()) for i in (0, 1))
    print(
        f"{len(per_set)} data sets, {rows} rows; rows with a serious finding: {hits} ({100 * hits / max(rows, 1):.2f} %)\n"
    )
    print("| Kind | serious findings | notes |\n|---|---|---|")
    for kind in sorted(serious | notes):
        print(f"| {kind} | {serious[kind]} | {notes[kind]} |")
    print("\nData sets with a serious finding: ", end="")
    print(
        ", ".join(f"{name} {hit} of {all_}" for name, (all_, hit) in per_set.items() if hit) or "none",
        end="\n\n",
    )


# ---- planted errors ----------------------------------------------------------------------------------------------------------------


def trial(dice: random.Random, n: int, study: str, spread: float = 0.25, decimals: int = 1) -> Result:
    """A trial of n v n people as its paper would print it: a scale with mean 30 and a standard deviation near 7, a true effect of 0.4."""
    sigma = 7 * math.exp(dice.gauss(0, spread))
    groups = []
    for side, mean in (("experimental", 30 + 0.4 * sigma), ("control", 30.0)):
        people = [dice.gauss(mean, sigma) for _ in range(n)]
        groups.append(
            Group(
                side=side,
                n=Printed(n, 0, str(n), f"{study} n {side}"),
                mean=as_printed(statistics.fmean(people), decimals, f"{study} mean {side}"),
                sd=as_printed(statistics.stdev(people), decimals, f"{study} sd {side}"),
            )
        )
    return Result(study=study, outcome="function", measure="scale", groups=tuple(groups), key=study)


def with_se(result: Result) -> Result:
    """The same with standard errors where standard deviations belong."""
    groups = []
    for group in result.groups:
        assert group.sd is not None
        assert group.n is not None
        se = group.sd.value / math.sqrt(group.n.value)
        groups.append(dataclasses.replace(group, sd=as_printed(se, 2, group.sd.key)))
    return dataclasses.replace(result, groups=tuple(groups))


def severity_in(results: list[Result], study: str) -> str:
    """The gravest thing said about a study's standard deviations; empty if nothing."""
    found = {
        one.severity
        for one in check_review(results)
        if one.kind == "se-as-sd-by-siblings" and one.study == study
    }
    return "serious" if "serious" in found else "note" if found else ""


def standard_errors(
    dice: random.Random, n: int, others: int, repeats: int
) -> tuple[Counter[str], Counter[str]]:
    """What is said about planted standard errors beside `others` other studies, and about the same rows when they are correct."""
    wrong, right = Counter[str](), Counter[str]()
    for _ in range(repeats):
        rows = [trial(dice, dice.randint(10, 80), f"other {i}") for i in range(others)]
        this = trial(dice, n, "this")
        wrong[severity_in([*rows, with_se(this)], "this")] += 1
        right[severity_in([*rows, this], "this")] += 1
    return wrong, right


def planted_in_data(folder: Path) -> None:
    """Print how many standard errors are found when planted into published data of one measure, one row at a time."""
    print("\n| Standard errors planted in | rows with n ≥ 10 | caught | as serious |\n|---|---|---|---|")
    for name in ("dat.senn2013", "dat.stowe2010", "dat.michael2013", "dat.normand1999"):
        if not (folder / f"{name}.json").is_file():
            continue
        rows = next(rows_of(folder / f"{name}.json"))
        said = Counter[str]()
        for i, row in enumerate(rows):
            if all(
                group.n is not None and group.sd is not None and group.n.value >= 10 for group in row.groups
            ):
                said[severity_in([*rows[:i], with_se(row), *rows[i + 1 :]], row.study)] += 1
        told = said["serious"] + said["note"]
        print(f"| {name} | {said.total()} | {told} | {said['serious']} |")


def planted_contrast(dice: random.Random, error: str) -> Result:
    """A contrast whose numbers follow from each other, but for one planted error."""
    se = math.exp(dice.uniform(-2, 1))
    estimate = dice.choice([-1, 1]) * dice.uniform(0.5, 4) * se
    low, high, z = estimate - 1.959964 * se, estimate + 1.959964 * se, estimate / se
    p = math.erfc(abs(z) / math.sqrt(2))
    if error == "sign":
        low, high = (-high, low) if abs(low) < abs(high) else (low, -low)
    if error == "90 % interval":
        low, high = estimate - 1.645 * se, estimate + 1.645 * se
    if error == "SD for SE":
        se *= math.sqrt(dice.randint(10, 100))
    if error == "p ten times":
        p = min(p * 10, 1.0) if p < 0.1 else p / 10
    printed = [as_printed(one, 2) for one in (estimate, low, high)]
    sigma = as_printed(se, 3)
    return Result(
        study="this",
        contrast=Contrast(
            "MD", printed[0], printed[1], printed[2], se=sigma, z=as_printed(z, 2), p=as_printed(p, 3)
        ),
    )


def planted_counts(dice: random.Random, error: str) -> Result:
    """Counts, percentages and means of whole numbers with one planted error."""
    n = dice.randint(10, 60)
    scores = [dice.randint(0, 20) for _ in range(n)]
    events = dice.randint(1, n - 1)
    mean = as_printed(statistics.fmean(scores), 2)
    sd = as_printed(statistics.stdev(scores), 2)
    percent, size, total = as_printed(100 * events / n, 1), Printed(n), Printed(2 * n)
    if error == "events above n":
        events = n + dice.randint(1, 9)
        percent = None  # type: ignore[assignment]
    if error == "percent of another n":
        percent = as_printed(100 * events / (n + dice.randint(3, 9)), 1)
    if error == "mean off by 0.01 to 0.09":
        mean = as_printed(mean.value + dice.randint(1, 9) / 100, 2)
    if error == "SD beyond the range":
        sd = as_printed(sd.value * 3, 2)
    if error == "total":
        total = Printed(2 * n + dice.choice([-3, -2, -1, 1, 2, 3]))
    group = Group(side="experimental", n=size, events=Printed(events), percent=percent, mean=mean, sd=sd)
    other = Group(side="control", n=size)
    return Result(
        study="this", groups=(group, other), total=total, is_integer_scale=True, scale_low=0, scale_high=20
    )


def planted_errors(repeats: int, seed: int) -> None:
    """Print how many planted errors are caught, and how often the same numbers without an error raise anything."""
    dice = random.Random(seed)  # noqa: S311
    print(
        "| Standard errors as SDs | others | caught | as serious | correct rows: note | correct rows: serious |"
    )
    print("|---|---|---|---|---|---|")
    for n in (10, 15, 20, 30, 50, 100):
        for others in (3, 5, 10):
            wrong, right = standard_errors(dice, n, others, repeats)
            shares = [wrong["serious"] + wrong["note"], wrong["serious"], right["note"], right["serious"]]
            cells = " | ".join(f"{100 * share / repeats:.1f} %" for share in shares)
            print(f"| n = {n} per group | {others} | {cells} |")
    print("\n| Planted error | caught | by | as serious |\n|---|---|---|---|")
    for make, errors in (
        (planted_contrast, ("none", "sign", "90 % interval", "SD for SE", "p ten times")),
        (
            planted_counts,
            (
                "none",
                "events above n",
                "percent of another n",
                "mean off by 0.01 to 0.09",
                "SD beyond the range",
                "total",
            ),
        ),
    ):
        for error in errors:
            found = [check_result(make(dice, error)) for _ in range(repeats)]
            kinds = Counter(one.kind for row in found for one in row).most_common(3)
            grave = sum(any(one.severity == "serious" for one in row) for row in found)
            print(
                f"| {make.__name__.removeprefix('planted_')}: {error} | {100 * sum(map(bool, found)) / repeats:.1f} % | "
                f"{', '.join(kind for kind, _ in kinds)} | {100 * grave / repeats:.1f} % |"
            )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of data sets as JSON")
    parser.add_argument("--repeats", type=int, default=1000, help="planted errors of each kind")
    parser.add_argument("--seed", type=int, default=SEED, help="another one gives other planted errors")
    asked = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, seed {asked.seed}, {asked.repeats} of each kind\n"
    )
    if asked.data is None or not asked.data.is_dir():
        print(
            f"No data sets ({asked.data or 'no --data given'}): only planted errors are measured.\n",
            file=sys.stderr,
        )
    else:
        false_alarms(asked.data)
    planted_errors(asked.repeats, asked.seed)
    if asked.data is not None and asked.data.is_dir():
        planted_in_data(asked.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
