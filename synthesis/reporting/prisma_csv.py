"""The table of numbers that the PRISMA2020 R package and its web page read: written from a flow, and read into one.

Columns, names of the rows and boxes are the package's; so is its way of writing sources and reasons into one cell,
`Reason, 12; Reason two, 3`, in which a name can hold neither a comma nor a semicolon.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from synthesis.reporting.flow import FlowCounts, StudiesAndReports, Tally

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the package's name of it, where it stands, what it says, and the count's name in FlowCounts."""

    data: str
    node: str
    box: str
    text: str
    name: str = ""


ROWS = (
    Row("NA", "node4", "prevstud", "Previous studies"),
    Row("previous_studies", "node5", "box1", "Studies included in previous version of review", "previous.studies"),
    Row("previous_reports", "NA", "box1", "Reports of studies included in previous version of review", "previous.reports"),
    Row("NA", "node6", "newstud", "Identification of new studies via databases and registers"),
    Row("database_results", "node7", "box2", "Databases", "database_records"),
    Row("database_specific_results", "NA", "box2", "Specific databases", "databases"),
    Row("register_results", "NA", "box2", "Registers", "register_records"),
    Row("register_specific_results", "NA", "box2", "Specific registers", "registers"),
    Row("NA", "node16", "othstud", "Identification of new studies via other methods"),
    Row("website_results", "node17", "box11", "Websites", "website_records"),
    Row("organisation_results", "NA", "box11", "Organisations", "organisation_records"),
    Row("citations_results", "NA", "box11", "Citation searching", "citation_records"),
    Row("duplicates", "node8", "box3", "Duplicate records", "duplicates"),
    Row("excluded_automatic", "NA", "box3", "Records marked as ineligible by automation tools", "removed_by_automation"),
    Row("excluded_other", "NA", "box3", "Records removed for other reasons", "removed_for_other_reasons"),
    Row("records_screened", "node9", "box4", "Records screened", "screened"),
    Row("records_excluded", "node10", "box5", "Records excluded", "excluded"),
    Row("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval", "sought"),
    Row("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved", "not_retrieved"),
    Row("other_sought_reports", "node18", "box12", "Reports sought for retrieval", "other_sought"),
    Row("other_notretrieved_reports", "node19", "box13", "Reports not retrieved", "other_not_retrieved"),
    Row("dbr_assessed", "node13", "box8", "Reports assessed for eligibility", "assessed"),
    Row("dbr_excluded", "node14", "box9", "Reports excluded", "exclusion_reasons"),
    Row("other_assessed", "node20", "box14", "Reports assessed for eligibility", "other_assessed"),
    Row("other_excluded", "node21", "box15", "Reports excluded", "other_exclusion_reasons"),
    Row("new_studies", "node15", "box10", "New studies included in review", "included.studies"),
    Row("new_reports", "NA", "box10", "Reports of new included studies", "included.reports"),
    Row("total_studies", "node22", "box16", "Total studies included in review", "total.studies"),
    Row("total_reports", "NA", "box16", "Reports of total included studies", "total.reports"),
    Row("total_studies_ma", "node23", "box17", "Studies in a meta-analysis", "analysed.studies"),
    Row("total_reports_ma", "NA", "box17", "Reports of studies in a meta-analysis", "analysed.reports"),
    Row("identification", "node1", "identification", "Identification"),
    Row("screening", "node2", "screening", "Screening"),
    Row("included", "node3", "included", "Included"),
)  # fmt: skip

#: The counts that are lists of sources or reasons, and the total that each of them adds up to.
_LISTS = {
    "databases": "database_records",
    "registers": "register_records",
    "exclusion_reasons": "reports_excluded",
    "other_exclusion_reasons": "other_reports_excluded",
}
_PAIRS = ("previous", "included", "total", "analysed")
_TALLY = re.compile(r"\s*(?P<name>[^,;]*?)\s*,\s*(?P<n>[\d\s  ']+?)\s*")


