"""The forms of an example, as far as they are filled in."""

from __future__ import annotations

from typing import Any

from demo.loading.example import Example
from demo.loading.screening import report_of
from extraction.models import Questionnaire, Study
from extraction.queries.answers import own_answers
from extraction.queries.questionnaires import Slot
from extraction.services import answers, questionnaires
from extraction.services.answers import Written


def fill_in(example: Example) -> None:
    """Make the forms; people answer them, and what they agree on or settled is settled."""
    for told in example.read("forms")["forms"]:
        by = example.people[told["by"]]
        form = questionnaires.add(review=example.review, name=told["name"], template=told["template"], by=by)
        for one in told["answers"]:
            _answer(example, form, one)
        for one in told["settled"]:
            _settle(example, form, one)
        for one in told["asked"]:
            answers.ask(
                questionnaire=form,
                study=_study(example, one),
                slot=Slot(one["question"]),
                text=one["text"],
                by=example.people[one["by"]],
            )


def _study(example: Example, told: dict[str, Any]) -> Study:
    """The study that the key in the files names."""
    label = next(
        study["label"] for study in example.read("studies")["studies"] if study["key"] == told["study"]
    )
    return Study.objects.get(review=example.review, label=label)


def _answer(example: Example, form: Questionnaire, told: dict[str, Any]) -> None:
    study, by = _study(example, told), example.people[told["by"]]
    stored = next(one for one in example.read("studies")["studies"] if one["key"] == told["study"])
    labels = {arm["key"]: arm["label"] for arm in stored["arms"]}
    arms = {arm.label: arm.pk for arm in study.arms.all()}
    texts = {Slot(key): text for key, text in told["study_fields"].items()}
    for arm, fields in told["arm_fields"].items():
        texts |= {Slot(key, arms[labels[arm]]): text for key, text in fields.items()}
    report = report_of(example, told["report"]).pk
    written = [Written(slot, text, page=told["page"], report=report) for slot, text in texts.items()]
    for refusal in answers.save(questionnaire=form, study=study, written=written, by=by).refused.values():
        raise refusal
    if told["done"]:
        answers.finish(questionnaire=form, study=study, by=by)


def _settle(example: Example, form: Questionnaire, told: dict[str, Any]) -> None:
    study, by = _study(example, told), example.people[told["by"]]
    if told["agreeing"]:
        answers.settle_agreeing(questionnaire=form, study=study, by=by)
    for one in told["picked"]:
        taken = own_answers(form, study, user=example.people[one["take"]])[Slot(one["question"])]
        answers.settle(
            questionnaire=form,
            study=study,
            slot=Slot(one["question"]),
            text=taken.text,
            note=one["note"],
            chosen_from=taken,
            by=by,
        )
