"""The PDF beside the form: a sentence is selected with a mouse or with keys, and is saved as the quote."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from extraction.models import Study
from extraction.queries.bias import own_judgements
from extraction.queries.cells import own_values
from extraction.riskofbias import ROB1
from reviews.models import User
from screening.models import Document, Report
from screening.services import reports
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome
from tests.screening.factories import an_upload, pdf_bytes
from tests.screening.papers import PAPER, paper

expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

SENTENCE = "We randomised 48 patients to exercise or usual care (n = 24 each)."


@pytest.fixture
def study(cast: Cast) -> Study:
    """A trial with two arms, an outcome and a paper of three pages."""
    an_outcome(cast.review, "Function", measure="ALSFRS-R (0–48)", time_point="End of the intervention")
    a_comparison(cast.review, "Exercise", "Usual care")
    study = a_study(cast.review, reports=1, label="Braga 2018")
    report = Report.objects.get(study_links__study=study)
    reports.retrieved(report=report, file=an_upload(paper(PAPER)), by=cast.ben)
    an_arm(study, "Aerobic exercise", randomised=24)
    an_arm(study, "Standard care", randomised=24)
    return study


def reading(study: Study, name: str = "extract", query: str = "") -> str:
    """A form of the study with its paper beside it."""
    document = Document.objects.get(report__study_links__study=study)
    return f"{reverse(f'extraction:{name}', args=[study.review.slug, study.pk])}?read={document.pk}{query}"


def alone(study: Study, query: str = "") -> str:
    """The paper alone."""
    document = Document.objects.get(report__study_links__study=study)
    return reverse("screening:read_document", args=[study.review.slug, document.pk]) + query


def word(page: Page, number: int, text: str) -> tuple[float, float, float, float]:
    """Where a word of a page stands on the screen."""
    span = page.locator(f"[data-pdf-page='{number}'] .pdf__words span", has_text=text).first
    span.scroll_into_view_if_needed()
    box = span.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def select(page: Page, number: int, first: str, last: str) -> None:
    """Draws the mouse from before a word to behind another."""
    x1, y1, _, h1 = word(page, number, first)
    x2, y2, w2, h2 = word(page, number, last)
    page.mouse.move(x1 + 0.5, y1 + h1 / 2)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
    page.mouse.move(x2 + w2 - 1, y2 + h2 / 2, steps=3)
    page.mouse.up()


def until_remembered(page: Page) -> None:
    """Waits until the browser has kept the place; not by wait_for_function, which the pages' policy forbids."""
    for _ in range(100):
        if page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('quorum.pdf.'))"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was kept")


def quotes(study: Study, person: User) -> list[tuple[str, str, str, int | None]]:
    """What somebody has written down, each with its quote, page and report."""
    return [
        (value.text, value.quote, value.page, value.report_id)
        for value in own_values(study, user=person).values()
    ]


def test_a_selected_sentence_becomes_the_quote_of_the_focused_cell(
    live: Live, cast: Cast, study: Study
) -> None:
    page = live.open(cast.ben, reading(study))
    cell = page.locator("[data-cell][aria-label^='Mean, Aerobic exercise']")
    cell.fill("34.1")
    select(page, 2, "We", "each")
    button = page.get_by_role("button", name="Use as quote")
    expect(button).to_be_visible()
    button.click()
    expect(page.get_by_label("Quote")).to_have_value(SENTENCE)
    expect(cell).to_be_focused()
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    report = Report.objects.get(study_links__study=study)
    assert quotes(study, cast.ben) == [("34.1", SENTENCE, "2", report.pk)]
    expect(button).to_be_hidden()


def test_enter_quotes_a_sentence_that_three_clicks_took(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, reading(study))
    page.locator("[data-cell][aria-label^='Mean, Standard care']").fill("29.5")
    x, y, width, height = word(page, 2, "patients")
    page.mouse.click(x + width / 2, y + height / 2, click_count=3)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quote")).to_have_value(SENTENCE)
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    assert [quote for _, quote, _, _ in quotes(study, cast.ben)] == [SENTENCE]


