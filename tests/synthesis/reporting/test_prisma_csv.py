"""The PRISMA2020 package's table: out and in again, and in from the package's own hands."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.reporting import prisma_csv
from synthesis.reporting.flow import FlowCounts, StudiesAndReports, Tally
from synthesis.reporting.flow_rules import check
from synthesis.reporting.prisma_csv import NotAPrismaTable
from tests.synthesis.reporting.test_flow_rules import SOUND, UPDATE

#: What the table has no rows for.
UNSAID: dict[str, Any] = {
    "screening_open": 0,
    "retrieval_open": 0,
    "assessment_open": 0,
    "other_retrieval_open": 0,
    "other_assessment_open": 0,
    "found_by_both": (),
    "awaiting_classification": StudiesAndReports(0, 0),
    "ongoing": StudiesAndReports(0, 0),
    "new_reports_of_previous": 0,
    "notes": (),
}


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["data"]: row for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.parametrize("counts", [SOUND, UPDATE])
def test_what_was_written_reads_as_the_same_flow(counts: FlowCounts) -> None:
    assert prisma_csv.read(prisma_csv.write(counts)) == replace(counts, **UNSAID)


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(1, 999)), max_size=5))
def test_any_name_of_a_reason_keeps_its_number(reasons: list[tuple[str, int]]) -> None:
    tallies = tuple(Tally(name, n) for name, n in reasons)
    counts = replace(SOUND, exclusion_reasons=tallies, reports_excluded=sum(n for _, n in reasons))
    back = prisma_csv.read(prisma_csv.write(counts))
    assert [tally.n for tally in back.exclusion_reasons] == [n for _, n in reasons]


def test_a_reason_is_written_without_the_commas_that_would_cut_it() -> None:
    counts = replace(SOUND, exclusion_reasons=(Tally("Wrong population, animals; in vitro", 50),))
    assert (
        rows(prisma_csv.write(counts))["dbr_excluded"]["n"]
        == "Wrong population animals in vitro, 50; Other, 0"
    )


def test_a_new_review_leaves_the_rows_of_an_update_empty() -> None:
    written = rows(prisma_csv.write(SOUND))
    assert written["previous_studies"]["n"] == ""
    assert written["total_studies"]["n"] == ""
    assert written["records_screened"]["n"] == "170"


def test_links_stand_in_their_column() -> None:
    written = rows(prisma_csv.write(SOUND, links={"screened": "https://example.org/screened"}))
    assert written["records_screened"]["url"] == "https://example.org/screened"


def test_the_packages_own_template_is_read() -> None:
    text = 'data,node,box,description,boxtext,tooltips,url,n\nrecords_screened,node9,box4,a,b,c,d,"1,245"\ndbr_excluded,,,,,,,"Reason1, xxx; Reason2, 3"\n'
    counts = prisma_csv.read(text)
    assert counts.screened == 1245
    assert counts.exclusion_reasons == (Tally("Reason2", 3),)
    assert counts.previous is None


def test_a_table_that_does_not_add_up_is_told_by_the_rules() -> None:
    text = prisma_csv.write(replace(SOUND, screened=171))
    wrong = [rule for rule in check(prisma_csv.read(text)) if rule.severity == "error" and not rule.ok]
    assert wrong[0].code == "E2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns"),
        ("a,b\n1,2\n", "columns"),
        ("data,n\nsomething,3\n", "None of the rows"),
        ("data,n\nrecords_screened,many\n", "not a number of screened"),
        ("data,n\nrecords_screened,-4\n", "not a number"),
        ("data,n\nrecords_screened,10\ndbr_excluded,no numbers here\n", "a comma and a number"),
    ],
)
def test_what_is_no_such_table_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(NotAPrismaTable, match=said):
        prisma_csv.read(text)
