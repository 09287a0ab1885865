"""Replaying a screening that is done, in Python and from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from screening.prioritisation import Text
from screening.prioritisation.__main__ import main
from screening.prioritisation.simulating import BadDataset, Dataset, priors, read_dataset, replay, simulate
from screening.prioritisation.space import build
from tests.screening.prioritisation.made_up import a_pile

TEXTS, LABELS = a_pile(150, 12)
DATASET = Dataset(tuple(f"r{row}" for row in range(150)), tuple(TEXTS), np.array(LABELS))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The pile as a labelled file."""
    path = tmp_path / "pile.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["record_id", "title", "abstract", "label"])
        writer.writerows(
            (name, text.title, text.abstract, label)
            for name, text, label in zip(DATASET.names, TEXTS, LABELS, strict=True)
        )
    return path


def test_every_record_but_the_two_known_ones_is_read_once() -> None:
    found = simulate(DATASET, seed=0)
    assert sorted([*found.order.tolist(), *found.priors]) == list(range(150))
    assert [LABELS[row] for row in found.priors] == [1, 0]
    assert found.labels.tolist() == [LABELS[row] for row in found.order]


def test_two_topics_that_differ_are_told_apart_at_once() -> None:
    figures = simulate(DATASET, seed=0).figures()
    assert figures["wss@95"] > 0.8
    assert figures["rrf@10"] > 0.9


def test_the_model_learns_anew_after_four_per_cent_more_labels() -> None:
    found = simulate(DATASET, seed=0)
    known, times = 2, 0
    last = int(np.flatnonzero(found.labels)[-1])
    while known - 2 <= last:
        known, times = known + -(-known * 4 // 100), times + 1
    assert found.trained == times


def test_a_replay_repeats_itself_and_another_seed_starts_elsewhere() -> None:
    space = build(TEXTS)
    one, again, other = (replay(space, LABELS, seed) for seed in (4, 4, 5))
    assert one.order.tobytes() == again.order.tobytes()
    assert one.priors != other.priors


def test_the_records_known_beforehand_are_drawn_as_the_protocol_says() -> None:
    chance = np.random.RandomState(3)
    labels = np.array(LABELS)
    expected = (chance.choice(np.flatnonzero(labels == 1)), chance.choice(np.flatnonzero(labels == 0)))
    assert priors(labels, 3) == expected


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 0, 0], [1, 1, 1]])
def test_nothing_left_to_find_is_refused(labels: list[int]) -> None:
    dataset = Dataset(("a", "b", "c"), (Text("gait", ""),) * 3, np.array(labels))
    with pytest.raises(BadDataset, match="two included"):
        simulate(dataset, seed=0)


def test_the_command_prints_the_metrics(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(file), "--seeds", "0", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["records"], report["included"]) == (150, 12)
    assert [found["seed"] for found in report["replays"]] == [0, 1]
    expected = simulate(read_dataset(file), seed=1)
    found = report["replays"][1]
    assert found["order"] == [DATASET.names[row] for row in expected.order]
    assert {name: found[name] for name in expected.figures()} == expected.figures()
    assert found["curve"][-1] == [148, 1.0]
    assert found["seconds"] >= 0


def test_the_command_prints_lines_to_read(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "WSS@95" in printed
    assert "RRF@10" in printed
    assert "CPU s" in printed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column"),
        (b"record_id,title,abstract\n1,a,b\n", "no column called label"),
        (b"record_id,title,abstract,label\n1,a,b,maybe\n", "record 1: a label is 0 or 1"),
        (b"record_id,title,abstract,label\n1,a\n", "record 1: a label is 0 or 1"),
        (b"record_id,title,abstract,label\n1,a,b,1\n", "two included"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_refused_in_words(
    tmp_path: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as stopped:
        main(["simulate", str(path)])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["simulate", str(tmp_path / "nowhere.csv")])
    assert stopped.value.code == 2
