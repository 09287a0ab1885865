"""Excel workbooks, honest and otherwise; every record is made up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from reviews.formats import (
    FormatError,
    MappingNeeded,
    Reference,
    columns_of,
    plain_text,
    raw_tags,
    read,
    sniff,
)
from tests.reviews.formats.samples import codes, problems, references

HEADER = ["Title", "Authors", "Year", "Pages", "DOI"]
ROWS = [
    ["A made-up trial", "Example, Ana; Muster, Ben", 2019, "12-19", "10.5555/a"],
    ['Another,\nwith "quotes"', "Else, Chi", 2020.0, 288, None],
]


def workbook(*sheets: Sequence[Sequence[object]], merged: str = "") -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append([*row])
        if merged:
            sheet.merge_cells(merged)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def test_a_workbook_is_read_as_a_table() -> None:
    one, two = references(workbook([HEADER, *ROWS]))
    assert (one.title, one.authors, one.year, one.pages) == (
        "A made-up trial",
        ("Example, Ana", "Muster, Ben"),
        2019,
        "12-19",
    )
    assert (two.title, two.year, two.pages) == ('Another, with "quotes"', 2020, "288")
    assert two.tags == (
        ("Title", 'Another,\nwith "quotes"'),
        ("Authors", "Else, Chi"),
        ("Year", "2020"),
        ("Pages", "288"),
    )


def test_places_count_in_its_plain_text() -> None:
    raw = workbook([HEADER, *ROWS])
    what, found = sniff(raw), references(raw)
    text = plain_text(io.BytesIO(raw), what).read()
    for item in found:
        chunk = text[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding=what.encoding, format=what.format, head=text[: 1 << 16]) == item.tags
        for stream in (raw, text):
            rest = read(
                io.BytesIO(stream), sniffed=what, start=item.offset + item.length, position=item.position
            )
            assert [*rest] == found[item.position :]


def test_rows_above_and_between_are_no_records() -> None:
    raw = workbook([["Search of 1 May"], [], HEADER, ROWS[0], [], ROWS[1], []], merged="A1:E1")
    assert [item.title for item in references(raw)] == ["A made-up trial", 'Another, with "quotes"']
    assert codes(raw) == ["text-between-records"]


def test_the_sheet_with_titles_is_read_and_others_are_said() -> None:
    raw = workbook([["Hits", 2], ["On", date(2020, 5, 1)]], [HEADER, *ROWS], [])
    assert len(references(raw)) == 2
    assert [(found.code, "Sheet 1" in found.excerpt) for found in problems(raw)] == [
        ("other-worksheets", True)
    ]


def test_sheets_of_the_same_columns_are_one_list() -> None:
    raw = workbook([["Part 1"], HEADER, ROWS[0]], [HEADER, ROWS[1]], [["Title"], ["of another kind"]])
    assert [item.title for item in references(raw)] == ["A made-up trial", 'Another, with "quotes"']
    said = next(found for found in problems(raw) if found.code == "other-worksheets")
    assert said.excerpt == "Worksheets that were not read: Sheet 3. Read: Sheet 1, Sheet 2."


def test_dates_numbers_and_truths_are_text_as_a_person_reads_it() -> None:
    header = ["Title", "a", "b", "c", "d", "e"]
    row = ["One", datetime(2011, 4, 5), datetime(2011, 4, 5, 6, 7), time(6, 7), 1.5, True]  # noqa: DTZ001
    assert [value for _, value in references(workbook([header, row]))[0].tags[1:]] == [
        "2011-04-05", "2011-04-05 06:07:00", "06:07:00", "1.5", "TRUE",
    ]  # fmt: skip


def test_pages_that_excel_made_a_date_of_are_said() -> None:
    raw = workbook([HEADER, ["One", "A", 2020, datetime(2011, 4, 5), None]])  # noqa: DTZ001
    assert (references(raw)[0].pages, codes(raw)) == ("", ["spreadsheet-date"])


def test_a_formula_gives_what_was_saved_and_never_itself() -> None:
    found = references(workbook([HEADER, ["One", "A", "=1+1", "1-2", "10.5555/a"]]))
    assert found[0].tags == (("Title", "One"), ("Authors", "A"), ("Pages", "1-2"), ("DOI", "10.5555/a"))


def test_columns_can_be_named() -> None:
    raw = workbook(
        [["Paper", "Who"], ["A made-up trial of walking", "Ana"], ["Another trial of sitting", "Ben"]]
    )
    with pytest.raises(MappingNeeded):
        read(io.BytesIO(raw))
    columns = columns_of(io.BytesIO(raw), sniff(raw))
    assert columns
    assert columns.mapping["Paper"] == "title"
    found = [*read(io.BytesIO(raw), mapping={"Paper": "title", "Who": "authors"})]
    assert [item.title for item in found if isinstance(item, Reference)][1] == "Another trial of sitting"


def test_an_empty_workbook_is_said() -> None:
    with pytest.raises(FormatError, match="empty"):
        references(workbook([]))


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip with these files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (zipped({"xl/workbook.bin": b"x", "xl/worksheets/sheet1.bin": b"x"}), "xlsb"),
        (zipped({"notes.txt": b"x"}), "ZIP"),
        (zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<x/>"}), "damaged"),
        (zipped({"xl/workbook.xml": b"<w/>", "xl/sharedStrings.xml": b" " * (80 << 20)}), "far more"),
        (workbook([HEADER, *ROWS])[:2000], "damaged or incomplete"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        references(raw)


def test_a_workbook_with_macros_is_read_and_nothing_in_it_is_run() -> None:
    whole = io.BytesIO(workbook([HEADER, *ROWS]))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")
    assert len(references(whole.getvalue())) == 2


def test_entities_of_its_own_are_not_unfolded() -> None:
    bomb = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    with pytest.raises(FormatError):
        references(
            zipped({"xl/workbook.xml": bomb, "[Content_Types].xml": bomb, "xl/worksheets/sheet1.xml": bomb})
        )


def test_a_row_of_thousands_of_cells_is_cut() -> None:
    wide = [*HEADER, *(f"x{number}" for number in range(5000))]
    assert len(references(workbook([wide, [str(number) for number in range(5005)]]))[0].tags) <= 2000


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_workbook_raises_nothing_but_our_error(data: st.DataObject) -> None:
    raw = bytearray(WHOLE)
    for at in data.draw(st.lists(st.integers(30, len(raw) - 1), min_size=1, max_size=6)):
        raw[at] = data.draw(st.integers(0, 255))
    try:
        found = [*read(io.BytesIO(bytes(raw)), sniffed=sniff(WHOLE))]
    except FormatError:
        return
    assert all(found)


WHOLE = workbook([HEADER, *ROWS])
