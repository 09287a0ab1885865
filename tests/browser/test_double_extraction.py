"""From two people's readings to settled results, and from one person's to confirmed ones, on the pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from extraction.models import CellQuestion, Study
from extraction.queries.cells import settled_values
from extraction.services.policy import choose_mode
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm, an_outcome

expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def study(cast: Cast) -> Study:
    """A trial with one arm and one outcome."""
    an_outcome(cast.review, "Function", measure="ALSFRS-R (0–48)")
    study = a_study(cast.review, label="Braga 2018")
    an_arm(study, "Aerobic exercise", randomised=24)
    return study


def at(study: Study, name: str) -> str:
    """A page of the study."""
    return reverse(f"extraction:{name}", args=[study.review.slug, study.pk])


def extract(page: Page, mean: str, spread: str, number: str, quote: str) -> None:
    """Three numbers and a quote, and done."""
    for field, text in (("Standard deviation", spread), ("Number analysed", number), ("Mean", mean)):
        cell = page.locator(f"[data-cell][aria-label^='{field}, Aerobic exercise']").first
        cell.fill(text)
        cell.press("Enter")
        cell.focus()
    page.get_by_label("Quote").fill(quote)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    page.get_by_role("button", name="Finish my extraction").click()
    expect(page.get_by_text("You have finished this extraction.")).to_be_visible()


def ask_chi(ana: Page) -> None:
    """A question about the standard deviation."""
    spread = ana.locator("[id^='cell-'][id$='-sd']")
    spread.get_by_text("Ask", exact=True).click()
    spread.get_by_label("Whom to ask").select_option(label="Chi")
    spread.get_by_role("textbox", name="Question about").fill("Is 1.4 not the standard error?")
    spread.get_by_role("button", name="Send the question").click()
    expect(ana.get_by_text("Asked.")).to_be_visible()


def chi_answers(live: Live, chi: Page, cast: Cast) -> None:
    """From the list of extractions to the question, and an answer."""
    chi.goto(live.url + reverse("extraction:extraction", args=[cast.review.slug]))
    expect(chi.get_by_text("You were asked something")).to_be_visible()
    chi.get_by_role("link", name="1 question").click()
    accessible(chi)
    chi.get_by_role("textbox", name="Answer about Standard deviation").fill("It is, I took the wrong column.")
    chi.get_by_role("button", name="Answer about Standard deviation").click()
    expect(chi.get_by_text("Answered.")).to_be_visible()


def settle_what_differs(ana: Page) -> None:
    """One reading is taken, one is put right, each with its reason."""
    ana.get_by_role("radio", name="Ben: 7.1").check()
    ana.get_by_label("Why this value for Standard deviation").fill("Chi read the standard error.")
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("1 differs, 1 agrees, 1 is settled.")).to_be_visible()
    expect(ana.get_by_role("radio", name="Ben: 34.1")).to_be_focused()
    ana.get_by_label("Another value for Mean").fill("34.15")
    ana.get_by_label("Why this value for Mean").fill("The table has two decimals.")
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("0 differ, 1 agrees, 2 are settled.")).to_be_visible()


def test_two_people_extract_and_a_third_settles(live: Live, cast: Cast, study: Study) -> None:
    ben = live.open(cast.ben, at(study, "extract"))
    chi = live.open(cast.chi, at(study, "extract"))
    extract(ben, "34.1", "7.1", "24", "34.1 ± 7.1")
    extract(chi, "31.4", "1.4", "24", "34.1 (SE 1.4)")

    ana = live.open(cast.ana, at(study, "compare"))
    accessible(ana)
    expect(ana.get_by_text("2 differ, 1 agrees, 0 are settled.")).to_be_visible()
    expect(ana.get_by_text("34.1 (SE 1.4)")).to_be_visible()
    ask_chi(ana)
    chi_answers(live, chi, cast)

    ana.goto(live.url + at(study, "compare"))
    expect(ana.get_by_text("It is, I took the wrong column.")).to_be_visible()
    settle_what_differs(ana)
    ana.keyboard.press("a")
    expect(ana.get_by_text("0 differ, 0 agree, 3 are settled.")).to_be_visible()
    accessible(ana)
    texts = {cell.field: value.text for cell, value in settled_values(study).items()}
    assert texts == {"mean": "34.15", "sd": "7.1", "n": "24"}
    assert CellQuestion.objects.get().asked == [cast.chi.pk]

    ana.goto(live.url + at(study, "study"))
    settled = ana.get_by_role("region", name="Settled results")
    for text in texts.values():
        expect(settled.get_by_text(text, exact=True)).to_be_visible()
    ana.goto(live.url + reverse("extraction:agreement", args=[cast.review.slug]))
    expect(ana.get_by_role("row", name="Standard deviation")).to_contain_text("0.0 %")
    accessible(ana)


@pytest.mark.parametrize("script", [True, False])
def test_one_person_extracts_and_another_confirms(live: Live, cast: Cast, study: Study, script: bool) -> None:
    choose_mode(review=cast.review, mode="verified", by=cast.ana)
    extract(live.open(cast.ben, at(study, "extract")), "34.1", "7.1", "24", "34.1 ± 7.1")

    page = live.open(cast.chi, reverse("extraction:extraction", args=[cast.review.slug]), script=script)
    page.get_by_role("link", name="Confirm the extraction of Braga 2018").click()
    if script:
        accessible(page)
    confirm = page.get_by_role("button", name="Confirm")
    expect(page.get_by_role("heading", name="Aerobic exercise: Mean")).to_be_visible()
    expect(confirm).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Aerobic exercise: Standard deviation")).to_be_visible()
    page.locator("summary", has_text="Correct").click()
    page.get_by_label("Value", exact=True).fill("7.2")
    page.get_by_label("Why").fill("A misprint in the text")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Aerobic exercise: Number analysed")).to_be_visible()
    expect(confirm).to_be_focused()
    if script:
        page.keyboard.press("c")
    else:
        confirm.click()
    expect(page.get_by_text("The report does not say:")).to_be_visible()
    confirm.click()
    expect(page.get_by_text("Everything is confirmed")).to_be_visible()
    texts = {cell.field: value.text for cell, value in settled_values(study).items() if value.text}
    assert texts == {"mean": "34.1", "sd": "7.2", "n": "24"}
