"""Find the links: records that share a block are compared, and every pair is judged by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import combinations, pairwise
from operator import attrgetter

from reviews.deduplication.comparing import Comparison, compare, evidence_for, score_of
from reviews.deduplication.features import Features, Outline, features_of, outline_of
from reviews.deduplication.key import Band, Key, Link
from reviews.deduplication.pairing import Numbers, Table, pairs_among, pairs_of
from reviews.deduplication.rules import SAME_RULES, band_of, decide, strength, veto

Pair = tuple[int, int]

# Everything that a record says, without its id.
_ROW = attrgetter(*(field.name for field in fields(Key) if field.name != "id"))
# More equal rows than this are linked to the first of them only.
_MANY = 8


def find_links(keys: Iterable[Key]) -> list[Link]:
    """Every link among the records, the strongest first; the same for any order of the same records.

    A pair is judged SAME or UNCERTAIN by its two records alone.  DIFFERENT is said of pairs that SAME links connect
    and that must not be one cluster: `cluster_links` leaves the weaker of these links out, `questions` asks about it.
    Raises ValueError if two keys have the same id.
    """
    records = _Records(_ordered(keys))
    records.judge(pairs_among(records.table))
    return records.links()


def find_links_against(new: Iterable[Key], known: Iterable[Key]) -> list[Link]:
    """Every link of `find_links(new + known)` that `find_links(known)` does not have, in the same order.

    It may hold a DIFFERENT link between two known records which a new one connects; what was said about these before
    (UNCERTAIN, if anything) is replaced by it.
    What must be among the known: see `block_names`.  Only pairs with a new record, and pairs of known records that hang
    together with one, are compared.
    Raises ValueError if two keys have the same id.
    """
    fresh = list(new)
    ids = {key.id for key in fresh}
    records = _Records(_ordered([*fresh, *known]))
    waiting = {row for row, members in enumerate(records.members) if not ids.isdisjoint(members)}
    reached: set[int] = set()
    while waiting:
        reached |= waiting
        records.judge(pairs_of(records.table, waiting))
        waiting = {row for pair in records.same for row in pair if not reached.isdisjoint(pair)} - reached
    old = {row for row, members in enumerate(records.members) if not ids.issuperset(members)}
    return [
        link for link in records.links(old) if link.band is Band.DIFFERENT or link.a in ids or link.b in ids
    ]


def _ordered(keys: Iterable[Key]) -> list[Key]:
    """The keys in the order of their ids, so that no other order can matter."""
    ordered = sorted(keys, key=lambda key: key.id)
    if any(one.id == other.id for one, other in pairwise(ordered)):
        raise ValueError("Two records have the same id.")
    return ordered


class _Records:
    """Distinct records and what was judged about pairs of them.

    Many rows that say the same in every field are one record here, if that is enough to call them the same: ten
    thousand times the same row are no reason for fifty million links.  `copies` holds them and `members` their ids,
    ascending.
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        outlines = [outline_of(key) for key in keys]
        groups = _distinct(keys, outlines)
        self.keys = [keys[group[0]] for group in groups]
        self.copies = [[keys[at] for at in group] for group in groups]
        self.members = [[copy.id for copy in copies] for copies in self.copies]
        self.table = Table([outlines[group[0]] for group in groups])
        self.rules: dict[Pair, str] = {}
        self.same: set[Pair] = set()
        self._features: dict[int, Features] = {}

    def judge(self, pairs: Numbers) -> None:
        """Decide about pairs of rows, those that were not decided before."""
        for left, right in pairs.tolist():
            if (left, right) in self.rules:
                continue
            if rule := _rule_of(self.compare(left, right)):
                self.rules[left, right] = rule
                if rule in SAME_RULES:
                    self.same.add((left, right))

    def compare(self, left: int, right: int) -> Comparison:
        """Two rows, field by field."""
        return compare(self.features(left), self.features(right))

    def features(self, row: int) -> Features:
        """A row as it is compared; made once, and only of rows that are compared."""
        found = self._features.get(row)
        if found is None:
            found = self._features[row] = features_of(self.keys[row], self.table.outlines[row])
        return found

    def links(self, old: set[int] | None = None) -> list[Link]:
        """What was judged, the strongest first, with the vetoes between rows that SAME links connect.

        old  rows of which the vetoes were said before, where they were connected already.
        """
        rules = dict(self.rules)
        before = _components(pair for pair in self.same if old.issuperset(pair)) if old else {}
        for group in {id(group): group for group in _components(self.same).values()}.values():
            for pair in combinations(sorted(group), 2):
                known = before.get(pair[0])
                if pair in self.same or (known and pair[1] in known):
                    continue
                if reason := veto(self.compare(*pair)):
                    rules[pair] = reason
        found = [self._link(self.features(a), self.features(b), rule) for (a, b), rule in rules.items()]
        for row, copies in enumerate(self.copies):
            for copy in copies[1:]:
                one, other = self.features(row), features_of(copy)
                found.append(self._link(one, other, _rule_of(compare(one, other))))
        return sorted(found, key=lambda link: (strength(link), link.a, link.b))

    def _link(self, one: Features, other: Features, rule: str) -> Link:
        evidence = evidence_for(one, other)
        return Link(one.key.id, other.key.id, band_of(rule), rule, score_of(one, other, evidence), evidence)


def _rule_of(pair: Comparison) -> str:
    rule = decide(pair)
    return "same-row" if rule in SAME_RULES and _ROW(pair.left.key) == _ROW(pair.right.key) else rule


def _distinct(keys: Sequence[Key], outlines: Sequence[Outline]) -> list[list[int]]:
    """The places of records, together where many say the same in every field and that is enough to call them the same
    ("Editorial" is not)."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, outline in enumerate(outlines):
        groups[outline.titles, outline.place, outline.doi].append(at)
    found: list[list[int]] = []
    for group in groups.values():
        if len(group) <= _MANY:
            found += [[at] for at in group]
            continue
        rows: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at in group:
            rows[features_of(keys[at], outlines[at]).row].append(at)
        for members in rows.values():
            features = features_of(keys[members[0]], outlines[members[0]])
            enough = len(members) > _MANY and decide(compare(features, features)) in SAME_RULES
            found += [members] if enough else [[at] for at in members]
    return sorted(found)


def _components(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    """For each row its connected component."""
    groups: dict[int, set[int]] = {}
    for left, right in pairs:
        one, other = groups.get(left, {left}), groups.get(right, {right})
        if one is not other:
            small, large = sorted((one, other), key=len)
            large |= small
            groups.update(dict.fromkeys(large if len(large) == 2 else small, large))
            groups[left] = groups[right] = large
    return groups
