"""Checks every claim of a sheet, by itself and against the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from extraction.published import claims as known
from extraction.published.checks.counting import check_flow, check_participants, check_study, check_total
from extraction.published.checks.estimates import check_estimate
from extraction.published.checks.heterogeneity import check_heterogeneity
from extraction.published.checks.leave_one_out import check_leave_one_out
from extraction.published.checks.lists import check_list, check_partition
from extraction.published.checks.percentages import check_percent
from extraction.published.checks.pooling import check_pooled, check_regression
from extraction.published.checks.ranges import check_range
from extraction.published.checks.rules import check_rule
from extraction.published.checks.testing import check_test
from extraction.published.claims import Claim, StudyFacts
from extraction.published.context import Context, Unknown, context_of
from extraction.published.reading import Problem, Sheet, read
from extraction.published.verdicts import Checked, Status, Verdict, cannot

_CHECKS: dict[type[Claim], Callable[[Any, Context], list[Verdict]]] = {
    known.StudyFacts: check_study,
    known.Total: check_total,
    known.Flow: check_flow,
    known.StudyList: check_list,
    known.Partition: check_partition,
    known.Participants: check_participants,
    known.Percent: check_percent,
    known.Range: check_range,
    known.Estimate: check_estimate,
    known.Heterogeneity: check_heterogeneity,
    known.Rule: check_rule,
    known.Pooled: check_pooled,
    known.Regression: check_regression,
    known.Test: check_test,
    known.LeaveOneOut: check_leave_one_out,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a sheet: every claim with its verdicts, and the lines that could not be read."""

    checked: tuple[Checked, ...]
    problems: tuple[Problem, ...]

    def having(self, status: Status) -> list[Checked]:
        """The claims of this status, in the order of the sheet."""
        return [one for one in self.checked if one.status is status]

    def refs(self, status: Status) -> set[str]:
        """The reader's numbers of claims of this status; of a claim in several lines the worst counts."""
        worst: dict[str, Status] = {}
        order = [Status.CANNOT_BE_CHECKED, Status.FOLLOWS, Status.DOES_NOT_FOLLOW]
        for one in self.checked:
            worst[one.claim.ref] = max(one.status, worst.get(one.claim.ref, order[0]), key=order.index)
        return {ref for ref, found in worst.items() if found is status}


def check(claims: Sequence[Claim]) -> list[Checked]:
    """Every claim with its verdicts, in the order given. What is known about studies is left out, unless it contradicts itself."""
    context = context_of(claims)
    checked = [Checked(claim, tuple(_verdicts(claim, context))) for claim in claims]
    return [
        one
        for one in checked
        if not isinstance(one.claim, StudyFacts) or one.status is Status.DOES_NOT_FOLLOW
    ]


def check_text(text: str) -> Report:
    """Read and check a pasted sheet."""
    sheet: Sheet = read(text)
    return Report(tuple(check(sheet.claims)), sheet.problems)


def _verdicts(claim: Claim, context: Context) -> list[Verdict]:
    checks = _CHECKS.get(type(claim))
    if checks is None:
        return [cannot(claim, "A claim in words", missing="numbers to compare", source="Kept for the reader")]
    try:
        return checks(claim, context)
    except Unknown as error:
        return [cannot(claim, "What it refers to", missing=str(error), source="The other lines of the sheet")]
