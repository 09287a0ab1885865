"""The pages of certainty and the summary of findings."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from extraction.models import Metric
from synthesis.models import Analysis, CertaintyBasis, CertaintyDecision, SofSettings
from synthesis.queries.grading import graded_analyses
from synthesis.queries.grading_summary import summary_of
from synthesis.services import analyses, grading
from tests.conftest import Cast
from tests.synthesis.factories import a_comparison, a_run, a_settled_study, an_analysis, an_outcome

SignIn = Callable[[Any], Client]
RISK = {"label": "", "risk": 0.1, "source": "A registry."}
RIGHT = {
    "risk_1": "12,5 %", "source_1": "The median", "thresholds": "50 20", "reduction": "25", "alpha": "0.05", "power": "0.8", "seen": "0",
}  # fmt: skip


def page(name: str, cast: Cast, *rest: object) -> str:
    return reverse(f"synthesis:{name}", args=[cast.review.slug, *rest])


def judged(analysis: Analysis, cast: Cast, **changes: int) -> None:
    """All domains that count, without change but where said."""
    for domain in ("design", "bias", "inconsistency", "indirectness", "imprecision", "publication"):
        change = changes.get(domain, 0)
        grading.decide(analysis=analysis, domain=domain, change=change, reason="So it is.", by=cast.ana)


def summarised(cast: Cast, **changes: int) -> Analysis:
    """An analysis in the summary of findings, judged, at a comparator's risk of one in ten."""
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    grading.give_basis(analysis=analysis, risks=[RISK], comment="It helps.", by=cast.ana)
    judged(analysis, cast, **changes)
    grading.arrange(review=cast.review, chosen=[analysis], setting="Schools", by=cast.ana)
    return analysis


