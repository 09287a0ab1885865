"""The form of a risk-of-bias tool: answers, a judgement and its support for each item."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from extraction.forms.sheet import whole
from extraction.models import Judgement
from extraction.queries.bias import Place, in_force, levels_in_force
from extraction.riskofbias import ANSWERS, Item, Level, Proposal, Tool, asked, standing
from extraction.services.bias_rules import Opinion, proposal_for

#: A signalling question: key, text, is it asked, and its answers (key, name, chosen).
Drawn = tuple[str, str, bool, list[tuple[str, str, bool]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as it is drawn."""

    item: Item
    tool: Tool
    level: str
    support: str
    reason: str
    direction: str
    answers: Mapping[str, str]
    proposal: Proposal
    seen: int
    error: str = ""
    of_study: Judgement | None = None

    @property
    def levels(self) -> tuple[Level, ...]:
        """What may be said."""
        return self.tool.levels_of(self.item)

    @property
    def follows(self) -> bool:
        """The level is proposed: by its answers, or by the domains."""
        return bool(self.item.parts or (self.item.is_overall and self.tool.overall))

    @property
    def chosen(self) -> str:
        """The level that was chosen against the proposed one."""
        return "" if self.level == self.proposal.level else self.level

    @property
    def proposed(self) -> Level | None:
        """The level that the answers lead to."""
        return self.tool.level(self.proposal.level) if self.proposal.level else None

    @property
    def questions(self) -> list[Drawn]:
        """The signalling questions."""
        needed = asked(self.item, self.answers)
        return [
            (
                question.key,
                question.text,
                needed[question.key],
                [(key, ANSWERS[key], self.answers.get(question.key) == key) for key in question.answers],
            )
            for question in self.item.questions
        ]

    @property
    def table(self) -> str:
        """The decision table as JSON, with which the page finds its way without asking the server."""
        return decision_table(self.tool, self.item)


def decision_table(tool: Tool, item: Item) -> str:
    """When each question is asked, and where the answers lead, as JSON."""
    told = {
        "questions": [{"key": question.key, "when": question.when.as_data()} for question in item.questions],
        "parts": [
            [{"when": rule.when.as_data(), "level": rule.level, "because": rule.because} for rule in part]
            for part in item.parts
        ],
        "levels": [{"key": level.key, "name": level.name} for level in tool.levels_of(item)],
        "answers": ANSWERS,
    }
    return json.dumps(told, ensure_ascii=False)


class AssessmentForm:
    """Reads what was sent and draws what is there; never loses what was typed.

    Of one outcome's result, or (no `outcome`) of the study as a whole.
    """

    def __init__(
        self,
        tool: Tool,
        own: Mapping[Place, Judgement],
        data: Mapping[str, str] | None = None,
        *,
        outcome: int | None = None,
    ) -> None:
        self.tool, self.own, self.data, self.outcome = tool, own, data, outcome
        self.errors: dict[str, str] = {}

    @property
    def items(self) -> tuple[Item, ...]:
        """What is judged here. Of a result, also what was judged of the study, where that may differ."""
        if self.outcome is not None and self.tool.unit == "result":
            return self.tool.items
        return self.tool.items_for(study=self.outcome is None)

    def opinions(self) -> list[Opinion]:
        """What was sent."""
        return [self._opinion(item, self.data) for item in self.items if self.data]

    def _opinion(self, item: Item, data: Mapping[str, str]) -> Opinion:
        sent = {
            question.key: data.get(f"answer-{item.key}-{question.key}", "") for question in item.questions
        }
        return Opinion(
            item.key,
            data.get(f"level-{item.key}", ""),
            data.get(f"support-{item.key}", "").replace("\r\n", "\n"),
            whole(data.get(f"seen-{item.key}")),
            self.outcome,
            {key: answer for key, answer in sent.items() if answer},
            data.get(f"reason-{item.key}", "").replace("\r\n", "\n"),
            data.get(f"direction-{item.key}", ""),
        )

    def questions(self) -> list[Asked]:
        """What was just typed, or what is saved."""
        return [self._asked(item) for item in self.items]

    def _asked(self, item: Item) -> Asked:
        before = self.own.get((item.key, self.outcome))
        shown = self._opinion(item, self.data) if self.data else before
        answers = standing(item, shown.answers) if shown else {}
        levels = levels_in_force(self.tool, self.own, self.outcome)
        is_once = self.outcome is not None and not item.per_outcome
        return Asked(
            item=item,
            tool=self.tool,
            level=shown.level if shown else "",
            support=shown.support if shown else "",
            reason=shown.reason if shown else "",
            direction=shown.direction if shown else "",
            answers=answers,
            proposal=proposal_for(self.tool, item, answers, levels),
            seen=before.pk if before else 0,
            error=self.errors.get(item.key, ""),
            of_study=in_force(self.own, None).get(item.key) if is_once else None,
        )
