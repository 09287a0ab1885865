"""What a reviewer is shown next on titles and abstracts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from reviews.models import Review, User
from screening.models import Assignment, Batch, Candidate, Lease, Policy, Ranking, Stage, Standing
from screening.queries.asked import asked, present_screeners
from screening.queries.pilots import is_locked
from screening.sampling import falls_within

#: How many records are in the page at once: the one that is read, and those behind it.
IN_HAND = 3

Rows = QuerySet[Candidate]


def awaiting(
    review: Review,
    user: User,
    *,
    but: Collection[int] = (),
    after: int = 0,
    n: int = IN_HAND,
    policy: Policy | None = None,
) -> list[Candidate]:
    """Up to `n` candidates that need this reviewer's vote, in the policy's order.

    Left out: what they have voted on, what needs no more votes or is kept for somebody else (a lease, an assignment), what a
    running pilot holds back, and the records `but`, which are in hand already. It goes on behind the record `after` and, at
    the end, begins again, so that what is skipped comes back.
    """
    policy = policy or Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    eligible = waiting_for(user, policy)
    found: list[Candidate] = []
    for rows in _in_turn(eligible, policy, user, after=after):
        taken = [*but, *(candidate.record_id for candidate in found)]
        found += rows.exclude(record__in=taken).select_related("record__search")[: n - len(found)]
        if len(found) >= n:
            break
    return found


def still_awaiting(user: User, records: Collection[int], *, policy: Policy) -> dict[int, int]:
    """Which of these records, in hand since a while, still need this reviewer's vote: record → candidate."""
    if not records:
        return {}
    waiting = waiting_for(user, policy).filter(record__in=records)
    return {record: pk for record, pk in waiting.values_list("record_id", "pk") if record}


def waiting_for(user: User, policy: Policy) -> Rows:
    """All candidates that this reviewer could be shown, in no order."""
    rows = Candidate.objects.of(policy.review, Stage(policy.stage)).awaiting(user)
    others = Lease.objects.filter(candidate=OuterRef("pk"), until__gt=timezone.now()).exclude(reviewer=user)
    rows = rows.filter(lacking__gt=_number_of(others, "candidate", "reviewer"))
    if policy.has_pilot and is_locked(policy):
        rows = rows.filter(in_pilot=True)
    wanted = asked(policy, user)
    return rows.none() if wanted is None else rows.filter(wanted)


def _in_turn(eligible: Rows, policy: Policy, user: User, *, after: int) -> Iterator[Rows]:
    """Ordered querysets to draw from, one after the other: one's own part first, then what is nobody's."""
    shares = [eligible]
    if Batch.objects.in_force().filter(review=policy.review_id, stage=policy.stage).exists():
        shares = [eligible.filter(Exists(_assigned(user))), eligible.filter(_unreserved(policy, user))]
    ranking = Ranking.objects.in_force(policy.review) if policy.order == Policy.Order.RELEVANCE else None
    for rows in shares:
        if ranking is None:
            yield from _by_position(rows, policy, after)
            continue
        # From the top each time: another ranking may have been made since, and what comes by lot is the next of all lots.
        rows = rows.exclude(record=after)
        if not falls_within(policy.seed, policy.random_share, "mix", user.pk, after):
            ranked = rows.filter(record__ranked__ranking=ranking)
            yield ranked.order_by("record__ranked__place")
        yield rows.order_by("position", "record_id")


def _by_position(rows: Rows, policy: Policy, after: int) -> Iterator[Rows]:
    ordered = rows.order_by("position", "record_id")
    if not after:
        yield ordered
        return
    if policy.order == Policy.Order.ADDED:
        later = Q(position=0, record__gt=after)
    else:
        place = Candidate.objects.filter(record=after).values_list("position", flat=True).first() or 0
        # The first condition lets the database begin in the middle of its index.
        later = Q(position__gte=place) & (Q(position__gt=place) | Q(record__gt=after))
    yield ordered.filter(later)
    yield ordered.exclude(later)


def _assigned(user: User) -> QuerySet[Assignment]:
    return Assignment.objects.filter(record=OuterRef("record"), reviewer=user, batch__end=None)


def _unreserved(policy: Policy, user: User) -> Q:
    """Votes are left over beside those of the people it was given to, who are in the team and have not voted yet."""
    voted = Standing.objects.filter(candidate=OuterRef(OuterRef("pk")), reviewer=OuterRef("reviewer"))
    given = Assignment.objects.filter(
        ~Exists(voted),
        record=OuterRef("record"),
        batch__end=None,
        reviewer__in=present_screeners(policy.review) - {user.pk},
    )
    return Q(lacking__gt=_number_of(given, "record", "reviewer"))


def _number_of(rows: QuerySet[Lease] | QuerySet[Assignment], of: str, what: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
