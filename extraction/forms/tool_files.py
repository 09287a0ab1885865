"""A file of robvis with the tool and the outcome it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from extraction.models import Outcome
from extraction.riskofbias import Tool
from extraction.riskofbias.robvis import LARGEST
from reviews.forms.rows import PlainTextForm


class RobvisForm(PlainTextForm):
    """The file, once; afterwards its `content` as it was looked at."""

    tool_key = forms.ChoiceField(label="Tool")
    outcome_id = forms.ChoiceField(
        label="Result for", required=False, help_text="For tools that judge results one by one."
    )
    file = forms.FileField(
        label="File", required=False, help_text="CSV with Study and one column for each domain."
    )
    file_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        tools: Sequence[Tool],
        outcomes: Sequence[Outcome],
        content: bytes | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._tools = {tool.key: tool for tool in tools}
        self._outcomes = {str(outcome.pk): outcome for outcome in outcomes}
        self.content = content or b""
        self.fields["tool_key"].choices = [(tool.key, tool.name) for tool in tools]  # type: ignore[attr-defined]
        every = [(key, str(outcome)) for key, outcome in self._outcomes.items()]
        self.fields["outcome_id"].choices = [("", "not for one result"), *every]  # type: ignore[attr-defined]

    @property
    def tool(self) -> Tool:
        """The tool that was chosen."""
        return self._tools[self.cleaned_data["tool_key"]]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome, for tools that judge results."""
        if self.tool.unit == "study":
            return None
        return self._outcomes.get(self.cleaned_data["outcome_id"])

    @property
    def name(self) -> str:
        """What the file is called."""
        sent = self.cleaned_data.get("file")
        return str(sent.name) if sent else self.cleaned_data.get("file_name") or "without a name"

    def clean(self) -> dict[str, Any]:
        """The content, and an outcome where one is needed."""
        data = super().clean()
        sent = data.get("file")
        if sent and sent.size > LARGEST:
            self.add_error("file", "The file is too large: at most 2 MB.")
        elif sent:
            self.content = sent.read()
        elif not self.content and "file" not in self.errors:
            self.add_error("file", "Choose a file.")
        if "tool_key" in data and self.tool.unit == "result" and not data.get("outcome_id"):
            self.add_error("outcome_id", "This tool judges results. Choose the outcome.")
        return data
