"""ASReview's default model on one labelled file; run by a Python that has asreview: peer.py DATASET.csv SEED.

Through its own Simulate class, from the same two records, retrained after every label as its simulations are by default.
Prints JSON: the ids of the records in the order of reading, and the version.
"""

from __future__ import annotations

import csv
import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd

csv.field_size_limit(1 << 27)


def main() -> None:
    """Simulate and print."""
    from asreview import ActiveLearningCycle  # type: ignore[import-not-found]
    from asreview.models.models import get_ai_config  # type: ignore[import-not-found]
    from asreview.simulation.simulate import Simulate  # type: ignore[import-not-found]

    path, seed = sys.argv[1], int(sys.argv[2])
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 (a Python without our rules)
        rows = list(csv.DictReader(file))
    labels = pd.Series([int(row["label"]) for row in rows])
    texts = pd.DataFrame(
        {"title": [row["title"] for row in rows], "abstract": [row["abstract"] for row in rows]}
    )
    chance = np.random.RandomState(seed)
    priors = [int(chance.choice(np.flatnonzero(labels == label))) for label in (1, 0)]
    np.random.seed(seed)
    cycle = ActiveLearningCycle.from_meta(get_ai_config("elas_u4")["value"])
    simulation = Simulate(texts, labels, [cycle], print_progress=False)
    simulation.label(priors)
    simulation.review()
    order = [rows[row]["record_id"] for row in simulation._results["record_id"].tolist()[2:]]  # noqa: SLF001 (there is no other way to it)
    print(json.dumps({"order": order, "version": version("asreview")}))


if __name__ == "__main__":
    main()
