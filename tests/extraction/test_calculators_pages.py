"""What follows from a line, and the calculators: by themselves and into a cell."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.conversions.calculators import CALCULATORS
from extraction.models import Metric, Study, TimePoint, Value
from extraction.queries.cells import Cell, own_values, sheet_of
from extraction.queries.following import following, plain
from extraction.services import completion
from reviews.models import User
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, read

SE_TO_SD = "SD = SE × √n (Handbook 6.5.2.2)."


@pytest.fixture
def study(cast: Cast) -> Study:
    """A study with an arm, an outcome and a comparison."""
    an_outcome(cast.review, "Function")
    a_comparison(cast.review)
    study = a_study(cast.review, reports=1)
    an_arm(study, "Exercise")
    return study


def cells(study: Study, *, arm: bool = True) -> dict[str, Cell]:
    """The cells of the arm, or of the comparison, by field."""
    return {cell.field: cell for cell in sheet_of(study).lines() if (cell.arm is not None) == arm}


def at(study: Study, name: str) -> str:
    """A page of the study."""
    return reverse(f"extraction:{name}", args=[study.review.slug, study.pk])


def follows(study: Study, person: User, **texts: str) -> dict[str, Any]:
    """What follows for whom, when these are read; names with an underscore stand for a hyphen."""
    own = cells(study, arm="measure" not in texts)
    for name, text in texts.items():
        read(study, person, own[name.replace("_", "-")], text)
    lines = dict.fromkeys(sheet_of(study).lines().values())
    found = following(lines, own_values(study, user=person))
    return {cell.field: one for cell, one in found.items()}


def sent(client: Client, study: Study, cell: Cell, text: str, **words: Any) -> dict[str, Any]:
    """What the script gets back for one cell."""
    one = {"key": cell.key, "text": text, "quote": "", "page": "", "report": "", "seen": 0} | words
    answer = client.post(
        at(study, "extract_save"), json.dumps({"cells": [one]}), content_type="application/json"
    )
    result: dict[str, Any] = json.loads(answer.content)
    return result


def test_a_standard_deviation_follows_from_a_standard_error(cast: Cast, study: Study) -> None:
    found = follows(study, cast.ben, mean="34.1", se="1.5", n="24")
    assert set(found) == {"sd"}
    # 1.5 √24
    assert found["sd"].number == pytest.approx(7.348469228)
    assert (found["sd"].text, found["sd"].rough) == ("7.34847", "7.348")
    assert found["sd"].method == SE_TO_SD
    assert found["sd"].inputs == {"se": "1.5", "n": "24"}


def test_mean_and_deviation_follow_from_quartiles_with_a_warning_of_skewness(
    cast: Cast, study: Study
) -> None:
    found = follows(study, cast.ben, median="34", q1="20", q3="35", n="240")
    assert set(found) == {"mean", "sd"}
    assert "Luo 2018" in found["mean"].method
    assert "Wan 2014" in found["sd"].method
    assert "Wan" not in found["mean"].method
    assert found["mean"].inputs == {"median": "34", "q1": "20", "q3": "35", "n": "240"}
    assert any("skew" in warning for warning in found["sd"].warnings)


def test_a_standard_error_of_the_estimate_follows_with_a_word_about_bounds(cast: Cast, study: Study) -> None:
    found = follows(study, cast.ben, measure="MD", estimate="3", p="<0.001")
    # 3 / 3.290527: the normal quantile at 1 - 0.0005.
    assert found["estimate-se"].number == pytest.approx(0.911708, rel=1e-5)
    assert "only a bound" in found["estimate-se"].warnings[-1]
    assert found["estimate-se"].inputs == {"measure": "MD", "estimate": "3", "p": "<0.001"}


@pytest.mark.parametrize(
    "texts",
    [
        {"mean": "3", "sd": "2", "se": "1", "n": "10"},
        {"se": "1"},
        {"n": "10"},
        {"q1": "5", "q3": "2", "median": "3", "n": "10"},
        {"se": "1e308", "n": "900000000000"},
        {"mean_ci_low": "3", "mean_ci_high": "2", "n": "10"},
        {"estimate": "3", "measure": "OR", "p": "1"},
    ],
)
def test_nothing_follows_from_too_little_or_from_nonsense(
    cast: Cast, study: Study, texts: dict[str, str]
) -> None:
    assert follows(study, cast.ben, **texts) == {}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (7.348469228, "7.34847"),
        (1234567.89, "1234568"),
        (0.000012345678, "0.0000123457"),
        (-12.5, "-12.5"),
        (100.0, "100"),
        (1e21, "1000000000000000000000"),
    ],
)
def test_a_computed_number_is_written_plainly(number: float, text: str) -> None:
    assert plain(number) == text


def test_the_sheet_shows_what_follows_and_takes_it_without_a_script(
    cast: Cast, study: Study, signed_in: SignIn
) -> None:
    ben, own = signed_in(cast.ben), cells(study)
    read(study, cast.ben, own["se"], "1.5")
    read(study, cast.ben, own["n"], "24")
    html = told(ben.get(at(study, "extract")))
    assert "≈ 7.348 <span>from SE and n</span>" in html
    assert SE_TO_SD in html
    # Only what is asked to be used is written.
    assert own["sd"] not in own_values(study, user=cast.ben)
    ben.post(at(study, "extract"), {"open": own["sd"].key, "use": own["sd"].key})
    value = own_values(study, user=cast.ben)[own["sd"]]
    assert (value.text, value.method, value.inputs) == ("7.34847", SE_TO_SD, {"se": "1.5", "n": "24"})
    html = told(ben.get(f"{at(study, 'extract')}?cell={own['sd'].key}"))
    assert "data-computed" in html
    assert "≈ 7.348" not in html.replace("data-panel-result>≈ <", "")


def test_the_script_is_told_what_follows(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben, own = signed_in(cast.ben), cells(study)
    assert sent(ben, study, own["se"], "1.5")["follows"][own["sd"].key] is None
    answer = sent(ben, study, own["n"], "24")["follows"]
    assert answer[own["sd"].key]["text"] == "7.34847"
    assert answer[own["sd"].key]["from"] == "SE and n"
    assert answer[own["mean"].key] is None


def test_typing_over_a_computed_number_drops_its_method(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben, sd = signed_in(cast.ben), cells(study)["sd"]
    computed = {"method": SE_TO_SD, "inputs": {"se": "1.5", "n": "24"}}
    first = sent(ben, study, sd, "7.34847", **computed)["saved"][sd.key]
    # A quote is added, and the number stays what it was: computed.
    second = sent(ben, study, sd, "7.34847", quote="SE 1.5", seen=first, method=SE_TO_SD)["saved"][sd.key]
    value = Value.objects.get(pk=second)
    assert (value.method, value.inputs, value.quote) == (SE_TO_SD, computed["inputs"], "SE 1.5")
    third = sent(ben, study, sd, "7.1", quote="SE 1.5", seen=second, method="")["saved"][sd.key]
    assert (Value.objects.get(pk=third).method, Value.objects.get(pk=third).inputs) == ("", {})


def test_another_tab_is_told_of_a_computed_number_at_a_time(
    cast: Cast, study: Study, signed_in: SignIn
) -> None:
    TimePoint.objects.create(study=study, label="6 months", weeks=26)
    ben, sd = signed_in(cast.ben), cells(study)["sd"]
    assert sd.time is not None
    first = sent(ben, study, sd, "7.34847", method=SE_TO_SD, inputs={"se": "1.5"})["saved"][sd.key]
    refused = sent(ben, study, sd, "8")["refused"][sd.key]
    assert (refused["now"]["seen"], refused["now"]["method"]) == (first, SE_TO_SD)
    assert own_values(study, user=cast.ben)[sd].text == "7.34847"


def test_all_calculators_are_listed_and_each_has_its_form(cast: Cast, signed_in: SignIn) -> None:
    dov, page = signed_in(cast.dov), reverse("extraction:calculators", args=[cast.review.slug])
    html = told(dov.get(page))
    for calculator in CALCULATORS:
        assert f"calculator={calculator.key}" in html
        form = dov.get(page, {"calculator": calculator.key})
        assert form.status_code == 200
        assert escape(calculator.source) in told(form)
        empty = dov.get(page, {"calculator": calculator.key, "go": "1"})
        assert empty.status_code == 422
        assert "This cannot be computed" in told(empty)


def test_a_calculator_shows_its_result_and_source(cast: Cast, signed_in: SignIn) -> None:
    page = reverse("extraction:calculators", args=[cast.review.slug])
    data = {"calculator": "sd-from-se", "se": "1·5", "n": "24", "go": "1"}
    html = told(signed_in(cast.ben).get(page, data))
    assert '<strong class="num">7.34847</strong>' in html
    assert SE_TO_SD in html
    assert not Value.objects.exists()


def test_ratios_are_shown_as_ratios(cast: Cast, signed_in: SignIn) -> None:
    page = reverse("extraction:calculators", args=[cast.review.slug])
    data = {"calculator": "odds-ratio", "events1": "10", "n1": "30", "events2": "20", "n2": "30", "go": "1"}
    html = told(signed_in(cast.ben).get(page, data))
    # (10 × 10) / (20 × 20), and √(1/10 + 1/20 + 1/20 + 1/10).
    assert "Estimate (OR)</dt><dd><strong" in html
    assert ">0.25</strong>" in html
    assert ">0.547723</strong>" in html
    assert "(of the logarithm)" in html


@pytest.mark.parametrize(
    ("inputs", "complaint"),
    [
        ({"se": "-1", "n": "24"}, "must not be negative"),
        ({"se": "1,5", "n": "24"}, "comma"),
        ({"se": "NaN", "n": "24"}, "is not a number"),
        ({"se": "Infinity", "n": "24"}, "is not a number"),
        ({"se": "1e999", "n": "24"}, "too large|is not a number"),
        ({"se": "1e308", "n": "1e300"}, "too large"),
        ({"se": "1", "n": "0"}, "people"),
        ({"se": "1\x00", "n": "3"}, "Null characters"),
        ({"se": "1" * 61, "n": "3"}, "at most 60"),
        ({"se": "१", "n": "3"}, "is not a number"),
    ],
)
def test_what_cannot_be_computed_is_said(
    cast: Cast, signed_in: SignIn, inputs: dict[str, str], complaint: str
) -> None:
    page = reverse("extraction:calculators", args=[cast.review.slug])
    answer = signed_in(cast.ben).get(page, {"calculator": "sd-from-se", "go": "1"} | inputs)
    assert answer.status_code == 422
    assert any(part in told(answer) for part in complaint.split("|"))


def test_a_calculator_that_is_not_there_is_not_found(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    page = reverse("extraction:calculators", args=[cast.review.slug])
    assert ben.get(page, {"calculator": "abacus"}).status_code == 404
    assert ben.get(at(study, "calculate")).status_code == 404
    assert ben.get(at(study, "calculate"), {"cell": "1-a1-colour"}).status_code == 404


def test_a_cell_is_offered_what_gives_it_with_its_line_filled_in(
    cast: Cast, study: Study, signed_in: SignIn
) -> None:
    ben, own = signed_in(cast.ben), cells(study)
    read(study, cast.ben, own["se"], "1.5")
    read(study, cast.chi, own["n"], "31415")
    html = told(ben.get(at(study, "calculate"), {"cell": own["sd"].key}))
    assert "SD from a standard error" in html
    assert "Log odds ratio" not in html
    part = told(
        ben.get(at(study, "calculate"), {"cell": own["sd"].key, "calculator": "sd-from-se", "part": "1"})
    )
    assert 'value="1.5"' in part
    assert "31415" not in part
    assert "<html" not in part


def test_a_result_is_used_with_method_and_inputs(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben, sd = signed_in(cast.ben), cells(study)["sd"]
    page = f"{at(study, 'calculate')}?cell={sd.key}"
    data = {"calculator": "sd-from-se", "se": "1.5", "n": "24"}
    assert "Use 7.34847" in told(ben.get(page, data | {"cell": sd.key, "go": "1"}))
    answer = ben.post(page, data | {"seen": "0"})
    assert answer["Location"].endswith(f"#cell-{sd.key}")
    value = Value.objects.get()
    assert (value.text, value.method) == ("7.34847", SE_TO_SD)
    assert value.inputs == {"calculator": "sd-from-se", "se": "1.5", "n": "24"}
    wrong = ben.post(page, data | {"se": "x", "seen": str(value.pk)})
    assert wrong.status_code == 422
    stale = ben.post(page, data | {"n": "25", "seen": "0"}, follow=True)
    assert "in another tab" in told(stale)
    assert Value.objects.count() == 1


def test_an_estimate_goes_only_under_its_own_measure(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben, own = signed_in(cast.ben), cells(study, arm=False)
    page = f"{at(study, 'calculate')}?cell={own['estimate'].key}"
    data = {"calculator": "odds-ratio", "events1": "10", "n1": "30", "events2": "20", "n2": "30"}
    refused = ben.post(page, data | {"seen": "0"})
    assert "This is OR, and the line says no measure yet" in told(refused)
    read(study, cast.ben, own["measure"], "OR")
    ben.post(page, data | {"seen": "0"})
    value = own_values(study, user=cast.ben)[own["estimate"]]
    assert value.text == "0.25"
    assert value.method.endswith("Back from the natural logarithm.")


def test_a_finished_extraction_is_not_calculated_into(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben, own = signed_in(cast.ben), cells(study)
    read(study, cast.ben, own["n"], "24")
    completion.finish(study=study, task=RESULTS, by=cast.ben)
    page = f"{at(study, 'calculate')}?cell={own['sd'].key}"
    data = {"calculator": "sd-from-se", "se": "1.5", "n": "24"}
    assert "Use 7.34847" not in told(ben.get(page, data | {"cell": own["sd"].key, "go": "1"}))
    assert "Reopen it" in told(ben.post(page, data | {"seen": "0"}, follow=True))


def test_many_outcomes_times_and_arms_take_as_many_queries_as_few(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    a_comparison(cast.review)

    def asked(outcomes: int, times: int, arms: int) -> int:
        for number in range(outcomes):
            an_outcome(cast.review, metric=(Metric.FINAL, Metric.EVENTS)[number % 2])
        study = a_study(cast.review, reports=1)
        for week in range(1, times + 1):
            TimePoint.objects.create(study=study, label=f"Week {week}", weeks=week)
        for _ in range(arms):
            an_arm(study)
        for cell in list(cells(study).values()):
            read(study, cast.ben, cell, "2")
        with CaptureQueriesContext(connection) as queries:
            assert ben.get(at(study, "extract")).status_code == 200
        return len(queries)

    assert asked(1, 1, 1) == asked(4, 4, 3)


def test_columns_that_few_reports_fill_are_folded_until_they_are_used(
    cast: Cast, study: Study, signed_in: SignIn
) -> None:
    ben, own = signed_in(cast.ben), cells(study)
    html = told(ben.get(at(study, "extract")))
    assert 'aria-expanded="false" data-further-toggle' in html
    assert 'class="further"><abbr title="First quartile">Q1</abbr>' in html
    read(study, cast.ben, own["q1"], "20")
    assert 'aria-expanded="true" data-further-toggle' in told(ben.get(at(study, "extract")))


def test_lines_are_grouped_by_time(cast: Cast, study: Study, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    assert "sheet__time" not in told(ben.get(at(study, "extract")))
    for label, weeks in (("6 months", 26), ("12 months", 52)):
        TimePoint.objects.create(study=study, label=label, weeks=weeks)
    html = told(ben.get(at(study, "extract")))
    # Once over the arms and once over the comparison.
    assert html.count("6 months <span") == html.count("12 months <span") == 2
    assert "Mean, Exercise, 6 months, Function" in html
