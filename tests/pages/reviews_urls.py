"""Who may open what on the ground floor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from reviews.access import May
from reviews.models import Criterion, ImportProblem, Invitation, Membership, Role
from reviews.services import duplicates, jobs
from tests.conftest import Cast
from tests.factories import a_reason, a_record, a_search, an_import, an_upload_waiting
from tests.pages.rows import Access, Row


def of(cast: Cast, row: Any) -> dict[str, Any]:
    """The review and one row of it."""
    return {"slug": cast.review.slug, "pk": row.pk}


def nothing(_: Cast) -> dict[str, Any]:
    """An address without arguments."""
    return {}


def a_criterion(cast: Cast) -> dict[str, Any]:
    """A criterion in use."""
    return of(cast, Criterion.objects.create(review=cast.review, kind="inclusion", text="Adults"))


def reason(cast: Cast) -> dict[str, Any]:
    """An exclusion reason in use."""
    return of(cast, a_reason(cast.review))


def search(cast: Cast) -> dict[str, Any]:
    """A search."""
    return of(cast, a_search(cast.review))


def imported(cast: Cast) -> dict[str, Any]:
    """A file whose bytes are gone: the page must bear it."""
    return of(cast, an_import(a_search(cast.review)))


def refused(cast: Cast) -> dict[str, Any]:
    """A record that was refused, in a file whose bytes are gone."""
    origin = an_import(a_search(cast.review), seen=1, refused=1)
    return of(cast, ImportProblem.objects.create(origin=origin, line=1, code="empty-record", refused=True))


def waiting(cast: Cast) -> dict[str, Any]:
    """A file that waits to be assigned, and whose bytes are gone: the page must bear it."""
    return of(cast, an_upload_waiting(cast.review))


def record(cast: Cast) -> dict[str, Any]:
    """A record."""
    return of(cast, a_record(cast.review))


def linked_record(cast: Cast) -> dict[str, Any]:
    """A record with a duplicate."""
    left, right = a_record(cast.review), a_record(cast.review)
    duplicates.link(left=left, right=right, by=cast.ana)
    return of(cast, left)


def decision(cast: Cast) -> dict[str, Any]:
    """A line of the history that can be taken back."""
    linked_record(cast)
    return of(cast, cast.review.events.get(verb="duplicates.linked"))


def another_record(cast: Cast) -> dict[str, Any]:
    """What to link with."""
    return {"other": a_record(cast.review).pk}


def two_records(cast: Cast) -> dict[str, Any]:
    """An answer about two records."""
    return {"record": [a_record(cast.review).pk, a_record(cast.review).pk], "answer": "same"}


def invitation(cast: Cast) -> Invitation:
    """An open one."""
    return Invitation.objects.create(
        review=cast.review,
        role=Role.REVIEWER,
        created_by=cast.ana,
        expires_at=timezone.now() + timedelta(days=1),
    )


def chi(cast: Cast) -> dict[str, Any]:
    """Chi's place in the team."""
    return of(cast, Membership.objects.get(user=cast.chi))


def a_job(cast: Cast) -> dict[str, Any]:
    """Ana's job, waiting."""
    return of(cast, jobs.enqueue("reviews.read_import", title="Reading", review=cast.review, by=cast.ana))


