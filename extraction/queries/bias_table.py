"""The table of studies and items, of one tool and, where it judges results, of one outcome."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Judgement, Outcome, Study
from extraction.queries.bias import Light, traffic_lights
from extraction.queries.bias_tools import DEFAULT, find_tool, results_to_judge, tools_of
from extraction.queries.overview import Work, states
from extraction.queries.standing import Standing, own_standing, team_standing
from extraction.riskofbias import Tool
from reviews.models import Membership, Review


@dataclass(frozen=True, slots=True)
class Line:
    """One study. `is_current`: it is assessed with this tool now, not only earlier."""

    study: Study
    lights: list[Light]
    work: Work
    mine: Standing
    team: Standing
    to_settle: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What the page shows; `tools` and `outcomes` are what can be looked at instead."""

    tool: Tool
    tools: list[Tool]
    outcome: Outcome | None
    outcomes: list[Outcome]
    lines: list[Line]

    @property
    def settled(self) -> list[Line]:
        """The studies whose every light is the team's."""
        return [line for line in self.lines if all(light.level and not light.is_own for light in line.lights)]


def bias_table(member: Membership, *, tool: str = "", outcome: int | None = None) -> Table:
    """The table as `member` may see it: of the tool of most studies, or of the one asked for. A fixed number of queries."""
    review, user = member.review, member.user_id
    every, by_study = states(review), tools_of(review)
    used = tools_used(review, by_study)
    shown = next((known for known in used if known.key == tool), used[0])
    outcomes = results_to_judge(review.pk) if shown.unit == "result" else []
    chosen = next((one for one in outcomes if one.pk == outcome), outcomes[0] if outcomes else None)
    lights = traffic_lights(review, shown, every, viewer=member.user, outcome=chosen.pk if chosen else None)
    lines = []
    for study in Study.objects.filter(review=review):
        work, is_current = every[study.pk].bias, by_study[study.pk] == shown.key
        if is_current or any(light.level for light in lights[study.pk]):
            to_settle = bool(is_current and work.to_settle and work.through and work.sees_others(user))
            standing = own_standing(work, user), team_standing(work, user)
            lines.append(Line(study, lights[study.pk], work, *standing, to_settle, is_current))
    return Table(shown, used, chosen, outcomes, lines)


def tools_used(review: Review, by_study: dict[int, str] | None = None) -> list[Tool]:
    """The tools of the studies, that of most studies first, and those with which something was judged; never none."""
    by_study = tools_of(review) if by_study is None else by_study
    keys = sorted(set(by_study.values()), key=lambda key: -list(by_study.values()).count(key))
    judged = Judgement.objects.filter(study__review=review).order_by("tool")
    keys += [key for key in judged.values_list("tool", flat=True).distinct() if key not in keys]
    found = [find_tool(review, key) for key in keys or [DEFAULT.key]]
    return [tool for tool in found if tool is not None]
