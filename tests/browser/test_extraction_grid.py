"""The sheet as a spreadsheet: columns that fold, blocks that are copied, numbers that are computed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from extraction.models import Study, TimePoint
from extraction.queries.cells import own_values
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome

expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def study(cast: Cast) -> Study:
    """A trial with two arms that measured twice."""
    an_outcome(cast.review, "Function")
    a_comparison(cast.review, "Exercise", "Usual care")
    study = a_study(cast.review, reports=1, label="Braga 2018")
    for label in ("Exercise", "Usual care"):
        an_arm(study, label)
    for label, weeks in (("6 months", 26), ("12 months", 52)):
        TimePoint.objects.create(study=study, label=label, weeks=weeks)
    return study


def opened(live: Live, cast: Cast, study: Study, **options: bool) -> Page:
    """Ben's sheet."""
    return live.open(cast.ben, reverse("extraction:extract", args=[study.review.slug, study.pk]), **options)


def cell(page: Page, field: str, arm: str = "Exercise", time: str = "6 months") -> Locator:
    """A cell by its words."""
    return page.locator(f"[data-cell][aria-label^='{field}, {arm}, {time}']")


def saved(page: Page) -> None:
    """Waits until the sheet says so."""
    expect(page.locator("[data-state]")).to_contain_text("Saved")


def read(study: Study, cast: Cast) -> dict[tuple[str, str], tuple[str, str]]:
    """What Ben has, by field and time: text and method."""
    own = own_values(study, user=cast.ben).values()
    return {
        (one.field, one.time.label if one.time else ""): (one.text, one.method) for one in own if one.text
    }


def test_what_follows_is_taken_by_a_key_and_brought_back(live: Live, cast: Cast, study: Study) -> None:
    page = opened(live, cast, study)
    cell(page, "Standard error").fill("1.5")
    cell(page, "Number analysed").fill("24")
    cell(page, "Standard deviation").focus()
    expect(page.get_by_text("≈ 7.348 from SE and n")).to_be_visible()
    expect(page.locator("[data-panel-formula]")).to_have_text("SD = SE × √n (Handbook 6.5.2.2).")
    accessible(page)
    page.keyboard.press("=")
    expect(page.locator("[data-panel-how]")).to_have_text("SD = SE × √n (Handbook 6.5.2.2).")
    expect(page.get_by_text("≈ 7.348 from SE and n")).to_have_count(0)
    saved(page)
    assert read(study, cast)["sd", "6 months"] == ("7.34847", "SD = SE × √n (Handbook 6.5.2.2).")
    page.keyboard.type("7.1")
    page.keyboard.press("Enter")
    expect(cell(page, "Standard deviation")).not_to_have_attribute("data-computed", "")
    expect(cell(page, "Standard deviation")).not_to_have_attribute("data-dirty", "")
    assert read(study, cast)["sd", "6 months"] == ("7.1", "")


def test_a_calculator_fills_a_cell_without_the_mouse(live: Live, cast: Cast, study: Study) -> None:
    live.expected = ("422",)
    page = opened(live, cast, study)
    cell(page, "Standard deviation").focus()
    page.keyboard.press("=")
    dialog = page.get_by_role("dialog", name="Calculators")
    dialog.get_by_role("link", name="SD from a standard error").focus()
    page.keyboard.press("Enter")
    dialog.get_by_label("Number of people").fill("24")
    dialog.get_by_label("Standard error of the mean").fill("x")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("This cannot be computed")).to_be_visible()
    accessible(page)
    dialog.get_by_label("Standard error of the mean").fill("1.5")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Use 7.34847")).to_be_focused()
    accessible(page)
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(cell(page, "Standard deviation")).to_be_focused()
    expect(cell(page, "Standard deviation")).to_have_value("7.34847")
    saved(page)
    assert read(study, cast)["sd", "6 months"] == ("7.34847", "SD = SE × √n (Handbook 6.5.2.2).")


def test_columns_fold_and_a_block_falls_on_what_is_in_sight(live: Live, cast: Cast, study: Study) -> None:
    page = opened(live, cast, study)
    expect(cell(page, "Median")).not_to_be_visible()
    cell(page, "Number analysed").focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "24\\t5\\n23\\t6\\n22");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    saved(page)
    assert read(study, cast)["n", "12 months"] == ("22", "")
    assert ("mean-ci-low", "6 months") not in read(study, cast)
    page.get_by_role("button", name="More ways to report").click()
    expect(cell(page, "Median")).to_be_visible()
    cell(page, "Median").fill("30")
    page.keyboard.press("Enter")
    saved(page)
    page.reload()
    expect(cell(page, "Median")).to_be_visible()
    plain = opened(live, cast, study, script=False)
    expect(cell(plain, "First quartile")).to_be_visible()


def test_keys_go_to_the_ends_and_choose_a_block_to_copy(live: Live, cast: Cast, study: Study) -> None:
    page = opened(live, cast, study)
    for number, (arm, field) in enumerate(
        (arm, field) for arm in ("Exercise", "Usual care") for field in ("Mean", "Standard deviation")
    ):
        cell(page, field, arm).fill(str(number))
    cell(page, "Mean").select_text()
    page.keyboard.press("End")
    expect(cell(page, "Number analysed")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Control+ArrowDown")
    expect(cell(page, "Mean", "Usual care", "12 months")).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(page, "Mean")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-picked]")).to_have_count(4)
    copied = page.evaluate(
        """() => {
            const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
            return event.clipboardData.getData("text/plain");
        }"""
    )
    assert copied == "0\t1\n2\t3"
