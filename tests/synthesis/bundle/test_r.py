"""The R script of a bundle: it agrees where it should, and says where it does not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from synthesis.bundle import CHECKING, AnalysisRun, data_csv, expected_csv, script
from tests.synthesis.bundle.examples import many_runs

pytestmark = [
    pytest.mark.r,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R: apt-get install r-cran-metafor"),
]


def unpacked(runs: list[AnalysisRun], folder: Path) -> Path:
    """What the script needs, as it lies in the zip."""
    for path, content in (
        ("run.R", script(runs).encode("ascii")),
        ("R/checking.R", CHECKING.encode("ascii")),
        ("data/data.csv", data_csv(runs)),
        ("data/expected.csv", expected_csv(runs)),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def computed(folder: Path, *, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    """The script's own words."""
    return subprocess.run(
        ["Rscript", "run.R"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": locale},
    )  # fmt: skip


@pytest.mark.parametrize(("seed", "locale"), [(1, "C.UTF-8"), (5, "C")])
def test_metafor_agrees_with_every_number(seed: int, locale: str, tmp_path: Path) -> None:
    answer = computed(unpacked(many_runs(seed), tmp_path), locale=locale)
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-2000:]
    assert "stopped" not in answer.stdout
    agreed, of = (int(word) for word in answer.stdout.split("\n")[-2].split()[:3:2])
    assert agreed == of > 4000


def test_a_number_that_is_wrong_in_the_sixth_digit_is_found(tmp_path: Path) -> None:
    folder = unpacked(many_runs(1)[:1], tmp_path)
    rows = (folder / "data/expected.csv").read_text(encoding="utf-8").splitlines()
    at = next(number for number, row in enumerate(rows) if ",pooled,,estimate," in row)
    cells = rows[at].split(",")
    cells[4] = repr(float(cells[4]) * (1 + 5e-6))
    rows[at] = ",".join(cells)
    (folder / "data/expected.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    answer = computed(folder)
    assert answer.returncode == 1
    assert "Different" in answer.stdout
    assert "estimate" in answer.stdout.split("Different")[1].splitlines()[2]


def test_an_analysis_that_r_cannot_compute_counts_as_different(tmp_path: Path) -> None:
    folder = unpacked(many_runs(1)[:2], tmp_path)
    text = (folder / "run.R").read_text()
    (folder / "run.R").write_text(text.replace("d <- rows_of(1)", 'stop("broken")', 1))
    answer = computed(folder)
    assert answer.returncode == 1
    assert "stopped: broken" in answer.stdout


def test_a_bundle_without_runs_ends_well(tmp_path: Path) -> None:
    answer = computed(unpacked([], tmp_path))
    assert answer.returncode == 0, answer.stdout + answer.stderr
