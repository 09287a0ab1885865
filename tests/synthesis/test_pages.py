"""The pages of analyses and of the flow diagram."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse

from extraction.models import Field, Study
from reviews.models import Job
from screening.models import Candidate
from synthesis.models import Analysis
from synthesis.queries.flow import flow_of
from synthesis.stats import pool
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.screening.factories import (
    OUT,
    a_candidate,
    a_conflict,
    a_found_record,
    a_full_text,
    a_report,
    voted,
)
from tests.synthesis.factories import a_comparison, a_run, an_analysis, an_outcome, settle

SignIn = Callable[[Any], Client]


def page(name: str, cast: Cast, *rest: object) -> str:
    return reverse(f"synthesis:{name}", args=[cast.review.slug, *rest])


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    answers = {
        "title": "BCG", "outcome": an_outcome(cast.review).pk, "comparison": a_comparison(cast.review).pk,
        "measure": "RR", "model": "random", "tau2": "REML", "test": "z", "level": "95",
    }  # fmt: skip
    return answers | changes


def test_an_analysis_set_up_on_the_page_is_queued(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.ben).post(page("analysis_add", cast), form(cast), follow=True)
    assert response.status_code == 200
    assert Job.objects.get().arguments == {"analysis": Analysis.objects.get().pk}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": ""}, "required"),
        ({"level": "200"}, "less than or equal"),
        ({"level": "NaN"}, "number"),
        ({"measure": "XYZ"}, "valid choice"),
        ({"measure": "MD"}, "does not fit"),
        ({"outcome": "999999"}, "valid choice"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_saved(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    response = signed_in(cast.ana).post(page("analysis_add", cast), form(cast, **wrong))
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Analysis.objects.exists()


def test_the_result_stands_beside_the_forest_plot(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    text = signed_in(cast.dov).get(page("analysis", cast, analysis.pk)).content.decode()
    assert "Trial 001" in text
    assert "<svg" in text
    assert "Prediction interval" in text
    assert "style=" not in text


def test_a_stale_run_says_so(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    client = signed_in(cast.ana)
    assert "Out of date" not in client.get(page("analysis", cast, analysis.pk)).content.decode()
    from extraction.models import ComparisonArm

    ComparisonArm.objects.filter(arm__study__label="Trial 001").delete()
    assert "Out of date" in client.get(page("analysis", cast, analysis.pk)).content.decode()


@pytest.mark.parametrize(("kind", "starts"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_the_figures_come_as_files(cast: Cast, signed_in: SignIn, kind: str, starts: bytes) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    client = signed_in(cast.ana)
    for address in (page("figure", cast, run.pk, "forest", kind), page("prisma_download", cast, kind)):
        response = client.get(address)
        assert response.content.startswith(starts)
        assert f'.{kind}"' in response["Content-Disposition"]


def test_a_figure_of_another_kind_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.ana).get(page("prisma_download", cast, "exe")).status_code == 404


def some_of_everything(cast: Cast) -> None:
    """A review in which most boxes of the diagram hold something."""
    a_candidate(cast.review)
    a_conflict(cast.review, cast.ben, cast.chi)
    for reviewer in (cast.ben, cast.chi):
        voted(Candidate.objects.filter(status="open").order_by("pk")[0], reviewer, OUT)
    a_report(cast.review)
    a_full_text(cast.review, cast.ana)
    a_found_record(cast.review)


def test_every_number_leads_to_as_many_rows(cast: Cast, signed_in: SignIn) -> None:
    some_of_everything(cast)
    client = signed_in(cast.dov)
    rows = flow_of(cast.review).rows
    assert sum(count > 0 for _, count in rows) > 8
    for box, count in rows:
        response = client.get(page("prisma_box", cast, box.address))
        assert response.context["page"].paginator.count == count
        assert response.content.decode().count("<li>") >= min(count, 50)


def test_each_box_has_an_address_of_its_own(cast: Cast) -> None:
    some_of_everything(cast)
    addresses = [box.address for box, _ in flow_of(cast.review).rows]
    assert len(set(addresses)) == len(addresses)


def test_the_diagram_links_its_numbers_and_is_well_formed(cast: Cast, signed_in: SignIn) -> None:
    some_of_everything(cast)
    text = signed_in(cast.dov).get(page("prisma", cast)).content.decode()
    svg = text[text.index("<svg", text.index("figure__frame")) :]
    drawing = ElementTree.fromstring(svg[: svg.index("</svg>") + 6])  # noqa: S314 - our own
    links = [node.get("href") for node in drawing.iter("{http://www.w3.org/2000/svg}a")]
    assert page("prisma_box", cast, "screened") in links


def test_an_unknown_box_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.ana).get(page("prisma_box", cast, "box99")).status_code == 404


@pytest.mark.parametrize("name", ["prisma", "analyses"])
def test_an_empty_review_has_a_page_that_says_what_to_do(cast: Cast, signed_in: SignIn, name: str) -> None:
    assert signed_in(cast.dov).get(page(name, cast)).status_code == 200


def test_queries_of_the_flow_do_not_grow_with_records(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        a_candidate(cast.review)
    with django_assert_max_num_queries(45):
        flow_of(cast.review)


def test_queries_of_the_list_do_not_grow_with_analyses(
    cast: Cast, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, analysis = signed_in(cast.ana), an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    address = page("analyses", cast)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    from synthesis.services import analyses as verbs

    for number in range(6):
        more = verbs.define(
            title=f"BCG {number}", outcome=analysis.outcome, comparison=analysis.comparison, by=cast.ana,
            measure="RR", model="random", tau2="DL", test="z", level=95.0,
        )  # fmt: skip
        a_run(more, cast.ana)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_a_duplicate_of_a_record_from_another_method_is_not_a_removed_duplicate(cast: Cast) -> None:
    """A website's record came first, so it is canonical; the database's copy is still the one that is screened."""
    from reviews.services import duplicates

    found = a_found_record(cast.review)
    medline = a_search(cast.review)
    twin, other = (a_record(cast.review, search=medline) for _ in range(2))
    for record in (twin, other):
        duplicates.link(left=found, right=record, by=cast.ana)
    counts = flow_of(cast.review).counts
    assert (counts.database_records, counts.duplicates, counts.screening_open) == (2, 1, 1)


def test_the_data_of_a_run_are_all_that_metafor_needs(cast: Cast, signed_in: SignIn) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    response = signed_in(cast.dov).get(page("run_data", cast, run.pk))
    frame = pd.read_csv(io.BytesIO(response.content))
    assert list(frame.columns) == [
        "study", "n1i", "x1i", "n2i", "x2i", "yi", "vi", "ci_lb", "ci_ub", "weight",
    ]  # fmt: skip
    again = pool(frame["yi"], frame["vi"])
    assert again.estimate == pytest.approx(run.result["pooled"]["estimate"], rel=1e-12)


def many_trials(cast: Cast, **settings: Any) -> Analysis:
    """An analysis of twelve trials with a latitude and a kind each."""
    analysis = an_analysis(cast.review, cast.ana, studies=12, **settings)
    for number, study in enumerate(Study.objects.filter(review=cast.review).order_by("pk")):
        study.moderators = {"latitude": 10 + 4 * number, "kind": "ab"[number % 2]}
        study.year = 1950 + number
        study.save()
        arm = study.arms.order_by("pk")[0]
        settle(analysis.outcome, arm, Field.EVENTS, 2 + number, by=cast.ana)
    return analysis


PARTS = ["forest", "subgroups", "regression", "small-study", "influence", "cumulative", "words"]


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_result_is_one_click_away(cast: Cast, signed_in: SignIn, part: str) -> None:
    analysis = many_trials(cast, options={"subgroup": "kind", "moderators": ["latitude"]})
    a_run(analysis, cast.ana)
    shown = signed_in(cast.dov).get(page("analysis", cast, analysis.pk), {"show": part}).content.decode()
    assert all(f"show={one}" in shown for one in PARTS)
    told = {
        "forest": "Test for subgroup differences", "subgroups": "Test for subgroup differences",
        "regression": "latitude", "small-study": "Harbord", "influence": "Cook’s distance",
        "cumulative": "as studies came in", "words": "12 studies were pooled",
    }  # fmt: skip
    assert told[part] in shown


@pytest.mark.parametrize(
    "name", ["forest", "funnel", "bubble", "baujat", "influence", "leave-one-out", "cumulative"]
)
def test_every_figure_of_a_run_downloads(cast: Cast, signed_in: SignIn, name: str) -> None:
    run = a_run(many_trials(cast, options={"moderators": ["latitude"]}), cast.ana)
    for layout in ("revman", "nonsense"):
        answer = signed_in(cast.ana).get(page("figure", cast, run.pk, name, "svg"), {"layout": layout})
        assert answer.content.startswith(b"<?xml")


def test_a_figure_that_a_run_has_nothing_for_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    run = a_run(an_analysis(cast.review, cast.ana, studies=1), cast.ana)
    for name in ("bubble", "funnel", "nothing"):
        assert signed_in(cast.ana).get(page("figure", cast, run.pk, name, "svg")).status_code == 404
    shown = signed_in(cast.ana).get(page("analysis", cast, run.analysis_id), {"show": "funnel"})
    assert "One study is not a synthesis" in shown.content.decode()


def test_the_page_says_what_changed_since_the_run_before_and_what_flips(
    cast: Cast, signed_in: SignIn
) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    for study in Study.objects.filter(review=cast.review):
        settle(analysis.outcome, study.arms.order_by("pk")[0], Field.EVENTS, 90, by=cast.ana)
    a_run(analysis, cast.ana)
    shown = signed_in(cast.ana).get(page("analysis", cast, analysis.pk)).content.decode()
    assert "A conclusion changed since run 1" in shown
    assert "The pooled effect points the other way." in shown
    assert "has another effect" in shown


def test_a_run_that_changed_nothing_says_nothing(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    a_run(analysis, cast.ana)
    assert "since run 1" not in signed_in(cast.ana).get(page("analysis", cast, analysis.pk)).content.decode()
