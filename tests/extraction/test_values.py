"""Readings are facts; the newest of an author counts, and the team settles what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from extraction.errors import BadValue, NotYet
from extraction.models import Arm, Field, Outcome, Study, Value
from extraction.queries.cells import Cell, compare, own_values, settled_values
from extraction.services import completion, structure, values
from extraction.services.values import Reading, number_in
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from tests.conftest import Cast
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, extracted, read


@dataclass(frozen=True, slots=True)
class Trial:
    """A study with one outcome and two arms."""

    study: Study
    outcome: Outcome
    exercise: Arm
    control: Arm

    def cell(self, field: str = "mean", *, control: bool = False) -> Cell:
        """A cell of one of the arms."""
        return Cell(self.outcome.pk, (self.control if control else self.exercise).pk, None, field)


@pytest.fixture
def trial(cast: Cast) -> Trial:
    """A study with one outcome and two arms."""
    study = a_study(cast.review, reports=1)
    return Trial(study, an_outcome(cast.review), an_arm(study, "Exercise"), an_arm(study, "Control"))


def test_what_is_typed_is_kept_as_typed_with_the_number_it_means(cast: Cast, trial: Trial) -> None:
    read(trial.study, cast.ben, trial.cell(), " −4.70 ", quote="fell by 4.70", page="Table 2")
    value = own_values(trial.study, user=cast.ben)[trial.cell()]
    assert (value.text, value.number, value.quote, value.page) == ("−4.70", -4.7, "fell by 4.70", "Table 2")


def test_a_change_of_mind_is_a_new_row_and_the_newest_counts(cast: Cast, trial: Trial) -> None:
    for text in ("1", "2", ""):
        read(trial.study, cast.ben, trial.cell(), text)
    assert [value.text for value in trial.study.values.all()] == ["1", "2", ""]
    assert own_values(trial.study, user=cast.ben)[trial.cell()].number is None


def test_saving_the_same_again_writes_nothing(cast: Cast, trial: Trial) -> None:
    read(trial.study, cast.ben, trial.cell(), "1")
    assert read(trial.study, cast.ben, trial.cell(), "1 ") == []
    assert Value.objects.count() == 1


def test_a_quote_without_a_number_is_kept_too(cast: Cast, trial: Trial) -> None:
    read(trial.study, cast.ben, trial.cell(), "", quote="Results were not reported.")
    assert own_values(trial.study, user=cast.ben)[trial.cell()].quote == "Results were not reported."


def test_a_preselected_report_alone_is_no_reading(cast: Cast, trial: Trial) -> None:
    report = trial.study.links.get().report_id
    assert read(trial.study, cast.ben, trial.cell(), "", report=report) == []


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        (Field.SD, "-1", "cannot be negative"),
        (Field.SE, "−0.1", "cannot be negative"),
        (Field.N, "12.5", "whole number"),
        (Field.EVENTS, "1.5", "whole number"),
        (Field.MEAN, "4,5", "comma"),
        (Field.MEAN, "twelve", "not a number"),
        (Field.MEAN, "1e999", "too large"),
        (Field.MEASURE, "difference", "not an effect measure"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(field: Field, text: str, complaint: str) -> None:
    with pytest.raises(BadValue, match=complaint):
        number_in(field, text)


def test_one_bad_cell_costs_nobody_the_rest(cast: Cast, trial: Trial) -> None:
    readings = [Reading(trial.cell(), "34.1"), Reading(trial.cell("sd"), "-7.1")]
    saved = values.save(study=trial.study, readings=readings, by=cast.ben)
    assert [value.text for value in saved.values] == ["34.1"]
    assert "negative" in str(saved.refused[trial.cell("sd")])


def test_the_strict_verb_saves_all_or_nothing(cast: Cast, trial: Trial) -> None:
    readings = [Reading(trial.cell(), "34.1"), Reading(trial.cell("sd"), "-7.1")]
    with pytest.raises(BadValue):
        values.record(study=trial.study, readings=readings, by=cast.ben)
    assert not Value.objects.exists()


def test_another_tab_is_not_overwritten(cast: Cast, trial: Trial) -> None:
    (first,) = read(trial.study, cast.ben, trial.cell(), "34.1", seen=0)
    with pytest.raises(ChangedMeanwhile, match=r"34\.1"):
        read(trial.study, cast.ben, trial.cell(), "43.1", seen=0)
    read(trial.study, cast.ben, trial.cell(), "43.1", seen=first.pk)
    assert own_values(trial.study, user=cast.ben)[trial.cell()].text == "43.1"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"text": "1" * 61}, "value"),
        ({"text": "1", "page": "p" * 21}, "page"),
        ({"text": "1", "quote": "q" * 5001}, "quote"),
    ],
)
def test_what_is_too_long_for_its_place_is_refused(
    cast: Cast, trial: Trial, words: dict[str, str], complaint: str
) -> None:
    with pytest.raises(BadValue, match=f"The {complaint} is too long"):
        read(trial.study, cast.ben, trial.cell(), **words)


def test_a_nul_byte_is_dropped(cast: Cast, trial: Trial) -> None:
    read(trial.study, cast.ben, trial.cell(), "3\x004", quote="a\x00b")
    value = own_values(trial.study, user=cast.ben)[trial.cell()]
    assert (value.text, value.quote) == ("34", "ab")


def test_only_cells_of_the_sheet_are_filled(cast: Cast, trial: Trial) -> None:
    elsewhere = an_arm(a_study(cast.review))
    structure.retire(thing=trial.control, by=cast.ana)
    strange = (
        Cell(trial.outcome.pk, elsewhere.pk, None, "mean"),
        Cell(an_outcome(a_study(cast.review).review).pk + 99, trial.exercise.pk, None, "mean"),
        trial.cell("events"),
        trial.cell(control=True),
    )
    for cell in strange:
        with pytest.raises(Refused, match="not asked for"):
            read(trial.study, cast.ben, cell, "1")


def test_the_report_must_be_one_of_the_study(cast: Cast, trial: Trial) -> None:
    other = a_study(cast.review, reports=1).links.get().report_id
    with pytest.raises(Refused, match="does not belong"):
        read(trial.study, cast.ben, trial.cell(), "1", report=other)


def test_a_finished_extraction_is_closed_until_it_is_reopened(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "1"})
    with pytest.raises(Refused, match="Reopen"):
        read(trial.study, cast.ben, trial.cell(), "2")
    completion.reopen(study=trial.study, task=RESULTS, by=cast.ben)
    read(trial.study, cast.ben, trial.cell(), "2")


def test_nothing_is_finished_twice_or_without_a_reading(cast: Cast, trial: Trial) -> None:
    with pytest.raises(Refused, match="nothing of yours"):
        completion.finish(study=trial.study, task=RESULTS, by=cast.ben)
    with pytest.raises(NothingToDo):
        completion.reopen(study=trial.study, task=RESULTS, by=cast.ben)
    extracted(trial.study, cast.ben, {trial.cell(): "1"})
    with pytest.raises(NothingToDo):
        completion.finish(study=trial.study, task=RESULTS, by=cast.ben)


def test_nobody_sees_another_extraction_before_finishing_their_own(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "1"})
    read(trial.study, cast.chi, trial.cell(), "2")
    assert compare(trial.study, viewer=cast.chi) is None
    assert compare(trial.study, viewer=cast.ana) is None
    sides = compare(trial.study, viewer=cast.ben)
    assert sides is not None
    assert sides.extractors == [cast.ben]
    completion.finish(study=trial.study, task=RESULTS, by=cast.chi)
    for viewer in (cast.ana, cast.ben, cast.chi):
        seen = compare(trial.study, viewer=viewer)
        assert seen is not None
        assert [row.cell for row in seen.differing] == [trial.cell()]


def test_who_reopens_is_blinded_again(cast: Cast, trial: Trial) -> None:
    for person in (cast.ben, cast.chi):
        extracted(trial.study, person, {trial.cell(): "1"})
    completion.reopen(study=trial.study, task=RESULTS, by=cast.chi)
    assert compare(trial.study, viewer=cast.chi) is None


def test_equal_after_rounding_is_said(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "34.1", trial.cell("sd"): "7.1"})
    extracted(trial.study, cast.chi, {trial.cell(): "34.12", trial.cell("sd"): "7.2"})
    sides = compare(trial.study, viewer=cast.ana)
    assert sides is not None
    assert [row.agree_after_rounding for row in sides.differing] == [True, False]


def test_the_same_number_printed_differently_agrees(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "−4.70"})
    extracted(trial.study, cast.chi, {trial.cell(): "-4.7"})
    sides = compare(trial.study, viewer=cast.ana)
    assert sides is not None
    assert len(sides.agreeing) == 1


def test_a_difference_is_settled_with_a_reason(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "34.1"})
    extracted(trial.study, cast.chi, {trial.cell(): "40.2"})
    chosen = own_values(trial.study, user=cast.ben)[trial.cell()]
    choice = {
        "study": trial.study,
        "cell": trial.cell(),
        "text": "34.1",
        "chosen_from": chosen,
        "by": cast.ana,
    }
    with pytest.raises(Refused, match="Say why"):
        values.settle(**choice)  # type: ignore[arg-type]
    values.settle(**choice, note="Chi read the row above.", seen=0)  # type: ignore[arg-type]
    assert settled_values(trial.study)[trial.cell()].chosen_from == chosen
    with pytest.raises(ChangedMeanwhile):
        values.settle(**choice, note="Again.", seen=0)  # type: ignore[arg-type]


def test_what_agrees_needs_no_reason_but_anything_else_does(cast: Cast, trial: Trial) -> None:
    for person in (cast.ben, cast.chi):
        extracted(trial.study, person, {trial.cell(): "1"})
    with pytest.raises(Refused, match="Say why"):
        values.settle(study=trial.study, cell=trial.cell(), text="2", by=cast.ana)
    values.settle(study=trial.study, cell=trial.cell(), text="1.0", by=cast.ana)
    assert settled_values(trial.study)[trial.cell()].number == 1


def test_all_that_agree_are_settled_in_one_go_with_their_quotes(cast: Cast, trial: Trial) -> None:
    read(trial.study, cast.ben, trial.cell(), "1")
    read(trial.study, cast.chi, trial.cell(), "1", quote="one", page="3")
    read(trial.study, cast.chi, trial.cell("sd"), "2")
    for person in (cast.ben, cast.chi):
        completion.finish(study=trial.study, task=RESULTS, by=person)
    assert values.settle_agreeing(study=trial.study, by=cast.ana) == 1
    settled = settled_values(trial.study)[trial.cell()]
    assert (settled.text, settled.quote, settled.page, settled.by) == ("1", "one", "3", cast.ana)
    with pytest.raises(NothingToDo):
        values.settle_agreeing(study=trial.study, by=cast.ana)


def test_one_extractor_is_enough_only_with_a_reason(cast: Cast, trial: Trial) -> None:
    extracted(trial.study, cast.ben, {trial.cell(): "1"})
    with pytest.raises(NotYet):
        values.settle_agreeing(study=trial.study, by=cast.ben)
    assert values.settle_agreeing(study=trial.study, note="A student review.", by=cast.ben) == 1
    assert settled_values(trial.study)[trial.cell()].note == "A student review."


def test_a_later_reading_opens_a_settled_cell_again(cast: Cast, trial: Trial) -> None:
    for person in (cast.ben, cast.chi):
        extracted(trial.study, person, {trial.cell(): "1"})
    values.settle_agreeing(study=trial.study, by=cast.ana)
    completion.reopen(study=trial.study, task=RESULTS, by=cast.chi)
    extracted(trial.study, cast.chi, {trial.cell(): "2"})
    sides = compare(trial.study, viewer=cast.ana)
    assert sides is not None
    assert [row.cell for row in sides.differing] == [trial.cell()]


def test_a_choice_belongs_to_its_cell_and_study(cast: Cast, trial: Trial) -> None:
    for person in (cast.ben, cast.chi):
        extracted(trial.study, person, {trial.cell(): "1", trial.cell("sd"): "2"})
    wrong = own_values(trial.study, user=cast.ben)[trial.cell("sd")]
    with pytest.raises(Refused, match="another cell"):
        values.settle(
            study=trial.study, cell=trial.cell(), text="2", note="x", chosen_from=wrong, by=cast.ana
        )
    with pytest.raises(Refused, match="not asked for"):
        values.settle(study=trial.study, cell=replace(trial.cell(), arm=0), text="2", note="x", by=cast.ana)


def test_settling_waits_for_the_extractors_and_for_the_right(cast: Cast, trial: Trial) -> None:
    with pytest.raises(NotYet):
        values.settle(study=trial.study, cell=trial.cell(), text="1", note="x", by=cast.ana)
    with pytest.raises(NotAllowed):
        values.settle(study=trial.study, cell=trial.cell(), text="1", note="x", by=cast.dov)
    with pytest.raises(NotAllowed):
        read(trial.study, cast.dov, trial.cell(), "1")


def test_what_was_extracted_for_a_retired_arm_is_not_compared(cast: Cast, trial: Trial) -> None:
    for person, text in ((cast.ben, "1"), (cast.chi, "2")):
        extracted(trial.study, person, {trial.cell(control=True): text})
    structure.retire(thing=trial.control, by=cast.ana)
    sides = compare(trial.study, viewer=cast.ana)
    assert sides is not None
    assert sides.rows == []


def test_contrast_cells_hold_measure_and_interval(cast: Cast, trial: Trial) -> None:
    comparison = a_comparison(cast.review).pk
    for field, text in (("measure", "HR"), ("estimate", "0.8"), ("ci-low", "-0.2")):
        read(trial.study, cast.ben, Cell(trial.outcome.pk, None, comparison, field), text)
    own = own_values(trial.study, user=cast.ben)
    assert own[Cell(trial.outcome.pk, None, comparison, "measure")].number is None
    assert own[Cell(trial.outcome.pk, None, comparison, "ci-low")].number == -0.2


def test_saving_many_cells_asks_the_database_no_more_often_than_few_save_for_their_rows(
    cast: Cast, trial: Trial, django_assert_max_num_queries: object
) -> None:
    many = [an_outcome(cast.review) for _ in range(10)]
    readings = [Reading(Cell(one.pk, trial.exercise.pk, None, "mean"), "1") for one in many]
    # A dozen of its own, a score to look at the numbers beside the others, and one insert a cell.
    with django_assert_max_num_queries(34 + len(many)):  # type: ignore[operator]
        values.save(study=trial.study, readings=readings, by=cast.ben)


def test_comparing_and_settling_many_cells_take_as_many_reads_as_few(
    cast: Cast, trial: Trial, django_assert_max_num_queries: object
) -> None:
    cells = [Cell(an_outcome(cast.review).pk, trial.exercise.pk, None, "mean") for _ in range(10)]
    for person in (cast.ben, cast.chi):
        extracted(trial.study, person, dict.fromkeys(cells, "1"))
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        compare(trial.study, viewer=cast.ana)
    with django_assert_max_num_queries(36 + len(cells)):  # type: ignore[operator]
        values.settle_agreeing(study=trial.study, by=cast.ana)
