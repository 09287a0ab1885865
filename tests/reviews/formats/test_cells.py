"""What databases and programs put into the cells of their tables; every record is made up."""

from __future__ import annotations

import pytest

from tests.reviews.formats.samples import codes, problems, references


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Example A.B., Muster C.", ("Example A.B.", "Muster C.")),
        ("Example A, Muster BC.", ("Example A", "Muster BC")),
        ("Example, Ana and Muster, Ben", ("Example, Ana", "Muster, Ben")),
        ("Ana Example, Ben Muster and Chi Else", ("Ana Example", "Ben Muster", "Chi Else")),
        ("Ana Example|Ben Muster", ("Ana Example", "Ben Muster")),
        ("['Example, Ana', 'Muster, Ben']", ("Example, Ana", "Muster, Ben")),
        ("Department of Walking and Sitting", ("Department of Walking and Sitting",)),
        ("Example, Ana", ("Example, Ana",)),
    ],
)
def test_authors_are_told_apart_however_a_source_parts_them(names: str, authors: tuple[str, ...]) -> None:
    assert references(f'Title,Authors\nOne,"{names}"\n'.encode())[0].authors == authors


def test_scielo_parts_first_names_by_commas_as_well() -> None:
    raw = b'ID,Title,Author(s),Source,Journal\n1,One,"Example Else, Ana Luz, Muster, Ben","Revista; 8(1); 13-25",Revista\n'
    one = references(raw)[0]
    assert one.authors == ("Example Else, Ana Luz", "Muster, Ben")
    assert (one.volume, one.issue, one.pages) == ("8", "1", "13-25")


def test_springer_leaves_nothing_between_names() -> None:
    raw = b"Item Title,Item DOI,Authors,Content Type\nOne,10.5555/a,Ana ExampleBen McMusterDr. Chi Else,Chapter\n"
    assert references(raw)[0].authors == ("Ana Example", "Ben McMuster", "Dr. Chi Else")


@pytest.mark.parametrize(
    ("source", "journal", "volume", "issue", "pages"),
    [
        (
            "Invented Results (2014) 3:3 (152-160). Date of Publication: 2014",
            "Invented Results",
            "3",
            "3",
            "152-160",
        ),
        ("Invented Results (2019) 54 (83-86).", "Invented Results", "54", "", "83-86"),
        ("Invented Results (2024) 15:1 Article Number: 4063. Date", "Invented Results", "15", "1", "4063"),
        ("J Invent;30(2): 183-211, 2021 Feb. ", "J Invent", "30", "2", "183-211"),
        ("Trials", "Trials", "", "", ""),
    ],
)
def test_a_citation_in_one_cell_is_taken_apart(
    source: str, journal: str, volume: str, issue: str, pages: str
) -> None:
    one = references(f'Title,Source\nOne,"{source}"\n'.encode())[0]
    assert (one.journal, one.volume, one.issue, one.pages) == (journal, volume, issue, pages)


def test_pubmed_s_citation_gives_what_its_table_has_no_column_for() -> None:
    raw = b"PMID,Title,Citation,Journal/Book\n1,One,Invent. 2022 Apr;604(7907):684-688. doi: 10.5555/a.,Invent\n"
    one = references(raw)[0]
    assert (one.volume, one.issue, one.pages, one.doi, one.year) == (
        "604",
        "7907",
        "684-688",
        "10.5555/a",
        2022,
    )


def test_a_column_is_believed_before_a_citation() -> None:
    raw = b"Title,Source,Volume,Journal\nOne,Invented (2014) 3:3 (152-160).,7,Results\n"
    one = references(raw)[0]
    assert (one.journal, one.volume, one.issue) == ("Results", "7", "3")


def test_keywords_are_parted_outside_of_brackets() -> None:
    raw = b'Title,Keywords\nOne,"walking (slow, fast), sitting, standing, lying"\nTwo,"sitting, standing"\n'
    one, two = references(raw)
    assert one.keywords == ("walking (slow, fast)", "sitting", "standing", "lying")
    assert two.keywords == ("sitting, standing",)


def test_dates_that_a_spreadsheet_made_of_pages_are_said_and_kept_as_tags() -> None:
    raw = b"Title,Pages,Issue,Date\nOne,2011-04-05,2,2011-04-05\n"
    one = references(raw)[0]
    assert (one.pages, one.issue, one.year) == ("", "2", 2011)
    assert dict(one.tags)["Pages"] == "2011-04-05"
    assert [(found.code, found.tag) for found in problems(raw)] == [("spreadsheet-date", "Pages")]


BROKEN = """Title,Year,Journal
"Broken,2019,Invented
"Good, and quoted",2020,Results
Plain,2021,"Journal, with comma"
"A title
on two lines",2022,Letters
"""


def test_a_quotation_mark_that_is_not_closed_costs_its_own_row_nothing() -> None:
    found = references(BROKEN.encode())
    assert [(item.title, item.year) for item in found] == [
        ("Broken", 2019),
        ("Good, and quoted", 2020),
        ("Plain", 2021),
        ("A title on two lines", 2022),
    ]
    assert [(one.code, one.line) for one in problems(BROKEN.encode())] == [("unbalanced-quotes", 2)]


def test_quotation_marks_within_a_cell_break_no_row() -> None:
    raw = b'Title,Year\n"He said ""walk"" and\n""sit"" again",2019\nSo "they" did,2020\n'
    assert [(item.title, item.year) for item in references(raw)] == [
        ('He said "walk" and "sit" again', 2019),
        ('So "they" did', 2020),
    ]
    assert codes(raw) == []


def test_rows_wider_than_the_header_are_said_once_and_kept() -> None:
    raw = b"Title,Year\nOne,2019,more\nTwo,2020,more\n"
    assert codes(raw) == ["ragged-row"]
    assert references(raw)[1].tags == (("Title", "Two"), ("Year", "2020"), ("column 3", "more"))
