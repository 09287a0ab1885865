"""What is written in one format and read again is the same: fields, and every original tag, in every chain of formats."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reviews.formats import WRITERS, Problem, Reference, raw_tags, read, sniff, write
from reviews.formats.carrying import FIELD_NAMES
from reviews.formats.reading import plain_text
from tests.reviews.formats.samples import GOOD, references

EMPTY = Reference(0, 0, 0, 0, "", "", "", (), None, "", "", "", "", "", "", "", "", "", (), ())

# All characters but those that no database keeps.
LETTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")
ODD = st.sampled_from(
    ["=1+1", "@now", "-5", "+x", "'=1", "{", "}", "\\", '"', "&amp;", "<b>", "]]>", "% %", "#", "$x$", "~", "^", "_x0041_",
     " and ", ";", "a\nb", "a\n\nb", "\r\n", "\t", "\x0b", "\x1f", "\u2028", "\ufeff", "\uffff", "ER  - ", "TY  - JOUR", "PMID- 1",
     "10.5555/a", "Ã©", "2019", "no pages", "\U0001f600", '="x"', "' '", "@article{x,", "}\n@misc{y,", "PT J", "\nER\n"]
)  # fmt: skip
TEXT = st.lists(st.one_of(ODD, st.text(LETTERS, max_size=12)), max_size=4).map("".join)
NAMES = st.one_of(st.sampled_from(["TI", "AU", "ZZ", "PMID", "N1", "AB", "tags", "title", "%A", "a/b@c"]), st.text(LETTERS, min_size=1, max_size=5))  # fmt: skip
REFERENCES = st.builds(
    replace,
    st.just(EMPTY),
    kind=st.one_of(st.sampled_from(["JOUR", "BOOK", "CHAP", "GEN", "THES", ""]), TEXT),
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple),
    year=st.one_of(st.none(), st.integers(1000, 9999)),
    journal=TEXT,
    volume=TEXT,
    issue=TEXT,
    pages=st.one_of(st.sampled_from(["1-9", "S11-8", "e1"]), TEXT),
    doi=TEXT,
    pmid=st.one_of(st.just("12345678"), TEXT),
    accession=TEXT,
    url=TEXT,
    language=TEXT,
    keywords=st.lists(TEXT, max_size=3).map(tuple),
    tags=st.lists(st.tuples(NAMES, TEXT), max_size=5).map(tuple),
).filter(lambda item: any(getattr(item, name) for name in FIELD_NAMES))


def written(items: list[Reference], name: str) -> bytes:
    """A whole file."""
    return b"".join(write(items, name))


def fields(item: Reference) -> dict[str, object]:
    """What a reference says, wherever it stands."""
    return {name: getattr(item, name) for name in FIELD_NAMES}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=80, deadline=None)
@given(items=st.lists(REFERENCES, min_size=1, max_size=3))
@example(items=[replace(EMPTY, title="=1+1", authors=("A and B", "{C}"), tags=(("TI", "\\"), ("TI", "}")))])
def test_anything_written_is_read_as_it_was(name: str, items: list[Reference]) -> None:
    again = references(written(items, name))
    assert [fields(item) for item in again] == [fields(item) for item in items]
    assert [one.tags for one, item in zip(again, items, strict=True) if item.tags] == [
        item.tags for item in items if item.tags
    ]


@settings(max_examples=30, deadline=None)
@given(
    items=st.lists(REFERENCES, min_size=1, max_size=2),
    chain=st.lists(st.sampled_from([*WRITERS]), min_size=2, max_size=4),
)
def test_chains_of_formats_lose_nothing(items: list[Reference], chain: list[str]) -> None:
    steps = [items]
    for name in chain:
        steps.append(references(written(steps[-1], name)))
    for before, after in pairwise(steps[1:]):
        assert [fields(item) for item in after] == [fields(item) for item in before]
        assert [item.tags for item in after] == [item.tags for item in before]


@pytest.mark.parametrize("name", WRITERS)
def test_a_good_file_comes_back_from_every_format(name: str) -> None:
    items = references(GOOD.encode())
    raw = written(items, name)
    found = [*read(io.BytesIO(raw))]
    assert [item for item in found if isinstance(item, Problem)] == []
    again = [item for item in found if isinstance(item, Reference)]
    assert [(fields(item), item.tags) for item in again] == [(fields(item), item.tags) for item in items]
    what = sniff(raw)
    text = plain_text(io.BytesIO(raw), what).read()
    for item in again:
        chunk = text[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding=what.encoding, format=what.format, head=text) == item.tags


@pytest.mark.parametrize("name", WRITERS)
def test_no_reference_gives_a_file_that_can_be_opened(name: str) -> None:
    raw = written([], name)
    if name == "xlsx":
        assert load_workbook(io.BytesIO(raw)).active
    elif name == "endnote-xml":
        assert ET.fromstring(raw).find("records") is not None  # noqa: S314 - our own


@pytest.mark.parametrize("name", WRITERS)
def test_writing_is_a_stream(name: str) -> None:
    asked: list[int] = []

    def endless() -> Iterator[Reference]:
        for number in range(10_000):
            asked.append(number)
            yield replace(EMPTY, title=f"Title {number} {number**20}", year=2000)

    pieces = write(endless(), name)
    for _ in range(5):
        next(pieces)
    assert len(asked) <= 5


def test_a_format_we_do_not_write_is_said() -> None:
    with pytest.raises(ValueError, match="docx"):
        write([], "docx")


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1"]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_cell_of_a_csv_begins_as_a_formula_does(title: str) -> None:
    raw = written([replace(EMPTY, title=title, journal=title, authors=(title,))], "csv")
    rows = [*csv.reader(io.StringIO(raw.decode("utf-8-sig")))]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert references(raw)[0].title == title


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_stay_text() -> None:
    items = [replace(EMPTY, title=title, pages="4-5", volume="0012") for title in HOSTILE]
    sheet = load_workbook(io.BytesIO(written(items, "xlsx"))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert [cell.value for cell in sheet["E"]][1:3] == ["0012", "0012"]


def test_a_workbook_is_written_without_a_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(written(references(GOOD.encode()), "xlsx"))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_values_longer_than_a_cell_of_excel_survive() -> None:
    item = replace(
        EMPTY, title="Long", abstract="word " * 20_000 + "end", tags=(("AB", "x " * 50_000 + "y"),)
    )
    again = references(written([item], "xlsx"))[0]
    assert (again.abstract, again.tags) == (item.abstract, item.tags)


def test_keys_of_bibtex_occur_once() -> None:
    items = [replace(EMPTY, title="Walking", authors=("Müller, Ana",), year=2019)] * 3
    keys = [line for line in written(items, "bib").decode().split("\n") if line.startswith("@")]
    assert keys == ["@misc{Muller2019walking,", "@misc{Muller2019walking-2,", "@misc{Muller2019walking-3,"]


def test_endnote_finds_its_elements() -> None:
    root = ET.fromstring(written(references(GOOD.encode()), "endnote-xml"))  # noqa: S314 - our own
    one = root.find("records/record")
    assert one is not None
    kind = one.find("ref-type")
    assert kind is not None
    assert (kind.text, kind.get("name")) == ("17", "Journal Article")
    assert [author.text for author in one.findall("contributors/authors/author")] == [
        "Example, Ana",
        "Muster, Béla",
    ]
    assert one.findtext("periodical/full-title") == "Journal of Invented Results"
    assert one.findtext("dates/year") == "2019"


def test_a_column_that_somebody_adds_to_our_table_is_a_tag_behind_the_original_ones() -> None:
    text = written(references(GOOD.encode()), "csv").decode("utf-8-sig")
    rows = [*csv.reader(io.StringIO(text))]
    more = io.StringIO()
    csv.writer(more).writerows([*row, "remark" if row is rows[0] else "looked at"] for row in rows)
    again = references(more.getvalue().encode())
    assert [item.tags for item in again] == [
        (*item.tags, ("remark", "looked at")) for item in references(GOOD.encode())
    ]


def test_a_title_corrected_in_a_spreadsheet_is_the_title() -> None:
    text = (
        written(references(GOOD.encode()), "csv").decode().replace("A made-up trial of walking", "Walking", 1)
    )
    one = references(text.encode())[0]
    assert (one.title, dict(one.tags)["TI"]) == ("Walking", "A made-up trial of walking")
