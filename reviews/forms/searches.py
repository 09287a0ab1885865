"""Forms of searches and of the files that came from them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from reviews.forms.rows import RowForm
from reviews.models import Search
from reviews.services.searches import FIELDS


class SearchForm(RowForm):
    """What PRISMA-S asks to be reported of a search."""

    class Meta:
        model = Search
        fields = FIELDS
        labels = {
            "kind": "Kind of source",
            "searched_on": "Date of the search",
            "hits": "Hits reported by the source",
            "strategy": "Full search strategy",
            "limits": "Limits and filters",
            "searcher": "Searched by",
            "peer_reviewed_by": "Strategy peer reviewed by",
        }
        help_texts = {
            "kind": "PRISMA counts each kind apart.",
            "searched_on": "The day it was run.",
            "hits": "As the source showed it.",
            "strategy": "Exactly as it was run.",
            "limits": "Dates, languages, publication types.",
            "searcher": "",
            "peer_reviewed_by": "",
        }
        widgets = {
            "searched_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "strategy": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            "limits": forms.Textarea(attrs={"rows": 2}),
            "notes": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_searched_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["searched_on"]
        # A day of grace: it may be tomorrow already where the searcher is.
        if day and (day - timezone.now().date()).days > 1:
            raise forms.ValidationError("This day has not come yet.")
        return day


class ManyFilesInput(forms.ClearableFileInput):
    """Takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploaded files."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Each as a file on its own; what is in them is looked at when they are taken in."""
        single = super().clean
        return [single(file, initial) for file in data] if data else [single(data, initial)]
