"""Verbs: keep the claims of a published review, so that they can be checked."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from extraction.errors import BadValue
from extraction.models import ClaimSheet, PublishedReview
from extraction.published import read
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history

LONGEST_TEXT = 200_000


@transaction.atomic
def add(*, review: Review, title: str, citation: str = "", text: str, by: User) -> PublishedReview:
    """A published review with the first version of its claims."""
    require(May.EXTRACT, review=review, by=by)
    title, text = _tidy(title), _checked(text)
    if not title:
        raise BadValue(
            "Write by what name the published review is known, for example its first author and year."
        )
    published = PublishedReview(review=review, title=title, citation=_tidy(citation), created_by=by)
    try:
        with transaction.atomic():
            published.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"There is a published review called “{title}” already. Add a version to it.") from None
    sheet = _sheet(published, 1, text, by)
    history.record(
        "published.added",
        f"added the published review “{title}”",
        review=review,
        subject=published,
        by=by,
        sheet=sheet.pk,
    )
    return published


@transaction.atomic
def revise(*, published: PublishedReview, text: str, seen: int, by: User) -> ClaimSheet:
    """A new version of the claims; `seen` is the number of the version from which it was made."""
    require(May.EXTRACT, review=published.review, by=by)
    PublishedReview.objects.select_for_update().get(pk=published.pk)
    text, newest = _checked(text), published.sheets.latest("number")
    if newest.text == text:
        raise NothingToDo("These are the claims of the newest version.")
    if newest.number != seen:
        raise ChangedMeanwhile(
            f"{newest.by} saved version {newest.number} after you opened this page. Your text is below; compare the two before you save."
        )
    sheet = _sheet(published, newest.number + 1, text, by)
    history.record(
        "published.revised",
        f"saved version {sheet.number} of the claims of “{published}”",
        review=published.review,
        subject=published,
        by=by,
        sheet=sheet.pk,
    )
    return sheet


def _sheet(published: PublishedReview, number: int, text: str, by: User) -> ClaimSheet:
    return ClaimSheet.objects.create(published=published, number=number, text=text, by=by)


def _tidy(text: str) -> str:
    """Without blanks at the ends, and without NUL, which PostgreSQL does not take."""
    return text.replace("\x00", "").strip()


def _checked(text: str) -> str:
    text = _tidy(text.replace("\r\n", "\n"))
    if len(text) > LONGEST_TEXT:
        raise BadValue(f"This is too long: at most {LONGEST_TEXT} characters.")
    if not read(text).claims:
        raise BadValue(
            "There is no claim that can be read in this text. Write one a line, as in the example."
        )
    return text
