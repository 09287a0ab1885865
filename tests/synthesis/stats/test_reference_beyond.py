"""The reference files of networks, subsets and bivariate models are what R gives today."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.synthesis.stats.data import REFERENCE

pytestmark = [
    pytest.mark.r,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R: apt-get install r-cran-metafor"),
]


def leaves(value: Any) -> list[Any]:
    """Every number and word of a JSON document, in order of keys."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in leaves(value[key])]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", ["network", "beyond"])
def test_the_reference_file_is_what_r_makes_now(name: str, tmp_path: Path) -> None:
    target = tmp_path / f"{name}.json"
    subprocess.run(["Rscript", str(REFERENCE / f"{name}.R"), str(target)], check=True, cwd=tmp_path)
    now, kept = (leaves(json.loads(path.read_text())) for path in (target, REFERENCE / f"{name}.json"))
    words = [[leaf for leaf in each if isinstance(leaf, str)] for each in (now, kept)]
    numbers = [[leaf for leaf in each if not isinstance(leaf, str)] for each in (now, kept)]
    assert words[0] == words[1]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-6, abs=1e-9)
