"""One person extracts, and a second confirms each value: by the verbs, and on the page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.errors import NotYet
from extraction.models import ExtractionPolicy, Study, Value
from extraction.queries.cells import Cell, compare, own_values, settled_values, sheet_of
from extraction.queries.overview import states
from extraction.queries.standing import own_standing, team_standing
from extraction.queries.verification import Step, verification
from extraction.services import completion, values
from extraction.services import verification as verbs
from extraction.services.policy import choose_mode
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import User
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, extracted, read


@dataclass(frozen=True, slots=True)
class Desk:
    """A study that Ben extracted, in a review where a second person confirms: mean 34.1 and SD 7.1."""

    cast: Cast
    study: Study
    mean: Cell
    sd: Cell

    def at(self, name: str) -> str:
        """A page of the study."""
        return reverse(f"extraction:{name}", args=[self.cast.review.slug, self.study.pk])

    def steps(self, viewer: User) -> list[Step]:
        """What `viewer` may confirm."""
        found = verification(self.study, viewer=viewer)
        assert found is not None
        return found.steps

    def reading(self, cell: Cell) -> Value:
        """What Ben read."""
        return own_values(self.study, user=self.cast.ben)[cell]

    def confirm(self, cell: Cell, by: User) -> Value:
        """Chi confirms a cell as the page showed it."""
        settled = settled_values(self.study).get(cell)
        seen = settled.pk if settled else 0
        return verbs.confirm(study=self.study, cell=cell, reading=self.reading(cell).pk, seen=seen, by=by)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """The desk."""
    study = a_study(cast.review)
    an_outcome(cast.review)
    an_arm(study)
    choose_mode(review=cast.review, mode="verified", reason="Few of us", by=cast.ana)
    mean, sd = list(sheet_of(study).lines())[:2]
    values.record(
        study=study,
        readings=[
            values.Reading(mean, "34.1", quote="34.1 ± 7.1", page="Table 2"),
            values.Reading(sd, "7.1", method="SD = SE × √n"),
        ],
        by=cast.ben,
    )
    completion.finish(study=study, task=RESULTS, by=cast.ben)
    return Desk(cast, study, mean, sd)


def test_a_second_person_confirms_cell_by_cell_and_then_what_the_report_does_not_say(
    desk: Desk, cast: Cast
) -> None:
    mean, sd, empty = desk.steps(cast.chi)
    assert (mean.cells, sd.cells, len(empty.cells)) == ((desk.mean,), (desk.sd,), 9)
    desk.confirm(desk.mean, cast.chi)
    assert [step.is_done for step in desk.steps(cast.chi)] == [True, False, False]
    value = desk.confirm(desk.sd, cast.chi)
    assert (value.text, value.method, value.note) == ("7.1", "SD = SE × √n", "")
    assert value.chosen_from == desk.reading(desk.sd)
    verbs.confirm_empty(study=desk.study, cells=empty.cells, by=cast.chi)
    assert all(step.is_done for step in desk.steps(cast.chi))
    assert {one.text for one in settled_values(desk.study).values()} == {"34.1", "7.1", ""}
    assert states(cast.review)[desk.study.pk].results.is_settled


def test_nobody_confirms_their_own_extraction(desk: Desk, cast: Cast) -> None:
    assert verification(desk.study, viewer=cast.ben) is None
    with pytest.raises(Refused, match="A second person confirms"):
        desk.confirm(desk.mean, cast.ben)
    with pytest.raises(Refused, match="A second person confirms"):
        values.settle(study=desk.study, cell=desk.mean, text="34.1", note="Mine", by=cast.ben)
    with pytest.raises(Refused, match="A second person confirms"):
        verbs.confirm_empty(study=desk.study, cells=[desk.mean], by=cast.ben)
    with pytest.raises(NotAllowed):
        desk.confirm(desk.mean, cast.dov)
    assert not settled_values(desk.study)


def test_nothing_is_confirmed_in_bulk(desk: Desk, cast: Cast) -> None:
    with pytest.raises(NotYet, match="confirm each value by itself"):
        values.settle_agreeing(study=desk.study, note="All of it", by=cast.chi)
    cells = [desk.mean, desk.sd]
    with pytest.raises(ChangedMeanwhile):
        verbs.confirm_empty(study=desk.study, cells=cells, by=cast.chi)
    with pytest.raises(ChangedMeanwhile):
        verbs.confirm_empty(study=desk.study, cells=[], by=cast.chi)


def test_a_correction_takes_a_reason(desk: Desk, cast: Cast) -> None:
    source = desk.reading(desk.mean)
    with pytest.raises(Refused, match="Say why"):
        values.settle(study=desk.study, cell=desk.mean, text="43.1", chosen_from=source, by=cast.chi)
    value = values.settle(
        study=desk.study, cell=desk.mean, text="43.1", chosen_from=source, note="Digits turned", by=cast.chi
    )
    assert (value.text, value.page, value.note) == ("43.1", "Table 2", "Digits turned")


def test_a_later_change_opens_that_cell_and_no_other(desk: Desk, cast: Cast) -> None:
    old = desk.reading(desk.sd).pk
    for cell in (desk.mean, desk.sd):
        desk.confirm(cell, cast.chi)
    completion.reopen(study=desk.study, task=RESULTS, by=cast.ben)
    assert verification(desk.study, viewer=cast.chi) is None
    read(desk.study, cast.ben, desk.sd, "7.7")
    completion.finish(study=desk.study, task=RESULTS, by=cast.ben)
    assert [step.is_done for step in desk.steps(cast.chi)][:2] == [True, False]
    seen = settled_values(desk.study)[desk.sd].pk
    with pytest.raises(ChangedMeanwhile):
        verbs.confirm(study=desk.study, cell=desk.sd, reading=old, seen=seen, by=cast.chi)
    assert desk.confirm(desk.sd, cast.chi).text == "7.7"


def test_two_people_who_confirm_at_once_do_not_overwrite_each_other(desk: Desk, cast: Cast) -> None:
    desk.confirm(desk.mean, cast.chi)
    with pytest.raises(ChangedMeanwhile, match="Somebody settled this"):
        verbs.confirm(
            study=desk.study, cell=desk.mean, reading=desk.reading(desk.mean).pk, seen=0, by=cast.ana
        )


def test_who_is_in_the_middle_of_an_own_extraction_confirms_nothing(desk: Desk, cast: Cast) -> None:
    read(desk.study, cast.chi, desk.mean, "1")
    assert verification(desk.study, viewer=cast.chi) is None
    with pytest.raises(NotYet):
        desk.confirm(desk.mean, cast.chi)
    completion.finish(study=desk.study, task=RESULTS, by=cast.chi)
    assert verification(desk.study, viewer=cast.ana) is None
    sides = compare(desk.study, viewer=cast.ana)
    assert sides is not None
    assert len(sides.differing) == 2


def test_changing_how_it_is_done_loses_nothing(desk: Desk, cast: Cast) -> None:
    desk.confirm(desk.mean, cast.chi)
    choose_mode(review=cast.review, mode="independent", by=cast.ana)
    work = states(cast.review)[desk.study.pk].results
    assert (work.settled, work.agreeing) == (1, 1)
    assert team_standing(work, cast.chi.pk).label == "1 of 2 through"
    assert own_standing(work, cast.chi.pk).label == "To do"
    choose_mode(review=cast.review, mode="verified", by=cast.ana)
    work = states(cast.review)[desk.study.pk].results
    assert team_standing(work, cast.chi.pk).label == "To be confirmed"
    assert own_standing(work, cast.chi.pk).label == "To confirm"
    desk.confirm(desk.sd, cast.chi)
    choose_mode(review=cast.review, mode="independent", by=cast.ana)
    work = states(cast.review)[desk.study.pk].results
    assert (team_standing(work, cast.chi.pk).label, work.needs(cast.chi.pk)) == ("Settled", False)


def test_leads_choose_how_it_is_done_and_the_choice_stays_on_record(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        choose_mode(review=cast.review, mode="verified", by=cast.ben)
    with pytest.raises(NothingToDo):
        choose_mode(review=cast.review, mode="independent", by=cast.ana)
    with pytest.raises(Refused, match="Choose"):
        choose_mode(review=cast.review, mode="at will", by=cast.ana)
    with pytest.raises(Refused, match="too long"):
        choose_mode(review=cast.review, mode="verified", reason="x" * 2001, by=cast.ana)
    policy = choose_mode(review=cast.review, mode="verified", reason="\x00Few ", by=cast.ana)
    assert policy.reason == "Few"
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtractionPolicy.objects.filter(pk=policy.pk).update(mode="independent")


def test_the_page_shows_one_cell_after_another(desk: Desk, cast: Cast, signed_in: SignIn) -> None:
    chi, page = signed_in(cast.chi), desk.at("verify")
    html = told(chi.get(page))
    assert "34.1 ± 7.1" in html
    assert "Table 2" in html
    data = {"cells": desk.mean.key, "reading": desk.reading(desk.mean).pk, "seen": 0}
    html = told(chi.post(desk.at("verify_confirm"), data, follow=True))
    assert "Computed: SD = SE × √n" in html
    correction = {"cell": desk.sd.key, "reading": desk.reading(desk.sd).pk, "seen": 0, "text": "7.2"}
    assert "Why" in told(chi.post(desk.at("verify_correct"), correction, follow=True))
    html = told(chi.post(desk.at("verify_correct"), correction | {"note": "Misread"}, follow=True))
    assert "The report does not say" in html
    (empty,) = [step for step in desk.steps(cast.chi) if not step.is_done]
    html = told(
        chi.post(desk.at("verify_confirm"), {"cells": empty.keys, "reading": 0, "seen": 0}, follow=True)
    )
    assert "Everything is confirmed" in html
    texts = {cell: value.text for cell, value in settled_values(desk.study).items() if value.text}
    assert texts == {desk.mean: "34.1", desk.sd: "7.2"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("verify_confirm", {}),
        ("verify_confirm", {"cells": "1-a1-mean", "reading": "0", "seen": "0"}),
        ("verify_confirm", {"cells": "MEAN", "reading": "99999999999999999999", "seen": "0"}),
        ("verify_confirm", {"cells": "MEAN", "reading": "1" * 18, "seen": "0"}),
        ("verify_confirm", {"cells": "MEAN", "reading": "x", "seen": "-1"}),
        ("verify_correct", {"cell": "MEAN", "text": "many", "note": "x", "reading": "0", "seen": "0"}),
        ("verify_correct", {"cell": "MEAN", "text": "NaN", "note": "x", "reading": "0", "seen": "0"}),
        ("verify_correct", {"cell": "MEAN", "text": "1e999", "note": "x", "reading": "0", "seen": "0"}),
        ("verify_correct", {"cell": "MEAN", "text": "x" * 61, "note": "x", "reading": "0", "seen": "0"}),
        ("verify_correct", {"cell": "MEAN", "text": "\x001", "note": "x", "reading": "0", "seen": "0"}),
        ("verify_correct", {"cell": "no-such", "text": "1", "note": "x", "reading": "0", "seen": "0"}),
    ],
)
def test_nonsense_settles_nothing(
    desk: Desk, cast: Cast, signed_in: SignIn, name: str, data: dict[str, str]
) -> None:
    sent = {key: desk.mean.key if text == "MEAN" else text for key, text in data.items()}
    answer = signed_in(cast.chi).post(desk.at(name), sent, follow=True)
    assert answer.status_code == 200
    assert "message" in told(answer)
    assert not settled_values(desk.study)


def test_the_extractor_and_who_is_at_work_are_told_to_wait(desk: Desk, cast: Cast, signed_in: SignIn) -> None:
    assert "A second person confirms" in told(signed_in(cast.ben).get(desk.at("compare"), follow=True))
    read(desk.study, cast.chi, desk.mean, "1")
    html = told(signed_in(cast.chi).get(desk.at("verify")))
    assert "Finish yours first" in html
    assert "34.1" not in html


def test_the_policy_page_explains_and_refuses_nonsense(cast: Cast, signed_in: SignIn) -> None:
    page = reverse("extraction:extraction_policy", args=[cast.review.slug])
    ana = signed_in(cast.ana)
    assert ana.post(page, {"mode": "at will"}).status_code == 422
    assert ana.post(page, {"mode": "verified", "reason": "x" * 2001}).status_code == 422
    assert "From now on" in told(ana.post(page, {"mode": "verified", "reason": "Few"}, follow=True))
    assert "a second confirms each value" in told(signed_in(cast.dov).get(page))
    assert ExtractionPolicy.objects.count() == 1


def test_a_large_study_takes_as_many_queries_as_a_small_one(
    desk: Desk, cast: Cast, signed_in: SignIn
) -> None:
    chi = signed_in(cast.chi)

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert chi.get(page).status_code == 200
        return len(queries)

    small = asked(desk.at("verify"))
    study = a_study(cast.review)
    a_comparison(cast.review)
    for _ in range(3):
        an_outcome(cast.review)
        an_arm(study)
    extracted(study, cast.ben, {cell: "1" for cell in sheet_of(study).lines() if cell.field != "measure"})
    large = reverse("extraction:verify", args=[cast.review.slug, study.pk])
    assert asked(large) == small
