"""An order of reading, learnt from the labels so far."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sklearn.svm import LinearSVC

from screening.prioritisation.space import Space

#: Changes whenever the same space, labels and seed would give another order.
MODEL = "words-pieces-svm-1"

#: Where the machine stops.  A hundred times finer, the order of 4,500 records agreed in its first six digits of correlation.
TOLERANCE = 1e-2


class UnknownRow(ValueError):
    """A label or seed record names a row that the space does not have."""


class BadLabel(ValueError):
    """A label is neither 0 (excluded) nor 1 (included)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the ranker learns.  The defaults are the same for every review: see docs/prioritisation.md.

    cost             inverse strength of regularisation (C of a support vector machine).
    included_weight  all included records together weigh this many times all excluded ones.
    presumed         records drawn at random that stand in for excluded ones while nothing is excluded.
    """

    cost: float = 0.11
    included_weight: float = 9.8
    presumed: int = 50


DEFAULT = Settings()


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Unlabelled rows, the most promising first.

    rows      (m,) int64 rows of the space.
    scores    (m,) float64 the model's scores of those rows; comparable within one ranking only.
    model     what made it: name, version, space, settings, seed, counts and hash of the labels; JSON-ready.
    weights   (width,) float32 weight of every column of the space, for `explain`.
    """

    rows: np.ndarray
    scores: np.ndarray
    model: Mapping[str, Any]
    weights: np.ndarray = field(repr=False)


def rank(space: Space, labels: Mapping[int, int], *, seed: int, settings: Settings = DEFAULT) -> Ranking:
    """Order the rows without a label by what the labelled ones teach.

    labels  row → 1 included, 0 excluded.  With nothing excluded yet, records drawn at random are presumed to be; with
            nothing included yet, the order begins with what is least like the excluded; without labels it is random.
    The same space, labels, seed and settings give the same ranking, whatever the order of the labels.
    Raises UnknownRow and BadLabel.
    """
    rows, known = _checked(space, labels)
    rng = np.random.default_rng(seed)
    pool = _without(rows, space)
    taught, answers = _taught(rows, known, pool, settings, rng)
    weights = _learnt(space, taught, answers, settings, seed)
    return _ranking(space, pool, weights, rng, _described(space, rows, known, seed, settings, "learnt"))


def cold_start(
    space: Space,
    query_text: str,
    seed_rows: Iterable[int] = (),
    *,
    seed: int = 0,
    settings: Settings = DEFAULT,
) -> Ranking:
    """Order the rows before anybody has voted: by likeness to the question and to seed records.

    query_text  the review's question, such as its PICO; may be empty.
    seed_rows   records known to be relevant; they are left out of the order.
    Raises UnknownRow.
    """
    rows, known = _checked(space, dict.fromkeys(seed_rows, 1))
    rng = np.random.default_rng(seed)
    pool = _without(rows, space)
    weights = np.asarray(space.of_text(query_text).sum(axis=0), dtype=np.float32).ravel()
    if len(rows):
        weights = weights + np.asarray(space.rows(rows).mean(axis=0), dtype=np.float32).ravel()
    model = _described(space, rows, known, seed, settings, "question and seed records")
    model["question_hash"] = hashlib.sha256(query_text.encode("utf-8", "surrogatepass")).hexdigest()
    return _ranking(space, pool, weights, rng, model)


def _checked(space: Space, labels: Mapping[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Rows ascending, and their labels."""
    rows = np.array(sorted(labels), dtype=np.int64)
    if len(rows) and not (rows[0] >= 0 and rows[-1] < len(space)):
        raise UnknownRow(f"Rows are 0 to {len(space) - 1}.")
    known = np.array([labels[int(row)] for row in rows], dtype=np.int64)
    if not np.isin(known, (0, 1)).all():
        raise BadLabel("A label is 0 (excluded) or 1 (included).")
    return rows, known


def _without(rows: np.ndarray, space: Space) -> np.ndarray:
    """The other rows of the space, ascending."""
    left = np.ones(len(space), dtype=bool)
    left[rows] = False
    return np.flatnonzero(left)


def _taught(
    rows: np.ndarray, known: np.ndarray, pool: np.ndarray, settings: Settings, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The rows to learn from, with presumed ones where a side is missing."""
    if len(rows) and known.all():
        presumed = np.sort(rng.choice(pool, min(settings.presumed, len(pool)), replace=False))
        return np.concatenate([rows, presumed]), np.concatenate(
            [known, np.zeros(len(presumed), dtype=np.int64)]
        )
    return rows, known


def _learnt(space: Space, rows: np.ndarray, labels: np.ndarray, settings: Settings, seed: int) -> np.ndarray:
    """Weights of the terms; with one side only, what is like it, for or against."""
    included = int(labels.sum())
    excluded = len(labels) - included
    if not included or not excluded or not space.width:
        mean = np.asarray(space.rows(rows).sum(axis=0), dtype=np.float32).ravel() / max(len(rows), 1)
        return mean if included else -mean
    importance = np.where(labels == 1, 1.0, included / (settings.included_weight * excluded))
    importance *= len(labels) / importance.sum()
    machine = LinearSVC(C=settings.cost, tol=TOLERANCE, random_state=seed % (1 << 32))
    machine.fit(space.rows(rows), labels, importance)
    weights: np.ndarray = machine.coef_[0].astype(np.float32)
    return weights


def _ranking(
    space: Space, pool: np.ndarray, weights: np.ndarray, rng: np.random.Generator, model: Mapping[str, Any]
) -> Ranking:
    """The pool by falling score; equal scores in an order drawn from the seed."""
    scores = space.scores(weights)[pool]
    order = np.lexsort((rng.permutation(len(pool)), -scores))
    return Ranking(pool[order], scores[order], model, weights)


def _described(
    space: Space, rows: np.ndarray, known: np.ndarray, seed: int, settings: Settings, learnt_from: str
) -> dict[str, Any]:
    digest = hashlib.sha256(rows.astype("<i8").tobytes() + known.astype("<i8").tobytes())
    return {
        "model": MODEL,
        "space": space.name,
        "data_hash": space.data_hash,
        "settings": asdict(settings),
        "seed": seed,
        "learnt_from": learnt_from,
        "included": int(known.sum()),
        "excluded": int(len(known) - known.sum()),
        "labels_hash": digest.hexdigest(),
    }
