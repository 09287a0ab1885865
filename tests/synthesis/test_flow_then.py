"""The flow as it was: for now it is the flow of now, and what came later changes nothing of what was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from extraction.models import Study, StudyReport
from reviews.errors import Refused
from reviews.models import Job, Record, Search, User
from reviews.services import duplicates, jobs, removals
from screening.models import Candidate, Report, SettingAside, Stage, Verdict
from screening.services import policies, reports, setting_aside, standing
from synthesis.models import Run
from synthesis.queries.flow import flow_of
from synthesis.reporting.flow import FlowCounts, from_data
from synthesis.services import flow as verbs
from synthesis.services import flow_then
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.screening.factories import (
    IN,
    MAYBE,
    OUT,
    a_candidate,
    a_found_record,
    a_full_text,
    a_report,
    voted,
)

SignIn = Callable[[User], Client]


def now(cast: Cast) -> FlowCounts:
    counts = flow_of(cast.review).counts
    assert flow_then.flow_then(review=cast.review, at=timezone.now()) == counts
    return counts


def both(cast: Cast, verdict: Verdict, record: Record) -> None:
    candidate = Candidate.objects.get(record=record.duplicate_of_id or record.pk)
    voted(candidate, cast.ben, verdict)
    voted(candidate, cast.chi, verdict)


def an_included_study(cast: Cast, record: Record) -> Study:
    """The record's report is read and included."""
    report = Report.objects.get(links__record=record)
    reports.retrieved(report=report, where="The library", by=cast.ana)
    candidate = Candidate.objects.get(report=report)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, IN)
    study = Study.objects.create(review=cast.review, label="Braga 2018", created_by=cast.ana)
    StudyReport.objects.create(study=study, report=report, by=cast.ana)
    return study


def set_aside_and_taken_up(cast: Cast, read: Callable[[], Report]) -> list[Callable[[], Any]]:
    """Steps of one report that was read, found by the other route meanwhile."""
    kept: dict[str, Any] = {}

    def set_aside(kind: str) -> None:
        as_what = SettingAside.Kind(kind)
        setting_aside.set_aside(report=read(), kind=as_what, reason="In Thai", by=cast.ana)

    def by_both_routes() -> None:
        record = a_found_record(cast.review, kind=Search.Kind.CITATION)  # of a file that came on that day
        reports.join(report=reports.seek(record=record, by=cast.ana), into=read(), by=cast.ana)
        kept["joined"] = record

    return [
        lambda: set_aside("awaiting"),
        by_both_routes,
        lambda: set_aside("ongoing"),
        lambda: reports.part(record=kept["joined"], by=cast.ana),
        lambda: setting_aside.take_up(report=read(), by=cast.ana),
    ]


def a_busy_review(cast: Cast) -> list[Callable[[], Any]]:
    """Steps through a review, in order."""
    review, ana = cast.review, cast.ana
    kept: dict[str, Any] = {}

    def two_sources() -> None:
        for name in ("MEDLINE", "Embase"):
            search = a_search(review, source=name)
            kept[name] = [a_record(review, search=search, title=f"{name} {n}") for n in range(4)]
        standing.records_changed(review=review, record_ids=[r.pk for rows in kept.values() for r in rows])

    def conflict() -> None:
        candidate = Candidate.objects.get(record=kept["Embase"][3])
        voted(candidate, cast.ben, IN)
        voted(candidate, cast.chi, OUT)

    def other_methods() -> None:
        record = a_found_record(review)
        reports.not_retrieved(report=reports.seek(record=record, by=ana), note="Nobody has it.", by=ana)

    return [
        two_sources,
        lambda: duplicates.link(left=kept["MEDLINE"][1], right=kept["Embase"][1], by=ana),
        lambda: removals.remove(
            review=review, records=[kept["Embase"][2].pk], kind="automation", reason="Wrong language", by=ana
        ),
        lambda: both(cast, IN, kept["MEDLINE"][0]),
        lambda: both(cast, OUT, kept["MEDLINE"][1]),
        lambda: both(cast, MAYBE, kept["MEDLINE"][2]),
        conflict,
        lambda: policies.change(review=review, stage=Stage.TITLE_ABSTRACT, votes_needed=1, by=ana),
        lambda: kept.update(study=an_included_study(cast, kept["MEDLINE"][0])),
        *set_aside_and_taken_up(cast, lambda: Report.objects.get(links__record=kept["MEDLINE"][0])),
        other_methods,
        lambda: verbs.state(
            review=review, earlier_studies=3, earlier_reports=4, earlier_source="doi", by=ana
        ),
        lambda: verbs.mark_earlier(study=kept["study"], is_earlier=True, by=ana),
        lambda: duplicates.part(record=Record.objects.get(pk=kept["Embase"][1].pk), by=ana),
    ]


def test_every_step_of_a_review_can_be_gone_back_to(cast: Cast) -> None:
    moments: list[tuple[datetime, FlowCounts]] = []
    start = timezone.now() + timedelta(days=1)
    for number, step in enumerate(a_busy_review(cast)):
        with time_machine.travel(start + timedelta(days=number), tick=False):
            step()
            moments.append((timezone.now() + timedelta(hours=1), now(cast)))
    for at, counts in moments:
        assert flow_then.flow_then(review=cast.review, at=at) == counts
    # A conflict is as open as what nobody has voted on; every other step is seen.
    assert len({str(counts) for _, counts in moments}) == len(moments) - 1


def test_an_analysis_counts_from_its_run_on(cast: Cast) -> None:
    from tests.synthesis.factories import a_run, an_analysis

    before = timezone.now()
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    assert now(cast).analysed is not None
    assert flow_then.flow_then(review=cast.review, at=before).analysed is None
    assert Run.objects.exists()


def test_a_count_survives_its_way_through_json(cast: Cast) -> None:
    import json
    from dataclasses import asdict

    a_candidate(cast.review)
    a_report(cast.review)
    a_full_text(cast.review, cast.ana)
    counts = now(cast)
    assert from_data(json.loads(json.dumps(asdict(counts)))) == counts


def test_a_day_is_counted_by_a_job_and_shown(cast: Cast, signed_in: SignIn) -> None:
    a_candidate(cast.review)
    client, address = signed_in(cast.dov), reverse("synthesis:prisma_then", args=[cast.review.slug])
    day = timezone.localdate()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        client = signed_in(cast.dov)
        response = client.post(address, {"day": str(day)})
        job = Job.objects.get(name=flow_then.COUNT)
        assert "waiting for a worker" in client.get(response["Location"]).content.decode()
        jobs.run(job.pk, flow_then.count)
        text = client.get(response["Location"]).content.decode()
        assert "Still to be screened" in text
        assert "E2" in text
        client.post(address, {"day": str(day)})
    assert Job.objects.filter(name=flow_then.COUNT).count() == 1


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "required"),
        ("yesterday", "2026-11-20"),
        ("2999-01-01", "has ended"),
        ("1999-01-01", "did not exist"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(cast: Cast, signed_in: SignIn, day: str, said: str) -> None:
    address = reverse("synthesis:prisma_then", args=[cast.review.slug])
    assert said in signed_in(cast.ana).post(address, {"day": day}).content.decode()
    assert not Job.objects.filter(name=flow_then.COUNT).exists()


def test_today_has_not_ended(cast: Cast) -> None:
    with time_machine.travel(datetime(2030, 5, 5, 12, tzinfo=UTC)), pytest.raises(Refused):
        flow_then.ask(review=cast.review, day=timezone.localdate(), by=cast.ana)
