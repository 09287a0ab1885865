"""Reports that await classification or are about ongoing studies: neither included nor excluded, and not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from extraction.models import Study, StudyReport
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Event, Search, Tally, User
from screening.decision import Cast as Said
from screening.decision import Reason, Rule, Ruling, Status, ballots, decide, while_set_aside
from screening.models import Candidate, SettingAside, Stage, Vote
from screening.queries import Route, found_by_both, reports_assessed, reports_awaiting, stage_counts
from screening.queries.independent import heard_in
from screening.services import policies, reports, setting_aside, standing
from synthesis.queries.flow import flow_of
from synthesis.reporting.flow import StudiesAndReports
from synthesis.reporting.flow_rules import check
from tests.conftest import Cast
from tests.factories import a_member, a_reason
from tests.screening.factories import IN, OUT, a_found_record, a_full_text, a_report, voted

SignIn = Callable[[User], Client]
Kind = SettingAside.Kind


def aside(cast: Cast, candidate: Candidate, kind: SettingAside.Kind = Kind.AWAITING) -> Candidate:
    assert candidate.report is not None
    setting_aside.set_aside(report=candidate.report, kind=kind, reason="In Mandarin", by=cast.ana)
    candidate.refresh_from_db()
    return candidate


def taken_up(cast: Cast, candidate: Candidate) -> Candidate:
    assert candidate.report is not None
    setting_aside.take_up(report=candidate.report, by=cast.ben)
    candidate.refresh_from_db()
    return candidate


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([], "included"),
        (["awaiting"], "awaiting"),
        (["awaiting", "ongoing"], "ongoing"),
        (["ongoing", ""], "included"),
        (["ongoing", "", "awaiting"], "awaiting"),
    ],
)
def test_the_last_word_on_setting_aside_counts(kinds: list[str], status: str) -> None:
    votes = ballots([Said(1, 1, "include"), Said(2, 2, "include")])
    assert while_set_aside(decide(votes, rule=Rule()), kinds).status == Status(status)


def test_what_is_set_aside_lacks_no_votes_and_has_no_reason_but_keeps_its_resolution() -> None:
    ruled = decide([], rule=Rule(), ruling=Ruling(1, "exclude", Reason(1, 7)))
    waiting = while_set_aside(ruled, ["ongoing"])
    assert (waiting.reason, waiting.lacking, waiting.resolved) == (None, 0, True)
    assert while_set_aside(decide([], rule=Rule()), ["awaiting"]).lacking == 0


@pytest.mark.parametrize("said", [[], [IN], [IN, OUT], [IN, IN], [OUT, OUT]])
def test_taking_up_restores_what_the_votes_said(cast: Cast, said: list[Any]) -> None:
    candidate, reason = a_full_text(cast.review, cast.ana), a_reason(cast.review)
    for person, verdict in zip((cast.ana, cast.ben), said, strict=False):
        voted(candidate, person, verdict, reason if verdict == OUT else None)
    fields = ("status", "lacking", "votes", "reason_id")
    before = Candidate.objects.values(*fields).get(pk=candidate.pk)
    assert aside(cast, candidate).status == "awaiting"
    assert (candidate.lacking, candidate.reason_id, candidate.votes) == (0, None, len(said))
    assert aside(cast, candidate, Kind.ONGOING).status == "ongoing"
    taken_up(cast, candidate)
    assert Candidate.objects.values(*fields).get(pk=candidate.pk) == before
    assert [fact.kind for fact in SettingAside.objects.all()] == ["awaiting", "ongoing", ""]


def test_nobody_is_asked_to_vote_while_it_is_set_aside_and_a_vote_is_kept(cast: Cast) -> None:
    candidate = aside(cast, a_full_text(cast.review, cast.ana))
    assert not Candidate.objects.of(cast.review, Stage.FULL_TEXT).awaiting(cast.ben).exists()
    voted(candidate, cast.ben, IN)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.votes) == ("awaiting", 1)
    taken_up(cast, candidate)
    assert (candidate.status, candidate.lacking) == ("open", 1)


def test_votes_stay_hidden_while_it_is_set_aside(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    voted(candidate, cast.ben, IN)
    aside(cast, candidate)
    chi = cast.review.memberships.get(user=cast.chi)
    assert not Vote.objects.visible_to(chi).filter(stage=Stage.FULL_TEXT).exists()
    assert heard_in(cast.review, Stage.FULL_TEXT) == []
    page = signed_in(cast.chi).get(reverse("screening:report", args=[cast.review.slug, candidate.report_id]))
    assert "Vote of Ben" not in page.content.decode()
    assert "Votes are shown once all are in" in page.content.decode()


def test_another_policy_or_a_rebuild_leaves_it_set_aside(cast: Cast) -> None:
    candidate = aside(cast, a_full_text(cast.review, cast.ana))
    policies.change(review=cast.review, stage=Stage.FULL_TEXT, votes_needed=3, by=cast.ana)
    standing.rebuild(review=cast.review)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.lacking) == ("awaiting", 0)
    assert taken_up(cast, candidate).lacking == 3


def test_it_goes_with_its_full_text_and_comes_back_with_it(cast: Cast) -> None:
    candidate = aside(cast, a_full_text(cast.review, cast.ana))
    assert candidate.report is not None
    reports.seek_again(report=candidate.report, by=cast.ana)
    assert not reports_awaiting(cast.review).exists()
    reports.retrieved(report=candidate.report, where="On paper", by=cast.ana)
    assert Candidate.objects.get(report=candidate.report_id).status == "awaiting"


def test_what_cannot_be_set_aside_is_refused_in_words(cast: Cast) -> None:
    sought = a_report(cast.review)
    read = a_full_text(cast.review, cast.ana)
    assert read.report is not None
    wait = setting_aside.set_aside
    with pytest.raises(Refused, match="retrieved"):
        wait(report=sought, kind=Kind.ONGOING, reason="NCT1", by=cast.ana)
    with pytest.raises(Refused, match="what is waited for"):
        wait(report=read.report, kind=Kind.ONGOING, reason=" ", by=cast.ana)
    with pytest.raises(Refused, match="awaits classification or"):
        wait(report=read.report, kind=Kind.TAKEN_UP, reason="No", by=cast.ana)
    with pytest.raises(Refused, match="At most"):
        wait(report=read.report, kind=Kind.ONGOING, reason="x" * 2001, by=cast.ana)
    with pytest.raises(NothingToDo):
        setting_aside.take_up(report=read.report, by=cast.ana)
    aside(cast, read)
    with pytest.raises(NothingToDo):
        aside(cast, read)


def test_who_looks_after_full_texts_may(cast: Cast) -> None:
    read = a_full_text(cast.review, cast.ana)
    assert read.report is not None
    lib = a_member(cast.review, "Lib", "librarian")  # type: ignore[arg-type]
    for person in (cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            setting_aside.set_aside(report=read.report, kind=Kind.ONGOING, reason="No", by=person)
    setting_aside.set_aside(report=read.report, kind=Kind.ONGOING, reason="NCT1", by=lib)
    with pytest.raises(NotAllowed):
        setting_aside.take_up(report=read.report, by=cast.dov)


def test_the_facts_are_not_changed_and_titles_are_never_set_aside(cast: Cast) -> None:
    candidate = aside(cast, a_full_text(cast.review, cast.ana))
    with pytest.raises(IntegrityError), transaction.atomic():
        SettingAside.objects.update(reason="Something else")
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(stage=Stage.TITLE_ABSTRACT).update(status="ongoing")
    assert Event.objects.filter(verb="report.set-aside", subject_id=candidate.report_id).exists()


def test_kept_numbers_know_them(cast: Cast) -> None:
    aside(cast, a_full_text(cast.review, cast.ana))
    aside(cast, a_full_text(cast.review, cast.ana), Kind.ONGOING)
    a_full_text(cast.review, cast.ana)
    counts = stage_counts(cast.review, Stage.FULL_TEXT)
    assert (counts.open, counts.awaiting, counts.ongoing, counts.set_aside, counts.total) == (1, 1, 1, 2, 3)
    kept = Tally.objects.of(cast.review, "candidate:")
    for stage, status in Candidate.objects.values_list("stage", "status").distinct():
        assert kept[f"{stage}:{status}"] == Candidate.objects.filter(stage=stage, status=status).count()


def test_the_flow_counts_them_as_assessed_and_neither_included_nor_excluded(cast: Cast) -> None:
    waiting = aside(cast, a_full_text(cast.review, cast.ana))
    ongoing = aside(cast, a_full_text(cast.review, cast.ana), Kind.ONGOING)
    study = Study.objects.create(review=cast.review, label="NCT1", created_by=cast.ana)
    StudyReport.objects.create(study=study, report_id=ongoing.subject_id, by=cast.ana)
    counts = flow_of(cast.review).counts
    assert list(reports_assessed(cast.review, Route.DATABASES)) == [waiting.report, ongoing.report]
    assert (counts.assessed, counts.included, counts.assessment_open) == (2, StudiesAndReports(0, 0), 0)
    assert counts.awaiting_classification == StudiesAndReports(0, 1)
    assert counts.ongoing == StudiesAndReports(1, 1)
    assert [rule.code for rule in check(counts) if not rule.ok] == []


def test_a_report_by_both_routes_is_counted_once_when_set_aside(cast: Cast) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    other = reports.seek(record=a_found_record(cast.review, kind=Search.Kind.WEBSITE), by=cast.ben)
    reports.join(report=other, into=candidate.report, by=cast.ben)  # type: ignore[arg-type]
    aside(cast, candidate)
    assert list(found_by_both(cast.review)) == [candidate.report]
    counts = flow_of(cast.review).counts
    assert (counts.assessed, counts.other_assessed) == (1, 1)
    assert [rule.code for rule in check(counts) if not rule.ok] == []


def test_a_study_that_is_included_already_is_not_unsettled(cast: Cast) -> None:
    included, more = a_full_text(cast.review, cast.ana), a_full_text(cast.review, cast.ana)
    for person in (cast.ben, cast.chi):
        voted(included, person, IN)
    study = Study.objects.filter(links__report=included.report_id).first()
    study = study or Study.objects.create(review=cast.review, label="Braga 2018", created_by=cast.ana)
    for candidate in (included, more):
        StudyReport.objects.filter(report=candidate.report_id).exists() or StudyReport.objects.create(
            study=study, report_id=candidate.subject_id, by=cast.ana
        )
    aside(cast, more)
    assert flow_of(cast.review).counts.awaiting_classification == StudiesAndReports(0, 1)


def page_of(cast: Cast, name: str, *more: object) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, *more])


def test_it_is_set_aside_and_taken_up_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    candidate, client = a_full_text(cast.review, cast.ana, title="Trial in Mandarin"), signed_in(cast.ben)
    here, there = (page_of(cast, name, candidate.report_id) for name in ("report", "set_aside"))
    text = client.post(there, {"kind": "ongoing", "reason": "Results in 2027"}, follow=True).content.decode()
    assert "Ongoing study" in text
    assert "Results in 2027" in text
    assert 'name="verdict"' not in text
    listed = client.get(page_of(cast, "reports") + "?state=ongoing").content.decode()
    assert "Trial in Mandarin" in listed
    assert (
        "Trial in Mandarin" not in client.get(page_of(cast, "reports") + "?state=awaiting").content.decode()
    )
    assert "Set aside" in client.get(page_of(cast, "progress", "full-text")).content.decode()
    box = reverse("synthesis:prisma_box", args=[cast.review.slug, "ongoing-reports"])
    assert "Trial in Mandarin" in client.get(box).content.decode()
    client.post(there, {"again": "yes"})
    text = client.get(here).content.decode()
    assert 'name="verdict"' in text
    assert "Taken up again" in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose one of the two."),
        ({"kind": "ongoing"}, "This field is required."),
        ({"kind": "included", "reason": "My words"}, "My words"),
        ({"kind": "awaiting", "reason": "x" * 2001}, "at most 2000"),
        ({"kind": "", "reason": "My words"}, "Choose one of the two."),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_was_written(
    cast: Cast, signed_in: SignIn, data: dict[str, str], said: str
) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    response = signed_in(cast.ben).post(page_of(cast, "set_aside", candidate.report_id), data)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not SettingAside.objects.exists()


def test_who_only_looks_on_sees_the_reason_and_no_form(cast: Cast, signed_in: SignIn) -> None:
    candidate = aside(cast, a_full_text(cast.review, cast.ana))
    text = signed_in(cast.dov).get(page_of(cast, "report", candidate.report_id)).content.decode()
    assert "In Mandarin" in text
    assert "Take it up again" not in text
    assert page_of(cast, "set_aside", candidate.report_id) not in text
