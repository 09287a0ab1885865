"""Pages of RoB 2 results, tools, agreement and files: they work without a script, tell no colleague's answers, lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.models import Judgement, Outcome, Study
from extraction.models.bias import CustomTool, ToolChoice
from extraction.queries.bias import settled_judgements
from extraction.queries.bias_agreement import agreement_on
from extraction.riskofbias import ROB1, ROB2_ASSIGNMENT
from extraction.services import bias, completion
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.bias_factories import HIGH, LOW, answered, assessed_result, with_rob2
from tests.extraction.factories import BIAS, a_study, an_outcome, assessed


@pytest.fixture
def trial(cast: Cast) -> tuple[Study, Outcome]:
    """A study that is assessed with RoB 2, and an outcome."""
    with_rob2(cast.review)
    return a_study(cast.review, label="Braga 2018"), an_outcome(cast.review, "Pain")


Trial = tuple[Study, Outcome]


def at(cast: Cast, name: str, *arguments: object, query: str = "") -> str:
    """The address of a page of the review."""
    space = "synthesis" if name in {"bias_figures", "bias_download"} else "extraction"
    return reverse(f"{space}:{name}", args=[cast.review.slug, *arguments]) + query


def sent(answers: dict[str, dict[str, str]], **others: str) -> dict[str, str]:
    """Answers as the form sends them, each with its support."""
    data = {f"answer-{item}-{key}": said for item, given in answers.items() for key, said in given.items()}
    return data | {f"support-{item}": "As it says" for item in answers} | others


def test_questions_appear_when_they_become_relevant_without_a_script(
    cast: Cast, signed_in: SignIn, trial: Trial
) -> None:
    study, pain = trial
    ben, page = signed_in(cast.ben), at(cast, "bias", study.pk, query=f"?outcome={pain.pk}")
    assert 'data-question="3.2" hidden' in told(ben.get(page))
    ben.post(page, {"answer-D3-3.1": "N"})
    html = told(ben.get(page))
    assert 'data-question="3.2">' in html
    assert 'data-question="3.3" hidden' in html
    assert "to answer: 3.2" in html
    ben.post(page, sent({"D3": {"3.1": "N", "3.2": "PY"}}))
    assert "3.2 probably yes: there is evidence that missing data did no harm → Low risk." in told(
        ben.get(page)
    )


def test_a_result_is_assessed_and_finished(cast: Cast, signed_in: SignIn, trial: Trial) -> None:
    study, pain = trial
    ben, page = signed_in(cast.ben), at(cast, "bias", study.pk)
    ben.post(page, sent({"D1": LOW["D1"]}))
    rest = {item: given for item, given in LOW.items() if item != "D1"}
    answer = ben.post(f"{page}?outcome={pain.pk}", sent(rest, finish="1"), follow=True)
    assert "Saved and finished" in told(answer)
    assert Judgement.objects.get(item="overall").level == "low"


def test_a_reason_is_asked_for_and_what_was_typed_stays(cast: Cast, signed_in: SignIn, trial: Trial) -> None:
    study, pain = trial
    page = at(cast, "bias", study.pk, query=f"?outcome={pain.pk}")
    data = sent({"D5": LOW["D5"]}, **{"level-D5": "high", "support-D5": "My words"})
    answer = signed_in(cast.ben).post(page, data)
    assert answer.status_code == 422
    assert "Say why you judge otherwise" in told(answer)
    assert "My words" in told(answer)


@pytest.mark.parametrize("outcome", ["0", "999999", "x", "-1", "9" * 30, "\x00"])
def test_no_such_outcome_is_not_found(cast: Cast, signed_in: SignIn, trial: Trial, outcome: str) -> None:
    ben = signed_in(cast.ben)
    assert ben.get(at(cast, "bias", trial[0].pk), {"outcome": outcome}).status_code == 404
    assert ben.get(at(cast, "bias_table"), {"outcome": outcome}).status_code == 200
    assert ben.get(at(cast, "bias_figures"), {"outcome": outcome, "palette": outcome}).status_code == 200


@pytest.mark.parametrize("answer", ["maybe", "NI\x00", "🙂", "y"])
def test_what_is_no_answer_is_told(cast: Cast, signed_in: SignIn, trial: Trial, answer: str) -> None:
    study, pain = trial
    page = at(cast, "bias", study.pk, query=f"?outcome={pain.pk}")
    response = signed_in(cast.ben).post(page, {"answer-D4-4.1": answer})
    assert response.status_code == 422
    assert "is no answer to question 4.1" in told(response)


def test_nobody_reads_a_colleagues_answers_before_being_through(
    cast: Cast, signed_in: SignIn, trial: Trial
) -> None:
    study, pain = trial
    answered(study, pain, cast.ben, {"D4": HIGH["D4"]})
    bias.judge(
        study=study, tool=ROB2_ASSIGNMENT, item="D1", level="", support="Mine", answers=LOW["D1"], by=cast.chi
    )
    pages = [
        at(cast, name)
        for name in ("bias_table", "bias_agreement", "bias_tools", "bias_figures", "bias_import")
    ]
    pages += [at(cast, "bias", study.pk, query=f"?outcome={pain.pk}"), at(cast, "bias_compare", study.pk)]
    pages += [at(cast, "bias_download", "robvis", "csv"), at(cast, "study", study.pk)]
    for page in pages:
        answer = signed_in(cast.chi).get(page)
        text = told(answer)
        assert "Ben says so" not in text, page
        assert "High risk: Measurement" not in text, page
        assert "Braga 2018,Low" not in text, page


def test_a_finished_pair_is_not_in_the_agreement_of_who_is_at_work(cast: Cast, trial: Trial) -> None:
    study, pain = trial
    for person in (cast.ben, cast.chi):
        assessed_result(study, pain, person)
    bias.judge(
        study=study, tool=ROB2_ASSIGNMENT, item="D1", level="", support="x", answers=LOW["D1"], by=cast.ana
    )
    seen = agreement_on(cast.review, ROB2_ASSIGNMENT, viewer=cast.ben)
    hidden = agreement_on(cast.review, ROB2_ASSIGNMENT, viewer=cast.ana)
    assert [row.n for row in seen] == [1] * 6
    assert [row.n for row in hidden] == [0] * 6


def test_agreement_is_cohens_kappa_of_each_item(cast: Cast, signed_in: SignIn) -> None:
    # κ by hand: 4 studies, low/low, low/low, high/high, low/high → p_o = 3/4, p_e = 3/4·1/2 + 1/4·1/2 = 1/2, κ = 1/2.
    for one, other in (("low", "low"), ("low", "low"), ("high", "high"), ("low", "high")):
        study = a_study(cast.review)
        assessed(study, cast.ben, {"other": one})
        assessed(study, cast.chi, {"other": other})
    rows = {row.item.key: row for row in agreement_on(cast.review, ROB1, viewer=cast.ben)}
    assert (rows["other"].n, rows["other"].agreed, rows["other"].percent) == (4, 3, 0.75)
    assert rows["other"].kappa.value == pytest.approx(0.5)
    assert rows["sequence-generation"].kappa.value is None
    html = told(signed_in(cast.ben).get(at(cast, "bias_agreement")))
    assert "3 of 4" in html
    assert "not defined" in html


def test_differences_in_answers_are_compared_and_settled(cast: Cast, signed_in: SignIn, trial: Trial) -> None:
    study, pain = trial
    assessed_result(study, pain, cast.ben)
    assessed_result(study, pain, cast.chi, {"D4": HIGH["D4"]})
    ana, page = signed_in(cast.ana), at(cast, "bias_compare", study.pk)
    html = told(ana.get(page))
    assert html.count("data-differs") == 2
    whole = {"item": "D4", "outcome": str(pain.pk), "seen": "0", "support": "Talked it over", "level": ""}
    settle = at(cast, "bias_settle", study.pk)
    assert "Choose a judgement" in told(ana.post(settle, whole, follow=True))
    given = {f"answer-D4-{key}": said for key, said in HIGH["D4"].items()}
    ana.post(settle, whole | given)
    settled = settled_judgements(study, ROB2_ASSIGNMENT, outcome=pain.pk)["D4"]
    assert (settled.level, settled.answers) == ("high", HIGH["D4"])


def test_the_lead_chooses_a_tool_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    a_study(cast.review, design="Cohort study")
    ana = signed_in(cast.ana)
    ana.post(at(cast, "bias_choose"), {"tool": "nos-cohort", "design": "Cohort study"})
    assert [(row.design, row.tool) for row in ToolChoice.objects.all()] == [("Cohort study", "nos-cohort")]
    assert "Newcastle–Ottawa" in told(ana.get(at(cast, "bias_table")))
    answer = ana.post(at(cast, "bias_choose"), {"tool": "astrology", "design": "x" * 300}, follow=True)
    assert "at most 120" in told(answer)


def test_a_tool_is_written_on_the_page_and_nothing_typed_is_lost(cast: Cast, signed_in: SignIn) -> None:
    ana, page = signed_in(cast.ana), at(cast, "bias_write")
    data = {
        "name": "Ours",
        "item-1": "Funding",
        "question-1": "Who paid?",
        "level-1": "Fine",
        "light-1": "low",
    }
    answer = ana.post(page, data)
    assert answer.status_code == 422
    assert "2 to 9 levels" in told(answer)
    assert "Who paid?" in told(answer)
    ana.post(page, data | {"level-2": "Not\x00 fine", "light-2": "high"})
    tool = CustomTool.objects.get()
    assert "Who paid?" in told(ana.get(at(cast, "bias_rewrite", tool.pk)))
    ana.post(at(cast, "bias_rewrite", tool.pk), data | {"level-2": "Not fine at all", "light-2": "high"})
    assert tool.replaced_by.definition["levels"][1][1] == "Not fine at all"


CSV = "Study,D1,D2,D3,D4,D5,Overall\nBraga 2018,Low,Low,Some concerns,Low,Low,Some concerns\nNobody 1999,L,L,L,L,L,L\n"


def a_file(text: str = CSV) -> SimpleUploadedFile:
    """A file of robvis."""
    return SimpleUploadedFile("rob2.csv", text.encode())


def test_a_file_is_looked_at_then_taken_as_ones_own(cast: Cast, signed_in: SignIn, trial: Trial) -> None:
    study, pain = trial
    bias.judge(
        study=study, tool=ROB2_ASSIGNMENT, item="D4", level="", support="Mine", outcome=pain.pk,
        answers=HIGH["D4"], by=cast.ben,
    )  # fmt: skip
    ben, page = signed_in(cast.ben), at(cast, "bias_import")
    chosen = {"tool_key": "rob2-assignment", "outcome_id": str(pain.pk)}
    answer = ben.post(page, chosen | {"file": a_file()})
    assert Judgement.objects.count() == 1
    html = told(answer)
    assert "There is no study of this name" in html
    assert "5 judgements would become yours" in html
    kept: Any = answer.context["kept"]
    ben.post(page, chosen | {"kept": kept, "take": "1", "file_name": "rob2.csv"})
    rows = {row.item: row for row in Judgement.objects.filter(by=cast.ben)}
    assert {item: row.level for item, row in rows.items()} == {
        "D1": "low", "D2": "low", "D3": "some", "D4": "high", "D5": "low", "overall": "some",
    }  # fmt: skip
    assert rows["D4"].support == "Mine"
    assert rows["D3"].support == "Taken from the file rob2.csv"
    assert rows["D1"].outcome_id is None
    again = ben.post(page, chosen | {"kept": kept, "take": "1"})
    assert again.status_code == 422
    assert "nothing in this file" in told(again)
    completion.finish(study=study, task=BIAS, by=cast.ben)
    assert "Reopen it first" in told(ben.post(page, chosen | {"file": a_file()}))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "Choose a file"),
        ({"outcome_id": ""}, "Choose the outcome"),
        ({"tool_key": "astrology"}, "Select a valid choice"),
        ({"kept": "forged", "take": "1"}, "Choose a file"),
    ],
)
def test_a_file_that_says_nothing_is_refused(
    cast: Cast, signed_in: SignIn, trial: Trial, data: dict[str, str], complaint: str
) -> None:
    whole = {"tool_key": "rob2-assignment", "outcome_id": str(trial[1].pk)} | data
    answer = signed_in(cast.ben).post(at(cast, "bias_import"), whole)
    assert answer.status_code == 422
    assert complaint in told(answer)


def test_a_file_that_is_no_table_is_refused(cast: Cast, signed_in: SignIn, trial: Trial) -> None:
    data = {"tool_key": "rob2-assignment", "outcome_id": str(trial[1].pk), "file": a_file("Study\nA\n")}
    answer = signed_in(cast.ben).post(at(cast, "bias_import"), data)
    assert answer.status_code == 422
    assert "are missing: D1, D2, D3, D4, D5" in told(answer)


def test_a_table_of_many_studies_takes_as_many_queries_as_one(
    cast: Cast, signed_in: SignIn, trial: Trial
) -> None:
    study, pain = trial
    ben = signed_in(cast.ben)

    def counts() -> list[int]:
        found = []
        for page in (at(cast, "bias_table"), at(cast, "bias_agreement"), at(cast, "bias_figures")):
            with _counted() as queries:
                assert ben.get(page).status_code == 200
            found.append(len(queries))
        return found

    for person in (cast.ben, cast.chi):
        assessed_result(study, pain, person)
    bias.settle_agreeing(study=study, tool=ROB2_ASSIGNMENT, by=cast.ana)
    one = counts()
    for _ in range(3):
        other = a_study(cast.review)
        for person in (cast.ben, cast.chi):
            assessed_result(other, pain, person)
        bias.settle_agreeing(study=other, tool=ROB2_ASSIGNMENT, by=cast.ana)
    assert counts() == one
    assert max(one) <= 45


def test_comparing_many_items_takes_as_many_queries_as_few(
    cast: Cast, signed_in: SignIn, trial: Trial
) -> None:
    study, pain = trial
    for person in (cast.ben, cast.chi):
        assessed_result(study, pain, person)
    ana, page = signed_in(cast.ana), at(cast, "bias_compare", study.pk)
    with _counted() as few:
        ana.get(page)
    for person in (cast.ben, cast.chi):
        completion.reopen(study=study, task=BIAS, by=person)
        assessed_result(study, an_outcome(cast.review), person)
    bias.settle_agreeing(study=study, tool=ROB2_ASSIGNMENT, by=cast.ben)
    with _counted() as many:
        ana.get(page)
    assert len(many) <= len(few)


def _counted() -> Any:
    """The queries that are made within."""
    return CaptureQueriesContext(connection)