def test_a_domain_is_judged_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    said = {
        "domain": "bias",
        "bias-change": "-1",
        "bias-reason": "Allocation was not concealed.",
        "bias-seen": "0",
    }
    response = signed_in(cast.ana).post(page("certainty", cast, analysis.pk), said, follow=True)
    text = response.content.decode()
    assert "Downgraded one level for risk of bias: Allocation was not concealed." in text
    assert CertaintyDecision.objects.get().change == -1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"bias-change": ""}, "Choose a judgement."),
        ({"bias-change": "-3"}, "Choose one of the judgements."),
        ({"bias-change": "x"}, "Choose one of the judgements."),
        ({"bias-reason": ""}, "footnote"),
        ({"bias-reason": "a\0b"}, "Null characters"),
        ({"bias-seen": "77"}, "after you opened the page"),
    ],
)
def test_a_wrong_judgement_is_told_and_the_reason_is_not_lost(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    said = {
        "domain": "bias",
        "bias-change": "-1",
        "bias-reason": "Nobody was blinded.",
        "bias-seen": "0",
    } | wrong
    response = signed_in(cast.ana).post(page("certainty", cast, analysis.pk), said)
    assert response.status_code == 422
    text = response.content.decode()
    assert told in text
    assert 'role="alert"' in text
    assert "bias-reason" in wrong or "Nobody was blinded." in text
    assert not CertaintyDecision.objects.exists()


def test_a_domain_that_is_none_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    response = signed_in(cast.ana).post(page("certainty", cast, analysis.pk), {"domain": "luck"})
    assert response.status_code == 404


def test_the_page_shows_suggestions_with_their_numbers(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    text = signed_in(cast.dov).get(page("certainty", cast, analysis.pk)).content.decode()
    assert "Not assessable from 3 studies" in text
    assert "By the guidance of 2011" in text
    assert "<form" not in text[text.index("<main") : text.index("</main")]
    assert "style=" not in text


@pytest.mark.parametrize("studies", [0, 1])
def test_an_analysis_without_a_pooled_effect_has_a_page(cast: Cast, signed_in: SignIn, studies: int) -> None:
    analysis = an_analysis(cast.review, cast.ana, studies=studies)
    if studies:
        a_run(analysis, cast.ana)
    client = signed_in(cast.ana)
    assert client.get(page("certainty", cast, analysis.pk)).status_code == 200
    assert client.get(page("certainties", cast)).status_code == 200
    grading.arrange(review=cast.review, chosen=[analysis], by=cast.ana)
    assert client.get(page("certainty_summary", cast)).status_code == 200


def test_numbers_to_judge_by_are_read_as_people_write_them(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    response = signed_in(cast.ana).post(page("certainty_basis", cast, analysis.pk), RIGHT)
    assert response.status_code == 302
    row = CertaintyBasis.objects.get()
    assert row.risks == [{"label": "", "risk": 0.125, "source": "The median"}]
    assert (row.thresholds, row.reduction) == ([20, 50], 0.25)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"risk_1": "0"}, "above 0 and below 100"),
        ({"risk_1": "100"}, "above 0 and below 100"),
        ({"risk_1": "150 %"}, "above 0 and below 100"),
        ({"risk_1": "-5"}, "above 0 and below 100"),
        ({"risk_1": "a tenth"}, "Write a number"),
        ({"risk_1": "NaN"}, "Write a number"),
        ({"risk_1": "Infinity"}, "Write a number"),
        ({"risk_1": "1" * 400}, "at most 40"),
        ({"risk_1": "1\0"}, "Null characters"),
        ({"source_1": ""}, "where this risk comes from"),
        ({"risk_1": ""}, "Give the risk itself"),
        ({"thresholds": "twenty"}, "Write sizes above zero"),
        ({"thresholds": "0"}, "Write sizes above zero"),
        ({"thresholds": "1 2 3 4"}, "At most three"),
        ({"reduction": "0"}, "above 0"),
        ({"power": "1"}, "below 1"),
        ({"power": ""}, "required"),
        ({"seen": "99"}, "after you opened the page"),
    ],
)
def test_wrong_numbers_are_told_and_nothing_is_saved(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    response = signed_in(cast.ana).post(page("certainty_basis", cast, analysis.pk), RIGHT | wrong)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not CertaintyBasis.objects.exists()


def test_a_risk_of_one_percent_is_a_risk(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    signed_in(cast.ana).post(page("certainty_basis", cast, analysis.pk), RIGHT | {"risk_1": "1"})
    assert CertaintyBasis.objects.get().risks[0]["risk"] == 0.01


def test_the_summary_tells_absolute_effects_and_certainty(cast: Cast) -> None:
    analysis = summarised(cast, bias=-1, imprecision=-1)
    summary = summary_of(cast.review)
    (row,) = summary.rows
    pooled = analysis.runs.get().result["pooled"]
    expected = round(100 * math.exp(pooled["estimate"]))
    assert row.comparator == "100 per 1000"
    assert row.intervention.startswith(f"{expected} per 1000 (")
    assert row.difference.startswith(f"{100 - expected} fewer per 1000 (")
    assert row.people == "1,322 (3 studies)"
    assert (row.certainty, row.letters) == ("⊕⊕⊖⊖ Low", "a, b")
    assert dict(summary.about)["Setting"] == "Schools"
    assert any("A registry." in note for note in summary.notes)


def test_a_row_for_each_comparator_risk(cast: Cast) -> None:
    analysis = summarised(cast)
    risks = [RISK | {"label": "low risk", "risk": 0.01}, RISK | {"label": "high risk", "risk": 0.4}]
    grading.give_basis(analysis=analysis, risks=risks, by=cast.ana)
    rows = summary_of(cast.review).rows
    assert [row.comparator for row in rows] == ["10 per 1000", "400 per 1000"]
    assert rows[0].outcome.endswith("(low risk)")


def test_the_same_reason_for_two_outcomes_is_one_footnote(cast: Cast) -> None:
    analysis = summarised(cast, bias=-1)
    other = analyses.define(
        title="Again", outcome=analysis.outcome, comparison=analysis.comparison, measure="OR", by=cast.ana
    )
    a_run(other, cast.ana)
    judged(other, cast, bias=-1, publication=-1)
    grading.arrange(review=cast.review, chosen=[other, analysis], by=cast.ana)
    summary = summary_of(cast.review)
    assert [row.letters for row in summary.rows] == ["a, b", "a"]
    assert [letter for letter, _ in summary.footnotes] == ["a", "b"]


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
def test_differences_of_means_are_told_in_words(cast: Cast, measure: str) -> None:
    outcome = an_outcome(cast.review, Metric.FINAL, unit="points")
    comparison = a_comparison(cast.review)
    for number in (1, 2):
        numbers: dict[str, tuple[float, float]] = {
            "n": (30, 30),
            "mean": (20.0 + number, 25.0),
            "sd": (5.0, 5.0),
        }
        a_settled_study(outcome, comparison, label=f"Trial {number}", numbers=numbers, by=cast.ana)
    analysis = analyses.define(
        title="Means", outcome=outcome, comparison=comparison, measure=measure, by=cast.ana
    )
    a_run(analysis, cast.ana)
    grading.arrange(review=cast.review, chosen=[analysis], by=cast.ana)
    (row,) = summary_of(cast.review).rows
    expected = {"MD": "3.5 points lower (", "SMD": " SD lower (", "ROM": "–"}[measure]
    assert expected in row.difference
    assert row.people == "120 (2 studies)"
    if measure == "SMD":
        grading.give_basis(analysis=analysis, risks=[RISK], sd=10.0, scale="ALSFRS-R", by=cast.ana)
        on_scale, as_risk = summary_of(cast.review).rows
        assert "points lower on ALSFRS-R (" in on_scale.difference
        assert as_risk.comparator == "100 per 1000"


def test_the_summary_comes_as_files(cast: Cast, signed_in: SignIn) -> None:
    summarised(cast, bias=-1)
    client = signed_in(cast.dov)
    rows = list(
        csv.reader(
            io.StringIO(client.get(page("certainty_download", cast, "csv")).content.decode("utf-8-sig"))
        )
    )
    assert rows[1][6] == "⊕⊕⊕⊖ Moderate a"
    assert rows[1][8] == "Downgraded one level for risk of bias: So it is."
    word = Document(io.BytesIO(client.get(page("certainty_download", cast, "docx")).content))
    assert [table.rows[0].cells[0].text for table in word.tables] == ["Part", ""]
    assert any(paragraph.text.startswith("a. Downgraded") for paragraph in word.paragraphs)
    text = client.get(page("certainty_download", cast, "html")).content.decode()
    assert text.startswith("<!doctype html>")
    assert "100 per 1000" in text
    assert "/reviews/" not in text


@pytest.mark.parametrize("kind", ["exe", "csv"])
def test_no_file_of_another_kind_or_of_nothing(cast: Cast, signed_in: SignIn, kind: str) -> None:
    if kind == "exe":
        summarised(cast)
    assert signed_in(cast.ana).get(page("certainty_download", cast, kind)).status_code == 404


def test_the_summary_is_arranged_on_its_page(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    client = signed_in(cast.ana)
    said = {"outcome_3": analysis.pk, "setting": "Schools", "seen": 0}
    assert client.post(page("certainty_arrange", cast), said).status_code == 302
    assert SofSettings.objects.get().analyses == [analysis.pk]
    for wrong in (
        {"outcome_1": "999999"},
        {"outcome_1": analysis.pk, "outcome_2": analysis.pk},
        {"seen": "1"},
    ):
        assert client.post(page("certainty_arrange", cast), said | wrong).status_code == 422


@pytest.mark.parametrize("name", ["certainties", "certainty_summary", "certainty_arrange"])
def test_an_empty_review_says_what_to_do(cast: Cast, signed_in: SignIn, name: str) -> None:
    assert "empty__title" in signed_in(cast.ana).get(page(name, cast)).content.decode()


@pytest.mark.parametrize("name", ["certainties", "certainty_summary", "certainty_arrange"])
def test_queries_do_not_grow_with_analyses(
    cast: Cast, signed_in: SignIn, django_assert_num_queries: Any, name: str
) -> None:
    client, analysis = signed_in(cast.ana), summarised(cast)
    client.get(page(name, cast))
    with CaptureQueriesContext(connection) as few:
        client.get(page(name, cast))
    more = [
        analyses.define(
            title=f"More {number}",
            outcome=analysis.outcome,
            comparison=analysis.comparison,
            measure="RR",
            by=cast.ana,
        )
        for number in range(3)
    ]
    for one in more:
        a_run(one, cast.ana)
        judged(one, cast, bias=-1)
    grading.arrange(review=cast.review, chosen=[analysis, *more], by=cast.ana)
    with django_assert_num_queries(len(few)):
        client.get(page(name, cast))


def test_an_outcome_that_is_not_judged_yet_says_so_and_has_no_footnotes(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    grading.decide(analysis=analysis, domain="bias", change=-1, reason="So it is.", by=cast.ana)
    grading.arrange(review=cast.review, chosen=[analysis], by=cast.ana)
    summary = summary_of(cast.review)
    (row,) = summary.rows
    assert (row.certainty, row.letters, row.level) == ("Not judged yet", "", None)
    assert summary.footnotes == ()


def test_the_design_is_not_guessed_before_risk_of_bias_is_settled(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    (found,) = graded_analyses(cast.review)
    assert found.judged("design").suggestion.change is None
    assert "settled" in found.judged("design").suggestion.reasons[0]


def test_a_missing_reason_is_told_at_the_reason(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    said = {"domain": "bias", "bias-change": "-1", "bias-seen": "0"}
    text = signed_in(cast.ana).post(page("certainty", cast, analysis.pk), said).content.decode()
    assert 'href="#id_bias-reason"' in text
    assert 'id="id_bias-reason"' in text
