"""One review from signing up to the forest plot: two people, a real server and a real worker."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Installation
from tests.screening.factories import pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]

PATIENCE = 30_000  # milliseconds a page gets on a machine that has much else to do
PASSWORD = "neither long nor short"

SWIM, WALK, YOGA, MICE, NEWS, TALK = (
    f"Made-up report on {what}"
    for what in ("swimming", "walking", "yoga", "mice", "the news", "a conference talk")
)
TITLES = (SWIM, WALK, YOGA, MICE, NEWS, TALK)
#: Two files of one search; the report on walking is in both, with its title written in another way.
FILES = {"first.ris": (SWIM, WALK, MICE, TALK), "second.ris": (WALK.upper(), YOGA, NEWS)}

#: What each presses on a title. They differ about yoga only.
TITLE_KEYS = {
    "Ana": {SWIM: "i", WALK: "i", YOGA: "i", MICE: "e", NEWS: "1", TALK: "i"},
    "Ben": {SWIM: "i", WALK: "m", YOGA: "e", MICE: "2", NEWS: "e", TALK: "i"},
}
#: And on a full text; yoga cannot be found, and the talk is no trial.
TEXT_KEYS = {SWIM: "i", WALK: "i", TALK: "2"}

#: Events and people: exercise, then usual care.
NUMBERS = {SWIM: (6, 306, 29, 303), WALK: (3, 231, 11, 220)}


def a_ris_file(titles: tuple[str, ...]) -> str:
    """An export with these records."""
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Nobody, N{TITLES.index(title.capitalize())}\nPY  - 2020\n"
        f"DO  - 10.5555/{title.lower().replace(' ', '-')}\nAB  - This report does not exist: {title}.\nER  - \n\n"
        for title in titles
    )


@dataclass
class Story:
    """The two people's windows, and where the review is."""

    url: str
    ana: Page
    ben: Page
    folder: Path
    review: str = ""
    invitation: str = ""
    troubles: list[str] = field(default_factory=list)

    @property
    def people(self) -> Mapping[str, Page]:
        """Their windows by name."""
        return {"Ana": self.ana, "Ben": self.ben}

    def go(self, page: Page, section: str) -> None:
        """To a page of the left rail, as a person gets there."""
        page.goto(self.url + self.review)
        page.get_by_role("navigation", name="Stages of this review").get_by_role("link", name=section).click()
        page.wait_for_load_state()  # the keys work from then on


@pytest.fixture
def story(installation: Installation, chromium: Browser, tmp_path: Path) -> Iterator[Story]:
    """Two windows on a running installation; nothing goes wrong in them that nobody looks at."""
    pages = []
    for _ in range(2):
        context = chromium.new_context(viewport=DESK, accept_downloads=True)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        pages.append(context.new_page())
    expect.set_options(timeout=PATIENCE)
    ana, ben = pages
    told = Story(installation.url, ana, ben, folder=tmp_path)
    for page in pages:
        page.on("pageerror", lambda error: told.troubles.append(str(error)))
        page.on("console", lambda said: told.troubles.append(said.text) if said.type == "error" else None)
        page.on(
            "response", lambda r: told.troubles.append(f"{r.status} {r.url}") if r.status >= 500 else None
        )
    yield told
    for page in pages:
        page.context.close()


def test_a_review_from_the_first_page_to_the_forest_plot(story: Story) -> None:
    ana_signs_up_and_starts_a_review(story)
    she_says_how_decisions_are_made_and_invites_ben(story)
    ben_signs_up_through_the_link(story)
    ana_adds_a_search_and_the_worker_reads_two_files(story)
    the_pair_is_linked_and_shown_side_by_side(story)
    ana_screens_with_keys(story)
    ben_screens_and_never_sees_her_votes(story)
    the_one_conflict_is_arbitrated(story)
    reports_are_retrieved_or_given_up(story)
    both_read_the_full_texts(story)
    included_reports_become_studies_with_arms(story)
    both_extract_and_one_number_differs(story)
    the_team_settles_the_numbers(story)
    both_assess_the_risk_of_bias_of_one_study(story)
    the_worker_pools_what_was_settled(story)
    the_forest_plot_can_be_taken_away(story)
    the_flow_diagram_counts_what_happened(story)
    the_history_tells_who_did_it(story)
    assert story.troubles == []


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
    expect(titles.get_by_label("2: two reviewers")).to_be_checked()
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
    expect(page.get_by_role("link", name=re.compile("^Resolve ?: "))).to_have_count(1)
    page.get_by_role("link", name=YOGA).first.click()
    expect(page.get_by_role("article", name="Vote of Ben")).to_contain_text("Exclude")
    page.get_by_label("Arbitration").check()
    page.get_by_label("Include", exact=True).check()
    page.get_by_label("Explanation").fill("Yoga is exercise of a kind.")
    page.get_by_role("button", name="Resolve").click()
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
            expect(page.locator("iframe")).to_be_visible()
            page.keyboard.press(key)
            expect(page.get_by_text("You can change it, or")).to_be_visible()
    report(story, story.ben, TALK)
    expect(story.ben.get_by_role("main")).to_contain_text("Not a trial")


