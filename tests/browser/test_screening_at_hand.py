"""The screening page under the fingers: labels, words and switches by key, many votes from the list, and a line that breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from reviews.models import Record
from screening.models import Candidate, Labelling, Lease, Preference, Resolution, Stage, Standing, Vote
from screening.services import labels, standing
from tests.browser.conftest import Live, accessible
from tests.browser.test_screening import expect_title, filled, screen, sent
from tests.conftest import Cast
from tests.screening.factories import IN, a_conflict, a_policy, voted

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
__all__ = ["filled"]


def cut(page: Page) -> None:
    """From now on the server does not hear what is posted."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.route("**/screening/**", answer)


def mend(page: Page) -> None:
    page.unroute("**/screening/**")


def path(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, *args])


def linked(cast: Cast, record: Record | None, to: Record | None) -> None:
    """A colleague links two records; the first is no candidate any more."""
    assert record
    assert to
    Record.objects.filter(pk=record.pk).update(duplicate_of=to.pk)
    standing.records_changed(review=cast.review, record_ids=[record.pk])


def test_labels_by_key(live: Live, filled: Cast) -> None:
    cast = filled
    labels.make(review=cast.review, name="Background", by=cast.ana)
    page = live.open(cast.ben, screen(cast))
    page.keyboard.press("l")
    dialog = page.locator("#labels-dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.locator("[data-slot] [data-chip]")).to_be_visible()
    sent(page)
    assert Labelling.objects.all().standing().get().record.title == "Trial number 1"
    assert not Vote.objects.exists()  # 1 was a label, not a reason
    page.keyboard.press("l")
    page.keyboard.press("1")
    page.keyboard.press("l")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-slot] [data-chip]")).to_be_hidden()
    page.keyboard.press("l")
    page.keyboard.press("n")
    page.keyboard.type("Ask the authors")
    page.keyboard.press("Enter")
    expect(page.locator("[data-slot] [data-chip]:visible")).to_have_text("Ask the authors")


def test_switches_and_words_of_ones_own_by_key(live: Live, filled: Cast) -> None:
    cast = filled
    cast.review.population = "Numbered people"
    cast.review.save()
    page = live.open(cast.ben, screen(cast))
    for key, name in (("a", "hides_source"), ("p", "pico"), ("h", "highlights")):
        page.keyboard.press(key)
        expect(page.locator(f"[data-switch={name}]")).to_have_attribute(
            "aria-pressed", str(name != "highlights").lower()
        )
    sent(page)
    expect(page.locator("[data-slot] .screening__by")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-slot] .screening__by")).to_be_hidden()
    kept = Preference.objects.get()
    assert (kept.hides_source, kept.pico, kept.highlights) == (True, True, False)
    page.keyboard.press("h")
    page.keyboard.press("w")
    page.get_by_label("My words for").fill("number")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-slot] h2 mark.for").last).to_have_text("number")
    page.keyboard.press("?")
    for words in ("Labels of this record", "Hide authors", "PICO", "My words", "Skip", "Write a note"):
        expect(page.locator("#keys-sheet")).to_contain_text(words)
    accessible(page)


def test_votes_that_wait_are_sent_although_nothing_is_left_to_read(live: Live, filled: Cast) -> None:
    """The lease ran out, colleagues decided everything meanwhile: the vote is late, and kept all the same."""
    live.expected = ("Failed to load resource", "net::ERR")
    cast = filled
    page = live.open(cast.ben, screen(cast))
    cut(page)
    page.keyboard.press("e")
    expect(page.locator("[data-waiting]")).to_contain_text("One vote is not sent yet")
    Lease.objects.update(until=timezone.now() - timedelta(hours=1))
    for candidate in Candidate.objects.filter(stage=Stage.TITLE_ABSTRACT):
        voted(candidate, cast.ana, IN)
        voted(candidate, cast.chi, IN)
    page.on("dialog", lambda dialog: dialog.accept())
    mend(page)
    page.reload()
    sent(page)
    vote = Vote.objects.get(reviewer=cast.ben)
    assert (str(vote.record), vote.verdict) == ("Trial number 1", "exclude")
    assert Candidate.objects.get(record=vote.record).status == "included"


def test_a_vote_refused_later_is_told_and_kept_until_it_is_decided_again(live: Live, filled: Cast) -> None:
    live.expected = ("Failed to load resource", "net::ERR")
    cast = filled
    page = live.open(cast.ben, screen(cast))
    cut(page)
    page.keyboard.press("n")
    page.keyboard.type("Not in adults")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("i")
    expect(page.locator("[data-waiting]")).to_contain_text("2 votes are not sent yet")
    # Meanwhile a pilot round is called for, and the stage is closed.
    a_policy(cast.review, pilot_size=2)
    page.on("dialog", lambda dialog: dialog.accept())
    mend(page)
    page.reload()
    sent(page)
    told = page.locator("[data-refused]")
    expect(told).to_contain_text("Trial number 1")
    expect(told).to_contain_text("You said: exclude")
    expect(told).to_contain_text("a pilot round comes first")
    expect(told).to_contain_text("Not in adults")
    assert not Vote.objects.exists()
    accessible(page)

    a_policy(cast.review)
    page.reload()
    expect(told).to_contain_text("Trial number 2")
    told.get_by_role("link", name="Read it again").first.click()
    expect_title(page, "Trial number 1")
    page.keyboard.press("m")
    sent(page)
    expect(told.locator("li")).to_have_count(1)
    told.get_by_role("button", name="Let it go").click()
    expect(told).to_be_hidden()
    assert Vote.objects.get().verdict == "maybe"


def test_a_line_that_breaks_on_a_phone(live: Live, filled: Cast) -> None:
    live.expected = ("Failed to load resource", "net::ERR")
    cast = filled
    page = live.open(cast.ben, screen(cast), phone=True)
    page.context.set_offline(True)
    expect(page.locator("[data-waiting]")).to_contain_text("No connection")
    for name, number in (("Include", 1), ("Exclude", 2), ("Maybe", 3)):
        expect_title(page, f"Trial number {number}")
        page.locator(".votebar").get_by_role("button", name=name).tap()
    expect(page.locator("[data-waiting]")).to_contain_text("3 votes are not sent yet")
    assert not Vote.objects.exists()
    accessible(page)
    page.context.set_offline(False)
    expect_title(page, "Trial number 4")
    sent(page)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert list(Vote.objects.values_list("verdict", flat=True)) == ["include", "exclude", "maybe"]
    box = page.locator(".votebar").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 845


@pytest.mark.parametrize("phone", [False, True])
def test_many_votes_from_the_list_with_a_preview_and_one_undo(live: Live, filled: Cast, phone: bool) -> None:
    cast = filled
    a_policy(cast.review, bulk=True)
    page = live.open(cast.ben, path(cast, "candidates", Stage.TITLE_ABSTRACT), phone=phone)
    accessible(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("2")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Exclude 2 records?")).to_be_visible()
    accessible(page)
    assert not Standing.objects.exists()
    page.keyboard.press("y")
    expect(page.get_by_text("You voted on 2 records at once.")).to_be_visible()
    said = Standing.objects.order_by("candidate").values_list("candidate__record__title", "verdict")
    assert list(said) == [("Trial number 1", "exclude"), ("Trial number 3", "exclude")]
    accessible(page)
    page.keyboard.press("z")
    expect(page.get_by_text("2 votes are taken back.")).to_be_visible()
    assert not Standing.objects.exists()


def test_a_conflict_is_settled_by_consensus_with_keys_only(live: Live, filled: Cast) -> None:
    cast = filled
    disputed = a_conflict(cast.review, cast.ben, cast.chi, title="Disputed trial")
    ben = live.open(cast.ben, path(cast, "conflicts"))
    ben.keyboard.press("1")
    expect(ben.get_by_label("Explanation")).to_be_visible()
    ben.wait_for_load_state()
    ben.keyboard.press("w")
    expect(ben.get_by_label("Explanation")).to_be_focused()
    ben.keyboard.type("The programme is structured enough.")
    # Back over the reason to the verdict, of which the arrows go round.
    ben.keyboard.press("Shift+Tab")
    ben.keyboard.press("Shift+Tab")
    ben.keyboard.press("Space")
    if not ben.get_by_label("Include", exact=True).is_checked():
        ben.keyboard.press("ArrowUp")
    expect(ben.get_by_label("Include", exact=True)).to_be_checked()
    ben.keyboard.press("p")
    expect(ben.get_by_role("heading", name="Proposed")).to_be_visible()
    chi = live.open(cast.chi, path(cast, "conflicts"))
    chi.keyboard.press("1")
    expect(chi.get_by_role("heading", name="Proposed")).to_be_visible()
    chi.wait_for_load_state()
    chi.keyboard.press("a")
    chi.wait_for_load_state("networkidle")
    chi.goto(live.url + path(cast, "conflict", disputed.pk))
    expect(chi.get_by_text("The programme is structured enough.").first).to_be_visible()
    expect(chi.get_by_role("heading", name="Proposed")).to_have_count(0)
    assert Candidate.objects.get(pk=disputed.pk).status == "included"
    resolution = Resolution.objects.get()
    assert (resolution.kind, resolution.explanation) == ("consensus", "The programme is structured enough.")
