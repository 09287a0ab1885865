"""Protocol, team, searches and duplicates of an example."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files import File

from demo.loading.example import Example
from demo.loading.work import finish
from reviews.services import creation, duplicates, editing, imports, protocol, searches, team
from screening.models import Stage
from screening.services import policies


def write_protocol(example: Example) -> None:
    """Ana starts the review, writes the protocol down, and gathers the team."""
    told, ana = example.read("review"), example.people["ana"]
    question = {name: told[name] for name in creation.QUESTION}
    example.review = review = creation.create(title=told["title"], question=question, by=ana)
    terms = {name: "\n".join(told[name]) for name in protocol.TERM_FIELDS}
    if any(terms.values()):
        protocol.change_terms(review=review, values=terms, seen=editing.fingerprint(review, terms), by=ana)
    ranked = sorted(told["exclusion_reasons"], key=lambda reason: reason["rank"])
    texts = {
        kind: [c["text"] for c in told["criteria"] if c["kind"] == kind]
        for kind in ("inclusion", "exclusion")
    }
    protocol.set_up(review=review, **texts, reasons=[reason["label"] for reason in ranked], by=ana)
    labels = {reason.label: reason for reason in review.exclusion_reasons.all()}
    example.reasons = {reason["key"]: labels[reason["label"]] for reason in ranked}
    _gather(example, told)


def _gather(example: Example, told: dict[str, Any]) -> None:
    ana = example.people["ana"]
    for member in told["team"]:
        if member["key"] != "ana":
            invitation = team.invite(review=example.review, role=member["role"], by=ana)
            team.accept(token=invitation.token, by=example.people[member["key"]])
    for policy in told["policies"]:
        policies.change(
            review=example.review,
            stage=Stage(policy["stage"]),
            votes_needed=policy["votes_needed"],
            blinded=policy["blinded"],
            arbiter=example.people.get(policy["arbiter"]),
            by=ana,
        )


def import_searches(example: Example) -> None:
    """The librarian writes each search down and imports its file (the lead, where there is no librarian)."""
    told = example.read("review")
    by = example.people["lib" if any(member["key"] == "lib" for member in told["team"]) else "ana"]
    for search in told["searches"]:
        values = {name: search[name] for name in searches.FIELDS}
        if values["searched_on"]:
            values["searched_on"] = dt.date.fromisoformat(values["searched_on"])
        added = searches.add(review=example.review, values=values, by=by)
        with (example.folder / search["file"]).open("rb") as stream:
            origin = imports.receive(search=added, file=File(stream), name=search["file"], by=by)
        finish(origin.job)


def link_duplicates(example: Example) -> None:
    """What a person adds to the rules: a link they do not see, or a word that two records differ."""
    for row in example.rows("links"):
        left, right = example.record(row["record_a"]), example.record(row["record_b"])
        linked = (left.duplicate_of_id or left.pk) == (right.duplicate_of_id or right.pk)
        by = example.people[row["by"]]
        if row["verdict"] == "same" and not linked:
            duplicates.link(left=left, right=right, reason=row["reason"], by=by)
        if row["verdict"] == "different" and linked:
            duplicates.part(record=right, reason=row["reason"], by=by)
