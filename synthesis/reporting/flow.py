"""The numbers of a PRISMA 2020 flow diagram: every box of "databases, registers and other methods"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tally:
    """How many came from one source, or left for one reason."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class StudiesAndReports:
    """PRISMA counts what is included twice: investigations, and the documents about them."""

    studies: int
    reports: int


@dataclass(frozen=True, slots=True)
class Note:
    """What the team says about a warning, by the rule's code ("W4")."""

    code: str
    text: str


NOTHING = StudiesAndReports(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCounts:
    """Records until "sought", reports until "excluded", studies and reports from "included" on.

    The `…_open` fields count what has entered a stage and has no decision yet, so that the boxes can be right while
    the work is under way; all are zero in a finished review. `screened` and `assessed` count decisions made.
    """

    # box2: identified from databases and registers, in total and per source
    database_records: int
    register_records: int
    databases: tuple[Tally, ...] = ()
    registers: tuple[Tally, ...] = ()
    # box3: removed before screening
    duplicates: int = 0
    duplicates_within_sources: int = 0
    duplicates_between_sources: int = 0
    removed_by_automation: int = 0
    removed_for_other_reasons: int = 0
    # box4, box5: titles and abstracts
    screened: int = 0
    excluded: int = 0
    screening_open: int = 0
    # box6, box7: reports sought
    sought: int = 0
    not_retrieved: int = 0
    retrieval_open: int = 0
    # box8, box9: reports read in full, and the primary reason of each excluded one
    assessed: int = 0
    reports_excluded: int = 0
    exclusion_reasons: tuple[Tally, ...] = ()
    assessment_open: int = 0
    # box11: other methods
    website_records: int = 0
    organisation_records: int = 0
    citation_records: int = 0
    # box12 to box15: the reports found by other methods
    other_sought: int = 0
    other_not_retrieved: int = 0
    other_retrieval_open: int = 0
    other_assessed: int = 0
    other_reports_excluded: int = 0
    other_exclusion_reasons: tuple[Tally, ...] = ()
    other_assessment_open: int = 0
    # box10: included; reports that both routes found are counted once
    included: StudiesAndReports = NOTHING
    found_by_both: tuple[str, ...] = ()
    # assessed, but neither included nor excluded
    awaiting_classification: StudiesAndReports = NOTHING
    ongoing: StudiesAndReports = NOTHING
    # box1, box16: an updated review only
    previous: StudiesAndReports | None = None
    new_reports_of_previous: int = 0
    total: StudiesAndReports | None = None
    # box17: in at least one meta-analysis
    analysed: StudiesAndReports | None = None
    notes: tuple[Note, ...] = ()

    @property
    def identified(self) -> int:
        """Records from databases and registers together (box2)."""
        return self.database_records + self.register_records

    @property
    def removed(self) -> int:
        """Records removed before screening (box3)."""
        return self.duplicates + self.removed_by_automation + self.removed_for_other_reasons

    @property
    def other_records(self) -> int:
        """Records from websites, organisations and citation searching (box11)."""
        return self.website_records + self.organisation_records + self.citation_records

    @property
    def has_other_methods(self) -> bool:
        """Whether the right-hand column of the diagram has anything to say."""
        return bool(self.other_records or self.other_sought or self.other_assessed)

    def note(self, code: str) -> str:
        """What the team wrote about the rule with this code, or nothing."""
        return next((note.text for note in self.notes if note.code == code), "")


def from_data(data: Mapping[str, Any]) -> FlowCounts:
    """Counts that `dataclasses.asdict` took apart, and JSON carried, put together again."""
    made: dict[str, Any] = dict(data)
    for name in ("databases", "registers", "exclusion_reasons", "other_exclusion_reasons"):
        made[name] = tuple(Tally(**tally) for tally in data[name])
    for name in ("included", "awaiting_classification", "ongoing", "previous", "total", "analysed"):
        made[name] = StudiesAndReports(**data[name]) if data[name] is not None else None
    made["notes"] = tuple(Note(**note) for note in data["notes"])
    made["found_by_both"] = tuple(data["found_by_both"])
    return FlowCounts(**made)
