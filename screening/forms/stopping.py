"""What a rule for stopping, and the decision to stop, ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from reviews.models import Record, Review
from screening.models import StoppingRule

LONGEST = 5_000
MOST_PAPERS = 500


class Percent(forms.DecimalField):
    """A share, written as a percentage."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=50, max_value=Decimal("99.9"), max_digits=3, decimal_places=1, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """0.95 is shown as 95."""
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        """95 is 0.95."""
        number = super().clean(value)
        return None if number is None else number / 100


class Papers(forms.CharField):
    """Records of the review by DOI, PubMed id or exact title, one on each line; cleans to their ids."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs
        )
        self.review: Review | None = None

    def clean(self, value: Any) -> Any:
        """Names every line that fits no record."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_PAPERS:
            raise forms.ValidationError(f"At most {MOST_PAPERS} papers.")
        found = {line: self._find(line) for line in lines}
        unknown = [line for line, ids in found.items() if not ids]
        if unknown:
            raise forms.ValidationError(
                [
                    f"No record of this review has this DOI, PubMed id or title: “{line[:200]}”"
                    for line in unknown[:10]
                ]
            )
        return sorted({pk for ids in found.values() for pk in ids})

    def prepare_value(self, value: Any) -> Any:
        """Ids are shown as what finds them again."""
        if not isinstance(value, list):
            return value
        records = Record.objects.filter(pk__in=value).order_by("pk")
        return "\n".join(record.doi or record.pmid or record.title for record in records)

    def _find(self, line: str) -> list[int]:
        """The canonical records of what fits."""
        assert self.review is not None  # noqa: S101 - the form sets it
        doi = (
            line.lower()
            .removeprefix("https://doi.org/")
            .removeprefix("http://dx.doi.org/")
            .removeprefix("doi:")
            .strip()
        )
        records = Record.objects.of(self.review)
        rows = records.filter(doi__iexact=doi) if "/" in doi else records.none()
        number = line.lower().removeprefix("pmid:").strip()
        if not rows and number.isdecimal():
            rows = records.filter(pmid=number)
        if not rows:
            rows = records.filter(title__iexact=line)
        return sorted({row.duplicate_of_id or row.pk for row in rows})


class StoppingRuleForm(forms.Form):
    """Chosen by the team, best before anything is read."""

    target = Percent(
        label="Recall to aim at, %",
        help_text="The share of all relevant records that is to be found. 95 is usual.",
    )
    confidence = Percent(
        label="Confidence, %",
        help_text="How sure the test has to be that this recall is reached. 95 is usual.",
    )
    expected = forms.IntegerField(
        label="Relevant records expected in all",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="For SAFE: from a random sample, the share of relevant ones times all records.",
    )
    in_a_row = forms.IntegerField(
        label="Irrelevant records in a row",
        min_value=1,
        max_value=1_000_000,
        help_text="For SAFE; 50 is its proposal.",
    )
    seeds = Papers(
        label="Records known before reading began",
        help_text="One DOI, PubMed id or title on each line. They are left out of the test: reading did not find them.",
    )
    key_papers = Papers(
        label="Key papers that reading has to find",
        help_text="One DOI, PubMed id or title on each line. They check the reading, so they cannot be known to the model.",
    )
    note = forms.CharField(
        label="Why these numbers?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, review: Review, rule: StoppingRule | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"target": Decimal("0.95"), "confidence": Decimal("0.95"), "in_a_row": 50}
        if rule is not None:
            initial = {name: getattr(rule, name) for name in self.base_fields}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name in ("seeds", "key_papers"):
            self.fields[name].review = review  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A key paper cannot be one that was known to begin with."""
        data = super().clean() or {}
        if set(data.get("seeds") or []) & set(data.get("key_papers") or []):
            self.add_error(
                "key_papers", "One of these is also among those known before, so it cannot check the reading."
            )
        return data


class StopForm(forms.Form):
    """The decision to stop."""

    reason = forms.CharField(
        label="Why do you stop?",
        help_text="In a sentence that a reader of the review can follow.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    other_model = forms.BooleanField(
        label="Another model was tried on the rest (SAFE, third phase)", required=False
    )
    quality_check = forms.BooleanField(
        label="Somebody else checked a sample of the excluded (SAFE, fourth phase)", required=False
    )


class ReadOnForm(forms.Form):
    """The decision to read on."""

    reason = forms.CharField(
        label="Why do you read on?", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