class NotAPrismaTable(ValueError):
    """The text is not such a table, or a number in it is none; the message says which."""


def write(counts: FlowCounts, *, links: Mapping[str, str] | None = None) -> str:
    """The table as CSV.  `links` gives a full address for a count by its name in FlowCounts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in ROWS:
        link = (links or {}).get(row.name, "")
        writer.writerow(
            [row.data, row.node, row.box, row.text, row.text, row.text, link, _written(counts, row)]
        )
    return out.getvalue()


def read(text: str) -> FlowCounts:
    """The flow that a table tells of; rows that are missing or empty count nothing.  Raises NotAPrismaTable.

    What waits for a decision is not in the table: in a finished review nothing does.
    """
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    if not rows or not {"data", "n"} <= {(name or "").strip() for name in rows[0]}:
        raise NotAPrismaTable(
            "This is not a table for the PRISMA2020 package: it needs the columns “data” and “n”, as its template has."
        )
    cells = {(row["data"] or "").strip(): (row["n"] or "").strip() for row in rows}
    known = {row.data: row.name for row in ROWS if row.name}
    if not known.keys() & cells.keys():
        raise NotAPrismaTable(
            "None of the rows has a name that the PRISMA2020 package knows, such as “records_screened”."
        )
    values = {name: cells.get(data, "") for data, name in known.items()}
    numbers: dict[str, int] = {}
    lists: dict[str, tuple[Tally, ...]] = {}
    for name, cell in values.items():
        if name in _LISTS:
            lists[name] = tuple(_tallies(cell, name))
        elif "." not in name:
            numbers[name] = _number(cell, name)
    for name in ("exclusion_reasons", "other_exclusion_reasons"):
        numbers[_LISTS[name]] = sum(tally.n for tally in lists[name])
    pairs = {name: _pair(values, name) for name in _PAIRS}
    included = pairs.pop("included") or StudiesAndReports(0, 0)
    return FlowCounts(**numbers, **lists, **pairs, included=included)  # type: ignore[arg-type]


def _written(counts: FlowCounts, row: Row) -> str:
    if not row.name:
        return ""
    if row.name in _LISTS:
        return "; ".join(_tally_cells(getattr(counts, row.name), is_reasons="reason" in row.name))
    value: object = counts
    for part in row.name.split("."):
        value = None if value is None else getattr(value, part)
    return "" if value is None else str(value)


def _tally_cells(tallies: tuple[Tally, ...], *, is_reasons: bool) -> Iterator[str]:
    for tally in tallies:
        yield f"{' '.join(re.sub('[,;]', ' ', tally.name).split())}, {tally.n}"
    if is_reasons and len(tallies) == 1:
        # Older versions of the package stop at a single reason.
        yield "Other, 0"


def _tallies(cell: str, name: str) -> Iterator[Tally]:
    for part in filter(str.strip, cell.split(";")):
        found = _TALLY.fullmatch(part)
        if found is None:
            if "xxx" in part:
                continue  # the template's own placeholder
            raise NotAPrismaTable(
                f"“{part.strip()}” should be a name, a comma and a number ({name.replace('_', ' ')})."
            )
        if n := _number(found["n"], name):
            yield Tally(found["name"], n)


def _number(cell: str, name: str) -> int:
    digits = re.sub(r"[\s  ',]", "", cell)
    if digits in {"", "NA", "xxx"}:
        return 0
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise NotAPrismaTable(f"“{cell}” is not a number of {name.replace('_', ' ').replace('.', ': ')}.")
    return int(digits)


def _pair(values: Mapping[str, str], name: str) -> StudiesAndReports | None:
    studies, reports = values[f"{name}.studies"], values[f"{name}.reports"]
    if {studies, reports} <= {"", "NA", "xxx"}:
        return None
    return StudiesAndReports(_number(studies, f"{name}.studies"), _number(reports, f"{name}.reports"))