def test_a_sentence_is_found_and_quoted_with_keys_alone(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, reading(study))
    page.locator("[data-cell][aria-label^='Mean, Aerobic exercise']").fill("34.1")
    page.get_by_role("region", name="Pages of article.pdf").focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("usual care")
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    expect(page.get_by_label("Page", exact=True)).to_have_value("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Quote")).to_have_value(SENTENCE)
    page.get_by_role("region", name="Pages of article.pdf").focus()
    for said in ("Methods.", SENTENCE, "The primary outcome was the ALSFRS-R at 6-month follow-up."):
        page.keyboard.press("Alt+ArrowDown")
        expect(page.locator("[data-pdf-said]")).to_have_text(said)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Quote")).to_have_value(said)
    expect(page.locator("[data-state]")).to_contain_text("Saved")


def test_the_selection_supports_a_judgement_and_keeps_what_was_written(
    live: Live, cast: Cast, study: Study
) -> None:
    page = live.open(cast.ben, reading(study, "bias"))
    second = ROB1.items[1]
    group = page.get_by_role("group", name=second.name)
    group.get_by_role("textbox").fill("Envelopes.")
    group.get_by_role("radio", name="Low risk").check()
    select(page, 2, "We", "each")
    page.get_by_role("button", name="Use as quote").click()
    expected = f"Envelopes.\n“{SENTENCE}” (p. 2)"
    expect(group.get_by_role("textbox")).to_have_value(expected)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert own_judgements(study, ROB1, user=cast.ben)[second.key].support == expected


def test_an_address_walks_down_to_a_sentence(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, alone(study, "?quote=The+primary+outcome+was&page=2"))
    expect(page.locator("[data-pdf-page='2'] .pdf__mark--quote").first).to_be_in_viewport()
    page.goto(live.url + alone(study, "?quote=never+written&page=3"))
    expect(page.get_by_text("The quote was not found word for word. This is page 3.").last).to_be_visible()
    expect(page.locator("[data-pdf-page='3']")).to_be_in_viewport()


def test_the_place_in_a_paper_is_remembered(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, alone(study))
    number = page.get_by_label("Page", exact=True)
    number.fill("3")
    number.press("Enter")
    until_remembered(page)
    page.reload()
    expect(number).to_have_value("3")
    number.fill("no number")
    number.press("Enter")
    expect(number).to_have_value("3")


def test_pages_are_made_larger_and_stay_sharp(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, alone(study))
    first = page.locator("[data-pdf-page='1']")
    before = first.bounding_box()
    page.get_by_role("region", name="Pages of article.pdf").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    after = first.bounding_box()
    assert before
    assert after
    assert after["width"] > 1.4 * before["width"]
    expect(first.locator("img")).to_have_attribute("src", re.compile(r"scale=[34]$"))


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
def test_the_viewer_is_accessible(live: Live, cast: Cast, study: Study, phone: bool, dark: bool) -> None:
    page = live.open(cast.ben, alone(study), phone=phone, dark=dark)
    expect(page.locator(".pdf__words span").first).to_be_attached()
    accessible(page)
    for name in ("extract", "bias"):
        page.goto(live.url + reading(study, name))
        expect(page.locator(".pdf__words span").first).to_be_attached()
        accessible(page)


def test_a_scan_says_that_it_has_no_text(live: Live, cast: Cast, study: Study) -> None:
    report = Report.objects.get(study_links__study=study)
    reports.withdraw_document(document=Document.objects.get(), by=cast.ana)
    reports.retrieved(report=report, file=an_upload(pdf_bytes(2)), by=cast.ben)
    scan = Document.objects.get(withdrawn_at=None)
    page = live.open(cast.ben, reverse("screening:read_document", args=[cast.review.slug, scan.pk]))
    expect(page.locator("[data-pdf-note]")).to_contain_text("Page 1 has no text that can be selected")


def test_without_a_script_the_pages_can_be_read(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, reading(study), script=False)
    expect(page.get_by_role("img", name="Page 1")).to_be_visible()
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible()
    page.get_by_role("link", name="Next page").first.click()
    expect(page.get_by_role("img", name="Page 2")).to_be_in_viewport()
