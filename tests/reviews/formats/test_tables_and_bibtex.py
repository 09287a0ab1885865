"""Tables and BibTeX; every record here is made up."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.formats import FormatError, Reference, Sniffed, raw_tags, read, sniff
from reviews.formats.latex import plain
from tests.reviews.formats.samples import codes, problems, references

SCOPUS = """Authors,Title,Year,Source title,Volume,Issue,Page start,Page end,DOI,Abstract,Author Keywords,PubMed ID
"Example A.; Muster B.","A made-up trial, of walking",2019,"Journal of Invented Results",12,3,288,297,10.5555/a,"Line one.
Line ""two"".",walking; examples,12345678
Else E.,Another one,n.d.,,,,,,,,,
"""

BIB = """Scopus
@article{Example2019,
  author = {Example, Ana and Muster, B{\\'e}la},
  title = "A made-up trial of "walking" in {ALS}",
  journal = {Journal of Invented Results},
  year = 2019,
  volume = {12}, number = {3}, pages = {288--297},
  doi = {10.5555/a},
  keywords = {walking, examples},
}

@book{,17,
  title = {A book whose brace is missing,
  publisher = {Nobody},
  year = {2020}
}
@article{Example2019, title = {The same key again}, author = {Else, Eric}, year = "2021" }
@comment{nothing}
"""


def test_a_table_is_read_by_the_names_of_its_columns() -> None:
    one, two = references(SCOPUS.encode())
    assert one.title == "A made-up trial, of walking"
    assert one.authors == ("Example A.", "Muster B.")
    assert (one.year, one.journal, one.volume, one.issue, one.pages) == (
        2019,
        "Journal of Invented Results",
        "12",
        "3",
        "288-297",
    )
    assert (one.doi, one.pmid, one.keywords) == ("10.5555/a", "12345678", ("walking", "examples"))
    assert one.abstract == 'Line one. Line "two".'
    assert (one.line, two.line, two.position) == (2, 4, 2)
    assert codes(SCOPUS.encode()) == ["date-not-a-year"]


@pytest.mark.parametrize(("mark", "dialect"), [(";", "semicolons"), ("\t", "tabs"), (",", "commas")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_marks_and_encodings_change_nothing(mark: str, dialect: str, encoding: str) -> None:
    raw = f"Title{mark}Year{mark}Abstract\r\nÉtude{mark}2019{mark}a\r\n\r\nB{mark}2020\r\n".encode(encoding)
    assert (sniff(raw).format, sniff(raw).dialect) == ("csv", dialect)
    assert [(item.title, item.year) for item in references(raw)] == [("Étude", 2019), ("B", 2020)]


def test_rows_before_the_header_are_said() -> None:
    raw = b'"SEARCH QUERY","walking:ti"\n\n' + SCOPUS.encode()
    assert [item.title for item in references(raw)] == [item.title for item in references(SCOPUS.encode())]
    assert problems(raw)[0].code == "text-between-records"


def test_text_that_is_no_table_is_refused_in_plain_words() -> None:
    with pytest.raises(FormatError, match="No reference"):
        read(io.BytesIO(b"Dear Ana,\nhere is what I found, as promised.\nBen\n"))


def test_excel_shells_are_taken_off() -> None:
    assert references(b'Title,Volume\nOne,="0012"\n')[0].volume == "0012"


@pytest.mark.parametrize(
    ("names", "count"),
    [
        ("Griffin DK, Larkin DM, O'Connor RE.", 3),
        ("Ana Example, Ben Muster", 2),
        ("Example, Ana", 1),
        ("A; B; C", 3),
    ],
)
def test_authors_in_one_cell_are_told_apart(names: str, count: int) -> None:
    assert len(references(f'Title,Authors\nOne,"{names}"\n'.encode())[0].authors) == count


def test_a_quotation_mark_that_never_closes_swallows_no_rows() -> None:
    rows = "".join(f"Title {number},2019\n" for number in range(3000))
    found = references(f'Title,Year\n"Broken,2019\n{rows}'.encode())
    assert len(found) == 3001


def test_bibtex_survives_what_breaks_other_parsers() -> None:
    one, two, three = references(BIB.encode())
    assert one.title == 'A made-up trial of "walking" in ALS'
    assert one.authors == ("Example, Ana", "Muster, Béla")
    assert (one.year, one.volume, one.issue, one.pages) == (2019, "12", "3", "288-297")
    assert one.keywords == ("walking", "examples")
    assert (two.kind, two.title, two.year) == ("BOOK", "A book whose brace is missing", 2020)
    assert (three.title, three.year) == ("The same key again", 2021)
    assert codes(BIB.encode()) == ["text-between-records"]


def test_an_entry_without_fields_is_refused_by_name() -> None:
    raw = b"@article{Nothing2019,\n}\n" + BIB.encode()
    assert next((item.code, item.refused) for item in problems(raw)) == ("empty-record", True)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("Prei{\\ss}el, Ren{\\'e}", "Preißel, René"),
        ('M\\"{u}ller and {\\AA}kesson', "Müller and Åkesson"),
        ('\\v{S}koda, \\c{c}a, na{\\"\\i}ve', "Škoda, ça, naïve"),
        ("A \\& B, 50\\%, a~b", "A & B, 50%, a b"),
        ("\\textit{in vitro}", "in vitro"),
    ],
)
def test_latex_becomes_letters(latex: str, text: str) -> None:
    assert plain(latex) == text


@pytest.mark.parametrize("text", [SCOPUS, BIB])
def test_every_record_can_be_read_again_and_reading_resumes(text: str) -> None:
    for raw in (text.encode(), text.encode("utf-16"), text.replace("\n", "\r\n").encode()):
        whole, what = references(raw), sniff(raw)
        for item in whole:
            chunk = raw[item.offset : item.offset + item.length]
            assert raw_tags(chunk, encoding=what.encoding, format=what.format, head=raw) == item.tags
            rest = read(io.BytesIO(raw), start=item.offset + item.length, position=item.position)
            assert [found for found in rest if isinstance(found, Reference)] == whole[item.position :]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([("csv", SCOPUS), ("bib", BIB)]), st.data())
def test_a_damaged_file_breaks_nothing(sample: tuple[str, str], data: st.DataObject) -> None:
    name, text = sample
    pieces = list(text)
    for at in data.draw(st.lists(st.integers(0, len(text) - 1), max_size=6)):
        pieces[at] = data.draw(st.sampled_from(['"', "{", "}", ",", "\n", "@", "", "\x00"]))
    raw = "".join(pieces).encode()
    try:
        found = list(read(io.BytesIO(raw), sniffed=Sniffed(name, "utf-8", "commas", "")))
    except FormatError:
        return
    ends = [item.offset + item.length for item in found if isinstance(item, Reference)]
    assert ends == sorted(ends)
    assert all(end <= len(raw) for end in ends)


def test_names_in_bibtex_end_with_the_surname() -> None:
    raw = b"@article{a, title={T}, author={Ana Maria Example and Ludwig van Muster and {World Health Group} and B. Cee and others}}"
    assert references(raw)[0].authors == (
        "Example, Ana Maria",
        "van Muster, Ludwig",
        "World Health Group",
        "Cee, B.",
        "others",
    )
