"""Why a record stands where it stands: the words that moved it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from screening.prioritisation.ranking import Ranking
from screening.prioritisation.space import Space


def explain(space: Space, ranking: Ranking, row: int, *, terms: int = 10) -> tuple[tuple[str, float], ...]:
    """The words of a row that weigh most in its score, the heaviest first; positive ones moved it up.

    The score is the sum over all words and pairs of the row, so these are parts of it, not guesses about it.  What a piece of
    words adds is shared by the words of the row that have it.  A word is as it stands in the text, in lower case; two words
    are neighbours.
    """
    parts = defaultdict(float, _of_terms(space, ranking, row))
    for word, weight in _of_pieces(space, ranking, row).items():
        parts[word] += weight
    heaviest = sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0]))
    return tuple((term, weight) for term, weight in heaviest[:terms] if weight)


def _of_terms(space: Space, ranking: Ranking, row: int) -> dict[str, float]:
    vector = space.terms.vectors[[row]]
    columns = space.terms.weighting.kept[vector.indices]
    parts = vector.data * ranking.weights[vector.indices]
    return {space.counts.term(int(column)): float(part) for column, part in zip(columns, parts, strict=True)}


def _of_pieces(space: Space, ranking: Ranking, row: int) -> dict[str, float]:
    vector = space.pieces.vectors[[row]]
    worth = np.zeros(len(space.cut_words.numbers))
    split = len(space.terms.weighting.kept)
    worth[space.pieces.weighting.kept[vector.indices]] = vector.data * ranking.weights[split + vector.indices]
    counts = space.counts.table[[row]]
    words = counts.indices[counts.indices < len(space.counts.words)]
    times = counts.data[counts.indices < len(space.counts.words)].astype(float)
    # (words of the row, pieces): how often each word brings each piece into the row.
    brought = space.cut_words.table[words].multiply(times[:, None]).tocsr()
    total = np.asarray(brought.sum(axis=0)).ravel()
    shares = brought @ np.divide(worth, total, out=np.zeros_like(worth), where=total > 0)
    return {space.counts.words[word]: float(share) for word, share in zip(words, shares, strict=True)}
