"""How somebody likes to read: the whole form, or one switch."""

from __future__ import annotations

from typing import Any

from django import forms

from screening.models import Preference

#: As much as a page can mark without being slow to read or to send.
LONGEST_WORDS = 4_000
SWITCHES = ("highlights", "pico", "hides_source")


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything at once."""

    class Meta:
        model = Preference
        fields = ("terms_for", "terms_against", *SWITCHES)
        widgets = {
            "terms_for": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_WORDS}),
            "terms_against": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_WORDS}),
        }

    def clean(self) -> dict[str, Any]:
        """Words of a length that can be marked."""
        data = super().clean() or {}
        for name in ("terms_for", "terms_against"):
            if len(data.get(name, "")) > LONGEST_WORDS:
                self.add_error(name, f"At most {LONGEST_WORDS} characters.")
        return data


class SwitchForm(forms.Form):
    """One switch, pressed on the page."""

    switch = forms.ChoiceField(choices=[(name, name) for name in SWITCHES])
    on = forms.BooleanField(required=False)

    @property
    def values(self) -> dict[str, bool]:
        """What it changes."""
        return {self.cleaned_data["switch"]: self.cleaned_data["on"]}
