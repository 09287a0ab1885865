"""Two people extract and assess a study, and the team settles, with the keyboard as far as that is sensible."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from extraction.models import Study
from extraction.queries.bias import settled_judgements
from extraction.queries.cells import Cell, own_values, settled_values, sheet_of
from extraction.riskofbias import ROB1
from extraction.services import completion, values
from extraction.services.values import Reading
from reviews.models import User
from screening.models import Report
from screening.services import reports
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, assessed
from tests.screening.factories import an_upload, pdf_bytes

# Autosave waits for a server that may share its processor with other tests.
expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def study(cast: Cast) -> Study:
    """A trial with two arms, an outcome, a comparison, a report and its PDF."""
    an_outcome(cast.review, "Function", measure="ALSFRS-R (0–48)", time_point="End of the intervention")
    a_comparison(cast.review, "Exercise", "Usual care")
    study = a_study(cast.review, reports=1, label="Braga 2018")
    report = Report.objects.get(study_links__study=study)
    reports.retrieved(report=report, file=an_upload(pdf_bytes()), by=cast.ben)
    an_arm(study, "Aerobic exercise", randomised=24)
    an_arm(study, "Standard care", randomised=24)
    return study


def at(study: Study, name: str) -> str:
    """A page of the study."""
    return reverse(f"extraction:{name}", args=[study.review.slug, study.pk])


def cell(page: Page, field: str, arm: str = "Aerobic exercise") -> str:
    """The selector of a cell of the first outcome."""
    return f"[data-cell][aria-label^='{field}, {arm}']"


def texts(study: Study, person: User) -> list[str]:
    """What somebody has read, in the order of the sheet."""
    own = own_values(study, user=person)
    return [own[one].text for one in sheet_of(study).lines() if one in own]


def saved(page: Page) -> None:
    """Waits until the sheet says so."""
    expect(page.locator("[data-state]")).to_contain_text("Saved")


def test_double_extraction_to_consensus_with_the_keyboard(live: Live, cast: Cast, study: Study) -> None:
    for person, spread in ((cast.ben, "7.1"), (cast.chi, "1.4")):
        page = live.open(person, at(study, "extract"))
        page.locator(cell(page, "Mean")).focus()
        page.keyboard.type("34.1")
        page.keyboard.press("Enter")
        page.keyboard.type("29.5")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.keyboard.type(spread)
        page.keyboard.press("Control+Enter")
        page.keyboard.type("34.1 ± 7.1")
        page.keyboard.press("Tab")
        page.keyboard.type("Table 2")
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowDown")
        page.keyboard.type("7.7")
        page.keyboard.press("Enter")
        saved(page)
        page.get_by_role("button", name="Finish my extraction").click()
        expect(page.get_by_text("You have finished this extraction.")).to_be_visible()
        assert texts(study, person) == ["34.1", spread, "29.5", "7.7"]
    # A slow typist is saved in between, so there may be earlier rows; the newest counts.
    sourced = {(value.text, value.quote, value.page) for value in own_values(study, user=cast.ben).values()}
    assert ("7.1", "34.1 ± 7.1", "Table 2") in sourced

    page = live.open(cast.ana, at(study, "compare"))
    accessible(page)
    expect(page.get_by_text("1 differs, 3 agree, 0 are settled.")).to_be_visible()
    page.get_by_role("radio", name="Ben: 7.1").check()
    page.get_by_label("Why this value for Standard deviation, Aerobic exercise").fill(
        "Chi read the standard error."
    )
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 differ, 3 agree, 1 is settled.")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("0 differ, 0 agree, 4 are settled.")).to_be_visible()
    assert sorted(value.text for value in settled_values(study).values()) == ["29.5", "34.1", "7.1", "7.7"]


def test_an_error_stands_at_its_cell_and_costs_nothing(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, at(study, "extract"))
    page.locator(cell(page, "Mean")).fill("34.1")
    page.locator(cell(page, "Standard deviation")).fill("-7.1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_have_text("Not saved: 1 cell needs a correction")
    expect(page.get_by_text("Standard deviation cannot be negative").first).to_be_visible()
    assert texts(study, cast.ben) == ["34.1"]
    accessible(page)
    page.get_by_role("button", name="Finish my extraction").click()
    expect(page.locator(cell(page, "Standard deviation"))).to_be_focused()
    page.locator(cell(page, "Standard deviation")).fill("7.1")
    page.keyboard.press("Enter")
    saved(page)
    assert texts(study, cast.ben) == ["34.1", "7.1"]


def test_two_tabs_never_overwrite_each_other(live: Live, cast: Cast, study: Study) -> None:
    one, two = (live.open(cast.ben, at(study, "extract")) for _ in range(2))
    one.locator(cell(one, "Mean")).fill("34.1")
    one.keyboard.press("Enter")
    saved(one)
    two.locator(cell(two, "Mean")).fill("43.1")
    two.keyboard.press("Enter")
    two.locator(cell(two, "Mean")).focus()
    expect(two.locator("[data-panel-error]")).to_contain_text("You wrote “34.1” here in another tab.")
    assert texts(study, cast.ben) == ["34.1"]
    two.get_by_role("button", name="Keep mine").click()
    saved(two)
    assert texts(study, cast.ben) == ["43.1"]
    one.locator(cell(one, "Mean")).fill("34.2")
    one.keyboard.press("Enter")
    one.locator(cell(one, "Mean")).focus()
    one.get_by_role("button", name="Take what is saved").click()
    expect(one.locator(cell(one, "Mean"))).to_have_value("43.1")


def test_what_could_not_be_sent_is_sent_when_the_server_is_back(live: Live, cast: Cast, study: Study) -> None:
    live.expected = ("ERR_FAILED",)
    page = live.open(cast.ben, at(study, "extract"))
    page.route("**/save/", lambda route: route.abort())
    page.locator(cell(page, "Mean")).fill("34.1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Not saved: the server cannot be reached")
    page.unroute("**/save/")
    page.get_by_role("button", name="Save", exact=True).click()
    saved(page)
    assert texts(study, cast.ben) == ["34.1"]


def test_a_block_from_a_spreadsheet_is_pasted(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, at(study, "extract"))
    page.locator(cell(page, "Mean")).focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "34.1\\t7.1\\t\\t24\\n29.5\\t7.7\\t\\t23\\n");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    saved(page)
    assert texts(study, cast.ben) == ["34.1", "7.1", "24", "29.5", "7.7", "23"]


def test_one_quote_serves_a_whole_line(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, at(study, "extract"))
    page.locator(cell(page, "Mean")).fill("34.1")
    page.locator(cell(page, "Standard deviation")).fill("7.1")
    page.get_by_label("Quote").fill("34.1 ± 7.1")
    page.get_by_role("button", name="Use for the whole line").click()
    saved(page)
    quotes = {value.quote for value in own_values(study, user=cast.ben).values()}
    assert (len(texts(study, cast.ben)), quotes) == (2, {"34.1 ± 7.1"})


def test_the_sheet_works_without_a_script(live: Live, cast: Cast, study: Study) -> None:
    live.expected = ("422",)
    page = live.open(cast.ben, at(study, "extract"), script=False)
    page.locator(cell(page, "Mean")).fill("34.1")
    page.get_by_label("Quote").fill("34.1 ± 7.1")
    page.get_by_role("button", name="Save", exact=True).click()
    assert texts(study, cast.ben) == ["34.1"]
    page.locator(cell(page, "Standard deviation")).fill("seven")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“seven” is not a number").first).to_be_visible()
    expect(page.locator(cell(page, "Standard deviation"))).to_have_value("seven")


def test_risk_of_bias_to_consensus(live: Live, cast: Cast, study: Study) -> None:
    assessed(study, cast.chi, {"other": "high"})
    page = live.open(cast.ben, at(study, "bias"))
    accessible(page)
    for item in ROB1.items:
        group = page.get_by_role("group", name=item.name)
        group.get_by_role("radio", name="Low risk").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("As the report says")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_text("You have finished this assessment.")).to_be_visible()
    page.get_by_role("link", name="Compare and settle").click()
    accessible(page)
    page.keyboard.press("a")
    expect(page.get_by_text("1 of 7 items are not settled.")).to_be_visible()
    section = page.get_by_role("region", name="Other bias")
    section.get_by_role("radio", name="Unclear risk").check()
    section.get_by_role("button", name="Settle Other bias").click()
    expect(page.get_by_text("All 7 items are settled.")).to_be_visible()
    assert settled_judgements(study, ROB1)["other"].level == "unclear"
    page.goto(live.url + reverse("extraction:bias_table", args=[cast.review.slug]))
    expect(page.get_by_role("img", name="Unclear risk: Other bias")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
def test_every_page_is_accessible(live: Live, cast: Cast, study: Study, phone: bool, dark: bool) -> None:
    mean, sd = list(sheet_of(study).lines())[:2]
    for person, text in ((cast.ben, "1"), (cast.chi, "2")):
        _read(study, person, {mean: "34.1", sd: text})
        assessed(study, person)
    values.settle_agreeing(study=study, by=cast.ana)
    slug = cast.review.slug
    pages = [
        at(study, name) for name in ("study", "study_edit", "extract", "compare", "bias", "bias_compare")
    ]
    pages += [
        reverse(f"extraction:{name}", args=[slug])
        for name in ("studies", "structure", "extraction", "bias_table")
    ]
    page = live.open(cast.ana, pages[0], phone=phone, dark=dark)
    for address in pages:
        page.goto(live.url + address)
        accessible(page)


def test_the_pdf_is_read_beside_the_sheet(live: Live, cast: Cast, study: Study) -> None:
    page = live.open(cast.ben, at(study, "extract"))
    page.get_by_role("link", name="Read article.pdf beside the form").click()
    expect(page.get_by_role("region", name="Pages of article.pdf")).to_be_visible()
    accessible(page)
    expect(page.locator(cell(page, "Mean"))).to_be_visible()
    page.get_by_role("link", name="Close the PDF").click()
    expect(page.locator("[data-pdf]")).to_have_count(0)


def _read(study: Study, person: User, numbers: dict[Cell, str]) -> None:
    readings = [Reading(one, text, quote="34.1 ± 7.1") for one, text in numbers.items()]
    values.record(study=study, readings=readings, by=person)
    completion.finish(study=study, task=RESULTS, by=person)
