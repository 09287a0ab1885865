"""The statistics engine beside R's metafor on the same data in the same run: python -m benchmarks.stats."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthesis import stats

R_SCRIPT = Path(__file__).with_suffix(".R")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to time: how often per measurement, what ratio to R is the goal, and a number both must agree on."""

    name: str
    run: Callable[[], float]
    inner: int
    goal: float


def fractions(i: np.ndarray, step: float) -> np.ndarray:
    """Fractional part of i × step: the closed-form data that R makes too."""
    return i * step - np.floor(i * step)


def effects(k: int, moderators: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effects, variances and a design matrix of three moderators."""
    from scipy.special import ndtri

    i = np.arange(1, k + 1)
    v = 0.005 + 0.15 * fractions(i, 0.6180339887498949) ** 2
    x = np.column_stack(
        [
            np.ones(k),
            10 * fractions(i, math.sqrt(2)),
            (i % 3 == 0).astype(float),
            fractions(i, math.sqrt(3)) - 0.5,
        ]
    )
    mean = x @ [0.25, 0.03, -0.1, 0.2] if moderators else 0.3
    return mean + np.sqrt(v + 0.04) * ndtri(0.001 + 0.998 * fractions(i, 0.7548776662466927)), v, x


def tables(k: int) -> dict[str, Any]:
    """2×2 tables."""
    i = np.arange(1, k + 1)
    n1, n2 = 40 + i % 97, 40 + (7 * i) % 89
    a = np.floor(n1 * (0.05 + 0.25 * fractions(i, 0.6180339887498949)))
    c = np.floor(n2 * (0.08 + 0.3 * fractions(i, 0.5698402909980532)))
    return {"ai": a, "bi": n1 - a, "ci": c, "di": n2 - c}


def means(k: int) -> dict[str, Any]:
    """Two groups with means and standard deviations."""
    i = np.arange(1, k + 1)
    return {
        "m1i": 10 + 2 * fractions(i, 0.6180339887498949),
        "sd1i": 1 + fractions(i, 0.5698402909980532),
        "n1i": (10 + i % 61).astype(float),
        "m2i": 9.5 + 2 * fractions(i, 0.7548776662466927),
        "sd2i": 1 + fractions(i, math.sqrt(5)),
        "n2i": (10 + (5 * i) % 53).astype(float),
    }


def tasks() -> list[Task]:
    """The speed list, in R's names."""
    y10, v10, _ = effects(10)
    y100, v100, _ = effects(100)
    y1k, v1k, _ = effects(1000)
    y2k, v2k, _ = effects(2000)
    y50, v50, x50 = effects(50, moderators=True)
    yr, vr, xr = effects(1000, moderators=True)
    smd, cells = means(100_000), tables(1000)
    return [
        Task("reml_k10", lambda: stats.pool(y10, v10).tau2, 200, 4),
        Task("reml_k100", lambda: stats.pool(y100, v100).tau2, 100, 8),
        Task("reml_k1000", lambda: stats.pool(y1k, v1k).tau2, 20, 500),
        Task("reml_k2000", lambda: stats.pool(y2k, v2k).tau2, 20, 3000),
        Task("dl_k1000", lambda: stats.pool(y1k, v1k, tau2="DL").tau2, 100, 100),
        Task("leave1out_k100", lambda: float(stats.leave_one_out(y100, v100).estimate[0]), 3, 50),
        Task("influence_k100", lambda: float(stats.influence(y100, v100).cook[0]), 3, 30),
        Task("regression_k1000", lambda: stats.meta_regression(yr, vr, xr).tau2, 10, 300),
        Task("permutations_k50", lambda: _permute(y50, v50, x50[:, :2]), 1, 50),
        Task("trimfill_k100", lambda: stats.trim_and_fill(y100, v100).pooled.estimate, 20, 10),
        Task("q_profile_k100", lambda: stats.tau2_confidence(y100, v100).lb, 50, 5),
        Task("escalc_smd_100k", lambda: float(stats.effect_sizes("SMD", **smd).yi.sum()), 1, 2),
        Task(
            "mantel_haenszel_k1000",
            lambda: float(stats.mantel_haenszel("OR", **cells).estimate or 0.0),
            20,
            2,
        ),
    ]


def _permute(y: np.ndarray, v: np.ndarray, x: np.ndarray) -> float:
    found = stats.permutation_test(y, v, x, rng=np.random.default_rng(1), samples=1000)
    return float(found.statistic[1])


def timed(task: Task, repeats: int) -> tuple[float, float]:
    """Median processor seconds of one call, which other programs on the machine disturb least, and its number."""
    check = task.run()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        for _ in range(task.inner):
            task.run()
        seconds.append((time.process_time() - start) / task.inner)
    return statistics.median(seconds), check


def measured_in_r(repeats: int) -> dict[str, dict[str, float]]:
    """R's medians and checks by task; empty without Rscript."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "r.json"
        subprocess.run(
            ["Rscript", str(R_SCRIPT), str(target), str(repeats)], check=True, stdout=subprocess.DEVNULL
        )
        data: dict[str, dict[str, float]] = json.loads(target.read_text(encoding="utf-8"))
        return data


def main() -> int:
    """Print the table; exit 1 when a ratio misses its goal or the two engines disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    r = measured_in_r(options.repeats)
    fine = True
    print("| task | here (ms) | metafor (ms) | ratio | goal | same number |\n|---|---|---|---|---|---|")
    for task in tasks():
        seconds, check = timed(task, options.repeats)
        theirs = r.get(task.name)
        if theirs is None:
            print(f"| {task.name} | {seconds * 1e3:.3f} | – | – | {task.goal:g} | – |")
            continue
        ratio = theirs["seconds"] / seconds
        same = math.isclose(check, theirs["check"], rel_tol=3e-3)  # metafor stops at 1e-4 absolute
        fine = fine and same and ratio >= task.goal
        agreed = "yes" if same else f"no: {check!r}, R {theirs['check']!r}"
        print(
            f"| {task.name} | {seconds * 1e3:.3f} | {theirs['seconds'] * 1e3:.2f} "
            f"| {ratio:.0f} | {task.goal:g} | {agreed} |"
        )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