def label(title: str) -> str:
    """What its study is called, unless somebody says otherwise: first author and year."""
    return f"Nobody 2020 {title.rpartition(' ')[2]}"


def included_reports_become_studies_with_arms(story: Story) -> None:
    page = story.ana
    story.go(page, "Studies")
    expect(page.get_by_role("heading", name="2 included reports await a study")).to_be_visible()
    page.get_by_role("link", name="Outcomes and comparisons").click()
    add(
        page,
        "outcome",
        {"Outcome": "Relapse"},
        {"What is reported": "Events", "Which way is good": "Lower is better"},
    )
    add(page, "comparison", {"Experimental": "Exercise", "Control": "Usual care"}, {})
    for title in NUMBERS:
        story.go(page, "Studies")
        name = page.get_by_label(f"Study of “{title}”")
        name.fill(label(title))
        page.get_by_role("listitem").filter(has=name).get_by_role("button", name="Make a study").click()
        story.go(page, "Studies")
        page.get_by_role("link", name=label(title)).click()
        for arm in ("Exercise", "Usual care"):
            add(page, "arm", {"Arm": arm}, {})
            expect(page.get_by_role("row", name=arm).first).to_be_visible()
        for arm in ("Exercise", "Usual care"):
            page.get_by_label(f"{arm} in Exercise v Usual care").select_option(label=arm)
        page.get_by_role("button", name="Save the sides").click()


def add(page: Page, what: str, texts: Mapping[str, str], choices: Mapping[str, str]) -> None:
    """Open the form to add something, unless it is open, fill it in and send it."""
    button = page.get_by_role("button", name=f"Add the {what}")
    if not button.is_visible():
        page.get_by_text(re.compile(f"^Add an? {what}$")).click()
    form = page.locator("form").filter(has=button)
    for name, text in texts.items():
        form.get_by_label(name, exact=True).fill(text)
    for name, choice in choices.items():
        form.get_by_label(name, exact=True).select_option(label=choice)
    button.click()
    page.wait_for_load_state()


def study_of(story: Story, page: Page, section: str, title: str, link: str) -> None:
    """From the list of a stage to one study."""
    story.go(page, section)
    row = page.get_by_role("row").filter(has_text=label(title))
    row.get_by_role("link", name=link).click()
    page.wait_for_load_state()


def both_extract_and_one_number_differs(story: Story) -> None:
    for who, page in story.people.items():
        for title, (a, n, c, m) in NUMBERS.items():
            study_of(story, page, "Extraction", title, "Extract")
            # Ben reads one number of the second study wrongly.
            misread = who == "Ben" and title == WALK
            for field_, arm, number in (
                ("Events", "Exercise", a + misread),
                ("Number analysed", "Exercise", n),
                ("Events", "Usual care", c),
                ("Number analysed", "Usual care", m),
            ):
                page.locator(f"[data-cell][aria-label^='{field_}, {arm},']").fill(str(number))
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Finish my extraction").click()
            expect(page.get_by_text("You have finished this extraction.")).to_be_visible()


