"""Why a record comes now, in one line."""

from __future__ import annotations

from collections.abc import Collection

from reviews.models import User
from screening.models import Assignment, Candidate, Policy, RankedRecord, Ranking


def why_now(candidates: Collection[Candidate], policy: Policy, user: User) -> dict[int, str]:
    """For each candidate about which there is something to say; an order that speaks for itself says nothing."""
    if not candidates:
        return {}
    records = {candidate.record_id: candidate.pk for candidate in candidates}
    said: dict[int, list[str]] = {candidate.pk: [] for candidate in candidates}
    for candidate in candidates:
        if candidate.in_pilot and policy.has_pilot:
            said[candidate.pk].append("Pilot round")
    given = Assignment.objects.filter(record__in=records, reviewer=user, batch__end=None)
    for record, batch in given.values_list("record_id", "batch__name"):
        said[records[record]].append(f"Given to you in “{batch}”")
    if policy.order == Policy.Order.RELEVANCE:
        _by_relevance(records, said, policy)
    elif policy.order == Policy.Order.RANDOM:
        for lines in said.values():
            lines.append("Drawn at random")
    return {pk: " · ".join(lines) for pk, lines in said.items() if lines}


def _by_relevance(records: dict[int | None, int], said: dict[int, list[str]], policy: Policy) -> None:
    ranking = Ranking.objects.in_force(policy.review)
    words = words_of(ranking) if ranking else {}
    placed = RankedRecord.objects.filter(ranking=ranking, record__in=records)
    places = dict(placed.values_list("record_id", "place")) if ranking else {}
    for record, pk in records.items():
        if record in places:
            up = ", ".join(word for word, weight in words.get(str(record), ()) if weight > 0)
            because = f", for: {up}" if up else ""
            said[pk].append(f"Place {places[record]} by likely relevance{because}")
        else:
            said[pk].append("Not ranked yet: drawn at random")


def words_of(ranking: Ranking) -> dict[str, list[tuple[str, float]]]:
    """By record, the words that moved it up (positive) or down, the heaviest first; kept for the first few hundred."""
    found: dict[str, list[tuple[str, float]]] = ranking.parameters.get("words", {})
    return found


def first_of(ranking: Ranking, n: int) -> list[tuple[RankedRecord, list[tuple[str, float]]]]:
    """The first records of a ranking, each with its words; two queries."""
    words = words_of(ranking)
    rows = ranking.records.select_related("record").defer("record__abstract").order_by("place")[:n]
    return [(row, words.get(str(row.record_id), [])) for row in rows]
