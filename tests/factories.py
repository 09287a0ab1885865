"""Makes the interesting thing with sensible surroundings; everything goes through models, verbs are under test elsewhere."""

from __future__ import annotations

from itertools import count
from typing import Any

from reviews.models import ExclusionReason, Import, Membership, Record, Review, Role, Search, Upload, User

_numbers = count(1)


def a_user(name: str = "Ana", **fields: Any) -> User:
    """A person whose password is “a long password”, the fast hash of the test settings behind it."""
    email = fields.pop("email", f"{name.lower()}{next(_numbers)}@example.org")
    return User.objects.create_user(email, "a long password", name=name, **fields)


def a_review(*, lead: User | None = None, **fields: Any) -> Review:
    """A review with one lead."""
    number = next(_numbers)
    lead = lead or a_user()
    review = Review.objects.create(
        slug=fields.pop("slug", f"review-{number}"),
        title=fields.pop("title", f"Review {number}"),
        created_by=lead,
        **fields,
    )
    Membership.objects.create(review=review, user=lead, role=Role.LEAD)
    return review


def a_member(review: Review, name: str = "Ben", role: Role = Role.REVIEWER) -> User:
    """A new person in the team."""
    user = a_user(name)
    Membership.objects.create(review=review, user=user, role=role)
    return user


def a_search(review: Review, **fields: Any) -> Search:
    """A database search."""
    fields.setdefault("source", "MEDLINE")
    return Search.objects.create(review=review, created_by=review.created_by, **fields)


def an_import(search: Search, **fields: Any) -> Import:
    """An imported file (without bytes on disk)."""
    number = next(_numbers)
    fields.setdefault("name", f"export-{number}.ris")
    fields.setdefault("sha256", f"{number:064x}")
    return Import.objects.create(search=search, size=1, created_by=search.created_by, **fields)


def an_upload_waiting(review: Review, **fields: Any) -> Upload:
    """A file at the door (without bytes on disk)."""
    number = next(_numbers)
    fields.setdefault("name", f"export-{number}.ris")
    fields.setdefault("sha256", f"{number:064x}")
    fields.setdefault("format", "ris")
    fields.setdefault("encoding", "utf-8")
    return Upload.objects.create(review=review, size=1, created_by=review.created_by, **fields)


def a_record(review: Review, *, search: Search | None = None, **fields: Any) -> Record:
    """A record of a database search."""
    number = next(_numbers)
    search = search or Search.objects.filter(review=review).first() or a_search(review)
    origin = search.imports.first() or an_import(search)
    fields.setdefault("title", f"Record {number}")
    return Record.objects.create(
        review=review,
        search=search,
        origin=origin,
        position=number,
        line=number,
        offset=0,
        length=0,
        **fields,
    )


def a_reason(review: Review, label: str = "Not randomised", rank: int = 1) -> ExclusionReason:
    """A ranked exclusion reason."""
    return ExclusionReason.objects.create(review=review, label=label, rank=rank)
