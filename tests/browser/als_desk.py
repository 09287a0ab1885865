"""What people do at the sheets of the ALS trials, as they do it: paste, type, quote, select, finish."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from extraction.models import Study
from tests.browser.als import CONTROL, EXERCISE, Asked, Contrast, Trial
from tests.browser.conftest import Live
from tests.browser.test_reading import select
from tests.conftest import Cast


def address(cast: Cast, name: str, *more: int) -> str:
    """A page of the review, or of a study."""
    return reverse(f"extraction:{name}", args=[cast.review.slug, *more])


class Desk:
    """Three people at their windows."""

    def __init__(self, live: Live, cast: Cast, Ana: Page, Ben: Page, Chi: Page) -> None:
        self.live, self.cast, self.ana, self.ben, self.chi = live, cast, Ana, Ben, Chi

    def go(self, page: Page, name: str, trial: Trial | None = None, query: str = "") -> Page:
        """To a page of the review, or of a trial."""
        more = (self.study(trial).pk,) if trial else ()
        page.goto(self.live.url + address(self.cast, name, *more) + query)
        return page

    def study(self, trial: Trial) -> Study:
        """What was made of it."""
        return Study.objects.get(review=self.cast.review, label=trial.label)

    def beside(self, page: Page, trial: Trial) -> Page:
        """The sheet of a trial with its paper beside it, as somebody gets there from the list."""
        self.go(page, "extraction").get_by_role("link", name=f"Extract {trial.label}").click()
        page.get_by_role("link", name=f"Read {trial.label}.pdf beside the form").click()
        expect(page.locator("[data-pdf-page='2'] .pdf__words span").first).to_be_attached()
        return page


def cell(page: Page, outcome: Asked, name: str, whose: str, time: str) -> Locator:
    """A cell by its words."""
    return page.locator(f"[data-cell][aria-label^='{name}, {whose}, {time}, {outcome}']").first


def saved(page: Page) -> None:
    """Waits until the sheet says so and nothing is on its way."""
    expect(page.locator("[data-state]")).to_contain_text("Saved")
    expect(page.locator("[data-dirty]")).to_have_count(0)


def pasted(page: Page, rows: list[tuple[str, str, str]]) -> None:
    """Mean, deviation (no error) and n, as they come from a spreadsheet, from the focused cell on."""
    text = "\n".join(f"{mean}\t{spread}\t\t{n}" for mean, spread, n in rows)
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )
    saved(page)


def quoted(page: Page, at: Locator, sentence: str) -> None:
    """A sentence and its page for the whole line of a cell, with keys."""
    at.focus()
    page.keyboard.press("Control+Enter")
    page.keyboard.type(sentence)
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.get_by_role("button", name="Use for the whole line").click()
    saved(page)


def extracts(page: Page, trial: Trial, *, select_first: bool = False) -> None:
    """All tables of a trial, each block pasted, each line quoted; one sentence is selected in the paper."""
    for outcome in dict.fromkeys(table.outcome for table in trial.tables):
        tables = [table for table in trial.tables if table.outcome == outcome]
        cell(page, outcome, "Mean", EXERCISE, tables[0].time).focus()
        pasted(page, [row for table in tables for _, row, _ in table.lines])
        for table in tables:
            for arm, _, sentence in table.lines:
                at = cell(page, outcome, "Mean", arm, table.time)
                if select_first:
                    takes_from_the_paper(page, at, sentence)
                    select_first = False
                else:
                    quoted(page, at, sentence)
    for contrast in trial.contrasts:
        compares(page, contrast)


def takes_from_the_paper(page: Page, at: Locator, sentence: str) -> None:
    """The sentence is selected with the mouse and used for its line."""
    at.focus()
    words = sentence.split(" ")
    select(page, 2, words[0], words[-1])
    page.get_by_role("button", name="Use as quote").click()
    expect(page.get_by_label("Quote")).to_have_value(sentence)
    expect(page.get_by_label("Page or table")).to_have_value("2")
    page.get_by_role("button", name="Use for the whole line").click()
    saved(page)


def compares(page: Page, contrast: Contrast) -> None:
    """The numbers of a comparison, typed from left to right, and their sentence."""
    block = page.locator(f"[data-block][data-outcome='{contrast.outcome}']")
    folded = block.locator("details:not([open]) > summary", has_text="The report compares the arms itself")
    if folded.count():
        folded.click()
    whose = f"{EXERCISE} v {CONTROL}"
    measure = cell(page, contrast.outcome, "Effect measure", whose, contrast.time)
    measure.select_option(label="MD")
    for name, number in contrast.numbers.items():
        cell(page, contrast.outcome, name, whose, contrast.time).focus()
        page.keyboard.type(number)
    page.keyboard.press("Enter")
    quoted(page, measure, contrast.said)


def finishes(page: Page) -> None:
    """The extraction is done."""
    page.get_by_role("button", name="Finish my extraction").click()
    expect(page.get_by_text("You have finished this extraction.")).to_be_visible()


def found(page: Page, severity: str = "") -> Locator:
    """What stands against the numbers of the sheet."""
    return page.locator(f"[data-findings-list] li{f'[data-severity={severity}]' if severity else ''}")


def adds(page: Page, what: str, texts: Mapping[str, str]) -> None:
    """Opens the form to add something, unless it is open, fills it in and sends it."""
    button = page.get_by_role("button", name=f"Add the {what}")
    if not button.is_visible():
        page.get_by_text(re.compile(f"^Add an? {what}$")).click()
    form = page.locator("form").filter(has=button)
    for name, text in texts.items():
        form.get_by_label(re.compile(f"^{name}( optional)?$")).fill(text)
    button.click()
    page.wait_for_load_state()


def asks_for(page: Page, outcome: Asked) -> None:
    """Fills in the form of an outcome in all its parts."""
    button = page.get_by_role("button", name="Add the outcome")
    if not button.is_visible():
        page.get_by_text("Add an outcome", exact=True).click()
    form = page.locator("form").filter(has=button)
    form.get_by_label("Outcome", exact=True).fill(outcome.domain)
    form.get_by_role("textbox", name="Measure").fill(outcome.measure)
    form.get_by_role("textbox", name="Unit").fill(outcome.unit)
    form.get_by_label("What is reported").select_option(label=outcome.metric)
    form.get_by_label("Which way is good").select_option(label=outcome.direction)
    form.get_by_text("Window of time and baseline").click()
    form.get_by_label("Window from (weeks)").fill("8")
    form.get_by_label("Window to (weeks)").fill("60")
    form.get_by_label("When a study measured several times").select_option(label="The earliest in the window")
    if outcome.limits:
        form.get_by_label("Ask for baseline as well").check()
        form.get_by_text("Which values are possible").click()
        form.get_by_label("Lowest possible value").fill(outcome.limits[0])
        form.get_by_label("Highest possible value").fill(outcome.limits[1])
        form.get_by_label("Each person's value is a whole number").check()
    button.click()
    page.wait_for_load_state()
