"""Answering questions about duplicates by keyboard, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from reviews.deduplication import Band, Link
from reviews.models import DuplicateQuestion, Record
from reviews.services import matching
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.factories import a_record, a_search

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ABSTRACT = (
    "BACKGROUND: Whether exercise slows the loss of function in motor neuron disease is not known. METHODS: We randomised 48 "
    "people to resistance exercise or usual care. RESULTS: Function declined more slowly in the exercise group. "
)


def ask(*pairs: tuple[Record, Record], rule: str = "other-pages", score: float = 0.9) -> None:
    """Let the rules be unsure about these pairs."""
    links = [Link(a.pk, b.pk, Band.UNCERTAIN, rule, score, ()) for a, b in pairs]
    matching.write_links(review=pairs[0][0].review, links=links)


def an_article(cast: Cast, source: str, **fields: object) -> Record:
    """A record of one trial, as a source has it."""
    search = a_search(cast.review, source=source, platform="Ovid" if source == "Embase" else "")
    values = {
        "title": "Resistance exercise in amyotrophic lateral sclerosis: a randomised controlled trial of function and fatigue",
        "authors": ["Muster, A. B.", "Esempio, C.", "Ejemplo, D."],
        "year": 2019,
        "journal": "Journal of Invented Neurology",
        "volume": "12",
        "pages": "243-251",
        "doi": "10.5555/als.1",
        "abstract": ABSTRACT * 3,
    }
    return a_record(cast.review, search=search, **(values | fields))


def press(page: Page, key: str, then: str) -> None:
    """A key, and wait for what comes of it."""
    page.keyboard.press(key)
    expect(page.locator("#pair")).to_contain_text(then)


def test_questions_are_answered_skipped_and_taken_back_by_single_keys(cast: Cast, live: Live) -> None:
    one = (
        an_article(cast, "MEDLINE"),
        an_article(cast, "Embase", pages="55-9", journal="J Inv Neurol", doi=""),
    )
    two = (
        an_article(cast, "Scopus", title="A walking programme"),
        an_article(cast, "CINAHL", title="A walking program"),
    )
    ask(one)
    ask(two, rule="similar-title", score=0.8)
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/duplicates/")
    page.keyboard.press("q")
    expect(page.locator("#pair")).to_contain_text("another first page")
    expect(page.locator("mark").first).to_be_visible()
    accessible(page)
    press(page, "k", "Question 1 of 2")
    expect(page.locator("#pair")).to_contain_text("A walking")
    press(page, "d", "another first page")
    press(page, "u", "Question 1 of 2")
    press(page, "s", "Question 2 of 2")
    press(page, "d", "All questions are answered")
    two[1].refresh_from_db()
    one[1].refresh_from_db()
    assert DuplicateQuestion.objects.count() == 0
    assert (one[1].duplicate_of_id is None) is not (two[1].duplicate_of_id is None)


def test_a_group_of_three_is_ticked_on_a_phone_without_scripts(cast: Cast, live: Live) -> None:
    a, b, c = (
        an_article(cast, "MEDLINE"),
        an_article(cast, "Embase", year=2020),
        an_article(cast, "Scopus", volume="3"),
    )
    ask((a, b), (b, c))
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/duplicates/questions/", phone=True, script=False)
    for record in (a, c):
        page.locator(f"input[name=ticked][value='{record.pk}']").check()
    page.get_by_role("button", name="Only the ticked ones").click()
    expect(page.locator("#pair")).to_contain_text("All questions are answered")
    c.refresh_from_db()
    assert c.duplicate_of_id == a.pk


def test_many_are_accepted_after_a_preview_and_a_value_is_chosen(cast: Cast, live: Live) -> None:
    pair = an_article(cast, "MEDLINE", abstract=""), an_article(cast, "Embase", pages="243")
    ask(pair)
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/duplicates/accept/")
    accessible(page)
    page.get_by_role("button", name="Link all 1").click()
    page.get_by_role("button", name="Link 1 pair").click()
    expect(page.get_by_text("1 pairs are linked").or_(page.get_by_text("1 pair is linked"))).to_be_visible()
    accessible(page)
    page.goto(f"{live.url}/reviews/{cast.review.slug}/records/{pair[0].pk}/duplicates/")
    page.get_by_role("button", name="Show this Pages, of Embase").click()
    expect(page.get_by_text("Shown, as chosen")).to_be_visible()
    accessible(page)