ROWS = [
    Row("reviews:home", Access.SIGNED_IN, nothing),
    Row("reviews:create", Access.SIGNED_IN, nothing),
    Row("reviews:create", Access.SIGNED_IN, nothing, "post", {"title": "A new review"}),
    Row("reviews:join", Access.OPEN, lambda cast: {"token": invitation(cast).token}),
    Row("reviews:join", Access.OPEN, lambda cast: {"token": invitation(cast).token}, "post"),
    Row("reviews:overview", May.VIEW),
    # Protocol
    Row("reviews:protocol", May.VIEW),
    Row("reviews:question", May.EDIT_PROTOCOL),
    Row("reviews:question", May.EDIT_PROTOCOL, method="post", data={"title": "Another title"}),
    Row("reviews:terms", May.EDIT_PROTOCOL),
    Row("reviews:terms", May.EDIT_PROTOCOL, method="post", data={"terms_for": "randomised"}),
    Row("reviews:set_up", May.EDIT_PROTOCOL),
    Row("reviews:set_up", May.EDIT_PROTOCOL, method="post", data={"inclusion": "Adults"}),
    Row("reviews:criterion", May.EDIT_PROTOCOL, a_criterion),
    Row("reviews:criterion", May.EDIT_PROTOCOL, a_criterion, "post", {"text": "Adults over 18"}),
    Row(
        "reviews:criterion_add",
        May.EDIT_PROTOCOL,
        method="post",
        data={"kind": "inclusion", "text": "Adults"},
    ),
    Row("reviews:criterion_retire", May.EDIT_PROTOCOL, a_criterion, "post"),
    Row("reviews:reason", May.EDIT_PROTOCOL, reason),
    Row("reviews:reason", May.EDIT_PROTOCOL, reason, "post", {"label": "Wrong design"}),
    Row("reviews:reason_add", May.EDIT_PROTOCOL, method="post", data={"label": "Wrong design"}),
    Row("reviews:reason_retire", May.EDIT_PROTOCOL, reason, "post"),
    Row("reviews:reason_move", May.EDIT_PROTOCOL, reason, "post", {"up": "1"}),
    # Searches and files
    Row("reviews:searches", May.VIEW),
    Row("reviews:search_add", May.SEARCH),
    Row("reviews:search_add", May.SEARCH, method="post", data={"kind": "database", "source": "Embase"}),
    Row("reviews:search", May.VIEW, search),
    Row("reviews:search_change", May.SEARCH, search),
    Row("reviews:search_change", May.SEARCH, search, "post", {"kind": "database", "source": "Embase"}),
    Row("reviews:upload", May.SEARCH, search, "post"),
    Row("reviews:uploads", May.SEARCH),
    Row("reviews:upload_receive", May.SEARCH, method="post"),
    Row("reviews:uploads_start", May.SEARCH, method="post"),
    Row("reviews:upload_look", May.SEARCH, waiting),
    Row("reviews:upload_columns", May.SEARCH, waiting, "post"),
    Row("reviews:upload_format", May.SEARCH, waiting, "post"),
    Row("reviews:upload_discard", May.SEARCH, waiting, "post"),
    Row("reviews:imports", May.VIEW),
    Row("reviews:import", May.VIEW, imported),
    Row("reviews:import_file", May.VIEW, imported, found=False),
    Row("reviews:search_hits", May.SEARCH, search, "post", {"hits": "7", "reason": "Counted again"}),
    Row("reviews:import_problems", May.VIEW, imported),
    Row("reviews:import_withdraw", May.SEARCH, imported, "post", {"reason": "The wrong file"}),
    Row("reviews:import_put_back", May.SEARCH, imported, "post"),
    Row("reviews:import_problems_csv", May.VIEW, imported),
    Row("reviews:problem", May.VIEW, refused),
    Row("reviews:problem", May.SEARCH, refused, "post", {"title": "A title"}),
    # Records and duplicates
    Row("reviews:records", May.VIEW),
    Row("reviews:records_csv", May.VIEW),
    Row("reviews:records_export", May.VIEW),
    Row(
        "reviews:records_remove",
        May.SEARCH,
        method="post",
        data={"scope": "all", "kind": "other", "reason": "x"},
    ),
    Row("reviews:record", May.VIEW, record),
    Row("reviews:record_remove", May.SEARCH, record, "post", {"kind": "other", "reason": "Retracted"}),
    Row("reviews:record_put_back", May.SEARCH, record, "post"),
    Row("reviews:duplicates", May.VIEW),
    Row("reviews:cluster", May.VIEW, linked_record),
    Row("reviews:value_show", May.DEDUPLICATE, linked_record, "post", {"field": "title"}),
    Row("reviews:duplicate_questions", May.VIEW),
    Row("reviews:duplicate_answer", May.DEDUPLICATE, method="post", data=two_records),
    Row("reviews:duplicate_accept", May.DEDUPLICATE),
    Row("reviews:duplicate_accept", May.DEDUPLICATE, method="post", data={"expected": "1"}),
    Row("reviews:duplicate_ask_again", May.DEDUPLICATE, method="post", data={"rule": "same-doi"}),
    Row("reviews:duplicate_decisions", May.VIEW),
    Row("reviews:duplicate_links_csv", May.VIEW),
    Row("reviews:duplicate_link", May.DEDUPLICATE, record, "post", another_record),
    Row("reviews:duplicate_part", May.DEDUPLICATE, linked_record, "post"),
    Row("reviews:duplicate_undo", May.DEDUPLICATE, decision, "post"),
    # Team, history, work
    Row("reviews:team", May.VIEW),
    Row("reviews:invite", May.MANAGE_TEAM, method="post", data={"role": "reviewer"}),
    Row("reviews:invitation_revoke", May.MANAGE_TEAM, lambda cast: of(cast, invitation(cast)), "post"),
    Row("reviews:member_role", May.MANAGE_TEAM, chi, "post", {"role": "observer"}),
    Row("reviews:member_remove", May.MANAGE_TEAM, chi, "post"),
    Row("reviews:history", May.VIEW),
    Row("reviews:job", May.VIEW, a_job),
    Row("reviews:job_cancel", May.VIEW, a_job, "post"),
    Row("reviews:job_retry", May.VIEW, a_job, "post"),
]
