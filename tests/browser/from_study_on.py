"""The second half of the journey: from a study to the forest plot, the flow diagram and the history."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.browser.story import MICE, NEWS, NUMBERS, SWIM, WALK, Story


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
    expect(page.get_by_label("Model", exact=True)).to_have_value("random")
    page.get_by_label("Model", exact=True).select_option(label="Common effect, inverse variance")
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
