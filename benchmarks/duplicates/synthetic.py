"""Records made up by a seeded program, as several databases would export them, with their duplicates known."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

FIELDS = ("id", "title", "authors", "year", "journal", "volume", "number", "pages", "doi", "abstract", "type")
_SYLLABLES = (
    "ar ba ca den dro el fa gen gra hi in ka la lor ma men mi na nor o pa phe ra ri ro sa se si ta ter tho ti to "
    "tri u va vi xa zo"
).split()
_ENDINGS = "al ation emia gen ia ic in itis ity ment oma osis pathy phil ol ine ide ectomy".split()
_METHODS = (
    "a randomized controlled trial|a systematic review|a cohort study|a case-control study|a cross-sectional survey|"
    "results of a pilot study|a qualitative study|a multicentre trial|a registry analysis|a secondary analysis"
).split("|")
_FRAMES = (
    "Effects of {0} on {1} in patients with {2}: {m}|{0} for {1} and {2}: {m}|The association of {0} with {1}: {m}|"
    "{0} versus {1} in the treatment of {2}|Long-term outcomes of {0} after {1}|{0} and {1} among adults with {2}: {m}"
).split("|")
_JOURNALS = 900
_PAPERS_PER_DUPLICATE = 4


class Press:
    """A seeded world of words, people and journals, with the skew that real ones have."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  made-up records, no secrets
        self.words = [self._word() for _ in range(9000)]
        self.families = [self._word(2).capitalize() for _ in range(6000)]
        self.journals = [self._journal() for _ in range(_JOURNALS)]

    def _word(self, longest: int = 4) -> str:
        parts = self.chance.choices(_SYLLABLES, k=self.chance.randint(1, longest))
        return "".join(parts) + self.chance.choice(_ENDINGS)

    def _journal(self) -> str:
        kind = self.chance.choice(["Journal of", "Annals of", "Archives of", "International Journal of", ""])
        return f"{kind} {self._word(3).capitalize()} {self._word(3).capitalize()}".strip()

    def _rank(self, size: int) -> int:
        """Few are common, many are rare."""
        return int(size * self.chance.random() ** 2.5)

    def _pick(self, words: list[str]) -> str:
        return words[self._rank(len(words))]

    def paper(self, number: int) -> dict[str, str]:
        """A new article, complete."""
        chance = self.chance
        frame = chance.choice(_FRAMES)
        subjects = [" ".join(self._pick(self.words) for _ in range(chance.randint(1, 3))) for _ in range(3)]
        title = frame.format(*subjects, m=chance.choice(_METHODS))
        authors = [
            f"{self._pick(self.families)}, {self._pick(self.words).capitalize()}"
            for _ in range(1 + self._rank(12))
        ]
        start = 1 + self._rank(3000)
        abstract = " ".join(self._pick(self.words) for _ in range(chance.randint(80, 220)))
        return {
            "title": title[0].upper() + title[1:],
            "authors": "; ".join(authors),
            "year": str(2025 - self._rank(45)),
            "journal": self._pick(self.journals),
            "volume": str(1 + self._rank(150)),
            "number": str(chance.randint(1, 12)),
            "pages": f"{start}-{start + chance.randint(2, 14)}",
            "doi": f"10.{1000 + number % 8999}/made.up.{number}",
            "abstract": abstract.capitalize() + ".",
            "type": "article",
        }

    def copy(self, paper: dict[str, str]) -> dict[str, str]:
        """The same article as another database writes it."""
        chance, other = self.chance, dict(paper)
        if chance.random() < 0.5:
            other["title"] = other["title"].title() if chance.random() < 0.5 else f"{other['title']}."
        if chance.random() < 0.5:
            names = (name.split(", ") for name in other["authors"].split("; "))
            other["authors"] = "; ".join(f"{family} {given[0]}" for family, given in names)
        if chance.random() < 0.4:
            other["journal"] = " ".join(word[:5] for word in other["journal"].split())
        if chance.random() < 0.4:
            first, last = other["pages"].split("-")
            other["pages"] = f"{first}-{last[-2:]}" if len(first) == len(last) > 2 else first
        for field, share in (
            ("doi", 0.45),
            ("abstract", 0.4),
            ("number", 0.3),
            ("volume", 0.05),
            ("pages", 0.08),
        ):
            if chance.random() < share:
                other[field] = ""
        if chance.random() < 0.05:
            other["year"] = str(int(other["year"]) + 1)
        if chance.random() < 0.03:
            at = chance.randrange(5, len(other["title"]) - 1)
            other["title"] = other["title"][:at] + other["title"][at + 1 :]
        return other


def records(count: int, seed: int = 20) -> Iterator[tuple[dict[str, str], str]]:
    """`count` records and the paper that each is about; one in five is another copy of an earlier one."""
    press = Press(seed)
    recent: list[tuple[dict[str, str], str]] = []
    for number in range(count):
        if recent and number % (_PAPERS_PER_DUPLICATE + 1) == _PAPERS_PER_DUPLICATE:
            paper, name = press.chance.choice(recent)
            row = press.copy(paper)
        else:
            paper, name = press.paper(number), f"paper{number}"
            recent.append((paper, name))
            if len(recent) > 5000:
                recent.pop(press.chance.randrange(len(recent)))
            row = paper
        yield {"id": f"r{number}", **row}, name


def write(folder: Path, count: int, seed: int = 20) -> None:
    """Write records.csv and labels.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "records.csv").open("w", encoding="utf-8", newline="") as rows,
        (folder / "labels.csv").open("w", encoding="utf-8", newline="") as names,
    ):
        table, labels = csv.DictWriter(rows, FIELDS), csv.writer(names)
        table.writeheader()
        labels.writerow(("id", "cluster_id"))
        for row, paper in records(count, seed):
            table.writerow(row)
            labels.writerow((row["id"], paper))
