# ruff: noqa: N999 (the name is the command: python -m benchmarks.import)
"""Importing, beside rispy in the same run: python -m benchmarks.import DIR [--peers PYTHON] [--records 100000 …] [--store].

DIR holds files to import and `expected.csv` with the columns file, format and expected_records.  `--peers` is a Python that
has rispy (by default, the one that runs this).  Prints tables in Markdown; each reading runs in a child process of its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.import_files import write_records
from tests.reviews.formats.rewrites import REWRITES, TITLES
from tests.reviews.formats.samples import GOOD

READERS = Path(__file__).with_name("import_readers.py")


def say(line: str = "") -> None:
    """One line of a table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def child(python: str, *arguments: str) -> Any:
    """What a child process prints as JSON, None if it fails."""
    done = subprocess.run(
        [python, str(READERS), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": "."},
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def corpus(folder: Path, peers: str) -> None:
    """Records counted exactly, by format."""
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    paths = [str(folder / row["file"]) for row in rows]
    ours, theirs = child(sys.executable, "ours", "count", *paths), child(peers, "rispy", "count", *paths)
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for row, us, them in zip(rows, ours, theirs, strict=True):
        expected = int(row["expected_records"])
        numbers = (1, expected, us == expected, row["format"] == "ris" and them == expected, us or 0)
        for name in (row["format"], "all"):
            tally[name] = [old + new for old, new in zip(tally[name], numbers, strict=True)]
        if us != expected:
            sys.stderr.write(f"{row['file']}: {us} records, {expected} expected\\n")
    say("| format | files | records | exact: ours | exact: rispy |")
    say("|---|--:|--:|--:|--:|")
    for name, (files, records, exact, by_rispy, _) in sorted(
        tally.items(), key=lambda item: (item[0] == "all", item[0])
    ):
        say(f"| {name} | {files} | {records:,} | {exact} | {by_rispy if name in {'ris', 'all'} else '–'} |")
    say()


def rewrites(peers: str) -> None:
    """One good file, rewritten: records that each reader finds."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.ris" for number in range(len(REWRITES))]
        for path, rewrite in zip(paths, REWRITES.values(), strict=True):
            path.write_bytes(rewrite(GOOD))
        names = [str(path) for path in paths]
        ours, theirs = child(sys.executable, "ours", "count", *names), child(peers, "rispy", "count", *names)
    say(f"| rewrite (a file of {len(TITLES)} records) | ours | rispy |")
    say("|---|--:|--:|")
    for name, us, them in zip(REWRITES, ours, theirs, strict=True):
        say(f"| {name} | {us} | {'raises' if them is None else them} |")
    right = [sum(number == len(TITLES) for number in numbers) for numbers in (ours, theirs)]
    say(f"| **right, of {len(REWRITES)}** | **{right[0]}** | **{right[1]}** |")
    say()


def speed(sizes: Sequence[int], peers: str, *, store: bool) -> None:
    """CPU seconds and peak memory of reading large RIS files, and of storing the first."""
    say("| records | file | reader | CPU s | records/s | peak memory |")
    say("|--:|--:|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.ris"
            write_records(path, size)
            megabytes = path.stat().st_size / 1e6
            for name, python in (("ours", sys.executable), ("rispy", peers)):
                _row(size, megabytes, name, child(python, name, "time", str(path)))
            if store and size == sizes[0]:
                _row(size, megabytes, "ours, parsed and stored in SQLite", _stored(path))
            path.unlink()
    say()


def _row(size: int, megabytes: float, name: str, cost: dict[str, Any] | None) -> None:
    if cost is None:
        say(f"| {size:,} | {megabytes:.0f} MB | {name} | failed | | |")
        return
    assert cost["records"] == size, cost
    say(
        f"| {size:,} | {megabytes:.0f} MB | {name} | {cost['cpu']:.1f} | {size / cost['cpu']:,.0f} | {cost['mb']:.0f} MB |"
    )


def _stored(path: Path) -> dict[str, Any] | None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.storing", "--only-store", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        return None
    row = json.loads(done.stdout.splitlines()[-1])
    return {"records": row["records"], "cpu": row["cpu_read_and_stored"], "mb": row["peak_mb"]}


def main(arguments: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.import", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--records", type=int, nargs="*", default=[100_000])
    parser.add_argument(
        "--store", action="store_true", help="also import the first of the large files into SQLite"
    )
    options = parser.parse_args(arguments)
    corpus(options.folder, options.peers)
    rewrites(options.peers)
    if options.records:
        speed(options.records, options.peers, store=options.store)
    return 0


if __name__ == "__main__":
    sys.exit(main())
