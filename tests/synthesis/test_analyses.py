"""Analyses and runs: what is asked for, what is kept, what is out of date."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from extraction.models import Arm, Field, Metric
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Job
from reviews.services import jobs
from synthesis.errors import Unsuitable
from synthesis.models import Analysis, Run
from synthesis.queries.inputs import is_stale
from synthesis.services import analyses, runs
from tests.conftest import Cast
from tests.synthesis.factories import a_comparison, a_run, an_analysis, an_outcome, settle

SETTINGS: dict[str, Any] = {"measure": "RR", "model": "random", "tau2": "REML", "test": "z", "level": 95.0}


def test_a_run_keeps_its_inputs_settings_and_result(cast: Cast) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    assert [row["label"] for row in run.inputs] == ["Trial 001", "Trial 002", "Trial 003"]
    assert all(row["experimental"]["values"] for row in run.inputs)
    assert run.settings["measure"] == "RR"
    assert run.result["pooled"]["k"] == 3
    assert run.number == 1


def test_the_same_inputs_give_the_same_result(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    one, two = a_run(analysis, cast.ana), a_run(analysis, cast.ana)
    assert (one.result, one.inputs_hash) == (two.result, two.inputs_hash)
    assert (one.number, two.number) == (1, 2)


def test_a_changed_value_makes_the_run_stale_and_leaves_it_as_it_was(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    run = a_run(analysis, cast.ana)
    assert not is_stale(analysis)
    arm = Arm.objects.filter(study__label="Trial 001").first()
    assert arm is not None
    settle(analysis.outcome, arm, Field.EVENTS, 5, by=cast.ana)
    assert is_stale(analysis)
    assert Run.objects.get(pk=run.pk).result == run.result
    a_run(analysis, cast.ana)
    assert not is_stale(analysis)


def test_a_run_cannot_be_changed(cast: Cast) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(seconds=0)


def test_asking_twice_queues_one_run(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    assert analyses.request_run(analysis=analysis, by=cast.ana) == analyses.request_run(
        analysis=analysis, by=cast.ben
    )


def test_a_second_delivery_of_the_job_makes_no_second_run(cast: Cast) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    assert run.job is not None
    jobs.run(run.job.pk, runs.run_analysis)
    assert Run.objects.count() == 1


def test_without_settled_results_the_job_says_so(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana, studies=0)
    job = analyses.request_run(analysis=analysis, by=cast.ana)
    jobs.run(job.pk, runs.run_analysis)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "No study has a settled result" in job.message


def test_changing_an_analysis_makes_a_new_one_that_is_no_longer_prespecified(cast: Cast) -> None:
    planned = an_analysis(cast.review, cast.ana, prespecified=True)
    newer = analyses.amend(analysis=planned, tau2="DL", by=cast.ana)
    planned.refresh_from_db()
    assert (planned.tau2, planned.prespecified) == ("REML", True)
    assert (newer.tau2, newer.prespecified, newer.replaces) == ("DL", False, planned)


def test_a_replaced_analysis_is_not_changed_again(cast: Cast) -> None:
    planned = an_analysis(cast.review, cast.ana)
    analyses.amend(analysis=planned, tau2="DL", by=cast.ana)
    with pytest.raises(Refused, match="replaced"):
        analyses.amend(analysis=planned, tau2="DL", by=cast.ana)


def test_a_change_of_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(NothingToDo):
        analyses.amend(analysis=an_analysis(cast.review, cast.ana), tau2="REML", by=cast.ana)


def test_a_risk_ratio_does_not_fit_means(cast: Cast) -> None:
    outcome = an_outcome(cast.review, Metric.FINAL)
    with pytest.raises(Unsuitable, match="means"):
        analyses.define(
            title="x", outcome=outcome, comparison=a_comparison(cast.review), by=cast.ana, **SETTINGS
        )


def test_an_observer_does_not_analyse(cast: Cast) -> None:
    outcome, comparison = an_outcome(cast.review), a_comparison(cast.review)
    with pytest.raises(NotAllowed):
        analyses.define(title="x", outcome=outcome, comparison=comparison, by=cast.dov, **SETTINGS)
    assert not Analysis.objects.exists()


def test_an_analysis_needs_a_title(cast: Cast) -> None:
    outcome, comparison = an_outcome(cast.review), a_comparison(cast.review)
    with pytest.raises(Refused, match="title"):
        analyses.define(title="  ", outcome=outcome, comparison=comparison, by=cast.ana, **SETTINGS)
