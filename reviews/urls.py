"""Addresses of the ground floor."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from reviews.views import (
    duplicates,
    history,
    home,
    imports,
    jobs,
    protocol,
    questions,
    records,
    searches,
    team,
    uploads,
)

app_name = "reviews"

_protocol = [
    path("", protocol.protocol, name="protocol"),
    path("question/", protocol.question, name="question"),
    path("terms/", protocol.terms, name="terms"),
    path("set-up/", protocol.set_up, name="set_up"),
    path("criteria/add/", protocol.criterion_add, name="criterion_add"),
    path("criteria/<int:pk>/", protocol.criterion, name="criterion"),
    path("criteria/<int:pk>/retire/", protocol.criterion_retire, name="criterion_retire"),
    path("reasons/add/", protocol.reason_add, name="reason_add"),
    path("reasons/<int:pk>/", protocol.reason, name="reason"),
    path("reasons/<int:pk>/retire/", protocol.reason_retire, name="reason_retire"),
    path("reasons/<int:pk>/move/", protocol.reason_move, name="reason_move"),
]

_records = [
    path("", records.records, name="records"),
    path("records.csv", records.records_csv, name="records_csv"),
    path("export/", records.records_export, name="records_export"),
    path("remove/", records.records_remove, name="records_remove"),
    path("<int:pk>/", records.record, name="record"),
    path("<int:pk>/remove/", records.record_remove, name="record_remove"),
    path("<int:pk>/put-back/", records.record_put_back, name="record_put_back"),
    path("<int:pk>/duplicates/", duplicates.cluster, name="cluster"),
    path("<int:pk>/show/", duplicates.value_show, name="value_show"),
    path("<int:pk>/link/", duplicates.duplicate_link, name="duplicate_link"),
    path("<int:pk>/part/", duplicates.duplicate_part, name="duplicate_part"),
]

_uploads = [
    path("", uploads.uploads, name="uploads"),
    path("receive/", uploads.upload_receive, name="upload_receive"),
    path("start/", uploads.uploads_start, name="uploads_start"),
    path("<int:pk>/", uploads.upload_look, name="upload_look"),
    path("<int:pk>/columns/", uploads.upload_columns, name="upload_columns"),
    path("<int:pk>/format/", uploads.upload_format, name="upload_format"),
    path("<int:pk>/throw-away/", uploads.upload_discard, name="upload_discard"),
]

_team = [
    path("", team.team, name="team"),
    path("invite/", team.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", team.invitation_revoke, name="invitation_revoke"),
    path("<int:pk>/role/", team.member_role, name="member_role"),
    path("<int:pk>/remove/", team.member_remove, name="member_remove"),
]

_review: list[URLPattern | URLResolver] = [
    path("", history.overview, name="overview"),
    path("protocol/", include(_protocol)),
    path("searches/", searches.searches, name="searches"),
    path("searches/add/", searches.search_add, name="search_add"),
    path("searches/<int:pk>/", searches.search, name="search"),
    path("searches/<int:pk>/change/", searches.search_change, name="search_change"),
    path("searches/<int:pk>/hits/", searches.search_hits, name="search_hits"),
    path("searches/<int:pk>/upload/", searches.upload, name="upload"),
    path("imports/", imports.imports, name="imports"),
    path("imports/add/", include(_uploads)),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/file/", imports.import_file, name="import_file"),
    path("imports/<int:pk>/withdraw/", imports.import_withdraw, name="import_withdraw"),
    path("imports/<int:pk>/put-back/", imports.import_put_back, name="import_put_back"),
    path("imports/<int:pk>/problems/", imports.import_problems, name="import_problems"),
    path("imports/<int:pk>/problems.csv", imports.import_problems_csv, name="import_problems_csv"),
    path("problems/<int:pk>/", imports.problem, name="problem"),
    path("records/", include(_records)),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/questions/", questions.questions, name="duplicate_questions"),
    path("duplicates/answer/", questions.answer, name="duplicate_answer"),
    path("duplicates/accept/", questions.accept, name="duplicate_accept"),
    path("duplicates/ask-again/", questions.ask_again, name="duplicate_ask_again"),
    path("duplicates/decisions/", duplicates.decisions, name="duplicate_decisions"),
    path("duplicates/undo/<int:pk>/", duplicates.duplicate_undo, name="duplicate_undo"),
    path("duplicates/links.csv", duplicates.links_csv, name="duplicate_links_csv"),
    path("team/", include(_team)),
    path("history/", history.history, name="history"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/retry/", jobs.job_retry, name="job_retry"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("reviews/new/", home.create, name="create"),
    path("join/<str:token>/", team.join, name="join"),
    path("reviews/<slug:slug>/", include(_review)),
]
