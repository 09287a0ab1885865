"""What assessors judged, side by side, and what the team settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extraction.models import Completion, Judgement, Outcome, Study
from extraction.queries.overview import State
from extraction.queries.progress import progress
from extraction.queries.sidebyside import stands
from extraction.riskofbias import ANSWERS, Item, Level, Question, Tool, meaning
from reviews.models import Review, User

#: Where a judgement stands: an item, of the study as a whole or of one outcome's result.
Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Answered:
    """A signalling question with what each assessor said, in words; "" for nothing."""

    question: Question
    said: dict[int, str] = field(hash=False)
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the tool, of the study or of one outcome's result."""

    item: Item
    judgements: dict[int, Judgement | None] = field(hash=False)
    settled: Judgement | None
    outcome: Outcome | None = None

    @property
    def key(self) -> str:
        """For anchors and forms."""
        return f"{self.item.key}-{self.outcome.pk}" if self.outcome else self.item.key

    @property
    def name(self) -> str:
        """The item, and the result it is about."""
        return f"{self.item.name}: {self.outcome}" if self.outcome else self.item.name

    @property
    def agree(self) -> bool:
        """All assessors chose the same level, and answered its questions to the same effect."""
        said = [judgement for judgement in self.judgements.values() if judgement and judgement.level]
        if len(said) < len(self.judgements):
            return False
        return len({(judgement.level, meaning(judgement.answers)) for judgement in said}) == 1

    @property
    def is_settled(self) -> bool:
        """A consensus stands, and no assessor has said anything since."""
        judgements = [judgement.pk for judgement in self.judgements.values() if judgement]
        return stands(self.settled.pk if self.settled else 0, judgements)

    @property
    def supports(self) -> str:
        """What the judgements rest on, each once."""
        texts = [judgement.support for judgement in self.judgements.values() if judgement]
        return " / ".join(dict.fromkeys(text for text in texts if text))

    @property
    def shared(self) -> dict[str, str]:
        """The answers on which everybody agrees, as the first assessor gave them."""
        said = [judgement.answers if judgement else {} for judgement in self.judgements.values()]
        if not said:
            return {}
        return {key: answer for key, answer in said[0].items() if len({_side(own, key) for own in said}) == 1}

    @property
    def questions(self) -> list[Answered]:
        """What somebody answered, question by question."""
        own = {user: judgement.answers if judgement else {} for user, judgement in self.judgements.items()}
        return [
            Answered(
                question,
                {user: ANSWERS.get(answers.get(question.key, ""), "") for user, answers in own.items()},
                len({_side(answers, question.key) for answers in own.values()}) > 1,
            )
            for question in self.item.questions
            if any(question.key in answers for answers in own.values())
        ]


def _side(answers: Mapping[str, str], question: str) -> object:
    return meaning({question: answers[question]}) if question in answers else None


@dataclass(frozen=True, slots=True)
class Sides:
    """The comparison of a study's assessors."""

    assessors: list[User]
    rows: list[Row]

    @property
    def agreeing(self) -> list[Row]:
        """What only has to be written down."""
        return [row for row in self.rows if row.agree and not row.is_settled]

    @property
    def by_need(self) -> list[Row]:
        """What differs, then what agrees, then what is settled; each in the tool's order."""
        return sorted(self.rows, key=lambda row: (row.is_settled, row.agree))

    @property
    def open(self) -> int:
        """How many items are not settled."""
        return sum(not row.is_settled for row in self.rows)


def own_at(study: Study, tool: Tool, *, user: User) -> dict[Place, Judgement]:
    """What `user` says today, by item and outcome; one query."""
    rows = study.judgements.filter(tool=tool.key, by=user, settled=False).order_by("pk")
    return {(row.item, row.outcome_id): row for row in rows}


def own_judgements(
    study: Study, tool: Tool, *, user: User, outcome: int | None = None
) -> dict[str, Judgement]:
    """What `user` says today of the study, or of one outcome's result, by item."""
    return {item: row for (item, at), row in own_at(study, tool, user=user).items() if at == outcome}


def settled_at(study: Study, tool: Tool) -> dict[Place, Judgement]:
    """What the team agreed on: the newest settled judgement on each item and outcome; one query."""
    rows = study.judgements.filter(tool=tool.key, settled=True).order_by("pk").select_related("by", "outcome")
    return {(row.item, row.outcome_id): row for row in rows}


def settled_lines(study: Study, tool: Tool) -> list[tuple[str, Level, Judgement]]:
    """What the team agreed on, of the study and then of each result: what it is about, its level and the judgement."""
    order = {item.key: number for number, item in enumerate(tool.items)}
    rows = [row for row in settled_at(study, tool).values() if row.level]
    rows.sort(key=lambda row: (row.outcome_id or 0, order[row.item]))
    lines = []
    for row in rows:
        name = tool.item(row.item).name
        lines.append((f"{name}: {row.outcome}" if row.outcome else name, tool.level(row.level), row))
    return lines


