"""The files of an example, and what has been made from them so far. Their schema is in demo/README.md."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviews.models import ExclusionReason, Record, Review, User

HERE = Path(__file__).resolve().parent.parent
EXAMPLES = ("als", "bcg")


@dataclass(slots=True)
class Example:
    """One example review: a folder of files, and the keys in them resolved to rows as these come into being."""

    folder: Path
    people: dict[str, User]
    review: Review = field(init=False)
    reasons: dict[str, ExclusionReason] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str, people: dict[str, User]) -> Example:
        """The example in the folder `name`."""
        return cls(HERE / name, people)

    def read(self, name: str) -> Any:
        """A JSON file of the folder."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def rows(self, name: str) -> list[dict[str, str]]:
        """A CSV file of the folder, one dict a line."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def record(self, key: str) -> Record:
        """The record with this key in records.csv, found by its place in its file."""
        if not self.places:
            self.places = {row["record"]: (row["file"], int(row["position"])) for row in self.rows("records")}
        file, position = self.places[key]
        return Record.objects.of(self.review).get(origin__name=file, position=position)

    def article(self, key: str) -> Record:
        """The canonical record of an article."""
        first = next(row["record"] for row in self.rows("records") if row["article"] == key)
        record = self.record(first)
        return record.duplicate_of or record

    def reason(self, key: str) -> ExclusionReason | None:
        """The exclusion reason with this key; None for an empty one."""
        return self.reasons[key] if key else None
