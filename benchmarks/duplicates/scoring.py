"""Score clusters against labels.

Records are counted as Wagner et al. do for bib-dedupe: the first record of a predicted cluster, in the order of the file,
survives.  A paper of which no record survives is LOST (a false positive); records beyond the first survivor of a paper
are missed (false negatives).  So true positives and false negatives are the records that should go, true negatives and
false positives the distinct papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of records, and what became of the questions.

    found       records rightly removed (true positives).
    lost        papers of which nothing is left (false positives).
    missed      records that should have gone (false negatives).
    kept        papers that are still there (true negatives).
    asked       pairs put to a person whose records are not in one cluster.
    asked_true  those of them that are duplicates.
    answered    sensitivity once every question has been answered rightly.
    """

    records: int
    found: int
    lost: int
    missed: int
    kept: int
    asked: int
    asked_true: int
    answered: float

    @property
    def precision(self) -> float:
        """Of the removed records, the share that was rightly removed; 1.0 if none was."""
        return _share(self.found, self.found + self.lost)

    @property
    def sensitivity(self) -> float:
        """Of the records that should go, the share that did; 1.0 if none should."""
        return _share(self.found, self.found + self.missed)

    @property
    def specificity(self) -> float:
        """Of the papers, the share that is still there."""
        return _share(self.kept, self.kept + self.lost)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def score(labels: Mapping[str, str], predicted: Mapping[str, str], maybe: Iterable[Pair] = ()) -> Score:
    """Score a prediction.

    labels     id → cluster of every record, in the order of the file.
    predicted  id → cluster as a tool has it; a record that it does not name stands by itself.
    maybe      pairs that the tool would show a person; unknown ids and pairs of one cluster do not count.
    """
    clusters = {name: predicted.get(name, f"?{name}") for name in labels}
    asked = {
        (min(pair), max(pair))
        for pair in maybe
        if pair[0] in labels and pair[1] in labels and clusters[pair[0]] != clusters[pair[1]]
    }
    true = [pair for pair in asked if labels[pair[0]] == labels[pair[1]]]
    found, lost, missed, kept = _counts(labels, clusters)
    after = _counts(labels, _joined(clusters, true))
    return Score(
        records=len(labels),
        found=found,
        lost=lost,
        missed=missed,
        kept=kept,
        asked=len(asked),
        asked_true=len(true),
        answered=_share(after[0], after[0] + after[2]),
    )


def _counts(labels: Mapping[str, str], clusters: Mapping[str, str]) -> tuple[int, int, int, int]:
    seen: set[str] = set()
    survivors: dict[str, int] = defaultdict(int)
    sizes: dict[str, int] = defaultdict(int)
    for name, paper in labels.items():
        sizes[paper] += 1
        if clusters[name] not in seen:
            seen.add(clusters[name])
            survivors[paper] += 1
    found = lost = missed = kept = 0
    for paper, size in sizes.items():
        left = survivors[paper]
        found += size - max(left, 1)
        if left:
            kept += 1
            missed += left - 1
        else:
            lost += 1
    return found, lost, missed, kept


def _joined(clusters: Mapping[str, str], pairs: Sequence[Pair]) -> dict[str, str]:
    """The clusters after a person has said that these pairs are the same."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.get(name, name)) != name:
            name = above
        return name

    for left, right in pairs:
        parent[root(clusters[left])] = root(clusters[right])
    return {name: root(cluster) for name, cluster in clusters.items()}
