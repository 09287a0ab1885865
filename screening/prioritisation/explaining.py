"""Why a record stands where it stands: the terms that moved it."""

from __future__ import annotations

import numpy as np

from screening.prioritisation.ranking import Ranking
from screening.prioritisation.space import Space


def explain(space: Space, ranking: Ranking, row: int, *, terms: int = 10) -> tuple[tuple[str, float], ...]:
    """The terms of a row that weigh most in its score, the heaviest first; positive ones moved it up.

    The score is the sum over all terms of the row, so these are parts of it, not guesses about it.  A word is as it stands
    in the text, in lower case; two words are neighbours.
    """
    vector = space.vectors[[row]]
    parts = vector.data * ranking.weights[vector.indices]
    heaviest = np.lexsort((vector.indices, -np.abs(parts)))[:terms]
    columns = space.kept[vector.indices]
    return tuple(
        (space.counts.term(int(columns[place])), float(parts[place])) for place in heaviest if parts[place]
    )
