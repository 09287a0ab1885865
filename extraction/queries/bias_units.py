"""What an assessor judges of a study: it as a whole, and the results of its outcomes one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extraction.models import Judgement, Outcome
from extraction.queries.bias import Place, in_force
from extraction.riskofbias import Item, Tool


@dataclass(frozen=True, slots=True)
class Unit:
    """The study (no outcome) or one result, with how much of it is judged."""

    outcome: Outcome | None
    asked: int
    judged: int

    @property
    def is_begun(self) -> bool:
        """Something is judged."""
        return self.judged > 0

    @property
    def is_complete(self) -> bool:
        """Everything is judged."""
        return self.judged == self.asked


def units_of(tool: Tool, own: Mapping[Place, Judgement], outcomes: Iterable[Outcome]) -> list[Unit]:
    """The study first, then each outcome. What is judged of the whole study is not asked again of a result."""
    units = [_unit(tool, own, None)]
    if tool.unit == "result":
        units += [_unit(tool, own, outcome) for outcome in outcomes]
    return units


def not_judged(tool: Tool, own: Mapping[Place, Judgement], outcomes: Iterable[Outcome]) -> list[str]:
    """What keeps an assessment from being finished, in words; results that were not begun do not."""
    names = [item.name for item in _open(tool, own, None)]
    if tool.unit == "study":
        return names
    begun = [outcome for outcome in outcomes if _is_begun(own, outcome.pk)]
    if not begun:
        names.append("any result (choose an outcome)")
    return names + [f"{item.name} ({outcome})" for outcome in begun for item in _open(tool, own, outcome.pk)]


def _unit(tool: Tool, own: Mapping[Place, Judgement], outcome: Outcome | None) -> Unit:
    pk = outcome.pk if outcome else None
    items = tool.items_for(study=outcome is None)
    is_begun = outcome is None or _is_begun(own, outcome.pk)
    return Unit(outcome, len(items), len(items) - len(_open(tool, own, pk)) if is_begun else 0)


def _is_begun(own: Mapping[Place, Judgement], outcome: int) -> bool:
    return any(at == outcome and (row.level or row.answers) for (_, at), row in own.items())


def _open(tool: Tool, own: Mapping[Place, Judgement], outcome: int | None) -> list[Item]:
    rows = in_force(own, outcome)
    return [
        item
        for item in tool.items_for(study=outcome is None)
        if item.key not in rows or not rows[item.key].level
    ]
