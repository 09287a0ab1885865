"""Single values found in free text."""

from __future__ import annotations

import pytest

from reviews.formats import normalise_doi
from reviews.formats.values import doi_in, names_in, pages_from, pmid_in, whole_range
from tests.reviews.formats.samples import references, ris


@pytest.mark.parametrize(
    "text",
    [
        "10.1002/CPP.2398",
        "doi:10.1002/cpp.2398",
        "https://doi.org/10.1002/cpp.2398",
        "http://dx.doi.org/10.1002/cpp.2398.",
        "https://onlinelibrary.wiley.com/doi/full/10.1002/cpp.2398",
        "https://onlinelibrary.wiley.com/doi/10.1002/cpp.2398/abstract?campaign=x",
        "10.1002%2Fcpp.2398",
        "(doi 10.1002/cpp.2398)",
        "10.1002/cpp.2398 [doi]",
    ],
)
def test_a_doi_is_the_same_however_it_is_dressed(text: str) -> None:
    assert normalise_doi(text) == "10.1002/cpp.2398"


def test_brackets_of_old_dois_are_kept() -> None:
    assert doi_in("10.1016/S0140-6736(05)66871-4.") == "10.1016/S0140-6736(05)66871-4"
    assert doi_in("10.1002/(SICI)1097-0258(19980415)17:7&lt;857::AID-SIM777&gt;3.0.CO;2-E").startswith(
        "10.1002/(SICI)"
    )


def test_no_doi_is_no_doi() -> None:
    assert doi_in("Journal Article") == doi_in("version 10.1 of 2001") == ""


@pytest.mark.parametrize(
    ("tags", "doi"),
    [
        (["L3  - 10.5555/a"], "10.5555/a"),
        (["M3  - doi: 10.5555/a"], "10.5555/a"),
        (["UR  - https://doi.org/10.5555/a"], "10.5555/a"),
        (["N1  - doi: 10.5555/a"], "10.5555/a"),
        (["DO  - 10.5555/a", "UR  - https://doi.org/10.5555/b"], "10.5555/a"),
        (["N1  - References: " + "Smith 2001 10.5555/other; " * 40], ""),
    ],
)
def test_a_doi_is_found_where_databases_hide_it(tags: list[str], doi: str) -> None:
    assert references(ris("TI  - T", *tags))[0].doi == doi


@pytest.mark.parametrize(
    ("tags", "pmid"),
    [
        (["C2  - 12345678", "DB  - Scopus"], "12345678"),
        (["C2  - 12345678"], ""),
        (["C5  - 12345678", "DB  - Embase"], "12345678"),
        (["C3  - PUBMED 12345678"], "12345678"),
        (["U1  - 12345678[pmid]"], "12345678"),
        (["AN  - 12345678", "DB  - PubMed"], "12345678"),
        (["AN  - 12345678", "DB  - EconLit"], ""),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/12345678/"], "12345678"),
        (["PMID - 12345678"], "12345678"),
    ],
)
def test_a_pubmed_number_is_believed_only_where_it_is_one(tags: list[str], pmid: str) -> None:
    assert references(ris("TI  - T", *tags))[0].pmid == pmid


def test_a_pubmed_number_says_that_it_is_one() -> None:
    assert pmid_in("PMID: 123456") == pmid_in("PubMed 123456") == "123456"
    assert pmid_in("123456") == ""


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [
        ("288", "97", "288-97"),
        ("288", "288", "288"),
        ("67-76", "", "67-76"),
        ("67\u201376", "76", "67-76"),
        ("S11", "S18", "S11-S18"),
        ("pp. 37-64", "", "37-64"),
        ("p12", "", "p12"),
        ("No", "Specified", ""),
        ("no pagination", "", ""),
        ("", "12", "12"),
    ],
)
def test_pages_are_as_printed(start: str, end: str, pages: str) -> None:
    assert pages_from(start, end) == pages


def test_authors_on_one_line_are_told_apart() -> None:
    assert names_in(["Shi,Yu", "Beck, Thomas L.; Johnson &amp; Johnson", "Shi, Yu"]) == (
        "Shi, Yu",
        "Beck, Thomas L.",
        "Johnson & Johnson",
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("288-97", "288-297"),
        ("S11-8", "S11-18"),
        ("12-18", "12-18"),
        ("e1234", "e1234"),
        ("1-2, 14-5", "1-2, 14-15"),
    ],
)
def test_short_page_ranges_are_made_whole(written: str, meant: str) -> None:
    assert whole_range(written) == meant
