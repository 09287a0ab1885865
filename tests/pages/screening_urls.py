"""Who may open what on the screening floor."""

from __future__ import annotations

from typing import Any

from reviews.access import May
from screening.models import Document, LoosePdf, Stage, Verdict
from screening.services import assignments, consensus, labels, pilots, placing, reports
from tests.conftest import Cast
from tests.pages.rows import Row
from tests.screening.factories import (
    a_candidate,
    a_conflict,
    a_found_record,
    a_full_text,
    a_policy,
    a_report,
    an_upload,
    pdf_bytes,
    policy_data,
)


def titles(cast: Cast) -> dict[str, Any]:
    """The title and abstract stage, with a record in it."""
    a_candidate(cast.review)
    return {"slug": cast.review.slug, "stage": Stage.TITLE_ABSTRACT}


def texts(cast: Cast) -> dict[str, Any]:
    """The full-text stage."""
    return {"slug": cast.review.slug, "stage": Stage.FULL_TEXT}


def vote(cast: Cast) -> dict[str, Any]:
    """A vote on a record."""
    return {"record": a_candidate(cast.review).record_id, "verdict": "include"}


def put_label(cast: Cast) -> dict[str, Any]:
    """A new label on a record."""
    return {"record": a_candidate(cast.review).record_id, "name": "Background"}


def many(cast: Cast) -> dict[str, Any]:
    """A vote on ticked records."""
    a_policy(cast.review, bulk=True)
    return {"c": [a_candidate(cast.review).pk], "verdict": "exclude"}


def conflict(cast: Cast) -> dict[str, Any]:
    """A record in conflict."""
    return {"slug": cast.review.slug, "pk": a_conflict(cast.review, cast.ben, cast.chi).pk}


def sought(cast: Cast) -> dict[str, Any]:
    """A report that is sought."""
    return {"slug": cast.review.slug, "pk": a_report(cast.review).pk}


def retrieved(cast: Cast) -> dict[str, Any]:
    """A report that can be read."""
    return {"slug": cast.review.slug, "pk": a_full_text(cast.review, cast.ana).report_id}


def joined(cast: Cast) -> dict[str, Any]:
    """A record of two that lead to one report."""
    first, second = a_report(cast.review), a_report(cast.review)
    record = second.links.get().record_id
    reports.join(report=second, into=first, by=cast.ana)
    return {"slug": cast.review.slug, "pk": first.pk, "record": record}


def document(cast: Cast) -> dict[str, Any]:
    """A PDF."""
    report = a_report(cast.review)
    reports.retrieved(report=report, file=an_upload(pdf_bytes()), by=cast.ana)
    return {"slug": cast.review.slug, "pk": Document.objects.get(report=report).pk}


def page_of_document(cast: Cast) -> dict[str, Any]:
    """The first page of a PDF."""
    return document(cast) | {"number": 1}


def loose(cast: Cast) -> dict[str, Any]:
    """A PDF that waits for its report."""
    placing.receive(review=cast.review, files=[an_upload(pdf_bytes())], by=cast.ana)
    return {"slug": cast.review.slug, "pk": LoosePdf.objects.get(review=cast.review).pk}


def found(cast: Cast) -> dict[str, Any]:
    """A record from a website."""
    return {"slug": cast.review.slug, "pk": a_found_record(cast.review).pk}


def proposed(cast: Cast) -> dict[str, Any]:
    """A conflict with a proposal of Ben's."""
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    consensus.propose(candidate=candidate, verdict=Verdict.INCLUDE, explanation="Fits.", by=cast.ben)
    return {"slug": cast.review.slug, "pk": candidate.pk}


def label(cast: Cast) -> dict[str, Any]:
    """A label of the review."""
    return {
        "slug": cast.review.slug,
        "pk": labels.make(review=cast.review, name="Background", by=cast.ana).pk,
    }


def with_pilot(cast: Cast) -> dict[str, Any]:
    """A stage that begins with a pilot round, and a record to draw."""
    a_policy(cast.review, pilot_size=2)
    return titles(cast)


def round_of_pilot(cast: Cast) -> dict[str, Any]:
    """A round that is running."""
    arguments = with_pilot(cast)
    return arguments | {"pk": pilots.begin(review=cast.review, stage=arguments["stage"], by=cast.ana).pk}


def round_of_pilot_page(cast: Cast) -> dict[str, Any]:
    """The page of a running round."""
    return {name: value for name, value in round_of_pilot(cast).items() if name != "pk"}


def batch(cast: Cast) -> dict[str, Any]:
    """A batch that was given out."""
    arguments = titles(cast)
    given = assignments.give_out(
        review=cast.review,
        stage=arguments["stage"],
        name="First",
        weights={cast.ben.pk: 1},
        readers=1,
        by=cast.ana,
    )
    return arguments | {"pk": given.pk}


def shares(cast: Cast) -> dict[str, Any]:
    """A batch as its form posts it."""
    return {"name": "First", "readers": "1", f"share-{cast.ben.pk}": "60", f"share-{cast.chi.pk}": "40"}


