"""Two reviewers screen blinded with keys only, to the included report; the same on a phone, and with a bad line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from reviews.models import Criterion
from screening.models import Candidate, Document, Report, Stage, Vote
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import (
    IN,
    OUT,
    a_conflict,
    a_found_record,
    a_full_text,
    a_report,
    candidates,
    pdf_bytes,
    voted,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def path(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, *args])


def screen(cast: Cast) -> str:
    return path(cast, "screen", Stage.TITLE_ABSTRACT)


def title(page: Page) -> str:
    return page.locator("[data-slot] h2").inner_text()


def expect_title(page: Page, text: str) -> None:
    expect(page.locator("[data-slot] h2")).to_have_text(text)


def sent(page: Page) -> None:
    """Everything is with the server."""
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('quorum.votes'))")


def slowly(route: Route) -> None:
    import time

    if route.request.method == "POST":
        time.sleep(0.6)
    route.continue_()


@pytest.fixture
def filled(live: Live, cast: Cast) -> Cast:
    """Five records, criteria, reasons, words."""
    cast.review.terms_for, cast.review.terms_against = "trial", "number"
    cast.review.save()
    Criterion.objects.create(review=cast.review, kind="inclusion", text="Adults with ALS")
    Criterion.objects.create(review=cast.review, kind="exclusion", text="Animals")
    a_reason(cast.review, "Wrong population", 1)
    a_reason(cast.review, "Not randomised", 2)
    candidates(cast.review, 5)
    return cast


def test_dual_blinded_screening_with_keys_only_to_an_included_report(
    live: Live, filled: Cast, tmp_path: Path
) -> None:
    cast = filled
    ana, ben = live.open(cast.ana, screen(cast)), live.open(cast.ben, screen(cast))
    for key, number in (("i", 1), ("e", 2), ("2", 3), ("i", 4), ("m", 5)):
        expect_title(ana, f"Trial number {number}")
        ana.keyboard.press(key)
    expect(ana.get_by_text("There is no other record for you")).to_be_visible()
    sent(ana)
    ben.reload()
    assert "Ana" not in ben.locator("main").inner_text()
    for key, number in (("i", 1), ("i", 2), ("1", 3), ("e", 4)):
        expect_title(ben, f"Trial number {number}")
        ben.keyboard.press("n")
        ben.keyboard.type(f"note {number}: is it in?")
        ben.keyboard.press("Escape")
        ben.keyboard.press(key)
    expect_title(ben, "Trial number 5")
    sent(ben)

    ben.keyboard.press("z")
    expect_title(ben, "Trial number 4")
    sent(ben)
    assert Candidate.objects.get(record__title="Trial number 4").votes == 1
    ben.keyboard.press("e")
    expect_title(ben, "Trial number 5")
    ben.keyboard.press("i")
    sent(ben)

    titles_are_decided(cast)
    resolve_first_conflict(ana, live, cast)
    included = full_text(ana, ben, live, cast, tmp_path)
    assert included.retrieval == "retrieved"
    assert Document.objects.get().pages == 2
    assert Candidate.objects.get(report=included).status == "included"


def titles_are_decided(cast: Cast) -> None:
    status = dict(Candidate.objects.values_list("record__title", "status"))
    assert [status[f"Trial number {n}"] for n in range(1, 6)] == [
        "included",
        "conflict",
        "excluded",
        "conflict",
        "included",
    ]
    assert Candidate.objects.get(record__title="Trial number 3").reason.label == "Wrong population"  # type: ignore[union-attr]
    assert Vote.objects.filter(reviewer=cast.ben, note__startswith="note 2").exists()
    assert all(vote.seconds is not None for vote in Vote.objects.exclude(verdict="withdrawn"))


def resolve_first_conflict(page: Page, live: Live, cast: Cast) -> None:
    page.goto(live.url + path(cast, "conflicts"))
    page.get_by_role("link", name="Trial number 2").first.click()
    expect(page.get_by_text("note 2: is it in?")).to_be_visible()
    page.get_by_label("Include", exact=True).check()
    page.get_by_label("Explanation").fill("The programme is structured enough.")
    page.get_by_role("button", name=re.compile("^Decide")).click()
    expect(page.get_by_text("The conflict is resolved.")).to_be_visible()
    assert Candidate.objects.get(record__title="Trial number 2").status == "included"


def full_text(ana: Page, ben: Page, live: Live, cast: Cast, tmp_path: Path) -> Report:
    report = Report.objects.get(title="Trial number 1")
    file = tmp_path / "article.pdf"
    file.write_bytes(pdf_bytes(2))
    ana.goto(live.url + path(cast, "reports"))
    ana.get_by_role("link", name="Trial number 1").click()
    ana.locator(".dropzone input[type=file]").set_input_files(file)
    ana.get_by_role("button", name="Upload").first.click()
    expect(ana.locator("[data-pdf]")).to_be_visible()
    ana.wait_for_load_state()
    ana.keyboard.press("i")
    expect(ana.get_by_text("Your vote counts.")).to_be_visible()
    ben.goto(live.url + path(cast, "reports"))
    ben.keyboard.press("s")
    expect(ben.locator("[data-pdf]")).to_be_visible()
    expect(ben.get_by_label("Vote of Ana")).to_have_count(0)
    ben.wait_for_load_state()
    ben.keyboard.press("i")
    expect(ben.get_by_text("Your vote counts.")).to_be_visible()
    return Report.objects.get(pk=report.pk)


def test_the_next_text_is_there_before_the_server_has_answered(live: Live, filled: Cast) -> None:
    page = live.open(filled.ben, screen(filled))
    page.route("**/screening/**", slowly)
    for number in (1, 2):
        page.keyboard.press("i")
        assert title(page) == f"Trial number {number + 1}"
    assert Vote.objects.count() < 2
    sent(page)
    assert Vote.objects.count() == 2
    page.unroute("**/screening/**")


def test_votes_survive_a_broken_line_and_a_closed_page(live: Live, filled: Cast) -> None:
    live.expected = ("Failed to load resource", "net::ERR")
    page = live.open(filled.ben, screen(filled))
    page.route(
        "**/screening/**",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.keyboard.press("i")
    page.keyboard.press("e")
    expect(page.locator("[data-waiting]")).to_contain_text("2 votes are not sent yet")
    assert not Vote.objects.exists()
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/screening/**")
    page.reload()
    sent(page)
    assert list(Vote.objects.values_list("record__title", "verdict")) == [
        ("Trial number 1", "include"),
        ("Trial number 2", "exclude"),
    ]
    expect_title(page, "Trial number 3")


def test_skip_back_highlights_and_the_list_of_keys(live: Live, filled: Cast) -> None:
    page = live.open(filled.ben, screen(filled))
    page.keyboard.press("j")
    expect_title(page, "Trial number 2")
    page.keyboard.press("k")
    expect_title(page, "Trial number 1")
    page.keyboard.press("j")
    for number in (2, 3, 4, 5):
        expect_title(page, f"Trial number {number}")
        page.keyboard.press("i")
    expect_title(page, "Trial number 1")
    weight = "getComputedStyle(document.querySelector('mark.for')).textDecorationLine"
    assert page.evaluate(weight) == "underline"
    page.keyboard.press("h")
    assert page.evaluate(weight) == "none"
    page.keyboard.press("?")
    sheet = page.locator("#keys-sheet")
    for words in (
        "Include",
        "Maybe",
        "Exclude: Wrong population",
        "Undo",
        "Skip",
        "Mark words for and against",
    ):
        expect(sheet).to_contain_text(words)


def test_the_page_works_without_script(live: Live, filled: Cast) -> None:
    page = live.open(filled.ben, screen(filled), script=False)
    page.get_by_role("button", name="Include").click()
    expect_title(page, "Trial number 2")
    page.get_by_role("button", name="Not randomised").click()
    expect_title(page, "Trial number 3")
    page.get_by_role("button", name="Undo the vote on Trial number 2").click()
    expect_title(page, "Trial number 2")
    assert Vote.objects.count() == 3


def test_a_phone_is_enough(live: Live, filled: Cast) -> None:
    page = live.open(filled.ben, screen(filled), phone=True)
    bar = page.locator(".votebar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 845
    for name, number in (("Include", 1), ("Maybe", 2), ("Exclude", 3)):
        expect_title(page, f"Trial number {number}")
        page.locator(".votebar").get_by_role("button", name=name).tap()
    expect_title(page, "Trial number 4")
    sent(page)
    page.get_by_role("button", name="Undo", exact=False).first.tap()
    expect_title(page, "Trial number 3")
    sent(page)
    assert sorted(Vote.objects.values_list("verdict", flat=True)) == [
        "exclude",
        "include",
        "maybe",
        "withdrawn",
    ]
    accessible(page)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_is_accessible(live: Live, filled: Cast, look: str) -> None:
    cast = filled
    conflict = a_conflict(cast.review, cast.ben, cast.chi, title="In conflict")
    text = a_full_text(cast.review, cast.ana, title="To be read")
    voted(text, cast.ana, IN)
    done = a_full_text(cast.review, cast.ana, title="Read")
    for person in (cast.ana, cast.ben):
        voted(done, person, OUT, cast.review.exclusion_reasons.first())
    sought = a_report(cast.review, title="Sought")
    a_found_record(cast.review, title="Registered")
    page = live.open(cast.ana, screen(cast), phone=look == "phone", dark=look == "dark")
    titles, texts = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
    for address in (
        screen(cast),
        path(cast, "candidates", titles),
        path(cast, "progress", titles),
        path(cast, "progress", texts),
        path(cast, "conflicts"),
        path(cast, "conflict", conflict.pk),
        path(cast, "conflict", done.pk),
        path(cast, "policy"),
        path(cast, "reports"),
        path(cast, "report", text.report_id),
        path(cast, "report", sought.pk),
        path(cast, "found_elsewhere"),
    ):
        page.goto(live.url + address)
        accessible(page)
