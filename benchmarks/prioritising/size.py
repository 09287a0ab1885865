"""Processor seconds and memory of a large review: python -m benchmarks.prioritising.size DIR RECORDS LABELS.

DIR holds labelled sets.  There are not enough of them, so further records are mixed from their sentences.  Prints JSON.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from screening.prioritisation import Space, Text, build, rank
from screening.prioritisation.simulating import read_dataset

Result = TypeVar("Result")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
RARE_EVERY = 40  # words; a rare word is a known one with two letters more


def mixed(folder: Path, records: int) -> list[Text]:
    """The records of all sets in a folder, then records mixed from their titles and sentences, with rare words."""
    real = [text for path in sorted(folder.glob("*.csv")) for text in read_dataset(path).texts]
    sentences = [re.split(r"(?<=[.;]) ", text.abstract) for text in real if text.abstract]
    chance = random.Random(5)  # noqa: S311 (nothing secret)
    texts = real[:records]
    while len(texts) < records:
        title = chance.choice(real).title.split()
        chance.shuffle(title)
        first, second = chance.choice(sentences), chance.choice(sentences)
        words = " ".join(first[: len(first) // 2] + second[len(second) // 2 :]).split()
        for place in range(0, len(words), RARE_EVERY):
            words[place] += chance.choice(LETTERS) + chance.choice(LETTERS)
        texts.append(Text(" ".join(title), " ".join(words)))
    return texts


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What a piece of work gives, and its processor seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def main() -> None:
    """Build, rank, store and load, each timed."""
    records, labels = int(sys.argv[2]), int(sys.argv[3])
    texts = mixed(Path(sys.argv[1]), records)
    before = _megabytes()
    drawn = np.random.default_rng(1).choice(records, labels, replace=False)
    known = {int(row): int(place % 20 == 0) for place, row in enumerate(drawn)}

    def built() -> Space:
        space = build(texts)
        rank(space, known, seed=1)
        return space

    space, building = timed(built)
    after = _megabytes()
    again = [timed(lambda: rank(space, known, seed=1)) for _ in range(7)]
    content, storing = timed(space.to_bytes)
    loaded, loading = timed(lambda: rank(Space.from_bytes(content), known, seed=1))
    report = {
        "terms counted": len(space.counts.keys),
        "columns of the vectors": space.width,
        "words a record": sum(len(f"{text.title} {text.abstract}".split()) for text in texts) / records,
        "build and first ranking, CPU s": building,
        "ranking again, CPU s (median of 7)": float(np.median([seconds for _, seconds in again])),
        "store, CPU s": storing,
        "stored, MB": len(content) / 1e6,
        "load and rank, CPU s": loading,
        "peak memory with the texts, MB": after,
        "of it texts and interpreter, MB": before,
        "same order when loaded": again[0][0].rows.tobytes() == loaded.rows.tobytes(),
    }
    print(json.dumps(report))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
