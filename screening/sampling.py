"""Chance that can be computed again: every draw is a function of a seed and of what it is about. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import blake2b
from math import lcm

#: Draws are integers in [0, 2^BITS): they fit a signed 64-bit column and need no floating point.
BITS = 62


def draw(seed: int, *about: int | str) -> int:
    """A number in [0, 2^62), uniform over seeds and over what it is about; the same on every machine."""
    told = ":".join(map(str, (seed, *about))).encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest()) >> (64 - BITS)


def falls_within(seed: int, percent: int, *about: int | str) -> bool:
    """Whether this is among a random `percent` in a hundred (0: never, 100: always)."""
    return draw(seed, *about) * 100 < percent << BITS


def sample(seed: int, keys: Iterable[int], size: int) -> list[int]:
    """At random `size` of the keys (all, if there are fewer), in random order."""
    return sorted(set(keys), key=lambda key: (draw(seed, "sample", key), key))[:size]


def chances(weights: Mapping[int, int], n: int) -> dict[int, Fraction]:
    """Of n readers out of several, each one's chance to be among them: in proportion to the weights, and at most 1.

    Who would exceed 1 reads everything, and the others share what remains. Persons of weight 0 read nothing; when n or
    fewer have a weight, they read everything.
    """
    left = {person: Fraction(weight) for person, weight in weights.items() if weight > 0}
    found = {person: Fraction(0) for person in weights}
    places = n
    while left and places > 0:
        total = sum(left.values())
        full = [person for person, weight in left.items() if weight * places >= total]
        if not full:
            return found | {person: weight * places / total for person, weight in left.items()}
        for person in full:
            found[person] = Fraction(1)
            del left[person]
        places -= len(full)
    return found


class Readers:
    """Who reads what: for each record n readers, so that over many records each reads their share.

    Systematic sampling with unequal probabilities: the chances are laid end to end in an order shuffled for each record,
    and a comb of n teeth, one apart, is put down at random. Chances sum to n, so exactly n different readers are hit.
    """

    def __init__(self, seed: int, weights: Mapping[int, int], n: int) -> None:
        self.seed = seed
        chance = chances(weights, n)
        self.unit = lcm(*(value.denominator for value in chance.values())) if chance else 1
        self.length = {person: int(value * self.unit) for person, value in chance.items() if value}

    def of(self, key: int) -> list[int]:
        """The readers of one record, in the order of their ids."""
        order = sorted(self.length, key=lambda person: (draw(self.seed, "reader", key, person), person))
        tooth = draw(self.seed, "comb", key) * self.unit >> BITS
        chosen, end = [], 0
        for person in order:
            end += self.length[person]
            if tooth < end:
                chosen.append(person)
                tooth += self.unit
        return sorted(chosen)


_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def title_place(title: str) -> int:
    """Where a title stands in the alphabet, by its first twelve letters and digits; accents do not count."""
    plain = unicodedata.normalize("NFKD", title.lower())
    letters = [_LETTERS.index(letter) + 1 for letter in plain if letter in _LETTERS][:12]
    letters += [0] * (12 - len(letters))
    place = 0
    for letter in letters:
        place = place * 37 + letter
    # 37^12 is a little more than 2^62; one bit less keeps the order.
    return place >> 1
