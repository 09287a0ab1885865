"""How far extractors agree, by field and by extractor, counted by hand."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.models import Study
from extraction.queries.agreement import agreement_of, wilson
from extraction.queries.cells import Cell, sheet_of
from extraction.services import completion, values
from extraction.services.policy import choose_mode
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import RESULTS, a_study, an_arm, an_outcome, extracted, read


def a_trial(cast: Cast, ben: list[str], chi: list[str]) -> tuple[Study, list[Cell]]:
    """What two people read for the mean, standard deviation, standard error and number of one arm."""
    study = a_study(cast.review)
    an_arm(study)
    cells = list(sheet_of(study).lines())[:4]
    for person, texts in ((cast.ben, ben), (cast.chi, chi)):
        if texts:
            extracted(study, person, dict(zip(cells, texts, strict=True)))
    return study, cells


@pytest.fixture
def outcome(cast: Cast) -> None:
    """One continuous outcome."""
    an_outcome(cast.review)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe RG (1998) Stat Med 17:857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombe(count: int, of: int, low: float, high: float) -> None:
    assert list(wilson(count, of)) == pytest.approx([low, high], abs=5e-5)
    assert wilson(of - count, of)[0] == pytest.approx(1 - wilson(count, of)[1])


@pytest.mark.usefixtures("outcome")
def test_each_kind_of_agreement_is_counted(cast: Cast) -> None:
    a_trial(cast, ["1.0", "2", "", "20"], ["1", "2.04", "3", "21"])
    a_trial(cast, ["5", "", "", "30"], ["5", "", "", ""])
    found = agreement_of(cast.review, viewer=cast.ana)
    counts = {row.field.value: (row.exact, row.rounded, row.differed, row.one_empty) for row in found.fields}
    assert counts == {"n": (0, 0, 1, 1), "mean": (2, 0, 0, 0), "sd": (0, 1, 0, 0), "se": (0, 0, 0, 1)}
    total = found.everything
    assert (total.both, total.cells, total.agreed.count) == (4, 6, 3)
    assert total.agreed.percent == 50


@pytest.mark.usefixtures("outcome")
def test_what_became_of_each_ones_readings_is_counted(cast: Cast) -> None:
    study, (mean, sd, se, n) = a_trial(cast, ["1", "2", "", "20"], ["1", "2.04", "3", "21"])
    values.settle_agreeing(study=study, by=cast.ana)
    for cell, text in ((sd, "2.04"), (se, "3"), (n, "22")):
        values.settle(study=study, cell=cell, text=text, note="As in table 2", by=cast.ana)
    ben, chi = agreement_of(cast.review, viewer=cast.ana).extractors
    assert (ben.kept, ben.rounded, ben.corrected, ben.missed) == (1, 1, 1, 1)
    assert (chi.kept, chi.rounded, chi.corrected, chi.missed) == (3, 0, 1, 0)
    assert ben.most_given == [("As in table 2", 1)]
    assert chi.became.percent == 75
    assert mean


@pytest.mark.usefixtures("outcome")
def test_what_was_changed_after_seeing_the_other_is_no_agreement(cast: Cast) -> None:
    study, (mean, *_) = a_trial(cast, ["1", "", "", ""], ["2", "", "", ""])
    completion.reopen(study=study, task=RESULTS, by=cast.ben)
    read(study, cast.ben, mean, "2")
    completion.finish(study=study, task=RESULTS, by=cast.ben)
    values.settle_agreeing(study=study, by=cast.ana)
    found = agreement_of(cast.review, viewer=cast.ana)
    assert (found.everything.exact, found.everything.differed) == (0, 1)
    assert [(one.kept, one.corrected) for one in found.extractors] == [(0, 1), (1, 0)]


@pytest.mark.usefixtures("outcome")
def test_a_study_that_the_viewer_must_not_compare_is_left_out(cast: Cast, signed_in: SignIn) -> None:
    study, (mean, *_) = a_trial(cast, ["31.4159", "", "", ""], ["2", "", "", ""])
    a_trial(cast, ["1", "", "", ""], [])
    read(study, cast.ana, mean, "3")
    found = agreement_of(cast.review, viewer=cast.ana)
    assert (found.fields, found.extractors, found.left_out) == ([], [], 2)
    page = reverse("extraction:agreement", args=[cast.review.slug])
    assert "Nothing to compare yet" in told(signed_in(cast.ana).get(page))
    assert agreement_of(cast.review, viewer=cast.chi).everything.differed == 1


@pytest.mark.usefixtures("outcome")
def test_confirmed_and_corrected_readings_count_for_the_one_who_extracted(cast: Cast) -> None:
    choose_mode(review=cast.review, mode="verified", by=cast.ana)
    study, (mean, sd, *_) = a_trial(cast, ["1", "2", "", ""], [])
    for cell, text, note in ((mean, "1", ""), (sd, "3", "Misread")):
        values.settle(study=study, cell=cell, text=text, note=note, by=cast.chi)
    found = agreement_of(cast.review, viewer=cast.ana)
    assert found.fields == []
    (ben,) = found.extractors
    assert (ben.person, ben.kept, ben.corrected) == (cast.ben, 1, 1)


@pytest.mark.usefixtures("outcome")
def test_the_table_can_be_taken_away(cast: Cast, signed_in: SignIn) -> None:
    study, (mean, *_) = a_trial(cast, ["1", "", "", ""], ["2", "", "", ""])
    values.settle(study=study, cell=mean, text="2", note='=HYPERLINK("x")', by=cast.ana)
    answer = signed_in(cast.ana).get(reverse("extraction:agreement_csv", args=[cast.review.slug]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    (differed,) = [row for row in rows if row["measure"] == "differed"]
    assert (differed["name"], differed["count"], differed["of_cells"], differed["percent"]) == (
        "Mean",
        "1",
        "1",
        "100.0",
    )
    assert any(row["measure"] == 'corrected because: =HYPERLINK("x")' for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


@pytest.mark.usefixtures("outcome")
def test_many_studies_take_as_many_queries_as_one(cast: Cast, signed_in: SignIn) -> None:
    ana, page = signed_in(cast.ana), reverse("extraction:agreement", args=[cast.review.slug])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ana.get(page).status_code == 200
        return len(queries)

    a_trial(cast, ["1", "2", "", "20"], ["1", "2.04", "3", "21"])
    few = asked()
    for _ in range(3):
        a_trial(cast, ["1", "2", "", "20"], ["1", "2.04", "3", "21"])
    assert asked() == few


def test_a_review_without_studies_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = reverse("extraction:agreement", args=[cast.review.slug])
    for person in (cast.ana, cast.ben, cast.chi):
        assert "Nothing to compare yet" in told(signed_in(person).get(page))
