"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path, register_converter

from screening.models import Stage
from screening.views import (
    agreement,
    assigning,
    bulk,
    candidates,
    conflicts,
    documents,
    meetings,
    piloting,
    placing,
    policies,
    preferring,
    ranking,
    reports,
    screen,
    stopping,
)


class StageConverter:
    """A stage by its name in the address."""

    regex = "|".join(Stage.values)

    def to_python(self, value: str) -> Stage:
        return Stage(value)

    def to_url(self, value: str) -> str:
        return Stage(value).value


register_converter(StageConverter, "stage")

app_name = "screening"
REVIEW = "reviews/<slug:slug>/"
STAGE = f"{REVIEW}screening/<stage:stage>/"
REPORT = f"{REVIEW}reports/<int:pk>/"

urlpatterns = [
    path(f"{REVIEW}screening/policy/", policies.policy, name="policy"),
    path(f"{REVIEW}labels/", assigning.labels, name="labels"),
    path(f"{REVIEW}labels/<int:pk>/retire/", assigning.retire_label, name="retire_label"),
    path(f"{STAGE}pilot/", piloting.pilot, name="pilot"),
    path(f"{STAGE}pilot/begin/", piloting.begin, name="begin_pilot"),
    path(f"{STAGE}pilot/<int:pk>/end/", piloting.end, name="end_pilot"),
    path(f"{STAGE}assignment/", assigning.assignment, name="assignment"),
    path(f"{STAGE}assignment/<int:pk>/back/", assigning.take_batch_back, name="take_batch_back"),
    path(STAGE, screen.screen, name="screen"),
    path(f"{STAGE}undo/", screen.take_back, name="take_back"),
    path(f"{STAGE}label/", preferring.put_label, name="put_label"),
    path(f"{STAGE}preferences/", preferring.prefer, name="prefer"),
    path(f"{STAGE}preferences/switch/", preferring.switch, name="switch"),
    path(f"{STAGE}records/bulk/", bulk.bulk, name="bulk"),
    path(f"{STAGE}records/bulk/back/", bulk.take_back, name="take_bulk_back"),
    path(f"{STAGE}records/", candidates.candidates, name="candidates"),
    path(f"{STAGE}progress/", candidates.progress, name="progress"),
    path(f"{STAGE}agreement/", agreement.agreement, name="agreement"),
    path(f"{REVIEW}screening/stopping/", stopping.stopping, name="stopping"),
    path(f"{REVIEW}screening/stopping/stop/", stopping.stop, name="stop"),
    path(f"{REVIEW}screening/stopping/read-on/", stopping.read_on, name="read_on"),
    path(f"{REVIEW}conflicts/", conflicts.conflicts, name="conflicts"),
    path(f"{REVIEW}conflicts/meeting/", meetings.meeting, name="meeting"),
    path(f"{REVIEW}conflicts/<int:pk>/", conflicts.conflict, name="conflict"),
    path(f"{REVIEW}conflicts/<int:pk>/answer/", conflicts.answer, name="answer"),
    path(f"{REVIEW}conflicts/<int:pk>/comment/", conflicts.comment, name="comment"),
    path(f"{REVIEW}conflicts/<int:pk>/reopen/", conflicts.reopen, name="reopen"),
    path(f"{REVIEW}reports/", reports.reports, name="reports"),
    path(f"{REVIEW}reports/other-methods/", reports.found_elsewhere, name="found_elsewhere"),
    path(f"{REVIEW}reports/other-methods/<int:pk>/", reports.pick, name="pick"),
    path(f"{REVIEW}screening/relevance/", ranking.ranking, name="ranking"),
    path(f"{REVIEW}screening/relevance/rank/", ranking.rank, name="rank"),
    path(f"{REVIEW}reports/pdfs/", placing.pdfs, name="pdfs"),
    path(f"{REVIEW}reports/pdfs/<int:pk>/", placing.loose_pdf, name="loose_pdf"),
    path(f"{REVIEW}reports/pdfs/<int:pk>/place/", placing.place, name="place_pdf"),
    path(REPORT, reports.report, name="report"),
    path(f"{REPORT}vote/", reports.report_vote, name="report_vote"),
    path(f"{REPORT}retrieved/", reports.retrieved, name="retrieved"),
    path(f"{REPORT}retrieval/", reports.retrieval, name="retrieval"),
    path(f"{REPORT}join/", reports.join, name="join"),
    path(f"{REPORT}part/<int:record>/", reports.part, name="part_report"),
    path(f"{REPORT}aside/", reports.set_aside, name="set_aside"),
    path(f"{REVIEW}documents/<int:pk>/", reports.document, name="document"),
    path(f"{REVIEW}documents/<int:pk>/read/", documents.read, name="read_document"),
    path(f"{REVIEW}documents/<int:pk>/pages/<int:number>.png", documents.page_image, name="page_image"),
    path(f"{REVIEW}documents/<int:pk>/pages/<int:number>.json", documents.page_words, name="page_words"),
    path(f"{REVIEW}documents/<int:pk>/find/", documents.find_words, name="find_words"),
    path(f"{REVIEW}documents/<int:pk>/withdraw/", reports.withdraw_document, name="withdraw_document"),
]
