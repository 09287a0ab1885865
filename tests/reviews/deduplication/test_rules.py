"""Which records are the same article, and which only look it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.deduplication import Key, find_links

ARTICLE = Key(
    id=1,
    title="Exercise in amyotrophic lateral sclerosis: a made-up trial",
    authors=("Example, Ana", "Muster, Béla J."),
    year=2019,
    journal="Journal of Invented Results",
    volume="12",
    pages="288-297",
    doi="10.5555/made.up.1",
    pmid="",
)
BARE = replace(ARTICLE, doi="")


def rules(*keys: Key) -> list[str]:
    """The rules that link these records, numbered in their order."""
    return [
        link.rule
        for link in find_links([replace(key, id=number) for number, key in enumerate(keys, start=1)])
    ]


@pytest.mark.parametrize(
    "doi", ["https://doi.org/10.5555/MADE.UP.1", "doi: 10.5555/made.up.1.", "10.5555%2Fmade.up.1"]
)
def test_one_doi_links_whatever_it_is_dressed_in(doi: str) -> None:
    assert rules(ARTICLE, replace(ARTICLE, doi=doi, pages="", volume="")) == ["same-doi"]


def test_one_pubmed_number_links() -> None:
    assert rules(replace(BARE, pmid="123"), replace(BARE, pmid="PMID: 00123", year=2018, pages="")) == [
        "same-pmid"
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, title="EXERCISE IN AMYOTROPHIC LATERAL SCLEROSIS - A MADE\u2010UP TRIAL."),
        replace(BARE, title="[Exercise in amyotrophic lateral sclerosis: a made-up trial] [Chinese]"),
        replace(
            BARE,
            title="<ORIGINAL> Exercise in <i>amyotrophic</i> lateral sclerosis: a made-up trial [Review] [70 refs]",
        ),
        replace(BARE, pages="288\u201397"),
        replace(BARE, pages="288", authors=("A. Example", "B. J. Muster")),
        replace(BARE, authors=("Muster BJ", "Example A")),
        replace(BARE, journal="J Invent Results"),
        replace(BARE, authors=(), journal="", volume=""),
        replace(BARE, volume="12 (Supplement 1)"),
    ],
)
def test_title_year_and_first_page_link_however_they_are_written(other: Key) -> None:
    assert rules(BARE, other) == ["same-title-year-pages"]


def test_online_and_printed_year_may_differ_by_one() -> None:
    assert rules(BARE, replace(BARE, year=2020)) == ["same-title-volume-pages"]
    assert rules(BARE, replace(BARE, year=2021)) == []


def test_two_equal_rows_without_pages_link() -> None:
    row = replace(BARE, pages="", volume="")
    assert rules(row, row) == ["same-row"]
    assert rules(row, replace(row, authors=("Example, Ana",))) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(ARTICLE, doi="10.5555/made.up.2"),
        replace(BARE, year=2015),
        replace(BARE, pages="301-310"),
        replace(BARE, volume="13"),
        replace(BARE, journal="Acta Fictitia"),
        replace(BARE, authors=("Nobody, Nell", "Else, Eric")),
        replace(BARE, title="Erratum: Exercise in amyotrophic lateral sclerosis: a made-up trial"),
        replace(BARE, title="Exercise in amyotrophic lateral sclerosis"),
    ],
)
def test_one_contradiction_keeps_records_apart(other: Key) -> None:
    assert rules(ARTICLE, other) == []


def test_two_pubmed_numbers_are_two_articles_even_with_one_doi() -> None:
    assert rules(replace(ARTICLE, pmid="1"), replace(ARTICLE, pmid="2")) == []


def test_an_erratum_with_the_doi_of_its_article_is_another_record() -> None:
    assert rules(ARTICLE, replace(ARTICLE, title="Erratum to: " + ARTICLE.title, pages="400")) == []


def test_a_note_that_an_erratum_exists_makes_no_erratum() -> None:
    assert rules(
        ARTICLE, replace(ARTICLE, title=ARTICLE.title + " [Erratum appears in J Inv Res. 2020;1:2]")
    ) == ["same-doi"]


def test_a_retracted_article_is_still_that_article() -> None:
    assert rules(ARTICLE, replace(ARTICLE, title="RETRACTED: " + ARTICLE.title)) == ["same-doi"]


@pytest.mark.parametrize(
    ("first", "second"), [("Part I", "Part II"), ("Study 1", "Study 2"), ("2001", "2002")]
)
def test_parts_are_told_apart_even_with_one_doi(first: str, second: str) -> None:
    parts = [replace(ARTICLE, title=f"{ARTICLE.title}. {part}", pages="") for part in (first, second)]
    assert rules(*parts) == []


def test_the_doi_of_a_supplement_links_no_abstracts() -> None:
    titles = [
        "Walking and breathing in rats",
        "A survey of nurses about pain",
        "Costs of wheelchairs in Peru",
    ]
    abstracts = [
        replace(ARTICLE, title=title, pages=f"S{number}", authors=(f"Name{number}, A",))
        for number, title in enumerate(titles, start=1)
    ]
    assert rules(*abstracts) == []
    assert rules(*abstracts, abstracts[0]) == ["same-doi"]


def test_a_translated_title_on_the_same_page_is_the_same_article() -> None:
    chinese = replace(ARTICLE, title="肌萎缩侧索硬化的运动", authors=("张三",), journal="虚构杂志")
    assert rules(ARTICLE, chinese) == ["same-doi"]


def test_editorials_of_different_issues_are_not_one() -> None:
    editorial = replace(BARE, title="Editorial", authors=())
    assert rules(editorial, replace(editorial, volume="")) == []
    assert rules(editorial, replace(editorial)) == ["same-title-year-pages"]


def test_a_regular_column_is_not_one_article() -> None:
    column = replace(BARE, title="What we read about walking", pages="")
    assert rules(column, column, replace(column, year=2020, volume="13")) == []


def test_a_link_shows_its_evidence() -> None:
    (link,) = find_links([ARTICLE, replace(ARTICLE, id=2, doi="10.5555/MADE.UP.1", pages="")])
    assert (link.a, link.b, link.score) == (1, 2, 1.0)
    fields = {item.field: item for item in link.evidence}
    assert fields["doi"].right == "10.5555/MADE.UP.1"
    assert "pages" not in fields
    assert all(item.alike == 1.0 for item in link.evidence)
