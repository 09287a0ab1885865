"""Replaying reference files and reporting how many cases agree."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synthesis.stats.errors import BadInput, StatsError
from synthesis.stats.verification.case import Case, Family, Json, Table
from synthesis.stats.verification.compare import by_likelihood, compare
from synthesis.stats.verification.registry import registry

PASSED, FAILED, UNSUPPORTED = "passed", "failed", "unsupported"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case. worst: largest relative error among its numbers; detail: why, in words."""

    case_id: str
    family: str
    status: str
    worst: float
    detail: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one family."""

    family: str
    passed: int
    failed: int
    unsupported: int
    worst: float


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes, in file order."""

    outcomes: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """Whether every case passed; an unsupported one did not."""
        return all(outcome.status == PASSED for outcome in self.outcomes)

    def tallies(self) -> list[Tally]:
        """One line per family, by name."""
        result = []
        for family in sorted({outcome.family for outcome in self.outcomes}):
            mine = [outcome for outcome in self.outcomes if outcome.family == family]
            count = {s: sum(o.status == s for o in mine) for s in (PASSED, FAILED, UNSUPPORTED)}
            worst = max((o.worst for o in mine if o.status == PASSED), default=0.0)
            result.append(Tally(family, count[PASSED], count[FAILED], count[UNSUPPORTED], worst))
        return result


def verify(paths: Iterable[Path], only: frozenset[str] = frozenset()) -> Report:
    """Replay the cases of these files (of the families in `only`, if any). Raises BadInput for an unreadable file."""
    known = registry()
    return Report(tuple(replay(case, known) for path in paths for case in read(path, only)))


def read(path: Path, only: frozenset[str] = frozenset()) -> Iterator[Case]:
    """The cases of one file. Raises BadInput when it is not a reference file of schema 1."""
    try:
        data: Json = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != 1:
            raise BadInput(f"{path} has schema {data['schema']}; this engine reads schema 1.")
        tables = {name: Table(name, t.get("role", ""), t["columns"]) for name, t in data["tables"].items()}
        for item in data["cases"]:
            if not only or item["family"] in only:
                yield _case(item, tables, data["tolerances"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{path} is not a reference file: {error!r}") from error


def _case(item: Json, tables: dict[str, Table], tolerances: Json) -> Case:
    limits = tolerances[item["tol"]]
    return Case(
        id=item["id"],
        family=item["family"],
        args=item["args"] or {},
        table=tables[item["table"]],
        tables=tables,
        rtol=limits["rtol"],
        atol=limits["atol"],
        tol=item["tol"],
        out=item["out"],
        error=item.get("error"),
        warnings=tuple(item.get("warnings", ())),
    )


def replay(case: Case, known: dict[str, Family]) -> Outcome:
    """Compute one case and compare it."""
    family = known.get(case.family)
    if family is None:
        return Outcome(case.id, case.family, UNSUPPORTED, 0.0, "no method for this family yet")
    try:
        answer = family.run(case.args, case.table, case.tables)
    except StatsError as error:
        # Where R stopped too, a typed refusal with its reason is an answer.
        status = PASSED if case.out is None else FAILED
        return Outcome(case.id, case.family, status, 0.0, f"{type(error).__name__}: {error}")
    except Exception as error:  # a crash is a finding of this report, not its end
        return Outcome(case.id, case.family, FAILED, 0.0, f"crashed with {type(error).__name__}: {error}")
    if case.out is None:
        return Outcome(case.id, case.family, PASSED, 0.0, f"computed, where R said: {case.error}")
    comparison = compare(case, answer)
    if not comparison.differences:
        return Outcome(case.id, case.family, PASSED, comparison.worst, "")
    accepted = by_likelihood(case, answer) or (family.accept(case, answer) if family.accept else None)
    if accepted:
        return Outcome(case.id, case.family, PASSED, comparison.worst, accepted)
    shown = "; ".join(comparison.differences[:4])
    more = len(comparison.differences) - 4
    return Outcome(
        case.id, case.family, FAILED, comparison.worst, shown + (f"; {more} more" if more > 0 else "")
    )
