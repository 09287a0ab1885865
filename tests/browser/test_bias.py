"""RoB 2 in a browser: questions appear as one answers, and the page goes through the tables as the server does."""

from __future__ import annotations

import json

import pytest
from django.templatetags.static import static
from django.urls import reverse
from playwright.sync_api import expect

from extraction.forms.assessment import decision_table
from extraction.models import Judgement
from extraction.riskofbias import ROB2_ADHERING, ROB2_ASSIGNMENT, asked, propose
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.extraction.bias_factories import HIGH, LOW, assessed_result, with_rob2
from tests.extraction.factories import a_study, an_outcome
from tests.extraction.test_riskofbias_rob2 import DOMAINS, legal

expect.set_options(timeout=15_000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

#: Walks every way to answer, and tells the level, the path and what is asked, as the server's own words do.
WALK = """async ([module, table, ways]) => {
  const { walk } = await import(module);
  const found = JSON.parse(table);
  return ways.map((way) => {
    const { asked, level, path } = walk(found, way);
    return [level, path, [...asked]];
  });
}"""


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_page_and_the_server_go_the_same_way(live: Live, cast: Cast, domain: str) -> None:
    item, _, _ = DOMAINS[domain]
    tool = ROB2_ADHERING if "adhering" in domain else ROB2_ASSIGNMENT
    ways = list(legal(item))
    page = live.open(cast.ben, reverse("extraction:bias_table", args=[cast.review.slug]))
    module = live.url + static("js/extraction/bias_walk.js")
    told = page.evaluate(WALK, [module, decision_table(tool, item), ways])
    for way, (level, path, questions) in zip(ways, told, strict=True):
        proposal = propose(tool, item, way)
        assert (level, path) == (proposal.level, list(proposal.path)), json.dumps(way)
        assert questions == [key for key, needed in asked(item, way).items() if needed]


def test_a_result_is_assessed_with_its_path_in_sight(live: Live, cast: Cast) -> None:
    with_rob2(cast.review)
    study = a_study(cast.review)
    an_outcome(cast.review, "Pain")
    page = live.open(cast.ben, reverse("extraction:bias", args=[cast.review.slug, study.pk]))
    accessible(page)
    first = page.locator("#D1")
    for key, answer in LOW["D1"].items():
        first.locator(f"[name='answer-D1-{key}'][value='{answer}']").check()
    expect(first.get_by_text("allocation was concealed, and nothing speaks against chance")).to_be_visible()
    first.get_by_label("Support").fill("Central telephone")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Pain").click()
    fourth = page.locator("#D4")
    expect(fourth.locator("[data-question='4.3']")).to_be_hidden()
    fourth.locator("[name='answer-D4-4.1'][value='N']").check()
    fourth.locator("[name='answer-D4-4.2'][value='PN']").check()
    expect(fourth.locator("[data-question='4.3']")).to_be_visible()
    # By keys: into the question, and along its answers.
    fourth.locator("[name='answer-D4-4.3'][value='Y']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(fourth.locator("[name='answer-D4-4.3'][value='NI']")).to_be_checked()
    expect(fourth.get_by_text("to answer: 4.4")).to_be_visible()
    fourth.locator("[name='answer-D4-4.4'][value='N']").check()
    fourth.get_by_label("Support").fill("Counted by a machine")
    expect(fourth.locator("[data-level]")).to_have_text("Low risk")
    accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    judged = Judgement.objects.get(item="D4")
    assert (judged.level, judged.answers) == ("low", {"4.1": "N", "4.2": "PN", "4.3": "NI", "4.4": "N"})


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
def test_every_page_of_risk_of_bias_is_accessible(live: Live, cast: Cast, phone: bool, dark: bool) -> None:
    with_rob2(cast.review)
    study, pain = a_study(cast.review), an_outcome(cast.review, "Pain")
    assessed_result(study, pain, cast.ben)
    assessed_result(study, pain, cast.chi, {"D4": HIGH["D4"]})
    names = ("bias_table", "bias_tools", "bias_write", "bias_agreement", "bias_import")
    pages = [reverse(f"extraction:{name}", args=[cast.review.slug]) for name in names]
    pages += [reverse("synthesis:bias_figures", args=[cast.review.slug])]
    pages += [reverse("extraction:bias_compare", args=[cast.review.slug, study.pk])]
    page = live.open(cast.ana, pages[0], phone=phone, dark=dark)
    for address in pages:
        page.goto(live.url + address)
        accessible(page)
