"""Tables for robvis: columns and words as its templates name them, and back again without loss."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.riskofbias import ROB1, ROB2_ASSIGNMENT, TOOLS, Tool, tool_named
from extraction.riskofbias.robvis import BadTable, Judged, columns, read, write

#: The columns of robvis's templates, between Study and Overall.
HEADS = {
    "rob2-assignment": ["D1", "D2", "D3", "D4", "D5", "Overall"],
    "rob2-cluster": ["D1", "D1b", "D2", "D3", "D4", "D5", "Overall"],
    "robins-i": ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "Overall"],
    "quadas-2": ["D1", "D2", "D3", "D4"],
}


def table(tool: Tool, *rows: Judged) -> list[list[str]]:
    """What is written, cell by cell."""
    return list(csv.reader(io.StringIO(write(tool, rows))))


def all_at(tool: Tool, place: int) -> dict[str, str]:
    """Every item at the best (0) or worst (-1) level."""
    return {item.key: tool.levels_of(item)[place].key for item in columns(tool)}


@pytest.mark.parametrize("key", HEADS)
def test_columns_are_those_of_the_template(key: str) -> None:
    assert table(tool_named(key))[0] == ["Study", *HEADS[key]]


def test_rob_1_has_headings_in_words() -> None:
    heads = table(ROB1)[0]
    assert (heads[1], heads[-1]) == ("Random.sequence.generation", "Other.sources.of.bias")


def test_words_begin_with_the_letters_that_robvis_reads() -> None:
    rows = table(ROB2_ASSIGNMENT, Judged("Braga 2018", all_at(ROB2_ASSIGNMENT, 1), 62.5))
    assert rows[1] == ["Braga 2018", *["Some concerns"] * 6, "62.5"]
    robins = table(tool_named("robins-i"), Judged("A", {"D1": "none", "D2": "critical"}))
    assert robins[1][1:4] == ["No information", "Critical", ""]
    assert table(tool_named("quadas-2"), Judged("A", {"D1": "unclear"}))[1][1] == "Some concerns"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.key)
@pytest.mark.parametrize("place", [0, 1, -1])
def test_what_is_written_is_read_again(tool: Tool, place: int) -> None:
    rows = [Judged("Braga 2018", all_at(tool, place)), Judged("=1+1, “王”", all_at(tool, 0))]
    found = read(tool, write(tool, rows).encode())
    assert found.problems == ()
    assert [row for _, row in found.rows] == rows


def test_letters_names_and_other_orders_of_columns_are_read() -> None:
    text = "\ufeffWeight,overall,d5,D4,D3,D2,D1,STUDY\r\n1,H,l,Low risk,some concerns,S,,Li 2003\r\n"
    found = read(ROB2_ASSIGNMENT, text.encode())
    assert found.rows[0][1].levels == {
        "D2": "some",
        "D3": "some",
        "D4": "low",
        "D5": "low",
        "overall": "high",
    }


def test_what_is_not_understood_is_told_with_its_line() -> None:
    text = "Study,D1,D2,D3,D4,D5,Overall\nA,Low,Splendid,Low,Low,Low,Low\n\nA,,,,,,\n,Low,,,,,\nB,Low\n"
    found = read(ROB2_ASSIGNMENT, text.encode())
    assert [(problem.line, problem.text) for problem in found.problems] == [
        (2, "A: “Splendid” is no judgement on Deviations from intended interventions."),
        (4, "“A” stands here for the second time."),
        (5, "No study is named."),
    ]
    assert [(line, row.study) for line, row in found.rows] == [(2, "A"), (6, "B")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no study"),
        (b"Study,D1\n", "no study"),
        (b"Trial,D1,D2,D3,D4,D5\nA,L,L,L,L,L\n", "no column “Study”"),
        (b"Study,D1,D2\nA,Low,Low\n", "are missing: D3, D4, D5"),
        ("Study,D1\nÄ,Low\n".encode("latin-1"), "not in UTF-8"),
        (b"Study,D1\n" + b"A,Low\n" * 5001, "more than 5000"),
        (b"x" * 2_000_001, "too large"),
    ],
)
def test_what_is_no_such_table_is_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(BadTable, match=complaint):
        read(ROB2_ASSIGNMENT, content)


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"Study,D1,D2,D3,D4,D5\n{text}".encode())
)
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        found = read(ROB2_ASSIGNMENT, content)
    except BadTable:
        return
    assert all(row.study for _, row in found.rows)
