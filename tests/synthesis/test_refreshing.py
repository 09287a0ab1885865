"""Analyses follow the results they rest on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from extraction.models import Arm, Field, SeveralArms
from extraction.services import structure, studies
from reviews.models import Job
from reviews.services import editing, jobs
from synthesis.models import Analysis
from synthesis.queries.inputs import is_stale
from synthesis.services import analyses, refreshing, runs
from tests.conftest import Cast
from tests.synthesis.factories import a_run, an_analysis, settle

Change = Callable[[Analysis, Cast], Any]


def looks(status: str = Job.Status.QUEUED) -> int:
    """How many jobs wait to bring analyses up to date."""
    return Job.objects.filter(name=refreshing.REFRESH, status=status).count()


def work() -> None:
    """What the worker does: everything that waits, and what that leads to."""
    handlers: dict[str, Callable[..., dict[str, Any]]] = {
        refreshing.REFRESH: refreshing.refresh,
        analyses.RUN: runs.run_analysis,
    }
    while job := Job.objects.filter(status=Job.Status.QUEUED).order_by("pk").first():
        jobs.run(job.pk, handlers[job.name])


def first_arm(analysis: Analysis) -> Arm:
    """An arm that the analysis rests on."""
    return Arm.objects.filter(study__review=analysis.review).order_by("pk")[0]


CHANGES: dict[str, Change] = {
    "an arm leaves its side": lambda analysis, cast: structure.place(
        comparison=analysis.comparison, arm=first_arm(analysis), side="", by=cast.ben
    ),
    "an arm is retired": lambda analysis, cast: structure.retire(thing=first_arm(analysis), by=cast.ben),
    "arms are to be split": lambda analysis, cast: structure.choose_arms(
        study=first_arm(analysis).study, comparison=analysis.comparison, how=SeveralArms.SPLIT, by=cast.ben
    ),
    "a study gets a moderator": lambda analysis, cast: studies.edit(
        study=first_arm(analysis).study,
        values={"moderators": {"latitude": 44}},
        seen=editing.fingerprint(first_arm(analysis).study, ["moderators"]),
        by=cast.ben,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_below_has_the_analyses_looked_at_once(cast: Cast, change: str) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    CHANGES[change](analysis, cast)
    refreshing.results_changed(review=cast.review, by=cast.ben)
    assert looks() == 1


def test_what_was_never_run_is_left_alone(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    structure.retire(thing=first_arm(analysis), by=cast.ben)
    assert looks() == 0


def test_a_stale_analysis_is_run_anew_and_a_fresh_one_is_not(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    refreshing.results_changed(review=cast.review, by=cast.ben)
    work()
    assert analysis.runs.count() == 1
    settle(analysis.outcome, first_arm(analysis), Field.EVENTS, 9, by=cast.ana)
    refreshing.results_changed(review=cast.review, by=cast.ben)
    work()
    assert analysis.runs.count() == 2
    assert not is_stale(analysis)


def test_a_change_during_a_look_leads_to_another_look(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    refreshing.results_changed(review=cast.review, by=cast.ben)
    Job.objects.filter(name=refreshing.REFRESH).update(
        status=Job.Status.RUNNING, token="somebody", beat=timezone.now()
    )
    refreshing.results_changed(review=cast.review, by=cast.ben)
    assert (looks(), looks(Job.Status.RUNNING)) == (1, 1)
