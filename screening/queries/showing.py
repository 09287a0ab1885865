"""Records as they are read: marked words, the reader's own vote, and what the reader decided last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from reviews.models import Review, User
from reviews.queries.shown import with_shown_values
from screening.highlighting import marked
from screening.models import Candidate, Stage, Standing, Vote

LAST_VOTES = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate as it is read: marked texts, and the reader's own vote, if any."""

    candidate: Candidate
    title: SafeString
    abstract: SafeString
    mine: Vote | None = None


def cards(review: Review, candidates: Iterable[Candidate], *, user: User | None = None) -> list[Card]:
    """The candidates with the review's words marked; with `user`, with that person's own votes."""
    candidates = list(candidates)
    # A record without an abstract is read with the one that a duplicate of it has.
    with_shown_values(candidate.record for candidate in candidates if candidate.record)
    mine: dict[int, Vote] = {}
    if user is not None:
        standing = Standing.objects.filter(candidate__in=candidates, reviewer=user).select_related(
            "vote__reason"
        )
        mine = {row.candidate_id: row.vote for row in standing}
    return [_card(review, candidate, mine.get(candidate.pk)) for candidate in candidates]


def _card(review: Review, candidate: Candidate, mine: Vote | None) -> Card:
    record = candidate.record
    assert record is not None  # noqa: S101 - candidates of this stage are records

    def show(text: str) -> SafeString:
        return marked(text, terms_for=review.terms_for, terms_against=review.terms_against)

    return Card(candidate, show(record.title), show(record.abstract), mine)


def last_votes(review: Review, user: User, n: int = LAST_VOTES) -> list[Vote]:
    """This reviewer's newest votes that still stand."""
    standing = Standing.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT, reviewer=user)
    newest = standing.order_by("-vote_id").select_related("vote__record", "vote__reason")
    return [row.vote for row in newest[:n]]
