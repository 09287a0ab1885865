"""The order of reading: where each candidate stands in it. Called by services/standing.py, which writes the places."""

from __future__ import annotations

from collections.abc import Callable, Collection

from reviews.models import Record
from screening.models import Policy, Report, Stage
from screening.sampling import draw, title_place

Order = Policy.Order
#: Records without a year come last.
NO_YEAR = 1 << 20


def positions(policy: Policy, ids: Collection[int]) -> dict[int, int]:
    """The places of these records (or reports); smaller is read sooner, and equal ones as they were added.

    By relevance they are drawn by lot: a ranking goes before, and what it does not hold yet, or what is mixed in at random,
    comes in this order. At most one query.
    """
    if policy.order in {Order.RANDOM, Order.RELEVANCE}:
        return {pk: draw(policy.seed, "order", pk) for pk in ids}
    if policy.order == Order.TITLE:
        return {pk: title_place(title) for pk, title in _titles(policy, ids)}
    if policy.order in {Order.NEWEST, Order.OLDEST} and policy.stage == Stage.TITLE_ABSTRACT:
        place = _by_year(newest=policy.order == Order.NEWEST)
        years = Record.objects.filter(pk__in=ids).values_list("pk", "year")
        return {pk: place(year) for pk, year in years}
    return dict.fromkeys(ids, 0)


def _by_year(*, newest: bool) -> Callable[[int | None], int]:
    def place(year: int | None) -> int:
        return NO_YEAR if year is None else -year if newest else year

    return place


def _titles(policy: Policy, ids: Collection[int]) -> list[tuple[int, str]]:
    if policy.stage == Stage.FULL_TEXT:
        return list(Report.objects.filter(pk__in=ids).values_list("pk", "title"))
    return list(Record.objects.filter(pk__in=ids).values_list("pk", "title"))
