"""The flow diagram's other sides: updates, notes, sources, what to look at, files, and somebody else's numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from extraction.models import Study, StudyReport
from reviews.errors import NotAllowed, Refused
from reviews.models import User
from reviews.services import duplicates
from screening.models import Report
from synthesis.models import EarlierStudy, FlowStatement
from synthesis.queries.flow import flow_of
from synthesis.queries.flow_checks import places_to_look
from synthesis.queries.sources import contributions
from synthesis.reporting import flow_rules, prisma_csv
from synthesis.services import flow as verbs
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.screening.factories import IN, a_found_record, a_full_text, voted

SignIn = Callable[[User], Client]


def page(name: str, cast: Cast, *more: object) -> str:
    return reverse(f"synthesis:{name}", args=[cast.review.slug, *more])


def an_included_study(cast: Cast, label: str, **fields: Any) -> Study:
    """A study with one included report."""
    candidate = a_full_text(cast.review, cast.ana, **fields)
    for reviewer in (cast.ben, cast.chi):
        voted(candidate, reviewer, IN)
    study = Study.objects.filter(links__report=candidate.report_id, links__ended_at=None).first()
    if study is None:
        study = Study.objects.create(review=cast.review, label=label, created_by=cast.ana)
        StudyReport.objects.create(study=study, report_id=candidate.subject_id, by=cast.ana)
    return study


def an_update(cast: Cast, studies: int = 10, reports: int = 14) -> FlowStatement:
    return verbs.state(
        review=cast.review,
        earlier_studies=studies,
        earlier_reports=reports,
        earlier_source="doi:10.1/x",
        by=cast.ana,
    )


def broken(cast: Cast) -> set[str]:
    return {rule.code for rule in flow_rules.check(flow_of(cast.review).counts) if not rule.ok}


def test_an_update_adds_new_studies_to_the_earlier_ones(cast: Cast) -> None:
    an_included_study(cast, "Braga 2018")
    an_update(cast)
    counts = flow_of(cast.review).counts
    assert counts.previous is not None
    assert counts.total is not None
    assert (counts.previous.studies, counts.included.studies, counts.total.studies, counts.total.reports) == (
        10,
        1,
        11,
        15,
    )
    assert broken(cast) == set()


def test_a_new_report_of_an_earlier_study_is_no_new_study(cast: Cast) -> None:
    study = an_included_study(cast, "Braga 2018")
    an_included_study(cast, "Cui 2009", title="Another trial")
    an_update(cast)
    verbs.mark_earlier(study=study, is_earlier=True, by=cast.ana)
    counts = flow_of(cast.review).counts
    assert counts.total is not None
    assert (counts.included.studies, counts.included.reports, counts.new_reports_of_previous) == (1, 1, 1)
    assert (counts.total.studies, counts.total.reports) == (11, 16)
    assert broken(cast) == set()


def test_a_mark_can_be_taken_off_and_both_stay_on_record(cast: Cast) -> None:
    study = an_included_study(cast, "Braga 2018")
    an_update(cast)
    verbs.mark_earlier(study=study, is_earlier=True, by=cast.ana)
    verbs.mark_earlier(study=study, is_earlier=False, by=cast.ana)
    assert flow_of(cast.review).counts.included.studies == 1
    assert EarlierStudy.objects.filter(study=study).count() == 2


def test_marks_wait_for_an_update(cast: Cast) -> None:
    study = an_included_study(cast, "Braga 2018")
    with pytest.raises(Refused, match="updates an earlier one"):
        verbs.mark_earlier(study=study, is_earlier=True, by=cast.ana)


def test_statements_are_facts(cast: Cast) -> None:
    said = an_update(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        FlowStatement.objects.filter(pk=said.pk).update(earlier_studies=3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"earlier_studies": 3}, "both numbers"),
        ({"earlier_studies": 3, "earlier_reports": 2, "earlier_source": "x"}, "fewer reports"),
        ({"earlier_studies": 3, "earlier_reports": 4}, "where the numbers"),
        ({"note_w4": "  "}, "Nothing was changed"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_in_words(
    cast: Cast, signed_in: SignIn, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        verbs.state(review=cast.review, by=cast.ana, **wrong)
    response = signed_in(cast.ana).post(page("prisma_statement", cast), wrong)
    assert said in response.content.decode()
    assert not FlowStatement.objects.exists()


def test_an_observer_states_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        verbs.state(review=cast.review, note_w4="x", by=cast.dov)


def test_a_note_settles_a_warning(cast: Cast) -> None:
    one = an_included_study(cast, "Braga 2018")
    two = an_included_study(cast, "Cui 2009", title="Another trial")
    first, second = (Report.objects.get(study_links__study=study) for study in (one, two))
    from screening.services import reports

    reports.join(report=second, into=first, by=cast.ana)
    assert broken(cast) == {"W4"}
    verbs.state(review=cast.review, note_w4="Two records of one paper.", by=cast.ana)
    assert broken(cast) == set()


def test_rules_lead_to_what_breaks_or_explains_them(cast: Cast, signed_in: SignIn) -> None:
    study = an_included_study(cast, "Braga 2018")
    found = {(code, box.address): box.rows.count() for code, box in places_to_look(cast.review)}
    assert set(found.values()) == {0}
    StudyReport.objects.filter(study=study).delete()
    client = signed_in(cast.dov)
    assert page("prisma_box", cast, "e8-no-study") in client.get(page("prisma", cast)).content.decode()
    assert client.get(page("prisma_box", cast, "e8-no-study")).context["page"].paginator.count == 1
    assert client.get(page("prisma_box", cast, "e8-no-report")).context["page"].paginator.count == 1


def test_each_source_gets_what_is_its_own(cast: Cast) -> None:
    medline, embase = (a_search(cast.review, source=name) for name in ("MEDLINE", "Embase"))
    here, there = (a_record(cast.review, search=search, title="Both have it") for search in (medline, embase))
    a_record(cast.review, search=medline, title="Only MEDLINE")
    twins = [a_record(cast.review, search=embase, title="Twice in Embase") for _ in range(2)]
    duplicates.link(left=here, right=there, by=cast.ana)
    duplicates.link(left=twins[0], right=twins[1], by=cast.ana)
    rows = {row.search.source: (row.records, row.articles, row.alone) for row in contributions(cast.review)}
    assert rows == {"MEDLINE": (2, 2, 1), "Embase": (3, 2, 1)}
    counts = flow_of(cast.review).counts
    assert (counts.duplicates, counts.duplicates_within_sources, counts.duplicates_between_sources) == (
        2,
        1,
        1,
    )


def test_an_included_report_counts_for_every_source_that_led_to_it(cast: Cast) -> None:
    study = an_included_study(cast, "Braga 2018")
    record = Report.objects.get(study_links__study=study).links.get().record
    other = a_record(cast.review, search=a_search(cast.review, source="Embase"))
    rows = {row.search.source: (row.included, row.included_alone) for row in contributions(cast.review)}
    assert sorted(rows.values()) == [(0, 0), (1, 1)]
    duplicates.link(left=record, right=other, by=cast.ana)
    rows = {row.search.source: (row.included, row.included_alone) for row in contributions(cast.review)}
    assert set(rows.values()) == {(1, 0)}


def test_queries_about_sources_do_not_grow(cast: Cast) -> None:
    an_included_study(cast, "Braga 2018")
    with CaptureQueriesContext(connection) as few:
        contributions(cast.review)
    for number in range(5):
        an_included_study(cast, f"Trial {number}", title=f"Trial {number}")
        a_record(cast.review, search=a_search(cast.review, source=f"Source {number}"))
    with CaptureQueriesContext(connection) as many:
        contributions(cast.review)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("", "box11", "box99"),
        ("?other=no", "box10", "box11"),
        ("?earlier=no", "box10", "box16"),
        ("?other=nonsense", "box11", "box99"),
    ],
)
def test_the_four_templates_are_a_choice(
    cast: Cast, signed_in: SignIn, query: str, has: str, has_not: str
) -> None:
    a_found_record(cast.review)
    an_update(cast)
    text = signed_in(cast.dov).get(page("prisma", cast) + query).content.decode()
    assert f'id="flow-{has}"' in text
    assert f'id="flow-{has_not}"' not in text


def test_the_package_s_table_is_the_diagram_in_numbers(cast: Cast, signed_in: SignIn) -> None:
    an_included_study(cast, "Braga 2018")
    response = signed_in(cast.dov).get(page("prisma_download", cast, "csv"))
    counts, ours = prisma_csv.read(response.content.decode()), flow_of(cast.review).counts
    assert (counts.screened, counts.included) == (ours.screened, ours.included)
    assert f"http://testserver{page('prisma_box', cast, 'screened')}" in response.content.decode()


def test_a_word_document_holds_the_picture_and_the_numbers(cast: Cast, signed_in: SignIn) -> None:
    an_included_study(cast, "Braga 2018")
    document = Document(io.BytesIO(signed_in(cast.dov).get(page("prisma_download", cast, "docx")).content))
    cells = {row.cells[0].text.strip(): row.cells[1].text for row in document.tables[0].rows}
    assert cells["Records screened"] == "1"
    assert len(document.inline_shapes) == 1
    assert "Records screened 1" in document.inline_shapes[0]._inline.docPr.get("descr")


def test_the_page_of_its_own_links_back_by_full_addresses(cast: Cast, signed_in: SignIn) -> None:
    an_included_study(cast, "Braga <2018>")
    text = signed_in(cast.dov).get(page("prisma_download", cast, "html")).content.decode()
    assert f'href="http://testserver{page("prisma_box", cast, "screened")}"' in text
    assert "<script" not in text


def test_somebody_elses_diagram_is_checked_and_not_kept(cast: Cast, signed_in: SignIn) -> None:
    table = "data,n\ndatabase_results,100\nduplicates,20\nrecords_screened,81\n"
    response = signed_in(cast.dov).post(page("prisma_check", cast), {"text": table})
    assert [rule.code for rule in response.context["rules"] if not rule.ok and rule.severity == "error"] == [
        "E2"
    ]
    assert "80 records to screen" in response.content.decode()
    upload = io.BytesIO(table.encode())
    upload.name = "prisma.csv"
    again = signed_in(cast.dov).post(page("prisma_check", cast), {"file": upload})
    assert again.context["rules"] == response.context["rules"]


@pytest.mark.parametrize("wrong", [{}, {"text": "hello"}, {"file": io.BytesIO(b"\xff\xfe\x00binary")}])
def test_what_is_no_table_is_told(cast: Cast, signed_in: SignIn, wrong: dict[str, Any]) -> None:
    response = signed_in(cast.dov).post(page("prisma_check", cast), wrong)
    assert response.status_code == 200
    assert response.context["form"].errors
