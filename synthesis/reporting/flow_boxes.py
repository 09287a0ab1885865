"""From counts to the boxes of the diagram: which lines each box carries, in PRISMA's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthesis.figures.flow_diagram import BoxId, FlowBox, FlowDiagram, FlowLine
from synthesis.reporting.flow import FlowCounts, StudiesAndReports, Tally


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a diagram is shown; PRISMA's four templates differ in the first two.

    earlier   the boxes of an updated review, if it is one.
    other     the column of other methods: None where it has something to say.
    details   each source by its name, duplicates within and between sources.
    analysed  the box of meta-analyses, which PRISMA's own template has not.
    """

    earlier: bool = True
    other: bool | None = None
    details: bool = True
    analysed: bool = True


EVERYTHING = Parts()


def diagram(
    counts: FlowCounts, *, title: str, links: Mapping[str, str] | None = None, parts: Parts = EVERYTHING
) -> FlowDiagram:
    """The diagram of these counts.

    `links` gives an address for a count by its field name in FlowCounts ("screened"), by field name and place in the
    list for sources and reasons ("exclusion_reasons.0"), by "included.studies" and "included.reports" for pairs.
    """
    writer = _Writer(counts, links or {}, parts)
    boxes = [*writer.previous(), *writer.records(), *writer.reports()]
    if counts.has_other_methods if parts.other is None else parts.other:
        boxes += writer.other_methods()
    boxes += [*writer.included(), *writer.unsettled()]
    new = "new studies" if writer.is_update else "studies"
    return FlowDiagram(
        title=title,
        boxes=tuple(boxes),
        main_heading=f"Identification of {new} via databases and registers",
        other_heading=f"Identification of {new} via other methods",
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    counts: FlowCounts
    links: Mapping[str, str] = field(default_factory=dict)
    parts: Parts = EVERYTHING

    @property
    def is_update(self) -> bool:
        """Whether the earlier review is shown."""
        return self.counts.previous is not None and self.parts.earlier

    def line(self, text: str, name: str, indent: int = 0) -> FlowLine:
        """A line with the count of that name: a field, or a field of a pair ("included.studies")."""
        value: object = self.counts
        for part in name.split("."):
            value = getattr(value, part)
        if not isinstance(value, int):
            raise TypeError(f"{name} is not a count.")
        return FlowLine(text, value, self.links.get(name, ""), indent)

    def lines(self, name: str, tallies: tuple[Tally, ...], indent: int) -> list[FlowLine]:
        """One line per source or reason."""
        if not self.parts.details and "reasons" not in name:
            return []
        return [
            FlowLine(tally.name, tally.n, self.links.get(f"{name}.{n}", ""), indent)
            for n, tally in enumerate(tallies)
        ]

    def pending(self, text: str, name: str) -> list[FlowLine]:
        """A line for what has no decision yet, when there is any."""
        line = self.line(text, name, 1)
        return [line] if line.count else []

    def previous(self) -> list[FlowBox]:
        if not self.is_update:
            return []
        lines = [
            self.line("Studies included in previous version of review", "previous.studies"),
            self.line("Reports of studies included in previous version of review", "previous.reports"),
        ]
        return [FlowBox("box1", tuple(lines))]

    def records(self) -> list[FlowBox]:
        counts = self.counts
        identified = [
            FlowLine("Records identified from:"),
            self.line("Databases", "database_records", 1),
            *self.lines("databases", counts.databases, 2),
            self.line("Registers", "register_records", 1),
            *self.lines("registers", counts.registers, 2),
        ]
        removed = [
            FlowLine("Records removed before screening:"),
            self.line("Duplicate records removed", "duplicates", 1),
            *self.duplicates(),
            self.line("Records marked as ineligible by automation tools", "removed_by_automation", 1),
            self.line("Records removed for other reasons", "removed_for_other_reasons", 1),
        ]
        screened = [
            self.line("Records screened", "screened"),
            *self.pending("Still to be screened", "screening_open"),
        ]
        return [
            FlowBox("box2", tuple(identified)),
            FlowBox("box3", tuple(removed)),
            FlowBox("box4", tuple(screened)),
            FlowBox("box5", (self.line("Records excluded", "excluded"),)),
        ]

    def duplicates(self) -> list[FlowLine]:
        """Where the duplicates were, as far as that was counted."""
        counts = self.counts
        if not self.parts.details or not counts.duplicates_within_sources + counts.duplicates_between_sources:
            return []
        return [
            self.line("within one source", "duplicates_within_sources", 2),
            self.line("between sources", "duplicates_between_sources", 2),
        ]

    def reports(self) -> list[FlowBox]:
        return [
            self.sought("box6", ""),
            FlowBox("box7", (self.line("Reports not retrieved", "not_retrieved"),)),
            self.assessed("box8", ""),
            self.excluded("box9", "", self.counts.exclusion_reasons),
        ]

    def other_methods(self) -> list[FlowBox]:
        identified = (
            FlowLine("Records identified from:"),
            self.line("Websites", "website_records", 1),
            self.line("Organisations", "organisation_records", 1),
            self.line("Citation searching", "citation_records", 1),
        )
        return [
            FlowBox("box11", identified),
            self.sought("box12", "other_"),
            FlowBox("box13", (self.line("Reports not retrieved", "other_not_retrieved"),)),
            self.assessed("box14", "other_"),
            self.excluded("box15", "other_", self.counts.other_exclusion_reasons),
        ]

    def sought(self, ident: BoxId, side: str) -> FlowBox:
        lines = [self.line("Reports sought for retrieval", f"{side}sought")]
        return FlowBox(ident, (*lines, *self.pending("Still being sought", f"{side}retrieval_open")))

    def assessed(self, ident: BoxId, side: str) -> FlowBox:
        lines = [self.line("Reports assessed for eligibility", f"{side}assessed")]
        return FlowBox(ident, (*lines, *self.pending("Still to be assessed", f"{side}assessment_open")))

    def excluded(self, ident: BoxId, side: str, reasons: tuple[Tally, ...]) -> FlowBox:
        name = f"{side}exclusion_reasons"
        first = self.line("Reports excluded", f"{side}reports_excluded")
        return FlowBox(ident, (first, *self.lines(name, reasons, 1)))

    def included(self) -> list[FlowBox]:
        word = "New studies" if self.is_update else "Studies"
        of = "new" if self.is_update else "included"
        boxes = [self.pair("box10", f"{word} included in review", f"Reports of {of} studies", "included")]
        if self.counts.new_reports_of_previous and self.is_update:
            boxes[0] = FlowBox(
                "box10",
                (*boxes[0].lines, self.line("New reports of earlier studies", "new_reports_of_previous")),
            )
        if self.counts.total is not None and self.is_update:
            boxes.append(
                self.pair(
                    "box16", "Total studies included in review", "Reports of total included studies", "total"
                )
            )
        if self.counts.analysed is not None and self.parts.analysed:
            boxes.append(
                self.pair(
                    "box17", "Studies in a meta-analysis", "Reports of studies in a meta-analysis", "analysed"
                )
            )
        return boxes

    def pair(self, ident: BoxId, studies: str, reports: str, name: str) -> FlowBox:
        lines = self.line(studies, f"{name}.studies"), self.line(reports, f"{name}.reports")
        return FlowBox(ident, lines)

    def unsettled(self) -> list[FlowBox]:
        """What was assessed, but is neither included nor excluded."""
        lines: list[FlowLine] = []
        for words, name, pair in (
            ("awaiting classification", "awaiting_classification", self.counts.awaiting_classification),
            ("ongoing", "ongoing", self.counts.ongoing),
        ):
            if pair != StudiesAndReports(0, 0):
                lines.append(self.line(f"Studies {words}", f"{name}.studies"))
                lines.append(self.line(f"Reports of studies {words}", f"{name}.reports", 1))
        return [FlowBox("open", tuple(lines))] if lines else []
