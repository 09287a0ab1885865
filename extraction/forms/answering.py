"""How a difference between answers is settled, or asked about; and how a form begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from extraction.forms.choosing import NOTHING, OTHER
from extraction.models import Answer, Questionnaire, Study
from extraction.queries.questionnaires import Asked, Slot
from extraction.questionnaires import TEMPLATES
from reviews.forms.rows import PlainTextForm


class NewForm(PlainTextForm):
    """A name, and what the form begins with."""

    name = forms.CharField(max_length=120, required=False, label="Name of the form")
    template = forms.ChoiceField(
        required=False,
        label="Begin with",
        choices=[("", "An empty form"), *((template.key, template.name) for template in TEMPLATES)],
    )

    def clean(self) -> dict[str, Any]:
        """A form made from a template is called like it unless it is called something else."""
        data = super().clean()
        named = {template.key: template.name for template in TEMPLATES}
        data["name"] = data.get("name") or named.get(data.get("template", ""), "")
        if not data["name"]:
            self.add_error("name", "Give the form a name.")
        return data


class AnswerChoiceForm(PlainTextForm):
    """The choice for one slot: an answer's id, NOTHING (nobody found it), or OTHER with its text."""

    slot = forms.CharField(max_length=80)
    choice = forms.CharField(required=False)
    note = forms.CharField(required=False, max_length=2_000, label="Why")
    seen = forms.IntegerField(min_value=0)

    def __init__(
        self, data: QueryDict, *, questionnaire: Questionnaire, study: Study, asked: Mapping[Slot, Asked]
    ) -> None:
        super().__init__(data)
        self.answers = Answer.objects.filter(questionnaire=questionnaire, study=study, settled=False)
        self.slots = {slot.key: slot for slot in asked}
        self.other = "\n".join(part for part in data.getlist("other") if part.strip())

    def clean_slot(self) -> Slot:
        """The slot of that address."""
        slot = self.slots.get(self.cleaned_data["slot"])
        if slot is None:
            raise forms.ValidationError("This question is not asked (any more).")
        return slot

    def clean(self) -> dict[str, Any]:
        """Adds `text` and `chosen_from`."""
        data = super().clean()
        choice = data.get("choice") or ""
        data["text"], data["chosen_from"] = "", None
        if choice == OTHER or (self.other and not choice):
            data["text"] = self.other
            if not self.other:
                self.add_error(None, "Write the answer, or choose one of those that are there.")
        elif choice.isascii() and choice.isdigit() and len(choice) < 19:
            source = self.answers.filter(pk=int(choice)).first()
            if source is None:
                self.add_error(None, "This answer does not belong to the study.")
            else:
                data["text"], data["chosen_from"] = source.text, source
        elif choice != NOTHING:
            self.add_error(None, "Choose one of the answers, or write another.")
        return data
