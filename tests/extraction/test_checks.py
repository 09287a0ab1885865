"""Sentinels in the app: what they are given, what is kept, and what people say to it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from extraction.models import (
    ComparisonArm,
    Field,
    FindingVerdict,
    Metric,
    RaisedFinding,
    Study,
    TimePoint,
    Value,
)
from extraction.queries.cells import Cell
from extraction.queries.checks import findings_seen, numbers_seen, raised_before, results_of
from extraction.services import checks, completion
from reviews.errors import NothingToDo, Refused
from tests.conftest import Cast
from tests.extraction.factories import RESULTS, a_comparison, a_study, an_arm, an_outcome, read


class Trial:
    """A trial of events in two arms."""

    def __init__(self, cast: Cast, **fields: Any) -> None:
        self.cast = cast
        self.outcome = an_outcome(cast.review, metric=Metric.EVENTS)
        self.comparison = a_comparison(cast.review)
        self.study = a_study(cast.review, **fields)
        self.arms = [an_arm(self.study, randomised=20), an_arm(self.study)]
        for arm, side in zip(self.arms, ("experimental", "control"), strict=True):
            ComparisonArm.objects.create(comparison=self.comparison, arm=arm, side=side)

    def cell(self, name: Field, arm: int = 0, time: TimePoint | None = None) -> Cell:
        """Where a number stands."""
        return Cell(self.outcome.pk, self.arms[arm].pk, None, name, time.pk if time else None)

    def events(self, events: str, n: str, by: str = "ben") -> None:
        """Somebody reads the events and the number of people of the first arm."""
        user = getattr(self.cast, by)
        read(self.study, user, self.cell(Field.N), n)
        read(self.study, user, self.cell(Field.EVENTS), events)


def test_the_sentinels_get_every_number_as_it_is_printed_with_its_address(cast: Cast) -> None:
    trial = Trial(cast, registration="NCT01", moderators={"age": 62.5, "site": "Lisbon"})
    trial.events("7", "18")
    read(trial.study, cast.ben, trial.cell(Field.PERCENT), "38.90", quote="38.90 % of them")
    (result,) = results_of(cast.review, numbers_seen(cast.review, viewer=cast.ben))
    first, second = result.groups
    assert (first.side, second.side, first.key) == ("experimental", "control", f"arm-{trial.arms[0].pk}")
    assert first.percent is not None
    assert (first.percent.value, first.percent.decimals, first.percent.quote) == (38.9, 2, "38.90 % of them")
    assert first.percent.key == f"{trial.study.pk}:{trial.cell(Field.PERCENT).key}"
    assert first.randomised is not None
    assert (first.randomised.value, second.randomised, second.n) == (20, None, None)
    assert result.population is not None
    assert result.population.registration == "NCT01"
    assert [(one.name, one.number.value) for one in result.characteristics] == [("age", 62.5)]


def test_baseline_stands_beside_each_follow_up_and_not_by_itself(cast: Cast) -> None:
    trial = Trial(cast)
    before, after = (
        TimePoint.objects.create(study=trial.study, label=label, weeks=weeks)
        for label, weeks in (("start", 0), ("6 months", 26))
    )
    trial.outcome.asks_baseline = True
    trial.outcome.save()
    for time, number in ((before, "20"), (after, "18")):
        read(trial.study, cast.ben, trial.cell(Field.N, time=time), number)
    (result,) = results_of(cast.review, numbers_seen(cast.review, viewer=cast.ben))
    assert result.time == "6 months"
    assert [group.n.value for group in result.groups if group.n] == [18]
    assert [group.n.value for group in result.baseline if group.n] == [20]


def test_baseline_without_a_follow_up_is_looked_at_by_itself(cast: Cast) -> None:
    trial = Trial(cast)
    trial.outcome.metric, trial.outcome.asks_baseline, trial.outcome.is_whole = Metric.FINAL, True, True
    trial.outcome.save()
    start = TimePoint.objects.create(study=trial.study, label="start", weeks=0)
    # 34.39 of 13 people: whole numbers give 34.38 (447/13) or 34.46 (448/13).
    for name, number in ((Field.N, "13"), (Field.MEAN, "34.39")):
        read(trial.study, cast.ben, trial.cell(name, time=start), number)
    (result,) = results_of(cast.review, numbers_seen(cast.review, viewer=cast.ben))
    assert [group.n.value for group in result.baseline if group.n] == [13]
    assert not any(group.n or group.mean for group in result.groups)
    (raised,) = findings_seen(cast.review, viewer=cast.ben)
    assert (raised.finding.kind, raised.cells[0]) == ("grim-mean", trial.cell(Field.MEAN, time=start).key)


def test_a_number_that_a_calculator_gave_is_not_held_against_what_was_printed(cast: Cast) -> None:
    trial = Trial(cast)
    read(trial.study, cast.ben, trial.cell(Field.N), "18")
    read(
        trial.study,
        cast.ben,
        trial.cell(Field.EVENTS),
        "7",
        method="Events from the percentage",
        inputs={"n": "18"},
    )
    (result,) = results_of(cast.review, numbers_seen(cast.review, viewer=cast.ben))
    assert result.groups[0].events is None


def test_more_events_than_people_is_raised_when_it_is_saved_and_stays_on_record(cast: Cast) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert trial.cell(Field.EVENTS).key in raised.cells
    assert raised.is_own
    row = RaisedFinding.objects.get(fingerprint=raised.fingerprint)
    assert (row.reader, row.study) == (cast.ben, trial.study)
    read(trial.study, cast.ben, trial.cell(Field.EVENTS), "9")
    assert not [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert [one.fingerprint for one in raised_before(cast.review, [], viewer=cast.ben)] == [row.fingerprint]


def test_nobody_learns_of_anothers_reading_from_a_finding(cast: Cast) -> None:
    trial = Trial(cast)
    trial.events("19", "18", by="ben")
    trial.events("9", "18", by="chi")
    assert findings_seen(cast.review, viewer=cast.chi) == []
    assert raised_before(cast.review, [], viewer=cast.chi) == []
    client = Client()
    client.force_login(cast.chi)
    page = client.get(reverse("extraction:checks", args=[cast.review.slug]))
    assert "19" not in page.content.decode().split("<main", 1)[1].replace("2019", "")


def test_a_dismissal_needs_a_reason_holds_for_these_numbers_and_can_be_taken_back(cast: Cast) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    with pytest.raises(Refused, match="why"):
        checks.dismiss(review=cast.review, fingerprint=raised.fingerprint, reason="  ", by=cast.ben)
    checks.dismiss(
        review=cast.review, fingerprint=raised.fingerprint, reason="Events, not people.", by=cast.ben
    )
    with pytest.raises(NothingToDo):
        checks.dismiss(review=cast.review, fingerprint=raised.fingerprint, reason="Again.", by=cast.ben)
    (now,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert now.is_dismissed
    read(trial.study, cast.ben, trial.cell(Field.EVENTS), "20")
    (changed,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert not changed.is_dismissed
    read(trial.study, cast.ben, trial.cell(Field.EVENTS), "19")
    checks.raise_again(review=cast.review, fingerprint=raised.fingerprint, by=cast.ben)
    (again,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert not again.is_dismissed
    assert FindingVerdict.objects.count() == 2


def test_what_stands_no_more_cannot_be_dismissed(cast: Cast) -> None:
    with pytest.raises(Refused, match="does not stand"):
        checks.dismiss(review=cast.review, fingerprint="f" * 64, reason="Why not", by=cast.ben)


def test_findings_and_verdicts_cannot_be_changed(cast: Cast) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    checks.dismiss(review=cast.review, fingerprint=raised.fingerprint, reason="Twins.", by=cast.ben)
    for model in (RaisedFinding, FindingVerdict):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(at=trial.study.created_at)


def test_a_finding_on_the_teams_numbers_is_everybodys(cast: Cast) -> None:
    trial = Trial(cast)
    for name, number in ((Field.N, 18), (Field.EVENTS, 19)):
        cell = trial.cell(name)
        Value.objects.create(
            study=trial.study, outcome=trial.outcome, arm_id=cell.arm, field=name, text=str(number),
            number=number, settled=True, by=cast.ana,
        )  # fmt: skip
    for viewer in (cast.ana, cast.ben, cast.chi):
        (raised,) = [one for one in findings_seen(cast.review, viewer=viewer) if one.is_serious]
        assert not raised.is_own


def test_the_page_shows_what_is_open_dismisses_it_and_says_so(cast: Cast, client: Client) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    client.force_login(cast.ben)
    address = reverse("extraction:checks", args=[cast.review.slug])
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert "Dismiss with a reason" in client.get(address).content.decode()
    answer = reverse("extraction:finding_answer", args=[cast.review.slug, raised.fingerprint])
    assert "Say why" in client.post(answer, {"reason": ""}, follow=True).content.decode()
    page = client.post(answer, {"reason": "Counts, not people."}, follow=True).content.decode()
    assert "Counts, not people." in page
    assert "Raise again" in page
    assert client.get(address, {"kind": "nonsense", "study": "9" * 30}).status_code == 200
    assert str(trial.study) in client.get(address, {"study": trial.study.pk}).content.decode()


def test_the_page_takes_as_many_queries_for_many_studies_as_for_one(
    cast: Cast, client: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(4):
        Trial(cast).events("19", "18")
    client.force_login(cast.ben)
    client.get(reverse("extraction:checks", args=[cast.review.slug]))
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        page = client.get(reverse("extraction:checks", args=[cast.review.slug]))
    assert page.content.decode().count("<article") >= 4
    assert Study.objects.count() == 4


def test_what_is_checked_is_told_with_its_sources(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    page = client.get(reverse("extraction:sentinels", args=[cast.review.slug])).content.decode()
    assert page.count("<tr>") > 10


def test_a_finished_extraction_can_still_answer_its_findings(cast: Cast) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    completion.finish(study=trial.study, task=RESULTS, by=cast.ben)
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    assert checks.dismiss(review=cast.review, fingerprint=raised.fingerprint, reason="Twins.", by=cast.ben)


def test_the_sheet_tells_what_does_not_follow_when_the_number_is_saved_and_when_it_is_opened(
    cast: Cast, client: Client
) -> None:
    trial = Trial(cast)
    trial.events("9", "18")
    client.force_login(cast.ben)
    page = reverse("extraction:extract", args=[cast.review.slug, trial.study.pk])
    assert "Serious: " not in client.get(page).content.decode()
    events = trial.cell(Field.EVENTS)
    seen = Value.objects.get(field=Field.EVENTS).pk
    sent = {"key": events.key, "text": "19", "quote": "", "page": "", "report": None, "seen": seen}
    address = reverse("extraction:extract_save", args=[cast.review.slug, trial.study.pk])
    told = client.post(address, {"cells": [sent]}, content_type="application/json").json()["findings"]
    assert told["outcomes"] == [trial.outcome.pk]
    (finding,) = [one for one in told["list"] if one["severity"] == "serious"]
    assert events.key in finding["cells"]
    assert finding["found"]
    assert "Serious: " in client.get(page).content.decode()
    client.force_login(cast.chi)
    assert "Serious: " not in client.get(page).content.decode()


def test_a_dismissed_finding_leaves_the_sheet(cast: Cast, client: Client) -> None:
    trial = Trial(cast)
    trial.events("19", "18")
    (raised,) = [one for one in findings_seen(cast.review, viewer=cast.ben) if one.is_serious]
    checks.dismiss(review=cast.review, fingerprint=raised.fingerprint, reason="Twins.", by=cast.ben)
    client.force_login(cast.ben)
    page = client.get(reverse("extraction:extract", args=[cast.review.slug, trial.study.pk]))
    assert "Serious: " not in page.content.decode()
