"""Things to screen: candidates, votes, policies, reports and PDFs."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile

from reviews.models import ExclusionReason, Membership, Record, Review, Search, User
from screening.models import Candidate, Policy, Report, Stage, Verdict, Vote
from screening.services import reports, standing, votes
from tests.factories import a_record, a_search

IN, OUT, MAYBE = Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.MAYBE


def a_policy(review: Review, stage: Stage = Stage.TITLE_ABSTRACT, **fields: Any) -> Policy:
    """A new version of a stage's policy."""
    before = Policy.objects.in_force(review, stage)
    policy = Policy.objects.create(
        review=review, stage=stage, version=before.version + 1, by=review.created_by, **fields
    )
    standing.stage_changed(review=review, stage=stage)
    standing.order_changed(review=review, stage=stage)
    return policy


def policy_data(stage: Stage = Stage.TITLE_ABSTRACT, **fields: str) -> dict[str, str]:
    """A policy as its form posts it: the defaults but for `fields`; an empty value is a box that is not ticked."""
    values = {
        "mode": "independent",
        "votes_needed": "2",
        "check_share": "100",
        "blinded": "on",
        "arbiter": "",
        "pilot_size": "0",
        "pilot_votes": "2",
        "pilot_measure": "percent",
        "pilot_threshold": "0.8",
        "order": "added",
        "random_share": "0",
        "seed": "7",
    } | fields
    return {"stage": stage.value} | {f"{stage}-{name}": value for name, value in values.items() if value}


def a_candidate(review: Review, **fields: Any) -> Candidate:
    """A record waiting for its votes."""
    record = a_record(review, **fields)
    standing.records_changed(review=review, record_ids=[record.pk])
    return Candidate.objects.get(record=record)


def candidates(review: Review, n: int) -> list[Candidate]:
    """So many records waiting for their votes."""
    records = [a_record(review, title=f"Trial number {i}") for i in range(1, n + 1)]
    standing.records_changed(review=review, record_ids=[record.pk for record in records])
    return list(Candidate.objects.filter(record__in=records).order_by("record_id"))


def voted(candidate: Candidate, by: User, verdict: Verdict, reason: ExclusionReason | None = None) -> Vote:
    """A vote, through its verb."""
    return votes.cast(candidate=candidate, verdict=verdict, reason=reason, by=by)


def a_conflict(review: Review, one: User, two: User, **fields: Any) -> Candidate:
    """Included by one, excluded by the other."""
    candidate = a_candidate(review, **fields)
    voted(candidate, one, IN)
    voted(candidate, two, OUT)
    candidate.refresh_from_db()
    return candidate


def a_found_record(review: Review, **fields: Any) -> Record:
    """A record from a website."""
    kind = fields.pop("kind", Search.Kind.WEBSITE)
    search = Search.objects.filter(review=review, kind=kind).first()
    record = a_record(review, search=search or a_search(review, kind=kind, source="WHO"), **fields)
    standing.records_changed(review=review, record_ids=[record.pk])
    return record


def a_report(review: Review, *, lead: User | None = None, **fields: Any) -> Report:
    """A report that is sought: its record was included by everybody whose vote it took."""
    candidate = a_candidate(review, **fields)
    needed = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT).votes_needed
    for membership in Membership.objects.filter(review=review, role__in=["lead", "reviewer"])[:needed]:
        voted(candidate, membership.user, IN)
    return Report.objects.get(links__record=candidate.record_id)


def a_full_text(review: Review, by: User, **fields: Any) -> Candidate:
    """A retrieved report waiting for its votes."""
    report = reports.retrieved(report=a_report(review, **fields), where="In the team's folder", by=by)
    return Candidate.objects.get(report=report)


def pdf_bytes(pages: int = 1) -> bytes:
    """A real PDF with empty pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def locked_pdf_bytes() -> bytes:
    """A PDF whose password nobody knows: its security handler's keys are made up."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    identity = b"<" + b"33" * 16 + b">"
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [%s %s] >>\n" % (identity, identity)
        + b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


def an_upload(content: bytes, name: str = "article.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")
