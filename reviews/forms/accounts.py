"""What signing up asks beside e-mail and password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from reviews.models import User


class NameForm(forms.Form):
    """The name that colleagues see beside a decision."""

    name = forms.CharField(
        label="Your name", max_length=120, help_text="Colleagues see it beside your decisions."
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; called by the account pages once the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
