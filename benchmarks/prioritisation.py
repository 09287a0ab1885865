"""Orders of reading on labelled sets, beside ASReview: python -m benchmarks.prioritisation DIR [--peers PYTHON].

DIR holds labelled sets (record_id,title,abstract,label).  Each screening is replayed from the same two records by each
program in a process of its own, of which processor seconds are read, start included, and scored by our own metrics.
ASReview needs minutes for large sets; with --keep FOLDER its runs are kept there, and a table that was broken off goes on.
With --size, what 50 000 records cost.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from screening.prioritisation import metrics
from screening.prioritisation.simulating import Dataset, priors, read_dataset

OURS, PEER = "Quorum", "ASReview ELAS u4"
PEER_PROGRAM = Path(__file__).parent / "prioritising" / "peer.py"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PEER_IMPORTS = "asreview.learner, asreview.models.models, asreview.simulation.simulate, sklearn.svm"
RECORDS, LABELS = 50_000, 1_000


@dataclass(frozen=True, slots=True)
class Score:
    """What an order saved, and what it cost in processor seconds and megabytes."""

    wss95: float
    rrf10: float
    atd: float
    seconds: float
    megabytes: float


def run(command: Sequence[str]) -> tuple[str, float, float]:
    """What a program prints, its processor seconds and its largest memory in MB.  Raises CalledProcessError."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, env={**os.environ, **ONE_THREAD})
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, list(command))
        out.seek(0)
        return out.read().decode(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def scored(dataset: Dataset, seed: int, order: Sequence[str], seconds: float, megabytes: float) -> Score:
    """Score an order of reading; what it does not name comes last, and the two known beforehand do not count."""
    start = {dataset.names[row] for row in priors(dataset.labels, seed)}
    label_of = dict(zip(dataset.names, dataset.labels.tolist(), strict=True))
    assert len(set(order)) == len(order)
    assert not start & set(order)
    labels = [label_of.pop(name) for name in order]
    labels += [label for name, label in label_of.items() if name not in start]
    return Score(
        metrics.work_saved(labels),
        metrics.recall_after(labels),
        metrics.time_to_discovery(labels),
        seconds,
        megabytes,
    )


def ours(path: Path, dataset: Dataset, seed: int) -> Score:
    """One replay by this project."""
    command = [
        sys.executable,
        "-m",
        "screening.prioritisation",
        "simulate",
        str(path),
        "--json",
        "--seeds",
        str(seed),
    ]
    said, *used = run(command)
    return scored(dataset, seed, json.loads(said)["replays"][0]["order"], *used)


def theirs(path: Path, dataset: Dataset, seed: int, python: str, keep: Path | None) -> Score:
    """One replay by ASReview, or the one that was kept."""
    kept = keep / f"{path.stem}.{seed}.json" if keep else None
    if kept and kept.is_file():
        return Score(**json.loads(kept.read_text(encoding="utf-8")))
    said, *used = run([python, str(PEER_PROGRAM), str(path), str(seed)])
    found = scored(dataset, seed, json.loads(said)["order"], *used)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def start(python: str, modules: str) -> float:
    """Processor seconds of starting Python and importing modules."""
    return run([python, "-c", f"import {modules}"])[1]


def averaged(scores: Sequence[Score]) -> Score:
    """The mean of every figure."""
    return Score(*(statistics.fmean(column) for column in zip(*map(astuple, scores), strict=True)))


def line(name: str, found: Sequence[Score]) -> str:
    """A row of the table: each figure of each program."""
    cells = [f"{score.wss95:.3f}" for score in found]
    cells += [f"{score.rrf10:.3f}" for score in found]
    cells += [f"{score.atd:.3f}" for score in found]
    cells += [f"{score.seconds:.1f}" for score in found]
    return f"| {' | '.join([name, *cells])} |"


def compare(folder: Path, seeds: Sequence[int], peers: str | None, keep: Path | None) -> bool:
    """Print the table; whether ours is as good as promised."""
    programs = [OURS, PEER] if peers else [OURS]
    figures = [f"{figure}, {name}" for figure in ("WSS@95", "RRF@10", "ATD", "CPU s") for name in programs]
    print(f"| set | {' | '.join(figures)} |\n|---|{'--:|' * len(figures)}")
    rows: list[list[Score]] = []
    for path in sorted(folder.glob("*.csv")):
        dataset = read_dataset(path)
        row = [averaged([ours(path, dataset, seed) for seed in seeds])]
        if peers:
            row.append(averaged([theirs(path, dataset, seed, peers, keep) for seed in seeds]))
        rows.append(row)
        print(line(path.stem, row), flush=True)
    means = [averaged(column) for column in zip(*rows, strict=True)]
    print(line(f"mean of {len(rows)}", means))
    if not peers:
        return means[0].wss95 >= 0.5
    starts = start(sys.executable, "screening.prioritisation.__main__"), start(peers, PEER_IMPORTS)
    return means[0].wss95 >= 0.5 and beside(rows, *starts)


def beside(rows: Sequence[Sequence[Score]], our_start: float, their_start: float) -> bool:
    """Say how far apart the two are, with the standard error over sets; whether ours is ahead, and ten times faster."""
    apart = [us.wss95 - them.wss95 for us, them in rows]
    error = statistics.stdev(apart) / len(apart) ** 0.5 if len(apart) > 1 else float("nan")
    sooner = statistics.fmean(us.atd - them.atd for us, them in rows)
    us, them = (sum(row[program].seconds for row in rows) for program in (0, 1))
    faster = (them - their_start * len(rows)) / (us - our_start * len(rows))
    print(
        f"\nWSS@95 {statistics.fmean(apart):+.4f} ± {error:.4f} (SE over sets), ahead on {sum(d > 0 for d in apart)} of "
        f"{len(apart)}; least {min(apart):+.3f}; ATD {sooner:+.4f}.  {them / us:.1f} times less CPU; starting and importing "
        f"are {our_start:.1f} and {their_start:.1f} s of each run, without them {faster:.1f} times less."
    )
    return statistics.fmean(apart) > 0 and faster >= 10


def size(folder: Path) -> bool:
    """Print what a large review costs; whether it is as little as promised."""
    module = "benchmarks.prioritising.size"
    found = json.loads(run([sys.executable, "-m", module, str(folder), str(RECORDS), str(LABELS)])[0])
    print(f"\n| {RECORDS:,} records, {LABELS:,} labels | |\n|---|--:|")
    for name, value in found.items():
        print(f"| {name} | {f'{value:.3f}' if isinstance(value, float) else value} |")
    return bool(
        found["build and first ranking, CPU s"] <= 25 and found["ranking again, CPU s (median of 7)"] <= 0.1
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; exit 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.prioritisation", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("data", type=Path, metavar="DIR")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--peers", metavar="PYTHON", help="a Python that has asreview")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep ASReview's runs here, and use those kept"
    )
    parser.add_argument("--size", action="store_true", help=f"also measure {RECORDS:,} records")
    options = parser.parse_args(arguments)
    if not any(options.data.glob("*.csv")):
        parser.exit(2, f"{options.data}: no labelled sets there.\n")
    fine = compare(options.data, options.seeds, options.peers, options.keep)
    if options.size:
        fine = size(options.data) and fine
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
