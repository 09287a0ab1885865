"""Forms of the team."""

from __future__ import annotations

from django import forms

from reviews.models import Role


class RoleForm(forms.Form):
    """A role."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.REVIEWER)
    email = forms.EmailField(
        label="For whom",
        required=False,
        help_text="An e-mail address, only as a note of whom the link is meant for. Send the link yourself.",
    )
