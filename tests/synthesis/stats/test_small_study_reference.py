"""The reference file of small-study effects is what R gives today."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from synthesis.stats.verification import verify
from tests.synthesis.stats.data import REFERENCE

pytestmark = [
    pytest.mark.r,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R: apt-get install r-cran-metafor"),
]


def test_r_agrees_on_small_study_effects(tmp_path):
    target = tmp_path / "cases.json"
    subprocess.run(["Rscript", str(REFERENCE / "small_study.R"), str(target)], check=True, cwd=tmp_path)
    report = verify([target])
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 100
