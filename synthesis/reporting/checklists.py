"""A reporting checklist that is filled in: data, table and Word document. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from synthesis.reporting.checklist_items import PRISMA_2020, PRISMA_S, Item
from synthesis.reporting.tables import Column, Table


class Status(Enum):
    """How far an item is answered by what is in the database."""

    REPORTED = "reported here"
    PARTLY = "partly"
    MISSING = "not reported"
    AUTHORS = "for the authors"


@dataclass(frozen=True, slots=True)
class Link:
    """A page that an answer comes from, or where more can be given."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the project says to an item, and what is left to do."""

    status: Status
    said: tuple[str, ...] = ()
    todo: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A checklist as published. `key` is its place in an address."""

    key: str
    name: str
    source: str
    items: tuple[Item, ...]


KINDS = (
    Kind(
        "prisma-2020",
        "PRISMA 2020",
        "Page MJ, McKenzie JE, Bossuyt PM, et al. The PRISMA 2020 statement. BMJ 2021;372:n71. Numbers as published, words ours.",
        PRISMA_2020,
    ),
    Kind(
        "prisma-s",
        "PRISMA-S",
        "Rethlefsen ML, Kirtley S, Waffenschmidt S, et al. PRISMA-S. Syst Rev 2021;10:39. Numbers as published, words ours.",
        PRISMA_S,
    ),
)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist with an answer to every item. Raises ValueError when one is missing or answers nothing."""

    kind: Kind
    answers: Mapping[str, Answer]
    note: str = ""

    def __post_init__(self) -> None:
        asked = {item.number for item in self.kind.items}
        if wrong := asked ^ set(self.answers):
            raise ValueError(f"{self.kind.name}: answers and items differ in {sorted(wrong)}")

    @property
    def rows(self) -> Iterator[tuple[Item, Answer]]:
        """Items in published order, with their answers."""
        return ((item, self.answers[item.number]) for item in self.kind.items)

    @property
    def counts(self) -> list[tuple[Status, int]]:
        """How many items have each status, in the order of the statuses."""
        found = Counter(answer.status for answer in self.answers.values())
        return [(status, found[status]) for status in Status]

    @property
    def table(self) -> Table:
        """One row an item, for CSV and Word."""
        columns = tuple(map(Column, ("Item", "Section", "What it asks", "Status", "What is here", "To do")))
        rows = tuple(
            (
                item.number,
                item.section,
                item.asks,
                answer.status.value,
                "\n".join(answer.said),
                answer.todo,
            )
            for item, answer in self.rows
        )
        return Table(
            f"{self.kind.name} checklist", columns, rows, tuple(filter(None, (self.kind.source, self.note)))
        )
