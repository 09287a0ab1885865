"""Computes from the verdicts about pairs whose duplicate each record is and what people are asked: the only writer of both.

People's words come first: what they linked is one article whatever the rules say. Then the rules' links, the surest first; a link
that would join records told apart, by a person or by a rule, is left out and asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from reviews.deduplication import cluster
from reviews.models import DuplicateQuestion, Judgement, Record, Review, Search
from reviews.queries.clusters import (
    Pair,
    PairWord,
    Web,
    heads_of,
    in_parts,
    ordered,
    web_around,
    whole_web,
)
from reviews.queries.withdrawals import withdrawn_among
from reviews.services import changes
from reviews.services.locking import lock

Clusters = Mapping[int, int]


@transaction.atomic
def rebuild(*, review: Review) -> int:
    """Compute all links and questions of a review from scratch; returns how many records or questions were not right."""
    lock(review)
    web = whole_web(review)
    return len(_store_links(web)) + _store_questions(review, web)


def recompute(*, review: Review, record_ids: Collection[int]) -> set[int]:
    """Compute the links of these records and of all that hang together with them; returns whose links changed."""
    web = web_around(review, record_ids)
    changed = _store_links(web)
    _store_questions(review, web)
    if changed:
        changes.records_changed(review=review, record_ids=changed)
    return changed


def heads_then(*, review: Review, at: datetime) -> Clusters:
    """For each record that was there at a moment the one that spoke for its cluster then."""
    return _representatives(clusters_in(whole_web(review, until=at)), until=at)


def clusters_in(web: Web) -> Clusters:
    """The name of the cluster of each record of the web."""
    by_people: dict[Judgement, list[tuple[int, Pair]]] = defaultdict(list)
    by_rules: dict[Judgement, list[tuple[Pair, PairWord]]] = defaultdict(list)
    for pair, word in web.inner():
        judgement = Judgement(word.standing) if word.standing else Judgement.WITHDRAWN
        if word.person:
            by_people[judgement].append((max(word.said), pair))
        else:
            by_rules[judgement].append((pair, word))
    apart = [pair for _, pair in by_people[Judgement.DIFFERENT]]
    same = [pair for _, pair in sorted(by_people[Judgement.SAME])]
    first = cluster(sorted(web.ids), same=same, different=apart)
    strengths: dict[Pair, tuple[int, float]] = {}
    for pair, word in by_rules[Judgement.SAME]:
        if ends := _ends(first, pair):
            strengths[ends] = min(strengths.get(ends, word.strength), word.strength)
    told = [*apart, *(pair for pair, _ in by_rules[Judgement.DIFFERENT])]
    between = [ends for pair in told if (ends := _ends(first, pair))]
    names = sorted(set(first.values()))
    second = cluster(names, same=strengths, different=between, strengths=strengths)
    return {pk: second[name] for pk, name in first.items()}


def _ends(clusters: Clusters, pair: Pair) -> Pair | None:
    """The two clusters of a pair; None if they are one."""
    left, right = clusters[pair[0]], clusters[pair[1]]
    return None if left == right else ordered(left, right)


def _store_links(web: Web) -> set[int]:
    """Write `duplicate_of` of the web's records where it is not as the verdicts say; returns all it concerns."""
    representatives = _representatives(clusters_in(web))
    wrong: list[tuple[int | None, int]] = []
    concerned: set[int] = set()
    for part in in_parts(web.ids):
        for pk, before in Record.objects.filter(pk__in=part).values_list("pk", "duplicate_of_id"):
            now = representatives[pk] if representatives[pk] != pk else None
            if before != now:
                wrong.append((now, pk))
                concerned |= {pk} | ({now} if now else set()) | ({before} if before else set())
    # One prepared statement: tens of thousands of links after a large import are written in a second.
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE reviews_record SET duplicate_of_id = %s WHERE id = %s", wrong)
    return concerned


def _representatives(clusters: Clusters, *, until: datetime | None = None) -> dict[int, int]:
    """For each record the one that speaks for its cluster: of a file that is not withdrawn and from a database or
    register if possible, then the oldest.

    So a cluster belongs to the left column of PRISMA exactly when its canonical record does.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for pk, name in clusters.items():
        members[name].append(pk)
    several = [pk for group in members.values() if len(group) > 1 for pk in group]
    places = {
        pk: (kind, origin)
        for part in in_parts(several)
        for pk, kind, origin in Record.objects.filter(pk__in=part).values_list(
            "pk", "search__kind", "origin_id"
        )
    }
    withdrawn = withdrawn_among((origin for _, origin in places.values()), until=until) if places else set()

    def rank(pk: int) -> tuple[bool, bool, int]:
        kind, origin = places[pk]
        return origin in withdrawn, kind not in Search.SCREENED_KINDS, pk

    result = {pk: pk for pk in clusters}
    for group in members.values():
        if len(group) > 1:
            result.update(dict.fromkeys(group, min(group, key=rank)))
    return result


def _store_questions(review: Review, web: Web) -> int:
    """Make the open questions about the web's records what the verdicts say; returns how many were not."""
    wanted = _open_pairs(web)
    stored: dict[Pair, tuple[int, str, float]] = {}
    for part in in_parts(web.ids):
        rows = DuplicateQuestion.objects.filter(Q(left__in=part) | Q(right__in=part), review=review)
        for pk, left, right, rule, score in rows.values_list("pk", "left_id", "right_id", "rule", "score"):
            stored[left, right] = (pk, rule, score)
    gone = [pk for pair, (pk, *said) in stored.items() if pair not in wanted or tuple(said) != wanted[pair]]
    for part in in_parts(gone):
        DuplicateQuestion.objects.filter(pk__in=part).delete()
    kept = {pair for pair, (_, *said) in stored.items() if wanted.get(pair) == tuple(said)}
    made = [
        DuplicateQuestion(review=review, left_id=pair[0], right_id=pair[1], rule=rule, score=score)
        for pair, (rule, score) in sorted(wanted.items())
        if pair not in kept
    ]
    DuplicateQuestion.objects.bulk_create(made, batch_size=500)
    return len(gone) + len(made)


def _open_pairs(web: Web) -> dict[Pair, tuple[str, float]]:
    """The pairs to ask about: uncertain, or the same by rule and yet in two clusters, which no person has told apart."""
    heads = heads_of({pk for pair in web.words for pk in pair})
    told: set[Pair] = set()
    asked: dict[Pair, tuple[str, float]] = {}
    for pair, word in web.words.items():
        if not (ends := _ends(heads, pair)):
            continue
        if word.person == Judgement.DIFFERENT:
            told.add(ends)
        elif word.standing in {Judgement.SAME, Judgement.UNCERTAIN}:
            asked[pair] = (word.rule, word.score)
    return {pair: why for pair, why in asked.items() if _ends(heads, pair) not in told}
