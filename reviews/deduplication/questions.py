"""What is asked of people: uncertain pairs, put together so that a group of records is looked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.deduplication.key import Band, Link
from reviews.deduplication.rules import strength


@dataclass(frozen=True, slots=True)
class Question:
    """Clusters of which a person should say whether they are one article.

    clusters  the names of the clusters (their smallest ids), ascending.
    members   every record of these clusters, ascending.
    links     what made the rules ask, the strongest first.
    pairs     of these the strongest between each two clusters: what there is to answer.
    """

    clusters: tuple[int, ...]
    members: tuple[int, ...]
    links: tuple[Link, ...]
    pairs: tuple[Link, ...]


def questions(
    links: Iterable[Link], clusters: Mapping[int, int], *, answered: Iterable[tuple[int, int]] = ()
) -> list[Question]:
    """The uncertain pairs as people should see them, those with the strongest links first.

    Asked are the uncertain links between two clusters, and the links of band SAME that clustering left out because they
    would have joined records that are told apart.  Nobody is asked about records that are in one cluster already.

    clusters  the cluster of each id, as `cluster` gives it.
    answered  pairs that a person told apart: their clusters are not asked about again.
    """
    told = {_ends(clusters, *pair) for pair in answered}
    between: dict[tuple[int, int], list[Link]] = defaultdict(list)
    for link in links:
        ends = _ends(clusters, link.a, link.b)
        if link.band is not Band.DIFFERENT and ends[0] != ends[1] and ends not in told:
            between[ends].append(link)
    groups = _connected(between)
    members: dict[int, list[int]] = {name: [] for group in groups for name in group}
    for number, name in clusters.items():
        if name in members:
            members[name].append(number)
    found = []
    for group in groups:
        parts = [sorted(these, key=_order) for ends, these in between.items() if ends[0] in group]
        reasons = [link for these in parts for link in these]
        found.append(
            Question(
                tuple(sorted(group)),
                tuple(sorted(number for name in group for number in members[name])),
                tuple(sorted(reasons, key=_order)),
                tuple(sorted((these[0] for these in parts), key=_order)),
            )
        )
    return sorted(found, key=lambda question: (strength(question.links[0]), question.clusters))


def _order(link: Link) -> tuple[tuple[int, float], int, int]:
    return strength(link), link.a, link.b


def _ends(clusters: Mapping[int, int], left: int, right: int) -> tuple[int, int]:
    one, other = sorted((clusters[left], clusters[right]))
    return one, other


def _connected(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    groups: dict[int, set[int]] = {}
    for left, right in pairs:
        union = groups.get(left, {left}) | groups.get(right, {right})
        groups.update(dict.fromkeys(union, union))
    return list({id(group): group for group in groups.values()}.values())
