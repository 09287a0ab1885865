"""A screening replayed from its answers: what the order would have saved."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from screening.prioritisation import metrics
from screening.prioritisation.counting import Text
from screening.prioritisation.ranking import DEFAULT, Settings, rank
from screening.prioritisation.space import Space, build

#: The model learns anew when there are this many times more labels.  After 2 % or every single one it finds nothing sooner.
GROWTH = Fraction(104, 100)


class BadDataset(ValueError):
    """The file cannot be replayed; the text says why."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records with their known labels, in the order of the file."""

    names: tuple[str, ...]
    texts: tuple[Text, ...]
    labels: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """One replayed screening.

    priors   the included and the excluded row known beforehand, in no metric.
    order    rows in the order of reading; once the last included one is read, the rest as last ranked.
    labels   their labels, in that order.
    trained  how often the model learnt.
    """

    seed: int
    priors: tuple[int, int]
    order: np.ndarray
    labels: np.ndarray
    trained: int

    def figures(self) -> dict[str, float]:
        """The metrics by name, as docs/prioritisation.md defines them."""
        return {
            "wss@95": metrics.work_saved(self.labels),
            "wss@100": metrics.work_saved(self.labels, Fraction(1)),
            "rrf@10": metrics.recall_after(self.labels),
            "atd": metrics.time_to_discovery(self.labels),
        }


def read_dataset(path: Path) -> Dataset:
    """A CSV file with record_id, title, abstract and label (0 or 1), UTF-8.  Raises BadDataset and OSError."""
    csv.field_size_limit(1 << 27)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{path}: this is no CSV file in UTF-8.") from error
    missing = {"record_id", "title", "abstract", "label"} - set(rows[0] if rows else ())
    if missing:
        raise BadDataset(f"{path}: there is no column called {', '.join(sorted(missing))}.")
    for number, row in enumerate(rows, start=1):
        if row["label"] not in ("0", "1"):
            raise BadDataset(f"{path}, record {number}: a label is 0 or 1, not {row['label']!r}.")
    texts = tuple(Text(row["title"] or "", row["abstract"] or "") for row in rows)
    return Dataset(
        tuple(row["record_id"] for row in rows), texts, np.array([int(row["label"]) for row in rows])
    )


def priors(labels: np.ndarray, seed: int) -> tuple[int, int]:
    """One included and one excluded row, drawn by NumPy's RandomState(seed) in this order."""
    chance = np.random.RandomState(seed)
    return int(chance.choice(np.flatnonzero(labels == 1))), int(chance.choice(np.flatnonzero(labels == 0)))


def simulate(dataset: Dataset, seed: int, settings: Settings = DEFAULT) -> Replay:
    """Replay a dataset from one included and one excluded record.  Raises BadDataset when that leaves nothing to find."""
    return replay(build(dataset.texts), dataset.labels, seed, settings)


def replay(
    space: Space, labels: Sequence[int] | np.ndarray, seed: int, settings: Settings = DEFAULT
) -> Replay:
    """The same in a space that is there: read the first of the order, learn anew, until the last included one is read."""
    answers = np.asarray(labels)
    if np.count_nonzero(answers == 1) < 2 or not np.count_nonzero(answers == 0):
        raise BadDataset("A replay needs two included records and an excluded one.")
    start = priors(answers, seed)
    known = {row: int(answers[row]) for row in start}
    order: list[int] = []
    trained, left = 0, int(answers.sum()) - 1
    rest = np.empty(0, dtype=np.int64)
    while left:
        found = rank(space, known, seed=seed, settings=settings).rows
        trained += 1
        size = max(1, math.ceil((GROWTH - 1) * len(known)))
        batch, rest = found[:size].tolist(), found[size:]
        known |= {row: int(answers[row]) for row in batch}
        order += batch
        left -= int(answers[batch].sum())
    rows = np.concatenate([np.array(order, dtype=np.int64), rest])
    return Replay(seed, start, rows, answers[rows], trained)
