"""What others need to check a synthesis, as files: data, an R script, a RevMan data package, checksums. No Django.

Plain data of runs in, text and bytes out; the same runs give the same bytes.
"""

from __future__ import annotations

from synthesis.bundle.archive import SUMS, checksums, zipped
from synthesis.bundle.data import data_csv, dictionary_csv
from synthesis.bundle.expected import expected_csv
from synthesis.bundle.material import About, AnalysisRun, Bias
from synthesis.bundle.readme import Said, manifest, readme
from synthesis.bundle.revman import package
from synthesis.bundle.script import CHECKING, script

__all__ = [
    "CHECKING",
    "SUMS",
    "About",
    "AnalysisRun",
    "Bias",
    "Said",
    "checksums",
    "data_csv",
    "dictionary_csv",
    "expected_csv",
    "manifest",
    "package",
    "readme",
    "script",
    "zipped",
]
