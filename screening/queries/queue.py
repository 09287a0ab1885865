"""What a reviewer is shown next on titles and abstracts, and what they decided last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString

from reviews.models import Review, User
from screening.highlighting import marked
from screening.models import Candidate, Stage, Standing, Vote

#: How many records are in the page at once: the one that is read, and those behind it.
IN_HAND = 3
LAST_VOTES = 5


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate as it is read: marked texts, and the reader's own vote, if any."""

    candidate: Candidate
    title: SafeString
    abstract: SafeString
    mine: Vote | None = None


def awaiting(
    review: Review, user: User, *, but: Collection[int] = (), after: int = 0, n: int = IN_HAND
) -> list[Candidate]:
    """Up to `n` candidates that need this reviewer's vote, in the order of their records.

    `but` are records that are in hand already. It goes on behind the record `after` and, at the end, begins again, so
    that what is skipped comes back and a long list of records that wait for others is not walked through every time.
    """
    queue = (
        Candidate.objects.of(review, Stage.TITLE_ABSTRACT)
        .awaiting(user)
        .exclude(record__in=but)
        .select_related("record__search")
        .order_by("record_id")
    )
    found = list(queue.filter(record__gt=after)[:n])
    if after and len(found) < n:
        found += queue.filter(record__lte=after)[: n - len(found)]
    return found


def no_longer_awaiting(user: User, records: Collection[int]) -> set[int]:
    """Which of these records, in hand since a while, need no vote of this reviewer any more."""
    waiting = Candidate.objects.filter(record__in=records).awaiting(user)
    return set(records) - set(waiting.values_list("record", flat=True)) if records else set()


def cards(review: Review, candidates: Iterable[Candidate], *, user: User | None = None) -> list[Card]:
    """The candidates with the review's words marked; with `user`, with that person's own votes."""
    candidates = list(candidates)
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
    votes = Vote.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT, reviewer=user)
    standing = votes.filter(Exists(Standing.objects.filter(vote=OuterRef("pk"))))
    return list(standing.select_related("record", "reason").order_by("-pk")[:n])
