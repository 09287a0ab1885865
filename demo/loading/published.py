"""The published review that an example is about, with its claims."""

from __future__ import annotations

from demo.loading.example import Example
from extraction.published import example_text
from extraction.published.examples import CITATION, TITLE
from extraction.services import published


def keep_claims(example: Example) -> None:
    """Paste the claims of the published review, where the example has one."""
    if not (example.folder / "published.json").exists():
        return
    by = example.people[example.read("published")["by"]]
    published.add(review=example.review, title=TITLE, citation=CITATION, text=example_text(), by=by)
