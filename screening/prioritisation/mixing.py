"""A stated share of random records among the promising ones, so that what is estimated from them is honest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from screening.prioritisation.ranking import Ranking


class Way(StrEnum):
    """How a record came to its place."""

    RELEVANCE = "relevance"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Place:
    """One record of a mixed order, and the way it came."""

    row: int
    way: Way


def mix(ranking: Ranking, share_random: float, seed: int) -> tuple[Place, ...]:
    """All rows of a ranking once; each place is filled at random with probability `share_random`, else by relevance.

    A random place takes each of the rows that are left with equal chance, whatever their score: among the rows that were
    left when it was drawn, those marked RANDOM are a simple random sample.
    Raises ValueError unless 0 ≤ share_random ≤ 1.
    """
    if not 0 <= share_random <= 1:
        raise ValueError("A share is between 0 and 1.")
    rng = np.random.default_rng(seed)
    chance = rng.random(len(ranking.rows)) < share_random
    # The rows in random order: the next one not yet taken is a fair draw from all that are left.
    drawn, promising = iter(rng.permutation(ranking.rows).tolist()), iter(ranking.rows.tolist())
    taken: set[int] = set()
    places = []
    for at_random in chance:
        source: Any = drawn if at_random else promising
        row = next(row for row in source if row not in taken)
        taken.add(row)
        places.append(Place(row, Way.RANDOM if at_random else Way.RELEVANCE))
    return tuple(places)
