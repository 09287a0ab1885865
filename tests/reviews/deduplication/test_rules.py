"""Which records are the same article, which are asked about, and which only look it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviews.deduplication import RULES, Band, Key, find_links

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


def rules(*keys: Key, band: Band = Band.SAME) -> list[str]:
    """The rules of a band that speak about these records, numbered in their order."""
    numbered = [replace(key, id=number) for number, key in enumerate(keys, start=1)]
    return [link.rule for link in find_links(numbered) if link.band is band]


def asked(*keys: Key) -> list[str]:
    """Why a person is asked about these records."""
    assert rules(*keys) == []
    return rules(*keys, band=Band.UNCERTAIN)


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
        replace(BARE, title="Exercise in amyotrophic lateral sclerosis"),
        replace(BARE, title="Exercise in amyotrofic lateral sclerosis: a made-up trial"),
        replace(BARE, pages="288\u201397"),
        replace(BARE, pages="288", authors=("A. Example", "B. J. Muster")),
        replace(BARE, pages="S288-97"),
        replace(BARE, pages="t-97"),
        replace(BARE, authors=("Muster BJ", "Example A")),
        replace(BARE, journal="J Invent Results"),
        replace(BARE, journal="JIR (London, England)"),
        replace(BARE, authors=(), journal="", volume=""),
        replace(BARE, volume="12 (Supplement 1)"),
    ],
)
def test_title_year_and_first_page_link_however_they_are_written(other: Key) -> None:
    assert rules(BARE, other) == ["same-title-year-pages"]


def test_online_and_printed_year_may_differ_by_one() -> None:
    assert rules(BARE, replace(BARE, year=2020)) == ["same-title-volume-pages"]


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, year=2015),
        replace(BARE, volume="13"),
        replace(BARE, journal="Acta Fictitia"),
        replace(ARTICLE, doi="10.5555/made.up.2"),
    ],
)
def test_one_slip_is_forgiven_where_the_place_is_the_same(other: Key) -> None:
    assert rules(ARTICLE, other) == ["same-title-but-one"]


def test_rows_without_pages_link_if_everything_else_says_the_same() -> None:
    row = replace(BARE, pages="", volume="")
    assert rules(row, row) == ["same-row"]
    assert rules(row, replace(row, authors=("A Example", "B Muster"))) == ["same-title-journal"]
    assert asked(row, replace(row, authors=("Example, Ana",))) == ["too-little"]


def test_a_conference_goes_by_many_names() -> None:
    row = replace(BARE, pages="", volume="", journal="SICT Conference")
    assert rules(row, replace(row, journal="Proceedings of the 7th Meeting on Invented Things")) == [
        "same-title-conference"
    ]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (replace(BARE, pages="301-310"), "other-pages"),
        (replace(BARE, pages="288", volume="13"), "other-volume"),
        (replace(BARE, pages="", journal="Acta Fictitia"), "other-journal"),
        (replace(BARE, year=2015, volume=""), "other-year"),
        (replace(ARTICLE, doi="10.5555/made.up.2", pages="288", volume=""), "two-dois"),
        (replace(ARTICLE, title="Walking and breathing in rats"), "one-doi-two-titles"),
    ],
)
def test_one_contradiction_is_a_question(other: Key, reason: str) -> None:
    assert asked(ARTICLE, other) == [reason]


@pytest.mark.parametrize(
    "other",
    [
        replace(BARE, pages="301-310", volume="13"),
        replace(BARE, year=2015, journal="Acta Fictitia", pages="288"),
        replace(ARTICLE, doi="10.5555/made.up.2", pages="301-310"),
        replace(BARE, title="Erratum: Exercise in amyotrophic lateral sclerosis: a made-up trial"),
        replace(
            BARE, title="Exercise in amyotrophic lateral sclerosis: a made-up trial (vol 12, pg 288, 2019)"
        ),
        replace(
            BARE, title="Exercise in amyotrophic lateral sclerosis: protocol of a made-up trial", pages=""
        ),
        replace(BARE, pages="", authors=("Nobody, Nell", "Else, Eric")),
    ],
)
def test_records_that_contradict_each_other_are_not_even_asked_about(other: Key) -> None:
    assert asked(ARTICLE, other) == []


def test_two_pubmed_numbers_are_two_articles_even_with_one_doi() -> None:
    assert asked(replace(ARTICLE, pmid="1"), replace(ARTICLE, pmid="2")) == []


def test_an_erratum_with_the_doi_of_its_article_is_another_record() -> None:
    assert asked(ARTICLE, replace(ARTICLE, title="Erratum to: " + ARTICLE.title, pages="400")) == []


def test_a_note_that_an_erratum_exists_makes_no_erratum() -> None:
    assert rules(
        ARTICLE, replace(ARTICLE, title=ARTICLE.title + " [Erratum appears in J Inv Res. 2020;1:2]")
    ) == ["same-doi"]


def test_a_retracted_article_is_still_that_article() -> None:
    assert rules(ARTICLE, replace(ARTICLE, title="RETRACTED: " + ARTICLE.title)) == ["same-doi"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Part I", "Part II"), ("Study 1", "Study 2"), ("2001", "2002"), ("Part one", "Part 2")],
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
    assert asked(*abstracts) == []
    assert rules(*abstracts, replace(abstracts[0], journal="J Inv Res")) == ["same-doi"]


def test_a_translated_title_on_the_same_page_is_the_same_article() -> None:
    chinese = replace(ARTICLE, title="肌萎缩侧索硬化的运动", authors=("张三",), journal="虚构杂志")
    assert rules(ARTICLE, chinese) == ["same-doi"]


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("肌萎缩侧索硬化患者的运动 一项虚构试验", "translated-title"),
        ("Bewegung bei der amyotrophen Lateralsklerose und das Leben", "translated-title"),
        (
            "肌萎缩侧索硬化患者的运动 [Exercise in amyotrophic lateral sclerosis: a made-up trial]",
            "same-title-year-pages",
        ),
        (
            "Bewegung bei ALS = Exercise in amyotrophic lateral sclerosis: a made-up trial",
            "same-title-year-pages",
        ),
    ],
)
def test_titles_in_two_languages_are_one_article_at_one_place(title: str, rule: str) -> None:
    assert rules(BARE, replace(BARE, title=title)) == [rule]


def test_editorials_of_different_issues_are_not_one() -> None:
    editorial = replace(BARE, title="Editorial", authors=())
    assert asked(editorial, replace(editorial, volume="")) == []
    assert rules(editorial, replace(editorial, journal="J Invented Results")) == ["same-title-year-pages"]
    assert asked(replace(editorial, pages=""), replace(editorial, pages="", issue="2")) == []


def test_a_regular_column_is_not_one_article() -> None:
    column = replace(BARE, title="The editor's corner", pages="", volume="")
    assert asked(column, column, replace(column, year=2020, volume="13")) == []


def test_a_cochrane_review_is_not_its_update() -> None:
    review = replace(
        ARTICLE, journal="Cochrane Database Syst Rev", pages="CD001447", doi="10.1002/14651858.CD001447.pub2"
    )
    update = replace(review, doi="10.1002/14651858.CD001447.pub3")
    assert asked(review, update) == []
    assert asked(review, replace(review, doi="", year=2020)) == []
    assert rules(review, replace(review, doi="", volume="2019")) == ["same-title-year-pages"]


def test_a_preprint_is_not_its_article() -> None:
    preprint = replace(ARTICLE, journal="medRxiv", volume="", pages="", doi="10.1101/2019.01.01.19000001")
    assert asked(ARTICLE, preprint) == []
    assert rules(preprint, replace(preprint, title=preprint.title.upper())) == ["same-doi"]


def test_a_trial_in_a_register_is_not_its_article() -> None:
    trial = replace(BARE, journal="https://clinicaltrials.gov/show/NCT00000001", volume="", pages="")
    assert asked(BARE, trial) == []
    assert asked(trial, replace(trial, journal="https://clinicaltrials.gov/show/NCT00000002")) == []
    assert rules(trial, replace(trial, title="Moving with ALS", year=2022)) == ["same-trial"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Serum vitamin C in invented patients with made-up fractures", "Serum vitamin D in invented patients with made-up fractures"),
        ("Exercise in invented men with osteoporosis of the hip", "Exercise in invented women with osteoporosis of the hip"),
        ("Made-up drugs for hypertension in pregnancy", "Made-up drugs for hypotension in pregnancy"),
        ("The role of interleukin 6 in imaginary sepsis", "The role of interleukin 8 in imaginary sepsis"),
    ],
)  # fmt: skip
def test_one_word_that_matters_keeps_abstracts_on_one_page_apart(one: str, other: str) -> None:
    abstract = replace(BARE, pages="S12")
    assert rules(replace(abstract, title=one), replace(abstract, title=other)) == []
    assert rules(replace(ARTICLE, title=one, pages=""), replace(ARTICLE, title=other, pages="")) != [
        "same-title-journal"
    ]


def test_every_rule_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "deduplication.md").read_text(encoding="utf-8")
    assert [rule for rule, words in RULES.items() if f"| `{rule}` | {words} |" not in text] == []


def test_a_link_shows_its_evidence() -> None:
    (link,) = find_links([ARTICLE, replace(ARTICLE, id=2, doi="10.5555/MADE.UP.1", pages="")])
    assert (link.a, link.b, link.band) == (1, 2, Band.SAME)
    assert link.score == pytest.approx(6.5 / 7)  # the pages are missing on one side
    fields = {item.field: item for item in link.evidence}
    assert fields["doi"].right == "10.5555/MADE.UP.1"
    assert "pages" not in fields
    assert all(item.alike == 1.0 for item in link.evidence)
