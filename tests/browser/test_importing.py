"""A librarian drops the exports of several databases at once, assigns them, and reads what the doctor says."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reviews.models import Import, Search, Upload
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.reviews.factories import an_imported_file, ris, work
from tests.reviews.test_imports_doctor import BROKEN
from tests.reviews.test_imports_uploads import ODD_TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMBASE = ris("Exercise in a made-up disease", UR="https://www.embase.com/search/results?id=L1")
FILES = {"embase.txt": EMBASE, "register.csv": ODD_TABLE, "ieee.ris": BROKEN, "article.pdf": b"%PDF-1.7"}


def files(**contents: bytes) -> list[dict[str, object]]:
    """As Playwright takes them."""
    return [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in contents.items()]


def test_files_of_several_databases_are_uploaded_assigned_and_read(cast: Cast, live: Live) -> None:
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/imports/add/")
    page.locator("input[type=file]").set_input_files(files(**FILES))  # type: ignore[arg-type]
    expect(page.get_by_role("listitem").filter(has_text="register.csv")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Waiting 4")).to_be_visible()
    expect(page.get_by_text("This is a PDF document")).to_be_visible()
    accessible(page)

    page.get_by_role("link", name="Say what its 5 columns hold.").click()
    expect(page.get_by_label("What it is called")).to_have_value("title")
    accessible(page)
    page.get_by_label("Text").select_option(label="Abstract")
    page.get_by_label("Between two authors stand").select_option(label="vertical bars")
    page.get_by_role("button", name="Save the columns").click()
    expect(page.get_by_text("Doe, J.; Roe, R. · 2020")).to_be_visible()
    page.get_by_role("link", name="It is right: back to the files").click()

    embase = page.get_by_role("listitem").filter(has_text="embase.txt")
    expect(embase.get_by_label("Source")).to_have_value("Embase")
    page.get_by_role("listitem").filter(has_text="register.csv").get_by_label("Source").fill("A register")
    ieee = page.get_by_role("listitem").filter(has_text="ieee.ris")
    ieee.get_by_label("Hits reported").fill("3")
    ieee.get_by_label("Source").fill("IEEE Xplore")
    page.get_by_role("button", name="Import all 3").click()
    expect(page.get_by_role("heading", level=1, name="Imported files")).to_be_visible()
    assert {str(row) for row in Search.objects.all()} == {"Embase (Embase.com)", "A register", "IEEE Xplore"}
    for origin in Import.objects.all():
        work(origin)
    # The table follows the work by itself.
    expect(page.get_by_role("row", name="All sources")).to_contain_text("6")
    expect(page.get_by_text("Agrees")).to_be_visible()
    accessible(page)
    assert Upload.objects.get().name == "article.pdf"


def test_a_refused_record_is_looked_at_and_made_by_hand(cast: Cast, live: Live) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben, hits=3)
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/imports/{origin.pk}/", phone=True)
    accessible(page)
    page.get_by_role("link", name="Look at line").click()
    expect(page.get_by_label("Title")).to_have_value("The second of three, which has no fields")
    accessible(page)
    page.get_by_role("button", name="Make the record").click()
    expect(page.get_by_text("Made by hand")).to_be_visible()
    accessible(page)


def test_without_scripts_files_arrive_all_the_same(cast: Cast, live: Live) -> None:
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/imports/add/", script=False)
    page.locator("input[type=file]").set_input_files(files(**FILES))  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Waiting 4")).to_be_visible()


def test_a_file_that_does_not_arrive_is_named_and_the_others_stay(cast: Cast, live: Live) -> None:
    live.expected = ("net::ERR_FAILED", "Failed to load resource")
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/imports/add/")
    calls = []

    def second_fails(route: object) -> None:
        calls.append(route)
        route.abort() if len(calls) == 2 else route.continue_()  # type: ignore[attr-defined]

    page.route("**/imports/add/receive/", second_fails)
    page.locator("input[type=file]").set_input_files(files(**FILES))  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    lost = page.get_by_role("listitem").filter(has_text="register.csv")
    expect(lost).to_contain_text("The server cannot be reached.")
    page.get_by_role("button", name="Go on with the others").click()
    expect(page.get_by_role("heading", name="Waiting 3")).to_be_visible()


def test_a_dropped_folder_is_emptied_into_the_field(cast: Cast, live: Live) -> None:
    page = live.open(cast.ben, f"/reviews/{cast.review.slug}/imports/add/")
    # A real drop of a folder needs a hand; this event carries entries as the browser would.
    page.evaluate(
        """() => {
          const file = (name) => ({isFile: true, isDirectory: false, name, file: (done) => done(new File(["x"], name))});
          const entries = (found) => ({readEntries: (done) => done(found.splice(0, 1))});
          const folder = {isDirectory: true, isFile: false, createReader: () => entries([file("a.ris"), file(".DS_Store"), file("b.ris")])};
          const event = new Event("drop", {bubbles: true, cancelable: true});
          event.dataTransfer = {items: [{webkitGetAsEntry: () => folder}]};
          document.querySelector(".dropzone").dispatchEvent(event);
        }"""
    )
    expect(page.locator(".dropzone__files li")).to_have_count(2)
