"""One review from signing up to the forest plot: two people, a real server and a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import from_study_on, until_full_text
from tests.browser.conftest import DESK, Installation
from tests.browser.story import PATIENCE, Story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("journey")]


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
    until_full_text.ana_signs_up_and_starts_a_review(story)
    until_full_text.she_says_how_decisions_are_made_and_invites_ben(story)
    until_full_text.ben_signs_up_through_the_link(story)
    until_full_text.ana_adds_a_search_and_the_worker_reads_two_files(story)
    until_full_text.the_pair_is_linked_and_shown_side_by_side(story)
    until_full_text.ana_screens_with_keys(story)
    until_full_text.ben_screens_and_never_sees_her_votes(story)
    until_full_text.the_one_conflict_is_arbitrated(story)
    until_full_text.reports_are_retrieved_or_given_up(story)
    until_full_text.both_read_the_full_texts(story)
    from_study_on.included_reports_become_studies_with_arms(story)
    from_study_on.both_extract_and_one_number_differs(story)
    from_study_on.the_team_settles_the_numbers(story)
    from_study_on.both_assess_the_risk_of_bias_of_one_study(story)
    from_study_on.the_worker_pools_what_was_settled(story)
    from_study_on.the_forest_plot_can_be_taken_away(story)
    from_study_on.the_flow_diagram_counts_what_happened(story)
    from_study_on.the_history_tells_who_did_it(story)
    assert story.troubles == []
