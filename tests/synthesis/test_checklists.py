"""The reporting checklists say what is in the project, and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from extraction.models import Arm, Field
from extraction.queries.cells import Cell
from extraction.services import values
from extraction.services.values import Reading
from reviews.models import Criterion, Review, Search, User
from synthesis.queries.checklists import checklist_of
from synthesis.queries.report_facts import facts_of
from synthesis.reporting.checklist_items import PRISMA_2020, PRISMA_S
from synthesis.reporting.checklists import KINDS, Answer, Checklist, Status
from tests.conftest import Cast
from tests.factories import a_review, a_search
from tests.synthesis.factories import a_run, a_settled_study, an_analysis, settle


def answers(review: Review, viewer: User, key: str = "prisma-2020") -> dict[str, Answer]:
    """Item → answer."""
    made = checklist_of(facts_of(review, viewer), key)
    assert made is not None
    return dict(made.answers)


def said(answer: Answer) -> str:
    """All its sentences."""
    return " ".join(answer.said)


def test_the_lists_have_the_published_numbers() -> None:
    numbers = [item.number for item in PRISMA_2020]
    assert len(numbers) == len(set(numbers)) == 42
    assert {number.rstrip("abcdef") for number in numbers} == {str(number) for number in range(1, 28)}
    assert [item.number for item in PRISMA_S] == [str(number) for number in range(1, 17)]


def test_a_checklist_with_an_item_left_open_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="answers and items differ"):
        Checklist(KINDS[1], {"1": Answer(Status.AUTHORS)})


@pytest.mark.parametrize("key", [kind.key for kind in KINDS])
def test_an_empty_review_has_nothing_reported_but_its_title_and_rules(cast: Cast, key: str) -> None:
    found = answers(cast.review, cast.ana, key)
    reported = {number for number, answer in found.items() if answer.status == Status.REPORTED}
    assert reported == set()
    partly = {number for number, answer in found.items() if answer.status == Status.PARTLY}
    assert partly <= {"1", "8"}
    assert all(answer.todo for answer in found.values())


def test_the_rule_of_screening_is_not_told_as_if_it_had_happened(cast: Cast) -> None:
    answer = answers(cast.review, cast.ana)["8"]
    assert answer.status == Status.PARTLY
    assert "Nothing is screened yet" in answer.todo


def test_a_title_is_taken_at_its_word(cast: Cast) -> None:
    named = a_review(lead=cast.ana, title="BCG against tuberculosis: a systematic review")
    assert answers(named, cast.ana)["1"].status == Status.REPORTED
    assert answers(cast.review, cast.ana)["1"].status == Status.PARTLY


def test_what_the_question_lacks_is_named(cast: Cast) -> None:
    cast.review.population, cast.review.intervention = "Adults", "Exercise"
    cast.review.save()
    answer = answers(cast.review, cast.ana)["4"]
    assert (answer.status, said(answer)) == (Status.PARTLY, "Population: Adults. Intervention: Exercise.")
    assert answer.todo == "Fill in the question: comparator, outcomes and study designs."


def test_retired_criteria_are_a_change_and_no_criterion(cast: Cast) -> None:
    Criterion.objects.create(review=cast.review, kind="inclusion", text="Allocation is random.")
    gone = Criterion.objects.create(review=cast.review, kind="exclusion", text="Not in English")
    gone.retired_at = gone.review.created_at
    gone.save()
    found = answers(cast.review, cast.ana)
    assert said(found["5"]) == "Studies were eligible if: Allocation is random."
    assert said(found["24c"]) == "1 criterion no longer in force."


def test_a_search_without_its_date_is_reported_partly_and_named(cast: Cast) -> None:
    a_search(
        cast.review, source="MEDLINE", platform="Ovid", searched_on=date(2024, 5, 3), strategy="1 exp ALS/"
    )
    a_search(cast.review, source="Embase")
    found = answers(cast.review, cast.ana)
    assert found["6"].status == found["7"].status == Status.PARTLY
    assert "MEDLINE (Ovid), searched on 3 May 2024" in said(found["6"])
    assert "Embase, date not recorded" in said(found["6"])
    assert found["6"].todo == "Add the date of: Embase."
    assert found["7"].todo == "Paste the strategy as it was run: Embase."


def test_prisma_s_tells_what_each_search_gave(cast: Cast) -> None:
    for source, day in (("MEDLINE", 3), ("Embase", 3), ("MEDLINE", 28)):
        a_search(
            cast.review, source=source, platform="Ovid", searched_on=date(2024, 5, day), limits="None", hits=12,
            peer_reviewed_by="Lib",
        )  # fmt: skip
    a_search(cast.review, kind=Search.Kind.REGISTER, source="CENTRAL")
    found = answers(cast.review, cast.ana, "prisma-s")
    assert found["1"].status == Status.REPORTED
    assert said(found["2"]) == "Ovid: MEDLINE and Embase."
    assert said(found["3"]) == "CENTRAL."
    assert found["4"].status == Status.MISSING
    assert said(found["12"]) == "MEDLINE (Ovid): 2024-05-03 and 2024-05-28."
    assert found["14"].todo == "Name who reviewed the strategy, or say that nobody did: CENTRAL."
    assert "12 reported by the source" in said(found["15"])
    assert found["16"].status == Status.MISSING
    assert found["6"].status == found["10"].status == Status.AUTHORS


def test_an_analysis_gives_its_numbers_to_methods_and_results(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    found = answers(cast.review, cast.ana)
    assert said(found["12"]) == "Tuberculosis: risk ratio."
    assert "random-effects model" in said(found["13d"])
    assert found["20b"].status == Status.REPORTED
    assert "3 studies were pooled: risk ratio" in said(found["20b"])
    assert found["13f"].status == found["20d"].status == Status.MISSING


def test_an_analysis_that_leaves_studies_out_is_a_sensitivity_analysis(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana, options={"without_computed": True}), cast.ana)
    found = answers(cast.review, cast.ana)
    assert said(found["13f"]) == "BCG leaves out computed numbers."
    assert "were pooled" in said(found["20d"])


def test_a_result_that_is_out_of_date_is_not_reported_as_current(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    settle(analysis.outcome, Arm.objects.all()[0], Field.EVENTS, 5, by=cast.ana)
    answer = answers(cast.review, cast.ana)["20b"]
    assert answer.status == Status.PARTLY
    assert said(answer).startswith("Out of date: ")


def test_an_analysis_that_never_ran_has_no_result(cast: Cast) -> None:
    an_analysis(cast.review, cast.ana)
    found = answers(cast.review, cast.ana)
    assert found["13d"].status == Status.PARTLY
    assert found["20b"].status == Status.MISSING


def test_who_is_in_the_middle_of_their_own_work_does_not_read_the_result(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    arm = Arm.objects.all()[0]
    cell = Cell(analysis.outcome_id, arm.pk, None, Field.EVENTS)
    values.record(study=arm.study, readings=[Reading(cell, "4")], by=cast.ben)
    hidden = answers(cast.review, cast.ben)
    assert hidden["20b"].status == Status.MISSING
    assert "pooled" not in " ".join(map(said, hidden.values()))
    made = checklist_of(facts_of(cast.review, cast.ben), "prisma-2020")
    assert made is not None
    assert "left out until you have finished" in made.note
    assert "pooled" in said(answers(cast.review, cast.ana)["20b"])


@pytest.mark.parametrize(("key", "items"), [("prisma-2020", 42), ("prisma-s", 16)])
def test_each_checklist_opens_and_comes_as_a_file(cast: Cast, client: Client, key: str, items: int) -> None:
    client.force_login(cast.dov)
    page = client.get(reverse("synthesis:checklist", args=[cast.review.slug, key]))
    assert page.status_code == 200
    assert page.content.decode().count('<th scope="row">') == items
    address = [
        reverse("synthesis:checklist_download", args=[cast.review.slug, key, kind])
        for kind in ("csv", "docx")
    ]
    rows = list(csv.reader(io.StringIO(client.get(address[0]).content.decode("utf-8-sig"))))
    assert len(rows) == items + 1
    (table,) = Document(io.BytesIO(client.get(address[1]).content)).tables
    assert len(table.rows) == items + 1


@pytest.mark.parametrize(
    "path", ["nothing/", "nothing.csv", "prisma-2020.exe", "prisma-2020.xlsx", "PRISMA-S/"]
)
def test_what_does_not_exist_is_not_found(cast: Cast, client: Client, path: str) -> None:
    client.force_login(cast.ana)
    assert client.get(f"{reverse('synthesis:report', args=[cast.review.slug])}{path}").status_code == 404


def test_nothing_typed_into_the_project_is_run_as_a_formula(cast: Cast, client: Client) -> None:
    a_search(cast.review, source="=HYPERLINK(1)", platform="<script>")
    client.force_login(cast.ana)
    text = client.get(reverse("synthesis:checklist_download", args=[cast.review.slug, "prisma-s", "csv"]))
    assert "'=HYPERLINK(1)" in text.content.decode()
    page = client.get(reverse("synthesis:checklist", args=[cast.review.slug, "prisma-s"])).content.decode()
    assert "(<script>)" not in page


def test_many_studies_take_as_many_queries_as_one(cast: Cast, client: Client) -> None:
    analysis = an_analysis(cast.review, cast.ana, studies=2)
    a_run(analysis, cast.ana)
    address = reverse("synthesis:checklist", args=[cast.review.slug, "prisma-2020"])
    client.force_login(cast.ana)
    client.get(address)
    few = queries_of(client, address)
    for number in range(6):
        a_search(cast.review, source=f"Source {number}")
        a_settled_study(
            analysis.outcome, analysis.comparison, label=f"More {number}", numbers={"events": (1, 2), "n": (9, 9)}, by=cast.ana
        )  # fmt: skip
    # Six more sources are six more boxes of the flow diagram, whose numbers are kept.
    assert queries_of(client, address) <= few
    assert few < 150


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
