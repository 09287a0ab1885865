"""Reads the files of an example review, and decides from its log of votes as a reader of the log would."""

from __future__ import annotations

import csv
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rispy

from reviews.formats import Problem, Reference, read

DEMO = Path(__file__).resolve().parents[2] / "demo"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One folder under demo/."""

    name: str

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return DEMO / self.name

    def rows(self, file: str) -> list[Row]:
        """A CSV file, row by row."""
        with (self.folder / file).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def data(self, file: str) -> Any:
        """A JSON file."""
        return json.loads((self.folder / file).read_text(encoding="utf-8"))

    def parsed(self, file: str) -> list[dict[str, Any]]:
        """The records of a RIS file as rispy reads them, its byte order mark taken off."""
        records: list[dict[str, Any]] = rispy.loads((self.folder / file).read_bytes().decode("utf-8-sig"))
        return records

    def read(self, file: str) -> list[Reference]:
        """The records of a RIS file as our own reader reads them; a problem in one is an error."""
        with (self.folder / file).open("rb") as stream:
            found = list(read(stream))
        assert not [problem for problem in found if isinstance(problem, Problem)]
        return [reference for reference in found if isinstance(reference, Reference)]

    def kinds(self) -> dict[str, str]:
        """File name → kind of the search it came from."""
        return {search["file"]: search["kind"] for search in self.data("review.json")["searches"]}

    def decision(self, stage: str, article: str) -> tuple[str, str]:
        """(include | exclude | conflict | open, key of the reason that counts) after the whole log."""
        rank = {reason["key"]: reason["rank"] for reason in self.data("review.json")["exclusion_reasons"]}
        votes: dict[str, tuple[str, str]] = {}
        for row in self.rows("screening.csv"):
            if (row["stage"], row["article"]) != (stage, article):
                continue
            if row["act"] == "arbitration":
                return row["verdict"], row["reason"]
            votes[row["by"]] = (row["verdict"], row["reason"])
        standing = [vote for vote in votes.values() if vote[0] != "withdrawn"]
        if len(standing) < 2:
            return "open", ""
        if len({verdict for verdict, _ in standing}) > 1:
            return "conflict", ""
        reasons = sorted((reason for _, reason in standing if reason), key=lambda key: rank[key])
        return standing[0][0], reasons[0] if reasons else ""


def same_letters(text: str) -> str:
    """Letters and digits only, without case and accents: what titles are compared by."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
