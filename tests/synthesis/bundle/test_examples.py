"""The bundles of the two example reviews, as somebody unzips and runs them."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from demo import loading
from reviews.models import User
from synthesis.bundle import Said, checksums, zipped
from synthesis.queries import bundle as found
from synthesis.services.bundle import files_of

pytestmark = [
    pytest.mark.r,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R: apt-get install r-cran-metafor"),
]


@pytest.mark.parametrize("name", loading.EXAMPLES)
def test_r_computes_every_number_of_an_example_anew(name: str, tmp_path: Path) -> None:
    [review] = loading.load([name])
    runs = [found.material_of(run) for _, run in found.newest_runs(review) if run]
    assert runs
    viewer = User.objects.get(email="ana@example.org")
    files = files_of(review, viewer, runs, Said(review.title, review.slug))
    archive = zipped(files | {"SHA256SUMS": checksums(files)})
    with zipfile.ZipFile(io.BytesIO(archive)) as stored:
        stored.extractall(tmp_path)
    answer = subprocess.run(["Rscript", "run.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-2000:]
    for run in runs:
        assert f"Analysis {run.analysis}: " in answer.stdout
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)
