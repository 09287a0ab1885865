"""Which records hang together: read from the verdicts about pairs, of which the newest one that stands counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from reviews.deduplication import RULES
from reviews.models import DuplicateVerdict, Judgement, Record, Review

Pair = tuple[int, int]
#: How many records one query names; older builds of SQLite take no more than 999 names, and each is named twice.
AT_ONCE = 400
_RANK = {rule: rank for rank, rule in enumerate(RULES)}


@dataclass(slots=True)
class PairWord:
    """What rules and people have said last about one pair; `said` are people's words that were not taken back."""

    by_rule: str = ""
    rule: str = ""
    score: float = 0.0
    said: dict[int, str] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """A person's newest word that stands, if there is any."""
        return next(reversed(self.said.values()), "")

    @property
    def standing(self) -> str:
        """What counts: a person's word if there is one, else the rules'."""
        return self.person or self.by_rule

    @property
    def strength(self) -> tuple[int, float]:
        """Sorts the surest rule and the likest records first."""
        return _RANK.get(self.rule, len(_RANK)), -self.score

    def hear(self, pk: int, verdict: str, rule: str, score: float, takes_back: int | None) -> None:
        """Take in the next verdict."""
        if rule:
            self.by_rule, self.rule, self.score = verdict, rule, score
        elif verdict != Judgement.WITHDRAWN:
            self.said[pk] = verdict
        elif takes_back is None:
            self.said.clear()
        else:
            self.said.pop(takes_back, None)


@dataclass(slots=True)
class Web:
    """Some records, and what was said about pairs with at least one of them."""

    ids: set[int]
    words: dict[Pair, PairWord] = field(default_factory=dict)

    def inner(self) -> Iterator[tuple[Pair, PairWord]]:
        """The pairs of which both records are in the web."""
        return ((pair, word) for pair, word in self.words.items() if self.ids.issuperset(pair))


def ordered(one: int, other: int) -> Pair:
    """A pair as it is stored."""
    return (one, other) if one < other else (other, one)


def in_parts(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in ascending order, so many at a time as a query can name."""
    names = sorted(ids)
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def whole_web(review: Review, *, until: datetime | None = None) -> Web:
    """All records and all pairs of a review, or those that were there at a moment."""
    verdicts, records = DuplicateVerdict.objects.filter(review=review), Record.objects.of(review)
    if until is not None:
        verdicts, records = verdicts.filter(at__lte=until), records.filter(origin__created_at__lte=until)
    return Web(set(records.values_list("pk", flat=True)), _last_words(verdicts))


def web_around(review: Review, record_ids: Collection[int]) -> Web:
    """These records, and all that are linked to them directly or through others."""
    web = Web(set(record_ids))
    fresh = sorted(web.ids)
    while fresh:
        part, fresh = fresh[:AT_ONCE], fresh[AT_ONCE:]
        touching = Q(left__in=part) | Q(right__in=part)
        words = _last_words(DuplicateVerdict.objects.filter(touching, review=review))
        web.words.update(words)
        linked = {pk for pair, word in words.items() if word.standing == Judgement.SAME for pk in pair}
        fresh += sorted(linked - web.ids)
        web.ids |= linked
    return web


def _last_words(verdicts: QuerySet[DuplicateVerdict]) -> dict[Pair, PairWord]:
    words: dict[Pair, PairWord] = {}
    rows = verdicts.order_by("pk").values_list(
        "left_id", "right_id", "pk", "verdict", "rule", "score", "takes_back_id"
    )
    for left, right, pk, verdict, rule, score, takes_back in rows:
        words.setdefault((left, right), PairWord()).hear(pk, verdict, rule, score, takes_back)
    return words


def rules_said(review: Review, pairs: Collection[Pair]) -> dict[Pair, str]:
    """What rules have said last about each of these pairs, whatever people say."""
    found: dict[Pair, str] = {}
    wanted = set(pairs)
    for part in in_parts({left for left, _ in wanted}):
        rows = DuplicateVerdict.objects.filter(review=review, left__in=part).exclude(rule="").order_by("pk")
        for left, right, verdict in rows.values_list("left_id", "right_id", "verdict"):
            if (left, right) in wanted:
                found[left, right] = verdict
    return found


def heads_of(record_ids: Collection[int]) -> dict[int, int]:
    """For each of these records the one that speaks for its cluster, as stored."""
    return {
        pk: head
        for part in in_parts(record_ids)
        for pk, head in Record.objects.filter(pk__in=part).values_list(
            "pk", Coalesce("duplicate_of_id", "pk")
        )
    }


def members_with(record_ids: Collection[int]) -> set[int]:
    """These records and all that are in one cluster with any of them, as stored."""
    return {
        pk
        for part in in_parts(set(heads_of(record_ids).values()))
        for pk in Record.objects.filter(Q(pk__in=part) | Q(duplicate_of__in=part)).values_list(
            "pk", flat=True
        )
    }


def members_of(record: Record) -> list[Record]:
    """The records of a record's cluster, the canonical one first."""
    head = record.duplicate_of_id or record.pk
    rows = Record.objects.filter(Q(pk=head) | Q(duplicate_of=head)).select_related("search", "origin")
    return sorted(rows, key=lambda row: (row.pk != head, row.pk))