def settled_judgements(study: Study, tool: Tool, *, outcome: int | None = None) -> dict[str, Judgement]:
    """What the team agreed on of the study; of an outcome's result, where that says something of its own."""
    return in_force(settled_at(study, tool), outcome)


def in_force(said: Mapping[Place, Judgement], outcome: int | None) -> dict[str, Judgement]:
    """Item → the judgement that counts for an outcome: its own, or else the study's."""
    study = {item: row for (item, at), row in said.items() if at is None}
    own = {item: row for (item, at), row in said.items() if at == outcome and row.level}
    return study | own


def levels_in_force(tool: Tool, said: Mapping[Place, Judgement], outcome: int | None) -> dict[str, str]:
    """Domain → the level that counts for an outcome; nothing for what is not judged."""
    rows = in_force(said, outcome)
    return {
        item.key: rows[item.key].level for item in tool.domains if item.key in rows and rows[item.key].level
    }


def compare_judgements(study: Study, tool: Tool, *, viewer: User) -> Sides | None:
    """The finished assessments side by side; None while `viewer` must not see them."""
    state = progress(study, Completion.Task.BIAS)
    if not state.sees_others(viewer.pk):
        return None
    assessors = list(User.objects.filter(pk__in=state.through).order_by("pk"))
    rows = study.judgements.filter(tool=tool.key).order_by("pk").select_related("by", "outcome")
    own: dict[tuple[str, int | None, int], Judgement] = {}
    settled: dict[Place, Judgement] = {}
    results: dict[int, Outcome] = {}
    for row in rows:
        if row.outcome and row.outcome.retired_at:
            continue
        if row.settled:
            settled[row.item, row.outcome_id] = row
        elif row.by_id in state.through:
            own[row.item, row.outcome_id, row.by_id] = row
        else:
            continue
        if row.outcome:
            results[row.outcome.pk] = row.outcome
    said = {(item, at) for (item, at, _), row in own.items() if row.level} | set(settled)
    places: list[tuple[Item, Outcome | None]] = [(item, None) for item in tool.items_for(study=True)]
    ordered = sorted(results.values(), key=lambda outcome: (outcome.position, outcome.pk))
    places += [
        (item, outcome) for outcome in ordered for item in tool.items if (item.key, outcome.pk) in said
    ]
    return Sides(
        assessors,
        [
            Row(
                item,
                {user.pk: own.get((item.key, _id(outcome), user.pk)) for user in assessors},
                settled.get((item.key, _id(outcome))),
                outcome,
            )
            for item, outcome in places
        ],
    )


def _id(outcome: Outcome | None) -> int | None:
    return outcome.pk if outcome else None


@dataclass(frozen=True, slots=True)
class Light:
    """One cell of the table of studies and items; no level: nothing that the viewer may see."""

    item: Item
    level: str
    label: str
    is_own: bool
    shade: str = ""


def traffic_lights(
    review: Review, tool: Tool, states: Mapping[int, State], *, viewer: User, outcome: int | None = None
) -> dict[int, list[Light]]:
    """Study id → one light per item: the team's judgement, or the viewer's own while that is all they may see.

    Of an outcome's result, what is said of the whole study counts where nothing else is said. One query for all studies.
    """
    own: dict[tuple[int, str], str] = {}
    settled: dict[tuple[int, str], str] = {}
    rows = Judgement.objects.filter(study__review=review, tool=tool.key).order_by("pk")
    # What is said of the result comes after what is said of the study, and counts before it.
    columns = ("study_id", "item", "outcome_id", "level", "settled", "by_id")
    for study, item, at, level, is_settled, by in sorted(
        rows.values_list(*columns), key=lambda row: row[2] is not None
    ):
        if at is not None and (at != outcome or not level):
            continue
        if is_settled:
            settled[study, item] = level
        elif by == viewer.pk:
            own[study, item] = level
    lights = {}
    for study, state in states.items():
        shown = settled if state.bias.sees_settled(viewer.pk) else {}
        lights[study] = list(_lights(study, tool, shown, own))
    return lights


def _lights(
    study: int, tool: Tool, settled: dict[tuple[int, str], str], own: dict[tuple[int, str], str]
) -> Iterable[Light]:
    for item in tool.items:
        level = settled.get((study, item.key), "")
        is_own = not level and bool(own.get((study, item.key)))
        level = level or own.get((study, item.key), "")
        name = tool.level(level).name if level else "Not settled"
        shade = tool.level(level).light if level else ""
        yield Light(item, level, f"{name}{', yours only' if is_own else ''}: {item.name}", is_own, shade)
