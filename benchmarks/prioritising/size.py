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
from pathlib import Path

import numpy as np

from screening.prioritisation import Space, Text, build, rank
from screening.prioritisation.simulating import read_dataset

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


def main() -> None:
    """Build, rank, store and load, each timed."""
    records, labels = int(sys.argv[2]), int(sys.argv[3])
    texts = mixed(Path(sys.argv[1]), records)
    before = _megabytes()
    rng = np.random.default_rng(1)
    known = {
        int(row): int(place % 20 == 0) for place, row in enumerate(rng.choice(records, labels, replace=False))
    }

    start = time.process_time()
    space = build(texts)
    rank(space, known, seed=1)
    built = time.process_time() - start
    after = _megabytes()

    seconds = []
    for seed in range(7):
        start = time.process_time()
        rank(space, known, seed=seed)
        seconds.append(time.process_time() - start)

    start = time.process_time()
    content = space.to_bytes()
    stored = time.process_time() - start
    start = time.process_time()
    again = rank(Space.from_bytes(content), known, seed=1)
    loaded = time.process_time() - start
    report = {
        "records": records,
        "labels": labels,
        "terms": len(space.counts.keys),
        "words a record": sum(len(text.abstract.split()) + len(text.title.split()) for text in texts)
        / records,
        "build and first ranking, CPU s": built,
        "ranking again, CPU s (median of 7)": float(np.median(seconds)),
        "store, CPU s": stored,
        "stored, MB": len(content) / 1e6,
        "load and rank, CPU s": loaded,
        "peak memory with the texts, MB": after,
        "of it texts and interpreter, MB": before,
        "same order when loaded": again.rows.tobytes() == rank(space, known, seed=1).rows.tobytes(),
    }
    print(json.dumps(report))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
