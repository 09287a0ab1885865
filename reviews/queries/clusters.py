"""Which records hang together: read from the verdicts about pairs, of which the newest one counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from reviews.deduplication import RULES
from reviews.models import DuplicateVerdict, Judgement, Record, Review

Pair = tuple[int, int]
#: How many records one query names; older builds of SQLite take no more than 999 names, and each is named twice.
AT_ONCE = 400
_RANK = {rule: rank for rank, rule in enumerate(RULES)}


@dataclass(slots=True)
class PairWord:
    """What rules and people have said last about one pair."""

    by_rule: str = ""
    rule: str = ""
    score: float = 0.0
    person: str = ""

    @property
    def is_a_persons(self) -> bool:
        """A person has spoken, and has not taken it back."""
        return self.person not in {"", Judgement.WITHDRAWN}

    @property
    def standing(self) -> str:
        """What counts: a person's word if there is one, else the rules'."""
        return self.person if self.is_a_persons else self.by_rule

    @property
    def strength(self) -> tuple[bool, int, float]:
        """Sorts a person's word first, then the surest rule and the likest records."""
        return not self.is_a_persons, _RANK.get(self.rule, len(_RANK)), -self.score


@dataclass(slots=True)
class Web:
    """Some records, and what was said about pairs of them."""

    ids: set[int]
    words: dict[Pair, PairWord] = field(default_factory=dict)

    def pairs(self, judgement: Judgement) -> list[Pair]:
        """The pairs on which `judgement` stands today, the strongest first."""
        found = [
            (word.strength, pair)
            for pair, word in self.words.items()
            if word.standing == judgement and self.ids.issuperset(pair)
        ]
        return [pair for _, pair in sorted(found)]


def ordered(one: int, other: int) -> Pair:
    """A pair as it is stored."""
    return (one, other) if one < other else (other, one)


def whole_web(review: Review) -> Web:
    """All records and all pairs of a review."""
    words = _last_words(DuplicateVerdict.objects.filter(review=review))
    return Web(set(review.records.values_list("pk", flat=True)), words)


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


def words_between(review: Review, record_ids: Collection[int]) -> dict[Pair, PairWord]:
    """The last word about each pair of these records; one query, so for a handful of them."""
    return _last_words(
        DuplicateVerdict.objects.filter(review=review, left__in=record_ids, right__in=record_ids)
    )


def _last_words(verdicts: QuerySet[DuplicateVerdict]) -> dict[Pair, PairWord]:
    words: dict[Pair, PairWord] = {}
    rows = verdicts.order_by("pk").values_list("left_id", "right_id", "verdict", "rule", "score")
    for left, right, verdict, rule, score in rows:
        word = words.setdefault((left, right), PairWord())
        if rule:
            word.by_rule, word.rule, word.score = verdict, rule, score
        else:
            word.person = verdict
    return words


def members_of(record: Record) -> list[Record]:
    """The records of a record's cluster, the canonical one first."""
    head = record.duplicate_of_id or record.pk
    rows = Record.objects.filter(Q(pk=head) | Q(duplicate_of=head)).select_related("search", "origin")
    return sorted(rows, key=lambda row: (row.pk != head, row.pk))
