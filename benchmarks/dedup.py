"""Deduplication on labelled records, beside bib-dedupe in the same run: python -m benchmarks.dedup DIR [--peers PYTHON].

DIR holds one folder per data set, or is one: records.csv and labels.csv (id,cluster_id).  Every program runs in a process of
its own, of which processor seconds and the largest memory are read.  With --size the program also makes 110 000 records with
known duplicates, finds them, and adds 1 000 records to 100 000.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.duplicates import synthetic
from benchmarks.duplicates.scoring import Score, score

OURS = "Quorum"
PEER = "bib-dedupe"
PEER_PROGRAM = Path(__file__).parent / "duplicates" / "peer.py"
HEADER = (
    "| set | program | records | lost | precision | sensitivity | with answers | specificity | asked | of them true "
    "| CPU s | MB |"
)
RULER = "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
SIZE = 110_000
KNOWN, NEW = 100_000, 1_000


@dataclass(frozen=True, slots=True)
class Run:
    """What a child process used."""

    seconds: float
    megabytes: float
    output: str


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a program to its end.  Raises CalledProcessError, with what it said, if it fails."""
    out, err = folder / "stdout", folder / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        child = subprocess.Popen(command, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        said = err.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise subprocess.CalledProcessError(child.returncode, list(command), stderr=said)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read_text(encoding="utf-8"))


def sets_in(folder: Path) -> Iterator[Path]:
    """The labelled data sets in a folder, or the folder itself if it is one."""
    if (folder / "labels.csv").is_file():
        yield folder
    else:
        yield from sorted(path.parent for path in folder.glob("*/labels.csv"))


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def measured(data: Path, program: Sequence[str]) -> tuple[Score, Run]:
    """Run one program (its command up to the names of the files) on one data set."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clusters, maybe = folder / "clusters.csv", folder / "maybe.csv"
        command = [
            part.format(records=data / "records.csv", clusters=clusters, maybe=maybe) for part in program
        ]
        used = run(command, folder)
        labels = {row["id"]: row["cluster_id"] for row in table(data / "labels.csv")}
        predicted = {row["id"]: row["cluster_id"] for row in table(clusters)}
        pairs = [(row["id1"], row["id2"]) for row in table(maybe)]
    return score(labels, predicted, pairs), used


def line(name: str, program: str, result: Score, used: Run) -> str:
    """A row of the table."""
    true = f"{result.asked_true / result.asked:.0%}" if result.asked else "–"
    cells = (
        name,
        program,
        f"{result.records:,}",
        str(result.lost),
        f"{result.precision:.4f}",
        f"{result.sensitivity:.4f}",
        f"{result.answered:.4f}",
        f"{result.specificity:.5f}",
        f"{result.asked} ({result.asked / max(result.records, 1):.2%})",
        true,
        f"{used.seconds:.1f}",
        f"{used.megabytes:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def programs(peers: str | None) -> dict[str, list[str]]:
    """The commands to compare."""
    found = {
        OURS: [
            sys.executable,
            "-m",
            "reviews.deduplication",
            "{records}",
            "-o",
            "{clusters}",
            "--maybe",
            "{maybe}",
        ]
    }
    if peers:
        found[PEER] = [peers, str(PEER_PROGRAM), "{records}", "{clusters}", "{maybe}"]
    return found


def compare(data: Path, peers: str | None) -> None:
    """Score every program on every set, line by line as they end."""
    print(HEADER)
    print(RULER)
    for folder in sets_in(data):
        for name, program in programs(peers).items():
            try:
                print(line(folder.name, name, *measured(folder, program)), flush=True)
            except subprocess.CalledProcessError as error:
                print(f"{folder.name}: {name} failed: {error.stderr}", file=sys.stderr)


def size() -> None:
    """The run over many records, and the update of a large review."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic.write(folder / "all", SIZE)
        print(HEADER)
        print(RULER)
        print(line(f"{SIZE:,} made up", OURS, *measured(folder / "all", programs(None)[OURS])), flush=True)
        synthetic.write(folder / "update", KNOWN + NEW)
        command = [sys.executable, "-m", "benchmarks.duplicates.update"]
        used = run([*command, str(folder / "update" / "records.csv"), "--new", str(NEW)], folder)
        found = json.loads(used.output)
        same = (
            "the same links as from scratch" if found["as_from_scratch"] else "OTHER LINKS than from scratch"
        )
        print(
            f"\n{found['new']:,} new records into {found['known']:,}: {found['seconds']:.2f} CPU s, "
            f"{found['looked_at']:,} known records looked at, {found['links']:,} links, {same}."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dedup", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("data", type=Path, nargs="?", metavar="DIR")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python that has bib-dedupe")
    parser.add_argument("--size", action="store_true", help="also measure 110 000 made-up records")
    options = parser.parse_args(arguments)
    if options.data is not None:
        if not any(sets_in(options.data)):
            parser.exit(2, f"{options.data}: no records.csv with labels.csv there.\n")
        compare(options.data, options.peers)
    if options.size or options.data is None:
        size()
    return 0


if __name__ == "__main__":
    sys.exit(main())
