"""`python -m screening.prioritisation simulate DATASET.csv [--seeds 0 1 2] [--json]`: replay a screening that is done.

DATASET.csv has a header with record_id, title, abstract and label (1 included, 0 excluded).  Each replay starts from one
included and one excluded record drawn at random; docs/prioritisation.md defines what is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from screening.prioritisation.metrics import recall_curve
from screening.prioritisation.simulating import BadDataset, Dataset, Replay, read_dataset, replay
from screening.prioritisation.space import build

CURVE_POINTS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m screening.prioritisation", description=(__doc__ or "").split("\n")[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("simulate", help="replay a labelled file")
    command.add_argument("dataset", type=Path, metavar="DATASET.csv")
    command.add_argument("--seeds", type=int, nargs="+", default=[0], help="one replay for each (default: 0)")
    command.add_argument(
        "--json", action="store_true", help="print one JSON document, with the order of reading"
    )
    options = parser.parse_args(arguments)
    try:
        dataset = read_dataset(options.dataset)
        report = _replayed(dataset, options.seeds)
    except (OSError, BadDataset) as error:
        parser.exit(2, f"{error}\n")
    sys.stdout.write(json.dumps(report) + "\n" if options.json else _as_text(report))
    return 0


def _replayed(dataset: Dataset, seeds: Sequence[int]) -> dict[str, Any]:
    """What is printed, JSON-ready.  The first replay pays for what the space computes when first asked."""
    start = _processor_seconds()
    space = build(dataset.texts)
    built = _processor_seconds() - start
    replays = []
    for seed in seeds:
        start = _processor_seconds()
        replays.append(_described(dataset, replay(space, dataset.labels, seed), start))
    return {
        "records": len(dataset.labels),
        "included": int(dataset.labels.sum()),
        "space": space.name,
        "build_seconds": round(built, 3),
        "replays": replays,
    }


def _described(dataset: Dataset, found: Replay, start: float) -> dict[str, Any]:
    return {
        "seed": found.seed,
        "priors": [dataset.names[row] for row in found.priors],
        **found.figures(),
        "curve": recall_curve(found.labels, CURVE_POINTS),
        "trained": found.trained,
        "seconds": round(_processor_seconds() - start, 3),
        "order": [dataset.names[row] for row in found.order],
    }


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system


def _as_text(report: dict[str, Any]) -> str:
    lines = [
        (
            f"{report['records']} records, {report['included']} included; "
            f"texts counted in {report['build_seconds']:.2f} CPU s"
        )
    ]
    for found in report["replays"]:
        curve = " ".join(f"{read}:{recall:.3f}" for read, recall in found["curve"])
        lines += [
            f"seed {found['seed']}, known beforehand: {' (included) and '.join(found['priors'])} (excluded)",
            (
                f"  WSS@95 {found['wss@95']:.4f}  WSS@100 {found['wss@100']:.4f}  RRF@10 {found['rrf@10']:.4f}  "
                f"ATD {found['atd']:.4f}"
            ),
            f"  recall by records read  {curve}",
            f"  {found['trained']} times learnt in {found['seconds']:.2f} CPU s",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
