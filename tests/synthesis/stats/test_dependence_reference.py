"""The reference file of dependent effects and mixed models is what R gives today, and random tables agree too."""

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


@pytest.mark.parametrize("seed", [[], ["21"]])
def test_r_agrees_on_dependent_effects_and_mixed_models(tmp_path, seed):
    target = tmp_path / "cases.json"
    subprocess.run(["Rscript", str(REFERENCE / "dependence.R"), str(target), *seed], check=True, cwd=tmp_path)
    report = verify([target])
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 80
