"""The reference files are what R gives today, and tables drawn at random agree with R too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from synthesis.stats.verification import verify
from tests.synthesis.stats.data import REFERENCE

pytestmark = [
    pytest.mark.r,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R: apt-get install r-cran-metafor"),
]


def made_by_r(folder: Path, *arguments: str) -> Path:
    target = folder / "cases.json"
    subprocess.run(["Rscript", str(REFERENCE / "pooling.R"), str(target), *arguments], check=True, cwd=folder)
    return target


def test_the_reference_file_of_pooling_passes_as_r_makes_it_now(tmp_path):
    assert verify([made_by_r(tmp_path)]).ok


@pytest.mark.parametrize("seed", [11, 12])
def test_random_tables_agree_with_r(tmp_path, seed):
    report = verify([made_by_r(tmp_path, str(seed))])
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 200
