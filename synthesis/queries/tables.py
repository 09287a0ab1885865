"""A run as a table, one row a study, to be opened in a spreadsheet or read by R."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthesis.models import Run

if TYPE_CHECKING:
    from pandas import DataFrame

#: Columns by metafor's names: side of the comparison → what is read of it.
NAMES = {"n": "n{}i", "events": "x{}i", "mean": "m{}i", "sd": "sd{}i"}


def table_of(run: Run) -> DataFrame:
    """Study, what was settled for each side, moderators, effect and variance on the analysis scale, weight, remarks.

    Columns that are empty for every study are left out.
    """
    # pandas takes half a second to load; only those who download a table pay for it.
    import pandas as pd

    sides = enumerate(("experimental", "control"), start=1)
    inputs = pd.json_normalize(run.inputs, sep=".")
    frame = pd.DataFrame({"study": inputs["label"], "year": inputs["year"].astype("Int64")})
    for number, side in sides:
        for name, column in NAMES.items():
            frame[column.format(number)] = inputs.get(f"{side}.{name}")
    for name in ("measure", "estimate", "ci_low", "ci_high", "se"):
        frame[f"reported_{name}"] = inputs.get(f"contrast.{name}")
    for column in [name for name in inputs.columns if name.startswith("moderators.")]:
        frame[column.removeprefix("moderators.")] = inputs[column]
    result = pd.DataFrame(run.result["studies"])
    frame = frame.join(result[["yi", "vi", "ci_lb", "ci_ub", "weight", "left_out"]])
    return frame.replace({"left_out": {"": None}}).dropna(axis="columns", how="all")
