"""Spoilt files against the readers: python -m benchmarks.fuzz_formats --count 1000000 --seed 1 [--from DIR].

Every input is made from samples of all formats by splices, cuts, flipped bytes, other encodings and other line ends.  A
reader may raise FormatError and nothing else; records seen are records made and records refused; and no two records
share a byte.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from reviews.formats import sniff
from tests.reviews.formats.spoiling import SAMPLES, by_format, spoilt, trouble


def samples_in(folder: Path | None) -> list[bytes]:
    """Samples of every format, and the beginnings of the files of a folder."""
    samples = list(SAMPLES)
    if folder:
        samples += [path.read_bytes()[:3000] for path in sorted(folder.rglob("*")) if path.is_file()]
    return samples


def main(arguments: list[str] | None = None) -> int:
    """Run; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="folder", type=Path, help="more samples: the files of a folder")
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that were read wrongly")
    options = parser.parse_args(arguments)
    groups = by_format(samples_in(options.folder))
    chance = random.Random(options.seed)  # noqa: S311 (nothing secret)
    kinds: Counter[str] = Counter()
    failures = 0
    for number in range(options.count):
        raw = spoilt(groups, chance)
        if number % 16 == 0:
            kinds[sniff(raw[: 1 << 16]).format] += 1
        if said := trouble(raw):
            failures += 1
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}").write_bytes(raw)
            sys.stdout.write(f"input {number} of seed {options.seed}: {said}\n{raw[:300]!r}\n")
            if failures >= 20:
                break
    shares = ", ".join(f"{name} {count:,}" for name, count in kinds.most_common())
    sys.stdout.write(
        f"{options.count:,} inputs in {time.process_time():.0f} CPU s: {failures} failures.\nOne in sixteen was taken for: {shares}\n"
    )
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
