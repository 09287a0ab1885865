"""Forms about files that wait: where each came from, what it is, and what its columns hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms

from reviews.formats import AUTHOR_SEPARATORS, FIELDS
from reviews.forms.searches import ManyFilesField
from reviews.models import Search, Upload
from reviews.uploads import too_large, too_large_in_words

#: What we read → how a person calls it.
FORMATS: Final[dict[str, str]] = {
    "ris": "RIS",
    "nbib": "PubMed / MEDLINE (NBIB)",
    "wos": "Web of Science, tagged",
    "wos-tab": "Web of Science, table",
    "enw": "EndNote, tagged (ENW)",
    "endnote-xml": "EndNote XML",
    "pubmed-xml": "PubMed XML",
    "ictrp-xml": "WHO ICTRP XML",
    "ctgov-json": "ClinicalTrials.gov JSON",
    "bib": "BibTeX",
    "ovid": "Ovid, field names written out",
    "ovid-tagged": "Ovid, tagged",
    "cochrane-text": "Cochrane Library, plain text",
    "embase-text": "Embase.com, plain text",
    "refworks": "RefWorks, tagged",
    "noteexpress": "NoteExpress (CNKI, Wanfang)",
    "e-study": "E-Study (CNKI)",
    "csv": "Table (CSV, TSV)",
    "xlsx": "Excel workbook",
}
ENCODINGS: Final[dict[str, str]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark at its start",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "gb18030": "Chinese (GB18030)",
}
NEW: Final = "new"


class FilesForm(forms.Form):
    """Any number of exports, of one search or of many."""

    files: Any = ManyFilesField(
        label="Exported files",
        allow_empty_file=True,
        help_text="RIS, PubMed, Web of Science, EndNote, Ovid, BibTeX, CSV or Excel, as many as you like. "
        "What a file is, is seen from its content, not from its name.",
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, request: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Say it when a file was too large to be taken; the others go on."""
        super().clean()
        self.left_out = [too_large_in_words(name) for name in too_large(self.request)]
        if self.left_out:
            self.errors.pop("files", None)
            self.cleaned_data.setdefault("files", [])
        return self.cleaned_data


class AssignForm(forms.Form):
    """To which search a waiting file belongs: one that is described already, or a new one."""

    target = forms.ChoiceField(label="Search")
    source = forms.CharField(label="Source", max_length=120, required=False)
    platform = forms.CharField(label="Platform", max_length=120, required=False)
    kind = forms.ChoiceField(label="Kind", choices=Search.Kind.choices, required=False)
    hits = forms.IntegerField(label="Hits reported", min_value=0, max_value=2**31 - 1, required=False)
    again = forms.BooleanField(label="Import it again", required=False)

    def __init__(self, *args: Any, upload: Upload, searches: Sequence[Search], **kwargs: Any) -> None:
        likely = next((row for row in searches if row.pk == upload.search_id or _is_same(row, upload)), None)
        initial = {
            "target": likely.pk if likely else NEW,
            "source": upload.source,
            "platform": upload.platform,
            "kind": upload.kind,
        }
        kwargs |= {"prefix": f"file-{upload.pk}", "initial": initial}
        super().__init__(*args, **kwargs)
        self.upload = upload
        self.searches = {str(row.pk): row for row in searches}
        target: Any = self.fields["target"]
        target.choices = [(NEW, "A new search"), *((row.pk, str(row)) for row in searches)]

    def clean(self) -> dict[str, Any]:
        """A new search needs a source."""
        super().clean()
        if self.cleaned_data.get("target") == NEW and not self.cleaned_data.get("source"):
            self.add_error("source", "Name the source, for example MEDLINE.")
        return self.cleaned_data

    @property
    def search(self) -> Search | dict[str, Any]:
        """The search that was chosen, or what a new one is to hold."""
        data = self.cleaned_data
        if data["target"] != NEW:
            return self.searches[data["target"]]
        kind = data["kind"] or Search.Kind.DATABASE
        return {"source": data["source"], "platform": data["platform"], "kind": kind, "hits": data["hits"]}


def _is_same(search: Search, upload: Upload) -> bool:
    """A search of this source that is described, but has no file yet."""
    named = (search.source.casefold(), search.platform.casefold())
    mine = (upload.source.casefold(), upload.platform.casefold())
    return bool(upload.source) and named == mine and not getattr(search, "files", 0)


class FormatForm(forms.Form):
    """What a file is, where we took it for something else."""

    format_name = forms.ChoiceField(label="Read it as", choices=list(FORMATS.items()))
    encoding = forms.ChoiceField(label="Letters written as", choices=list(ENCODINGS.items()))

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        kwargs["initial"] = {"format_name": upload.format, "encoding": upload.encoding}
        super().__init__(*args, **kwargs)
        encoding: Any = self.fields["encoding"]
        if upload.encoding == "binary" and upload.format == "xlsx":
            # A workbook says itself how its letters are written.
            encoding.choices = [("binary", "as the workbook says"), *encoding.choices]


class MappingForm(forms.Form):
    """What each column of a table holds; the fields are named by the columns' numbers, since a column may be called anything."""

    separator = forms.ChoiceField(
        label="Between two authors stand",
        choices=[
            ("", "whatever it is: see for yourself"),
            *((name, name) for name in AUTHOR_SEPARATORS.values()),
        ],
        required=False,
    )

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns: list[dict[str, Any]] = upload.columns
        said: dict[str, str] = upload.mapping
        for number, column in enumerate(self.columns):
            field, _, separator = said.get(column["name"], column["field"]).partition(":")
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column["name"], choices=list(FIELDS.items()), initial=field or "ignore"
            )
            if separator:
                self.initial["separator"] = AUTHOR_SEPARATORS.get(separator, "")

    def rows(self) -> Iterator[tuple[dict[str, Any], forms.BoundField]]:
        """Each column with its field."""
        for number, column in enumerate(self.columns):
            yield column, self[f"column-{number}"]

    @property
    def mapping(self) -> dict[str, str]:
        """Column → field, as services take it."""
        marks = {name: mark for mark, name in AUTHOR_SEPARATORS.items()}
        mark = marks.get(self.cleaned_data["separator"], "")
        said = {
            column["name"]: self.cleaned_data[f"column-{number}"]
            for number, column in enumerate(self.columns)
        }
        return {
            name: f"authors:{mark}" if mark and field == "authors" else field for name, field in said.items()
        }
