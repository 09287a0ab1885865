"""A form is built, filled in by two people and settled: with a script, and without one."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from extraction.models import Answer, Questionnaire, Study
from extraction.queries.answers import own_answers
from extraction.queries.questionnaires import form_of
from reviews.models import User
from screening.models import Report
from screening.services import reports
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.factories import a_form, answer, filled_in
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
    """A trial with two arms, a report and its PDF."""
    study = a_study(cast.review, reports=1, label="Braga 2018")
    reports.retrieved(
        report=Report.objects.get(study_links__study=study), file=an_upload(pdf_bytes()), by=cast.ben
    )
    an_arm(study, "Aerobic exercise")
    an_arm(study, "Standard care")
    return study


@pytest.fixture
def form(cast: Cast) -> Questionnaire:
    """A form of the review."""
    return a_form(cast.review, name="Characteristics")


def at(form: Questionnaire, study: Study, name: str) -> str:
    """A page about the form and the study."""
    return reverse(f"extraction:{name}", args=[study.review.slug, form.pk, study.pk])


def own(form: Questionnaire, study: Study, person: User) -> dict[str, str]:
    """What somebody has answered."""
    return {slot.question: row.text for slot, row in own_answers(form, study, user=person).items()}


def says(page: Page, text: str) -> None:
    """Waits until the bar of the form says so."""
    expect(page.locator("[data-state]")).to_contain_text(text)


def test_answers_are_saved_while_they_are_typed_and_errors_stand_where_they_are(
    live: Live, cast: Cast, study: Study, form: Questionnaire
) -> None:
    page = live.open(cast.ben, at(form, study, "form_fill"))
    page.get_by_label("Country", exact=True).fill("Portugal")
    says(page, "Saved")
    page.get_by_label("Follow-up", exact=True).fill("six")
    page.keyboard.press("Tab")
    says(page, "Not saved: 1 answer needs a correction")
    accessible(page)
    page.get_by_label("Follow-up", exact=True).fill("6")
    page.get_by_label("Industry").check()
    page.get_by_label("Public").check()
    page.get_by_label("Mean age, Standard care", exact=True).fill("61")
    page.keyboard.press("Tab")
    says(page, "Saved")
    assert own(form, study, cast.ben) == {
        "country": "Portugal",
        "follow_up": "6",
        "funders": "Public\nIndustry",
        "age": "61",
    }
    page.get_by_label("Country", exact=True).fill("Spain")
    page.get_by_role("button", name="Finish my answers").click()
    expect(page.get_by_text("You have finished this form.")).to_be_visible()
    assert own(form, study, cast.ben)["country"] == "Spain"


def test_two_tabs_never_overwrite_each_other(
    live: Live, cast: Cast, study: Study, form: Questionnaire
) -> None:
    one, two = (live.open(cast.ben, at(form, study, "form_fill")) for _ in range(2))
    for page, country, funder in ((one, "Portugal", "Public"), (two, "Spain", "Industry")):
        page.get_by_label("Country", exact=True).fill(country)
        page.get_by_label(funder).check()
    says(one, "Saved")
    says(two, "Not saved: 2 answers need a correction")
    assert own(form, study, cast.ben) == {"country": "Portugal", "funders": "Public"}
    two.locator("#at-country").get_by_role("button", name="Keep mine").click()
    two.locator("#at-funders").get_by_role("button", name="Take what is saved").click()
    says(two, "Saved")
    expect(two.get_by_label("Public")).to_be_checked()
    assert own(form, study, cast.ben) == {"country": "Spain", "funders": "Public"}


def test_a_sentence_of_the_pdf_becomes_the_quote_of_the_answer_that_had_the_focus(
    live: Live, cast: Cast, study: Study, form: Questionnaire
) -> None:
    document = Report.objects.get(study_links__study=study).documents.get()
    page = live.open(cast.ben, f"{at(form, study, 'form_fill')}?read={document.pk}")
    page.get_by_label("Country", exact=True).fill("Portugal")
    page.evaluate(
        "detail => document.dispatchEvent(new CustomEvent('pdf:quote', {detail, cancelable: true}))",
        {"text": "in Lisbon", "page": 3, "documentId": document.pk, "reportId": document.report_id},
    )
    says(page, "Saved")
    expect(page.get_by_label("Quote for Country")).to_have_value("in Lisbon")
    stored = own_answers(form, study, user=cast.ben)
    (kept,) = stored.values()
    assert (kept.text, kept.quote, kept.page, kept.report_id) == (
        "Portugal",
        "in Lisbon",
        "3",
        document.report_id,
    )


def test_a_form_is_built_and_filled_in_without_a_script(
    live: Live, cast: Cast, study: Study, form: Questionnaire
) -> None:
    answer(form, study, cast.chi, country="Portugal")
    edit = reverse("extraction:form_edit", args=[cast.review.slug, form.pk])
    page = live.open(cast.ana, edit, script=False)
    page.get_by_role("button", name="Remove: Country").click()
    page.get_by_role("button", name="Add a question to section 1").click()
    page.get_by_label("Question", exact=True).nth(3).fill("Blinding")
    page.get_by_label("Answer", exact=True).nth(3).select_option("Single choice")
    page.get_by_label("Choices, one on each line").nth(3).fill("Open\nDouble")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("touches 1 answer in 1 study")).to_be_visible()
    assert form_of(form).newest.number == 2
    page.get_by_role("button", name="Save as version 3").click()
    expect(page.get_by_text("Version 3 is asked from now on.")).to_be_visible()
    page = live.open(cast.chi, at(form, study, "form_fill"), script=False)
    page.get_by_label("Blinding", exact=True).select_option("Double")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No longer asked")).to_be_visible()
    assert own(form, study, cast.chi) == {"country": "Portugal", "blinding": "Double"}


def test_what_differs_is_settled(live: Live, cast: Cast, study: Study, form: Questionnaire) -> None:
    filled_in(form, study, cast.ben, country="Spain", follow_up="6.04", design="RCT")
    filled_in(form, study, cast.chi, country="Portugal", follow_up="6.0", design="RCT")
    page = live.open(cast.ana, at(form, study, "form_compare"))
    accessible(page)
    expect(page.get_by_text("2 differ, 1 agrees, 0 are settled.")).to_be_visible()
    expect(page.get_by_text("equal after rounding")).to_be_visible()
    page.get_by_role("radio", name="Chi: Portugal").check()
    page.get_by_label("Why this answer for Country").fill("Recruited in Lisbon.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 differs, 1 agrees, 1 is settled.")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("1 differs, 0 agree, 2 are settled.")).to_be_visible()
    assert sorted(row.text for row in Answer.objects.filter(settled=True)) == ["Portugal", "RCT"]
