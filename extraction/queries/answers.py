"""Answers to forms: one's own, those of everybody side by side, and what the team settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from extraction.models import Answer, Arm, Asking, Filling, Questionnaire, Study
from extraction.queries.overview import Work
from extraction.queries.progress import Progress
from extraction.queries.questionnaires import Asked, Form, Slot, form_of, forms_of
from extraction.queries.sidebyside import Place, SideBySide
from extraction.questionnaires import Read, last_asked, same_answer
from reviews.models import Review, User


def slot_of(fact: Answer | Asking) -> Slot:
    """Where it stands."""
    return Slot(fact.question, fact.arm_id)


def read_of(answer: Answer | None) -> Read:
    """What an answer means; nothing where there is none."""
    return Read(answer.text, answer.number, tuple(answer.choices)) if answer else Read("")


def shown(answer: Answer) -> str:
    """An answer in one line, with its unit."""
    text = "; ".join(answer.text.splitlines()) if answer.choices else answer.text
    return f"{text} {answer.unit}".strip() if answer.number is not None else text


def form_progress(questionnaire: Questionnaire, study: Study) -> Progress:
    """Who has begun to fill in a form for a study, and who is through; two queries."""
    words = questionnaire.fillings.filter(study=study).order_by("pk").values_list("by_id", "done")
    begun = questionnaire.answers.filter(study=study, settled=False).order_by()
    done = {user for user, is_done in dict(words).items() if is_done}
    return Progress(frozenset(begun.values_list("by_id", flat=True).distinct()), frozenset(done))


def own_answers(questionnaire: Questionnaire, study: Study, *, user: User) -> dict[Slot, Answer]:
    """What `user` has answered so far: their newest word in each slot."""
    rows = questionnaire.answers.filter(study=study, by=user, settled=False)
    return {slot_of(answer): answer for answer in rows.select_related("report").order_by("pk")}


@dataclass(frozen=True, slots=True)
class Row(Place[Answer]):
    """A slot as the comparison shows it."""

    slot: Slot
    asked: Asked
    readings: dict[int, Answer | None] = field(hash=False)
    settled: Answer | None
    askings: list[Asking] = field(default_factory=list, hash=False)

    @property
    def agree(self) -> bool:
        """All extractors say the same, in the same unit (or all have left it open)."""
        answers = list(self.readings.values())
        units = {answer.unit for answer in answers if answer and answer.number is not None}
        first = read_of(answers[0]) if answers else Read("")
        return len(units) < 2 and all(same_answer(first, read_of(answer)) for answer in answers)

    @property
    def agree_after_rounding(self) -> bool:
        """See Place; two units never agree."""
        units = {answer.unit for answer in self.read}
        return len(units) < 2 and super(Row, self).agree_after_rounding


#: The comparison of those who are through with a form for a study.
Sides = SideBySide[Row]


def compare_answers(questionnaire: Questionnaire, study: Study, *, viewer: User) -> Sides | None:
    """The finished answers side by side; None while `viewer` must not see them. Seven queries, whatever the size."""
    state = form_progress(questionnaire, study)
    if not state.sees_others(viewer.pk):
        return None
    extractors = list(User.objects.filter(pk__in=state.through).order_by("pk"))
    facts = questionnaire.answers.filter(study=study).select_related("report", "by").order_by("pk")
    asked = form_of(questionnaire).asked(study.arms.filter(retired_at=None))
    said: dict[Slot, list[Asking]] = defaultdict(list)
    for asking in questionnaire.askings.filter(study=study).select_related("by"):
        said[slot_of(asking)].append(asking)
    return SideBySide(extractors, rows_of(asked, facts, [user.pk for user in extractors], said))


def rows_of(
    asked: Mapping[Slot, Asked],
    facts: Iterable[Answer],
    through: Iterable[int],
    askings: Mapping[Slot, list[Asking]],
) -> list[Row]:
    """The rows of a comparison: every slot in which somebody who is through, or the team, said something."""
    own: dict[tuple[Slot, int], Answer] = {}
    settled: dict[Slot, Answer] = {}
    for fact in facts:
        if fact.settled:
            settled[slot_of(fact)] = fact
        else:
            own[slot_of(fact), fact.by_id] = fact
    people = list(through)
    rows = [
        Row(
            slot,
            what,
            {user: own.get((slot, user)) for user in people},
            settled.get(slot),
            askings.get(slot, []),
        )
        for slot, what in asked.items()
    ]
    return [row for row in rows if not (row.is_empty and row.settled is None)]


def form_works(review: Review, forms: Iterable[Form]) -> dict[tuple[int, int], Work]:
    """(Form, study) → where it stands, for all studies of a review; four queries, whatever their number."""
    forms = list(forms)
    ids = [form.questionnaire.pk for form in forms]
    arms: dict[int, list[Arm]] = defaultdict(list)
    for arm in Arm.objects.filter(study__review=review, retired_at=None):
        arms[arm.study_id].append(arm)
    facts: dict[tuple[int, int], list[Answer]] = defaultdict(list)
    columns = (
        "questionnaire",
        "study",
        "question",
        "arm",
        "text",
        "number",
        "unit",
        "choices",
        "settled",
        "by",
    )
    for fact in Answer.objects.filter(questionnaire__in=ids).only(*columns).order_by("pk"):
        facts[fact.questionnaire_id, fact.study_id].append(fact)
    words: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    for filling in Filling.objects.filter(questionnaire__in=ids).order_by("pk"):
        words[filling.questionnaire_id, filling.study_id][filling.by_id] = filling.done
    studies = list(Study.objects.filter(review=review).values_list("pk", flat=True))
    return {
        (form.questionnaire.pk, study): _work(
            form.asked(arms[study]), facts[form.questionnaire.pk, study], words[form.questionnaire.pk, study]
        )
        for form in forms
        for study in studies
    }


def _work(asked: Mapping[Slot, Asked], facts: list[Answer], words: Mapping[int, bool]) -> Work:
    begun = frozenset(fact.by_id for fact in facts if not fact.settled)
    through = frozenset(user for user, done in words.items() if done)
    sides = SideBySide([], rows_of(asked, facts, sorted(through), {}))
    counts = (len(sides.differing), len(sides.agreeing), len(sides.settled)) if through else (0, 0, 0)
    return Work(Progress(begun, through), *counts)


@dataclass(frozen=True, slots=True)
class Column:
    """A question of a form, as a column of a table of studies; `address` finds its texts."""

    form: Questionnaire
    question: str
    label: str
    section: str
    unit: str
    per_arm: bool
    is_asked: bool

    @property
    def address(self) -> tuple[int, str]:
        """The form's number and the question's key."""
        return self.form.pk, self.question


@dataclass(frozen=True, slots=True)
class SettledAnswers:
    """What the team settled: study → (form, question) → text; the columns in the order of the forms."""

    columns: list[Column]
    texts: dict[int, dict[tuple[int, str], str]]

    def text(self, study: int, column: Column) -> str:
        """The settled answer, or nothing."""
        return self.texts.get(study, {}).get(column.address, "")


def settled_answers(review: Review, *, viewer: User | None = None) -> SettledAnswers:
    """Everything that is settled on the forms in use, one text for each study and question; five queries.

    An answer per arm reads “Exercise: 24; Usual care: 24”. With a `viewer`, what they must not see yet is left out: they
    are in the middle of their own answers to that form and study.
    """
    forms = forms_of(review)
    ids = [form.questionnaire.pk for form in forms]
    hidden = _at_work(ids, viewer) if viewer else set()
    newest: dict[tuple[int, int, str, int | None], Answer] = {}
    rows = Answer.objects.filter(questionnaire__in=ids, settled=True).select_related("arm").order_by("pk")
    for answer in rows:
        if (answer.questionnaire_id, answer.study_id) not in hidden:
            newest[answer.study_id, answer.questionnaire_id, answer.question, answer.arm_id] = answer
    columns = [column for form in forms for column in columns_of(form)]
    per_arm = {column.address: column.per_arm for column in columns}
    return SettledAnswers(columns, _texts(newest.values(), per_arm))


def columns_of(form: Form) -> list[Column]:
    """The questions of a form as columns: those that are asked, then those that are no longer asked."""
    now = form.definition.by_key()
    found = last_asked(form.definitions).items()
    return [
        Column(
            form.questionnaire, key, question.label, section.title, question.unit, section.per_arm, key in now
        )
        for key, (_, section, question) in found
    ]


def texts_by_study(form: Form, answers: Iterable[Answer]) -> dict[int, dict[tuple[int, str], str]]:
    """Study → (form, question) → text, of the newest answer in each slot."""
    newest: dict[tuple[int, str, int | None], Answer] = {}
    for answer in answers:
        newest[answer.study_id, answer.question, answer.arm_id] = answer
    return _texts(newest.values(), {column.address: column.per_arm for column in columns_of(form)})


def _texts(
    answers: Iterable[Answer], per_arm: Mapping[tuple[int, str], bool]
) -> dict[int, dict[tuple[int, str], str]]:
    """The answers of each slot put together; of a question that changed between study and arm, as it is asked now."""
    found: dict[int, dict[tuple[int, str], list[tuple[int, int, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for answer in answers:
        address = (answer.questionnaire_id, answer.question)
        if not answer.text or per_arm.get(address, False) != (answer.arm is not None):
            continue
        if answer.arm is None:
            found[answer.study_id][address].append((0, 0, shown(answer)))
        elif answer.arm.retired_at is None:
            place = (answer.arm.position, answer.arm.pk, f"{answer.arm}: {shown(answer)}")
            found[answer.study_id][address].append(place)
    return {
        study: {
            address: "; ".join(text for *_, text in sorted(parts)) for address, parts in by_question.items()
        }
        for study, by_question in found.items()
    }


def _at_work(forms: Iterable[int], viewer: User) -> set[tuple[int, int]]:
    """(Form, study) pairs that `viewer` has begun and not finished; two queries."""
    begun = Answer.objects.filter(questionnaire__in=forms, by=viewer, settled=False).order_by()
    at_work = set(begun.values_list("questionnaire_id", "study_id").distinct())
    words = Filling.objects.filter(questionnaire__in=forms, by=viewer).order_by("pk")
    done = {
        (form, study): done for form, study, done in words.values_list("questionnaire_id", "study_id", "done")
    }
    return {pair for pair in at_work if not done.get(pair)}


def askings_for(questionnaire: Questionnaire, study: Study, *, viewer: User) -> dict[Slot, list[Asking]]:
    """What the extractors were asked, as far as `viewer` may read it.

    A question may give away what another person answered, so it is for those who see that anyway; who has reopened their
    answers keeps the questions that were there when they did, for these are why. At most four queries.
    """
    rows = questionnaire.askings.filter(study=study).select_related("by").order_by("pk")
    if not form_progress(questionnaire, study).sees_others(viewer.pk):
        words = questionnaire.fillings.filter(study=study, by=viewer).order_by("-pk")
        reopened = words.first()
        if reopened is None:
            return {}
        rows = rows.filter(at__lte=reopened.at)
    found: dict[Slot, list[Asking]] = defaultdict(list)
    for asking in rows:
        found[slot_of(asking)].append(asking)
    return dict(found)
