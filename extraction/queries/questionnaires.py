"""The forms of a review: what each asks now, what it ever asked, and where an answer to it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from extraction.models import Answer, Arm, Questionnaire, QuestionnaireVersion
from extraction.questionnaires import Change, Definition, Question, Section, changes, from_data, last_asked
from reviews.models import Review


@dataclass(frozen=True, slots=True)
class Slot:
    """The address of an answer within a form and a study: a question, and the arm it is asked for (None: the study)."""

    question: str
    arm: int | None = None

    @property
    def key(self) -> str:
        """The address as one word, for forms and anchors."""
        return self.question if self.arm is None else f"{self.question}-{self.arm}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked in a slot, by which version of the form."""

    version: QuestionnaireVersion
    section: Section
    question: Question
    arm: Arm | None

    @property
    def name(self) -> str:
        """The question, and whom it is asked of."""
        return f"{self.question.label}, {self.arm}" if self.arm else self.question.label


@dataclass(frozen=True, slots=True)
class Form:
    """A form with all its versions, from the first to the newest."""

    questionnaire: Questionnaire
    versions: list[QuestionnaireVersion]
    definitions: list[Definition]

    @property
    def newest(self) -> QuestionnaireVersion:
        """The version that is asked now."""
        return self.versions[-1]

    @property
    def definition(self) -> Definition:
        """What is asked now."""
        return self.definitions[-1]

    @property
    def questions(self) -> int:
        """How many questions are asked now."""
        return len(self.definition.by_key())

    def keys(self) -> set[str]:
        """The keys that any version has given to a section or question."""
        return {key for definition in self.definitions for key in definition.keys()}  # noqa: SIM118 - not a dict

    def removed(self) -> dict[str, Question]:
        """The questions that are no longer asked, as they were asked last."""
        now = self.definition.by_key()
        return {key: asked[2] for key, asked in last_asked(self.definitions).items() if key not in now}

    def asked(self, arms: Iterable[Arm]) -> dict[Slot, Asked]:
        """Every slot that is asked now of a study with these arms, in reading order."""
        return _slots(self.newest, self.definition, arms)

    def ever_asked(self, arms: Iterable[Arm]) -> dict[Slot, Asked]:
        """Every slot that any version asks, as the newest that asks it does."""
        found: dict[Slot, Asked] = {}
        arms = list(arms)
        for version, definition in zip(reversed(self.versions), reversed(self.definitions), strict=True):
            for slot, asked in _slots(version, definition, arms).items():
                found.setdefault(slot, asked)
        return found

    def history(self) -> list[tuple[QuestionnaireVersion, list[Change]]]:
        """Each version with what it changed, the newest first."""
        before = [Definition(()), *self.definitions[:-1]]
        return [
            (version, changes(old, new) if version.number > 1 else [])
            for version, old, new in zip(self.versions, before, self.definitions, strict=True)
        ][::-1]


def _slots(version: QuestionnaireVersion, definition: Definition, arms: Iterable[Arm]) -> dict[Slot, Asked]:
    found: dict[Slot, Asked] = {}
    arms = list(arms)
    for section, question in definition.asked():
        for arm in arms if section.per_arm else [None]:
            slot = Slot(question.key, arm.pk if arm else None)
            found[slot] = Asked(version, section, question, arm)
    return found


def form_of(questionnaire: Questionnaire) -> Form:
    """A form with its versions; one query."""
    versions = list(questionnaire.versions.select_related("by").order_by("number"))
    return Form(questionnaire, versions, [from_data(version.definition) for version in versions])


def forms_of(review: Review, *, retired: bool = False) -> list[Form]:
    """The forms of a review that are in use, or (`retired`) those that are not; two queries."""
    rows = list(Questionnaire.objects.filter(review=review, retired_at__isnull=not retired))
    versions: dict[int, list[QuestionnaireVersion]] = defaultdict(list)
    for version in QuestionnaireVersion.objects.filter(questionnaire__in=rows).order_by("number"):
        versions[version.questionnaire_id].append(version)
    return [
        Form(row, versions[row.pk], [from_data(version.definition) for version in versions[row.pk]])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Effect:
    """A change that a new version would make, with the answers that stand and that it touches."""

    change: Change
    answers: int
    studies: int


def effects(form: Form, after: Definition) -> list[Effect]:
    """What `after` would change, before it is saved; one query. Counted are the answers that are there now, of anybody."""
    told = changes(form.definition, after)
    newest: dict[tuple[object, ...], Answer] = {}
    rows = Answer.objects.filter(questionnaire=form.questionnaire).order_by("pk")
    for answer in rows.only("question", "arm", "study", "by", "settled", "text", "choices"):
        whose = None if answer.settled else answer.by_id
        newest[answer.study_id, answer.question, answer.arm_id, whose] = answer
    standing: dict[str, list[Answer]] = defaultdict(list)
    for answer in newest.values():
        if answer.text:
            standing[answer.question].append(answer)
    return [_effect(change, standing[change.key]) for change in told]


def _effect(change: Change, answers: list[Answer]) -> Effect:
    touched = answers if change.touches else []
    if change.gone:
        touched = [answer for answer in touched if set(change.gone) & set(answer.choices)]
    return Effect(change, len(touched), len({answer.study_id for answer in touched}))
