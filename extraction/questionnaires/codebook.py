"""The code book: what every column of the exported answers means, and when it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.questionnaires.definition import Definition
from extraction.questionnaires.versions import introduced, last_asked

#: The columns of the code book.
CODE_BOOK = (
    "key",
    "section",
    "question",
    "explanation",
    "kind",
    "unit",
    "choices",
    "asked_for",
    "introduced_in_version",
    "retired_in_version",
    "earlier_wording",
)


def code_book(versions: Sequence[Definition]) -> list[tuple[str, ...]]:
    """A row for each question that was ever asked, in the order of CODE_BOOK; `versions` from the first to the newest.

    A question that was removed and brought back counts as asked since it was first introduced.
    """
    first = introduced(versions)
    rows: list[tuple[str, ...]] = []
    for key, (last, section, question) in last_asked(versions).items():
        retired = "" if last == len(versions) else str(last + 1)
        rows.append(
            (
                key,
                section.title,
                question.label,
                question.help,
                question.kind.called,
                question.unit,
                " | ".join(question.choices),
                "each arm" if section.per_arm else "the study",
                str(first[key]),
                retired,
                " | ".join(_earlier(versions, key, question.label)),
            )
        )
    return rows


def _earlier(versions: Sequence[Definition], key: str, label: str) -> list[str]:
    """What the question was called before, each wording once."""
    asked = [version.by_key() for version in versions]
    labels = dict.fromkeys(version[key][1].label for version in asked if key in version)
    return [earlier for earlier in labels if earlier != label]
