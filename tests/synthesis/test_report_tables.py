"""Tables for the report: what they hold, as pages and as files."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from extraction.models import ComparisonArm, Field, Judgement, Study, Value
from extraction.queries.cells import Cell
from extraction.riskofbias import ROB1
from extraction.services import values
from extraction.services.values import Reading
from synthesis.queries.report_tables import bias, characteristics, results
from synthesis.reporting.tables import Column, Table, as_csv, as_docx, as_xlsx
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome

NASTY = Table(
    "Effects: a [long] title / with signs that Excel does not take",
    (Column("Study"), Column("n", group="Exercise"), Column("Mean", group="Exercise"), Column("Remarks")),
    (
        ("=HYPERLINK(1)", 24, -4.7, "two\nlines"),
        ("王小明 2018", None, 1e-9, "x" * 40_000),
        ("bell \x07 and null \x00", 3, 0.0, "+1"),
    ),
    ("A note.",),
)


def test_csv_keeps_numbers_and_lets_no_text_run_as_a_formula() -> None:
    text = as_csv(NASTY)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["Study", "Exercise: n", "Exercise: Mean", "Remarks"]
    assert rows[1] == ["'=HYPERLINK(1)", "24", "-4.7", "two\nlines"]
    assert rows[3][3] == "'+1"


def test_excel_gets_numbers_as_numbers_and_text_as_text() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([NASTY, NASTY])))
    assert len(set(book.sheetnames)) == 2
    assert all(len(name) <= 31 for name in book.sheetnames)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["=HYPERLINK(1)", 24, -4.7, "two\nlines"]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "s"]
    assert sheet["A4"].value == "bell  and null "
    assert len(sheet["D3"].value) == 32_767
    assert sheet.freeze_panes == "B2"


def test_word_gets_a_real_table_with_both_lines_of_headings() -> None:
    document = Document(io.BytesIO(as_docx([NASTY], title="A review")))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["", "Exercise", "Exercise", ""]
    assert [cell.text for cell in table.rows[1].cells] == ["Study", "n", "Mean", "Remarks"]
    assert [cell.text for cell in table.rows[2].cells] == ["=HYPERLINK(1)", "24", "-4.7", "two\nlines"]
    assert document.paragraphs[-1].text == "A note."


@pytest.fixture
def study(cast: Cast) -> Study:
    """A study of two arms with settled means and one settled judgement."""
    outcome, comparison = an_outcome(cast.review, domain="Function"), a_comparison(cast.review, "Exercise")
    study = a_study(cast.review, reports=1, label="Lunetta 2016", country="Italy", moderators={"weeks": 26})
    for label, side, mean in (("Programme", "experimental", "32.8"), ("Usual care", "control", "28.7")):
        arm = an_arm(study, label, randomised=30, intervention="3 × 10 sessions", dose="daily")
        ComparisonArm.objects.create(comparison=comparison, arm=arm, side=side)
        for name, text in ((Field.MEAN, mean), (Field.SE, "1.2"), (Field.N, "30")):
            Value.objects.create(
                study=study, outcome=outcome, arm=arm, field=name, text=text, number=float(text),
                settled=True, by=cast.ana,
            )  # fmt: skip
    Judgement.objects.create(
        study=study, tool=ROB1.key, item=ROB1.items[0].key, level="low", support="Computer.", settled=True, by=cast.ana
    )  # fmt: skip
    return study


def test_characteristics_tell_who_was_given_what(cast: Cast, study: Study) -> None:
    (table,) = characteristics(cast.review, cast.ana)
    row = dict(zip((column.heading for column in table.columns), table.rows[0], strict=True))
    assert row["Participants"] == "60 randomised (Programme 30, Usual care 30)"
    assert "Programme: 3 × 10 sessions, daily" in str(row["Interventions"])
    assert row["Other characteristics"] == "weeks: 26"
    assert "Registration" not in row


def test_results_show_what_was_computed_and_how(cast: Cast, study: Study) -> None:
    (table,) = results(cast.review, cast.ana)
    row = dict(zip((column.full for column in table.columns), table.rows[0], strict=True))
    assert (row["Exercise: n"], row["Exercise: Mean"]) == (30, 32.8)
    assert row["Exercise: SD"] == pytest.approx(1.2 * 30**0.5)
    assert "Handbook 6.5.2.2" in str(row["How it was computed"])


def test_bias_gives_the_judgement_and_what_it_rests_on(cast: Cast, study: Study) -> None:
    (table,) = bias(cast.review, cast.ana)
    assert table.rows[0] == ("Lunetta 2016", "Low risk", "Computer.")


def test_who_is_in_the_middle_of_their_own_work_does_not_see_the_teams(cast: Cast, study: Study) -> None:
    values.record(
        study=study,
        readings=[
            Reading(Cell(Value.objects.all()[0].outcome_id, study.arms.all()[0].pk, None, Field.MEAN), "30")
        ],
        by=cast.ben,
    )
    assert results(cast.review, cast.ben) == []
    assert results(cast.review, cast.ana) != []


@pytest.mark.parametrize("key", ["characteristics", "results", "bias"])
def test_each_kind_opens_and_comes_as_a_file(cast: Cast, study: Study, client: Client, key: str) -> None:
    client.force_login(cast.dov)
    page = client.get(reverse("synthesis:table", args=[cast.review.slug, key])).content.decode()
    assert "Lunetta 2016" in page
    for kind, start in (("csv", "\ufeff".encode()), ("xlsx", b"PK"), ("docx", b"PK")):
        answer = client.get(reverse("synthesis:table_download", args=[cast.review.slug, key, kind]))
        assert answer.content.startswith(start)


@pytest.mark.parametrize(
    ("key", "kind", "query"),
    [
        ("results", "exe", {}),
        ("nothing", "csv", {}),
        ("results", "csv", {"table": "9"}),
        ("results", "csv", {"table": "²"}),
    ],
)
def test_what_does_not_exist_is_not_found(
    cast: Cast, study: Study, client: Client, key: str, kind: str, query: dict[str, str]
) -> None:
    client.force_login(cast.ana)
    address = reverse("synthesis:table_download", args=[cast.review.slug, key, kind])
    assert client.get(address, query).status_code == 404


def test_an_empty_review_says_what_to_do(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    page = client.get(reverse("synthesis:tables", args=[cast.review.slug]), follow=True).content.decode()
    assert "Nothing is settled yet" in page or "characteristics" in page
    assert (
        client.get(reverse("synthesis:table_download", args=[cast.review.slug, "results", "csv"])).status_code
        == 404
    )


@pytest.mark.parametrize("key", ["characteristics", "results", "bias"])
def test_many_studies_take_as_many_queries_as_one(
    cast: Cast, study: Study, client: Client, django_assert_max_num_queries: object, key: str
) -> None:
    for number in range(5):
        other = a_study(cast.review, label=f"Other {number}")
        arm = an_arm(other, randomised=3)
        first = Value.objects.all()[0]
        Value.objects.create(
            study=other,
            outcome=first.outcome,
            arm=arm,
            field="n",
            text="3",
            number=3,
            settled=True,
            by=cast.ana,
        )
    client.force_login(cast.ana)
    client.get(reverse("synthesis:table", args=[cast.review.slug, key]))
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.get(reverse("synthesis:table", args=[cast.review.slug, key]))