RESOLUTION = {"kind": "arbitration", "verdict": "include", "explanation": "Fits."}
POLICY = policy_data(votes_needed="1") | {"save": "yes"}
STOPPING_RULE = {"target": "95", "confidence": "95", "in_a_row": "50"}

ROWS = [
    Row("screening:policy", May.VIEW),
    Row("screening:policy", May.EDIT_PROTOCOL, method="post", data=POLICY),
    Row("screening:labels", May.VIEW),
    Row("screening:labels", May.SCREEN, method="post", data={"name": "Background", "tone": "accent"}),
    Row("screening:retire_label", May.SCREEN, label, "post"),
    Row("screening:pilot", May.VIEW, titles),
    Row("screening:pilot", May.VIEW, round_of_pilot_page),
    Row("screening:pilot", May.VIEW, texts),
    Row("screening:begin_pilot", May.EDIT_PROTOCOL, with_pilot, "post"),
    Row(
        "screening:end_pilot",
        May.EDIT_PROTOCOL,
        round_of_pilot,
        "post",
        {"outcome": "repeated", "explanation": "We talked."},
    ),
    Row("screening:assignment", May.VIEW, titles),
    Row("screening:assignment", May.VIEW, texts),
    Row("screening:assignment", May.EDIT_PROTOCOL, titles, "post", shares),
    Row("screening:take_batch_back", May.EDIT_PROTOCOL, batch, "post"),
    Row("screening:screen", May.VIEW, titles),
    Row("screening:screen", May.VIEW, texts),
    Row("screening:screen", May.SCREEN, titles, "post", vote),
    Row("screening:take_back", May.SCREEN, titles, "post", vote),
    Row("screening:put_label", May.SCREEN, titles, "post", put_label),
    Row("screening:prefer", May.VIEW, titles, "post", {"terms_for": "trial", "highlights": "on"}),
    Row("screening:switch", May.VIEW, titles, "post", {"switch": "pico", "on": "on"}),
    Row("screening:bulk", May.SCREEN, titles, "post", many),
    Row("screening:take_bulk_back", May.SCREEN, titles, "post", {"query": "status=open"}),
    Row("screening:candidates", May.VIEW, titles),
    Row("screening:candidates", May.VIEW, texts),
    Row("screening:progress", May.VIEW, titles),
    Row("screening:progress", May.VIEW, texts),
    Row("screening:agreement", May.VIEW, titles),
    Row("screening:agreement", May.VIEW, texts),
    Row("screening:stopping", May.VIEW),
    Row("screening:stopping", May.EDIT_PROTOCOL, method="post", data=STOPPING_RULE),
    Row("screening:stop", May.EDIT_PROTOCOL, method="post", data={"reason": "Enough."}),
    Row("screening:read_on", May.EDIT_PROTOCOL, method="post", data={"reason": "Not enough."}),
    Row("screening:conflicts", May.VIEW),
    Row("screening:conflict", May.VIEW, conflict),
    Row("screening:conflict", May.ARBITRATE, conflict, "post", RESOLUTION),
    Row("screening:meeting", May.ARBITRATE, lambda cast: {"slug": conflict(cast)["slug"]}),
    Row("screening:meeting", May.ARBITRATE, method="post", data={"minutes": "We met."}),
    Row("screening:answer", May.ARBITRATE, proposed, "post", {"withdraw": "yes"}),
    Row("screening:comment", May.SCREEN, conflict, "post", {"text": "See page 2."}),
    Row("screening:reopen", May.ARBITRATE, conflict, "post", {"explanation": "Not sure."}),
    Row("screening:ranking", May.VIEW),
    Row("screening:rank", May.SCREEN, method="post"),
    Row("screening:pdfs", May.RETRIEVE),
    Row("screening:pdfs", May.RETRIEVE, method="post", data=lambda cast: {}),
    Row("screening:loose_pdf", May.RETRIEVE, loose),
    Row("screening:place_pdf", May.RETRIEVE, loose, "post", lambda cast: {"away": "1"}),
    Row("screening:reports", May.VIEW),
    Row("screening:report", May.VIEW, retrieved),
    Row("screening:report_vote", May.SCREEN, retrieved, "post", {"verdict": "include"}),
    Row("screening:retrieved", May.RETRIEVE, sought, "post", {"where": "On paper"}),
    Row("screening:retrieval", May.RETRIEVE, sought, "post", {"note": "Library"}),
    Row("screening:join", May.RETRIEVE, sought, "post"),
    Row("screening:part_report", May.RETRIEVE, joined, "post"),
    Row("screening:set_aside", May.RETRIEVE, retrieved, "post", {"kind": "ongoing", "reason": "2027"}),
    Row("screening:set_aside", May.RETRIEVE, retrieved, "post", {"again": "yes"}),
    Row("screening:document", May.VIEW, document),
    Row("screening:read_document", May.VIEW, document),
    Row("screening:page_image", May.VIEW, page_of_document),
    Row("screening:page_words", May.VIEW, page_of_document),
    Row("screening:find_words", May.VIEW, document),
    Row("screening:withdraw_document", May.RETRIEVE, document, "post"),
    Row("screening:found_elsewhere", May.VIEW),
    Row("screening:pick", May.RETRIEVE, found, "post", {"seek": "yes"}),
]
