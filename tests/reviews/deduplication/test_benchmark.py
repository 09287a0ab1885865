"""The benchmark's scores, worked out by hand and, where it is at hand, against the data sets' own scorer."""

from __future__ import annotations

import csv
import importlib.util
import os
import random
from pathlib import Path

import pytest

from benchmarks import dedup
from benchmarks.duplicates import synthetic
from benchmarks.duplicates.scoring import Score, score

LABELS = {"a": "A", "b": "A", "c": "A", "d": "D", "e": "E", "f": "E", "g": "G"}


def test_a_prediction_is_scored_as_worked_out_by_hand() -> None:
    # A: one of three is left behind.  D: lost among A's.  E: found.  G: nobody named it.
    predicted = {"a": "1", "b": "1", "c": "2", "d": "1", "e": "3", "f": "3"}
    found = score(LABELS, predicted, [("c", "b"), ("b", "c"), ("a", "b"), ("d", "g"), ("x", "a")])
    assert found == Score(records=7, found=2, lost=1, missed=1, kept=3, asked=2, asked_true=1, answered=1.0)
    assert (found.precision, found.sensitivity, found.specificity) == (2 / 3, 2 / 3, 3 / 4)


def test_nothing_to_find_is_found_completely() -> None:
    found = score({"a": "A"}, {})
    assert (found.precision, found.sensitivity, found.specificity) == (1, 1, 1)


SCORER = Path(os.environ.get("DEDUP_DATA", "")) / "eval_dedup.py"


@pytest.mark.skipif(not SCORER.is_file(), reason="DEDUP_DATA names no folder with eval_dedup.py")
@pytest.mark.parametrize("seed", range(20))
def test_both_scorers_agree(seed: int) -> None:
    spec = importlib.util.spec_from_file_location("eval_dedup", SCORER)
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    chance = random.Random(seed)  # noqa: S311
    labels = {f"r{n}": f"p{chance.randrange(20)}" for n in range(60)}
    predicted = {
        name: chance.choice([paper, f"x{chance.randrange(9)}", name]) for name, paper in labels.items()
    }
    maybe = [(chance.choice(list(labels)), chance.choice(list(labels))) for _ in range(40)]
    maybe = [pair for pair in maybe if pair[0] != pair[1]]
    rows = [{"id": name, "cluster_id": paper} for name, paper in labels.items()]
    guesses = [{"id": name, "cluster_id": cluster} for name, cluster in predicted.items()]
    asked = [{"id1": one, "id2": other} for one, other in maybe]
    expected, _, _ = theirs.score(rows, guesses, asked)
    found = score(labels, predicted, maybe)
    counts = expected["record_level"]
    assert (found.found, found.lost, found.missed, found.kept) == tuple(
        counts[name] for name in ("TP", "FP", "FN", "TN")
    )
    assert found.specificity == counts["specificity"]
    assert (found.asked, found.asked_true) == (expected["review"]["pairs"], expected["review"]["true"])


def test_made_up_records_are_the_same_for_the_same_seed_and_have_duplicates() -> None:
    first, again = list(synthetic.records(200)), list(synthetic.records(200))
    assert first == again
    assert first != list(synthetic.records(200, seed=21))
    assert len({paper for _, paper in first}) == 160


def test_the_benchmark_prints_a_row_for_each_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    synthetic.write(tmp_path / "small", 60)
    with (tmp_path / "small" / "labels.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 60
    for folder in (tmp_path, tmp_path / "small"):
        assert dedup.main([str(folder)]) == 0
        header, _, row = capsys.readouterr().out.splitlines()
        assert header == dedup.HEADER
        assert row.startswith("| small | Quorum | 60 | 0 | 1.0000 | 1.0000 |")


def test_a_folder_without_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        dedup.main([str(tmp_path)])
    assert stopped.value.code == 2
    assert "no records.csv" in capsys.readouterr().err
