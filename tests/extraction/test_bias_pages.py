"""The form of the risk-of-bias tool, its table, and the page where judgements are settled."""

from __future__ import annotations

import pytest
from django.urls import reverse

from extraction.models import Completion, Judgement
from extraction.queries.bias import settled_judgements
from extraction.riskofbias import ROB1
from extraction.services import bias
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import a_study, assessed


def at(cast: Cast, name: str, *arguments: object) -> str:
    """The address of a page of the review."""
    return reverse(f"extraction:{name}", args=[cast.review.slug, *arguments])


def filled(level: str = "low", support: str = "As the report says") -> dict[str, str]:
    """The whole form."""
    return {f"level-{item.key}": level for item in ROB1.items} | {
        f"support-{item.key}": support for item in ROB1.items
    }


def test_an_assessment_is_saved_and_finished(cast: Cast, signed_in: SignIn) -> None:
    study, ben = a_study(cast.review), signed_in(cast.ben)
    answer = ben.post(at(cast, "bias", study.pk), filled() | {"finish": "1"}, follow=True)
    assert "Saved and finished" in told(answer)
    assert Judgement.objects.count() == 7
    ben.post(at(cast, "bias_reopen", study.pk))
    assert [word.done for word in Completion.objects.all()] == [True, False]


def test_what_is_right_is_saved_and_what_is_not_stays_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    data = filled() | {"support-other": "", "level-incomplete-data": "splendid", "finish": "1"}
    answer = signed_in(cast.ben).post(at(cast, "bias", study.pk), data)
    assert answer.status_code == 422
    assert "Write what the judgement rests on" in told(answer)
    assert "knows no judgement “splendid”" in told(answer)
    assert Judgement.objects.count() == 5
    assert not Completion.objects.exists()


def test_half_a_form_is_saved_but_not_finished(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    data = {"level-other": "low", "support-other": "None found", "finish": "1"}
    answer = signed_in(cast.ben).post(at(cast, "bias", study.pk), data, follow=True)
    assert "Saved, but not finished. Not judged yet: Random sequence generation" in told(answer)
    assert not Completion.objects.exists()


def test_a_second_tab_overwrites_nothing(cast: Cast, signed_in: SignIn) -> None:
    study, ben = a_study(cast.review), signed_in(cast.ben)
    data = {"level-other": "low", "support-other": "None found", "seen-other": "0"}
    ben.post(at(cast, "bias", study.pk), data)
    answer = ben.post(at(cast, "bias", study.pk), data | {"support-other": "Another view"})
    assert answer.status_code == 422
    assert "in another tab" in told(answer)
    assert "Another view" in told(answer)


def test_a_finished_form_takes_nothing_more(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    assessed(study, cast.ben)
    ben = signed_in(cast.ben)
    assert "disabled" in told(ben.get(at(cast, "bias", study.pk)))
    answer = ben.post(at(cast, "bias", study.pk), filled("high"))
    assert "Reopen it" in told(answer)
    assert not Judgement.objects.filter(level="high").exists()


def test_no_page_tells_another_assessors_judgement(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    for item in ROB1.items:
        bias.judge(study=study, tool=ROB1, item=item.key, level="high", support="Unmistakable", by=cast.ben)
    bias.judge(study=study, tool=ROB1, item="other", level="low", support="Mine", by=cast.chi)
    pages = [at(cast, name, study.pk) for name in ("study", "bias", "bias_compare")]
    pages += [at(cast, name) for name in ("studies", "bias_table")]
    pages += [reverse(f"reviews:{name}", args=[cast.review.slug]) for name in ("overview", "history")]
    for person in (cast.chi, cast.ana, cast.dov):
        for page in pages:
            html = told(signed_in(person).get(page))
            assert "Unmistakable" not in html, page
            assert "High risk: " not in html, page


def test_judgements_are_compared_and_settled(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    assessed(study, cast.ben)
    assessed(study, cast.chi, {"other": "high"})
    ana, page = signed_in(cast.ana), at(cast, "bias_compare", study.pk)
    html = told(ana.get(page))
    assert html.index('id="other"') < html.index('id="sequence-generation"')
    ana.post(at(cast, "bias_settle_agreeing", study.pk))
    data = {"item": "other", "level": "unclear", "support": "Talked it over", "seen": "0"}
    ana.post(at(cast, "bias_settle", study.pk), data)
    assert settled_judgements(study, ROB1)["other"].support == "Talked it over"
    assert "All 7 items are settled" in told(ana.get(page))
    stale = ana.post(at(cast, "bias_settle", study.pk), data | {"level": "low"}, follow=True)
    assert "after you opened the page" in told(stale)
    table = told(signed_in(cast.dov).get(at(cast, "bias_table")))
    assert "Unclear risk: Other bias" in table
    assert "Low risk: Random sequence generation" in table


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"item": "astrology"}, "no such item"),
        ({"level": ""}, "Choose a judgement"),
        ({"level": "splendid"}, "knows no judgement"),
        ({"support": " "}, "rests on"),
        ({"seen": "-1"}, "greater than or equal"),
        ({"support": "x" * 5001}, "at most 5000"),
    ],
)
def test_settling_nonsense_is_refused(
    cast: Cast, signed_in: SignIn, data: dict[str, str], complaint: str
) -> None:
    study = a_study(cast.review)
    for person in (cast.ben, cast.chi):
        assessed(study, person)
    whole = {"item": "other", "level": "low", "support": "x", "seen": "0"} | data
    answer = signed_in(cast.ana).post(at(cast, "bias_settle", study.pk), whole, follow=True)
    assert complaint in told(answer)
    assert not Judgement.objects.filter(settled=True).exists()


def test_one_assessor_alone_does_not_agree_with_anybody(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    assessed(study, cast.ben)
    ben = signed_in(cast.ben)
    assert "Only Ben is through" in told(ben.get(at(cast, "bias_compare", study.pk)))
    answer = ben.post(at(cast, "bias_settle_agreeing", study.pk), follow=True)
    assert "Two assessors have to be through" in told(answer)
