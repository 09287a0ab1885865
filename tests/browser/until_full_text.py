"""The first half of the journey: from signing up to the votes on full texts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.browser.story import (
    FILES,
    PASSWORD,
    SWIM,
    TALK,
    TEXT_KEYS,
    TITLE_KEYS,
    TITLES,
    WALK,
    YOGA,
    Story,
    a_ris_file,
)
from tests.screening.factories import pdf_bytes


def sign_up(page: Page, name: str) -> None:
    page.get_by_label("Email").fill(f"{name.lower()}@journey.example.org")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()


def ana_signs_up_and_starts_a_review(story: Story) -> None:
    page = story.ana
    page.goto(story.url)
    page.get_by_role("link", name="Create an account").click()
    sign_up(page, "Ana")
    page.get_by_role("main").get_by_role("link", name="Start a review").click()
    page.get_by_label("Title").fill("Exercise for a made-up disease")
    page.get_by_label("Population").fill("People with a made-up disease")
    page.get_by_label("Intervention").fill("Exercise")
    page.get_by_label("Comparator").fill("Usual care")
    page.get_by_role("button", name="Start the review").click()
    expect(page.get_by_role("heading", level=1, name="Criteria and reasons")).to_be_visible()
    story.review = re.sub(r".*(/reviews/[^/]+/).*", r"\1", page.url)
    page.get_by_label("Include if").fill("Adults\nExercise of any kind")
    page.get_by_label("Exclude if").fill("Animals")
    page.get_by_label("Reasons for exclusion").fill("Wrong population\nNot a trial")
    page.get_by_role("button", name="Save and go on").click()


def she_says_how_decisions_are_made_and_invites_ben(story: Story) -> None:
    page = story.ana
    expect(page.get_by_role("heading", level=1, name="How decisions are made")).to_be_visible()
    titles = page.get_by_role("region", name="Title and abstract")
    expect(titles.get_by_label("2 (usual)")).to_be_checked()
    expect(titles.get_by_label("Blinded")).to_be_checked()
    titles.get_by_label("Who resolves conflicts").select_option(label="Ana")
    titles.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From now on the stage is decided like this.")).to_be_visible()
    page.get_by_role("link", name="Go on to the team").click()
    page.get_by_label("Role", exact=True).select_option(label="Reviewer")
    page.get_by_role("button", name="Make an invitation link").click()
    story.invitation = page.locator("input[readonly]").input_value()


def ben_signs_up_through_the_link(story: Story) -> None:
    page = story.ben
    page.goto(story.invitation)
    expect(page.get_by_text("Ana invites you to work on")).to_be_visible()
    page.get_by_role("button", name="Make an account and join").click()
    sign_up(page, "Ben")
    expect(page.get_by_role("heading", level=1, name="Exercise for a made-up disease")).to_be_visible()
    assert story.review in page.url


def ana_adds_a_search_and_the_worker_reads_two_files(story: Story) -> None:
    page = story.ana
    story.go(page, "Searches")
    page.get_by_role("main").get_by_role("link", name="Add a search").first.click()
    page.get_by_label("Source", exact=True).fill("MEDLINE")
    page.get_by_label("Hits reported by the source").fill("7")
    page.get_by_role("button", name="Save").click()
    for name, titles in FILES.items():
        (story.folder / name).write_text(a_ris_file(titles), encoding="utf-8")
    page.locator("input[type=file]").set_input_files([story.folder / name for name in FILES])
    page.get_by_role("button", name="Upload and read").click()
    for name in FILES:
        story.go(page, "Searches")
        page.get_by_role("main").get_by_role("link", name="MEDLINE").click()
        page.get_by_role("link", name=name).click()
        # The bar goes away by itself: the page is loaded anew when the worker is done.
        expect(page.get_by_text("Nothing: every line")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_text("The source reported 7 hits, and that is what the files")).to_be_visible()


def the_pair_is_linked_and_shown_side_by_side(story: Story) -> None:
    page = story.ana
    story.go(page, "Duplicates")
    expect(page.get_by_text("2 records", exact=True)).to_be_visible()
    page.get_by_role("link", name=WALK).click()
    expect(page.get_by_role("heading", level=1, name="2 records of one article")).to_be_visible()
    table = page.get_by_role("table", name="Records side by side")
    expect(table).to_contain_text("first.ris")
    expect(table).to_contain_text("second.ris")
    expect(table).to_contain_text(WALK.upper())


def screen(page: Page, keys: Mapping[str, str]) -> None:
    """Votes with keys only, on whatever title is there."""
    left = dict(keys)
    while left:
        title = page.locator("[data-slot] h2").inner_text()
        # Which of the pair is the canonical one depends on the file that was read first.
        page.keyboard.press(left.pop(title.capitalize()))
        expect(page.locator("[data-slot] h2").filter(has_text=title)).to_have_count(0)
    expect(page.get_by_text("There is no other record for you")).to_be_visible()
    page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('quorum.votes'))")


def ana_screens_with_keys(story: Story) -> None:
    story.go(story.ana, "Screening")
    screen(story.ana, TITLE_KEYS["Ana"])


def ben_screens_and_never_sees_her_votes(story: Story) -> None:
    page = story.ben
    story.go(page, "Screening")
    page.get_by_role("link", name="All records").click()
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Votes", exact=True).check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name=SWIM)).to_contain_text("1 of 2")
    for title in TITLES:
        told_nothing(page)
        page.get_by_role("link", name=title).click()
        told_nothing(page)
        page.go_back()
    story.go(page, "Conflicts")
    told_nothing(page)
    story.go(page, "History")
    votes = page.get_by_role("listitem").filter(has_text="Ana voted on")
    expect(votes).to_have_count(len(TITLES))
    assert not [line for line in votes.all_inner_texts() if re.search("include|exclude|maybe", line, re.I)]
    story.go(page, "Screening")
    screen(page, TITLE_KEYS["Ben"])


def told_nothing(page: Page) -> None:
    """Ana has voted on everything; not even her name is on the page."""
    assert "Ana" not in page.get_by_role("main").inner_text(), page.url


def the_one_conflict_is_arbitrated(story: Story) -> None:
    page = story.ana
    story.go(page, "Conflicts")
    expect(page.locator(".conflict-row")).to_have_count(1)
    page.get_by_role("link", name=YOGA).first.click()
    expect(page.get_by_role("article", name="Vote of Ben")).to_contain_text("Exclude")
    page.get_by_label("Include", exact=True).check()
    page.get_by_label("Explanation").fill("Yoga is exercise of a kind.")
    page.get_by_role("button", name=re.compile("^Decide")).click()
    expect(page.get_by_text("The conflict is resolved.")).to_be_visible()


def report(story: Story, page: Page, title: str) -> None:
    """To the page of a report."""
    story.go(page, "Full texts")
    page.get_by_role("main").get_by_role("link", name=title).click()
    page.wait_for_load_state()


def reports_are_retrieved_or_given_up(story: Story) -> None:
    page = story.ana
    pdf = story.folder / "report.pdf"
    pdf.write_bytes(pdf_bytes(2))
    for title in TEXT_KEYS:
        report(story, page, title)
        page.locator(".dropzone input[type=file]").set_input_files(pdf)
        page.get_by_role("button", name="Upload").first.click()
        expect(page.get_by_text("2 pages")).to_be_visible()
    report(story, page, YOGA)
    page.get_by_text("It could not be found").click()
    page.get_by_label("What was tried?").fill("The library does not have it.")
    page.get_by_role("button", name="Mark as not retrieved").click()
    expect(page.get_by_text("Not retrieved").first).to_be_visible()


def both_read_the_full_texts(story: Story) -> None:
    for page in story.people.values():
        for title, key in TEXT_KEYS.items():
            report(story, page, title)
            expect(page.locator("[data-pdf]")).to_be_visible()
            page.keyboard.press(key)
            expect(page.get_by_text("You can change it, or")).to_be_visible()
    report(story, story.ben, TALK)
    expect(story.ben.get_by_role("main")).to_contain_text("Not a trial")
