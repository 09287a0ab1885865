"""Loads an example from its first search to its last run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from demo.loading import extraction, forms, people, published, screening, start, synthesis
from demo.loading.example import EXAMPLES, Example
from reviews.models import Review
from screening.models import Stage


def is_loaded(name: str) -> bool:
    """Is this example there already (whatever became of it since)?"""
    title = Example.named(name, {}).read("review")["title"]
    return Review.objects.filter(title=title, created_by__email=people.email("ana")).exists()


def load(names: Iterable[str] = EXAMPLES, *, tell: Callable[[str], None] = lambda _: None) -> list[Review]:
    """Load the examples that are not there yet; all of an example, or nothing of it."""
    loaded = []
    for name in names:
        if is_loaded(name):
            tell(f"{name}: is there already, left as it is")
            continue
        with transaction.atomic():
            loaded.append(_play(Example.named(name, people.make()), tell))
    return loaded


def _play(example: Example, tell: Callable[[str], None]) -> Review:
    start.write_protocol(example)
    start.import_searches(example)
    start.link_duplicates(example)
    tell(f"{example.review}: {example.review.records.count()} records imported")
    screening.vote(example, Stage.TITLE_ABSTRACT)
    screening.full_texts(example)
    screening.vote(example, Stage.FULL_TEXT)
    tell(f"{example.review}: screened")
    measured = extraction.define(example)
    extraction.extract(example, measured)
    forms.fill_in(example)
    tell(f"{example.review}: {example.review.studies.count()} studies extracted and assessed")
    published.keep_claims(example)
    synthesis.analyse(example, measured)
    return example.review
