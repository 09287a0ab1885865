"""What looking after full texts asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from reviews.forms.searches import ManyFilesField
from reviews.models import Review
from screening.models import Report, SettingAside
from screening.services.reports import LARGEST_PDF
from screening.services.setting_aside import LONGEST_REASON


class UploadForm(forms.Form):
    """A PDF from the reader's disk."""

    file = forms.FileField(
        label="Full text",
        help_text=f"One PDF of at most {LARGEST_PDF // 1024**2} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"empty": "The file is empty."},
    )


class ManyPdfsForm(forms.Form):
    """A folder's worth of PDFs."""

    files: Any = ManyFilesField(
        label="Full texts",
        allow_empty_file=True,
        help_text="Each goes to the report it is of, by its DOI or title. What is not sure waits for you below.",
        error_messages={"required": "Choose at least one PDF."},
    )

    #: A browser may send so many at once; more come in a second go.
    AT_ONCE = 200

    def clean_files(self) -> list[UploadedFile[bytes]]:
        """All that were chosen."""
        chosen: list[UploadedFile[bytes]] = self.cleaned_data["files"]
        if len(chosen) > self.AT_ONCE:
            raise forms.ValidationError(f"Choose at most {self.AT_ONCE} PDFs at once.")
        return chosen


class PlaceForm(forms.Form):
    """The report that a PDF is of."""

    report = forms.ModelChoiceField(Report.objects.none(), label="This is", empty_label="Choose a report")

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].queryset = Report.objects.of(review).sought().order_by("title")  # type: ignore[attr-defined]


class ElsewhereForm(forms.Form):
    """A full text that the team reads somewhere else."""

    where = forms.CharField(
        label="Where is it?",
        help_text="Its web address, which becomes a link; or in words, for example: on paper in the department.",
        max_length=1000,
    )


class GivenUpForm(forms.Form):
    """A full text nobody could get."""

    note = forms.CharField(
        label="What was tried?",
        help_text="For example: library, interlibrary loan, two e-mails to the author. It counts as “not retrieved”.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SetAsideForm(forms.Form):
    """A full text that was read, but cannot be decided on yet."""

    kind = forms.ChoiceField(
        label="It is",
        choices=[("awaiting", "awaiting classification"), ("ongoing", "about an ongoing study")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    reason = forms.CharField(
        label="What is waited for?",
        help_text="For example: a translation; the author's answer; results, expected in 2027.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_kind(self) -> SettingAside.Kind:
        """As the verb takes it."""
        return SettingAside.Kind(self.cleaned_data["kind"])


class JoinForm(forms.Form):
    """Another report that turns out to be the same document."""

    into = forms.ModelChoiceField(
        Report.objects.none(), label="The same document as", empty_label="Choose a report"
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Report.objects.of(report.review).sought().exclude(pk=report.pk).order_by("title")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