def the_team_settles_the_numbers(story: Story) -> None:
    page = story.ana
    study_of(story, page, "Extraction", SWIM, "Compare and settle")
    page.keyboard.press("a")
    expect(page.get_by_text("0 differ, 0 agree, 4 are settled.")).to_be_visible()
    study_of(story, page, "Extraction", WALK, "Compare and settle")
    expect(page.get_by_text("1 differs, 3 agree, 0 are settled.")).to_be_visible()
    page.get_by_role("radio", name="Ana: 3").check()
    page.get_by_label("Why this value for Events, Exercise").fill("Ben counted one person twice.")
    page.get_by_role("button", name="Settle Events, Exercise").click()
    expect(page.get_by_text("0 differ, 3 agree, 1 is settled.")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    expect(page.get_by_text("0 differ, 0 agree, 4 are settled.")).to_be_visible()


def both_assess_the_risk_of_bias_of_one_study(story: Story) -> None:
    for who, page in story.people.items():
        study_of(story, page, "Risk of bias", SWIM, "Assess")
        items = page.locator("fieldset.fieldset")
        expect(items).to_have_count(7)
        for number in range(7):
            # They differ about the last item.
            level = "High risk" if number == 6 and who == "Ben" else "Low risk"
            items.nth(number).get_by_label(level).check()
            items.nth(number).get_by_label("Support").fill(f"“Made up”, says {who}.")
        page.get_by_role("button", name="Save and finish").click()
        expect(page.get_by_text("You have finished this assessment.")).to_be_visible()
    page = story.ana
    study_of(story, page, "Risk of bias", SWIM, "Settle")
    page.keyboard.press("a")
    expect(page.get_by_text("1 of 7 items are not settled.")).to_be_visible()
    differs = page.get_by_role("region", name="Other bias")
    differs.get_by_label("High risk").check()
    differs.get_by_label("Support").fill("It does not exist.")
    differs.get_by_role("button", name="Settle Other bias").click()
    expect(page.get_by_text("All 7 items are settled.")).to_be_visible()
    story.go(page, "Risk of bias")
    expect(page.get_by_role("img", name=re.compile("High risk.*Other bias"))).to_be_visible()


def pooled() -> tuple[float, float, float]:
    """The common-effect risk ratio by inverse variance, with its 95 % interval, by the textbook."""
    weighted = []
    for a, n, c, m in NUMBERS.values():
        log = math.log((a / n) / (c / m))
        weighted.append((log, 1 / (1 / a - 1 / n + 1 / c - 1 / m)))
    total = sum(weight for _, weight in weighted)
    mean = sum(log * weight for log, weight in weighted) / total
    reach = 1.959964 / math.sqrt(total)
    return math.exp(mean), math.exp(mean - reach), math.exp(mean + reach)


def the_worker_pools_what_was_settled(story: Story) -> None:
    page = story.ana
    story.go(page, "Synthesis")
    page.get_by_role("main").get_by_role("link", name="Set up an analysis").click()
    page.get_by_label("Title").fill("Relapses")
    page.get_by_label("Effect measure").select_option(label="Risk ratio")
    expect(page.get_by_label("Model")).to_have_value("random")
    page.get_by_label("Model").select_option(label="Common effect")
    page.get_by_role("button", name="Save and run").click()
    expect(page.get_by_text("Forest plot, run 1")).to_be_visible()
    estimate, low, high = pooled()
    expect(page.get_by_text(f"{estimate:.3f}, 95 % CI {low:.3f} to {high:.3f}")).to_be_visible()
    plot = page.get_by_role("group", name="Forest plot of Relapses")
    for words in (label(SWIM), label(WALK), "6/306", "29/303", "3/231", "11/220"):
        expect(plot).to_contain_text(words)


def the_forest_plot_can_be_taken_away(story: Story) -> None:
    for name, start in (("SVG", b"<?xml"), ("PDF", b"%PDF-"), ("PNG", b"\x89PNG")):
        with story.ana.expect_download() as download:
            story.ana.get_by_role("link", name=name, exact=True).click()
        assert download.value.path().read_bytes().startswith(start), name


def the_flow_diagram_counts_what_happened(story: Story) -> None:
    page = story.ana
    story.go(page, "PRISMA flow")
    for box, number in {
        "Records identified from databases": 7,
        "Duplicate records removed": 1,
        "Records screened": 6,
        "Records excluded": 2,
        "Reports sought for retrieval": 4,
        "Reports not retrieved": 1,
        "Reports assessed for eligibility": 3,
        "Reports excluded": 1,
        "Not a trial": 1,
        "Studies included in the review": 2,
        "Reports of included studies": 2,
    }.items():
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=box, exact=True))
        expect(row.get_by_role("cell").last).to_have_text(str(number))
    page.get_by_role("link", name="Records excluded", exact=True).last.click()
    expect(page.get_by_role("main").get_by_role("link", name="Made-up report")).to_have_count(2)
    for title in (MICE, NEWS):
        expect(page.get_by_role("main").get_by_role("link", name=title)).to_be_visible()


def the_history_tells_who_did_it(story: Story) -> None:
    page = story.ben
    story.go(page, "History")
    for who, topic, what in (
        ("Ana", "Review", "started the review"),
        ("Ben", "Team", "joined the team as reviewer"),
        ("Ana", "Search", "added the search MEDLINE"),
        ("Ben", "Vote", f"voted on “{MICE}”"),
        ("Ana", "Analysis", "Relapses"),
    ):
        page.get_by_label("Who").select_option(label=who)
        page.get_by_label("What").select_option(label=topic)
        page.get_by_role("button", name="Filter").click()
        lines = page.get_by_role("main").get_by_role("listitem")
        expect(lines.filter(has_text=what).first).to_contain_text(who)
