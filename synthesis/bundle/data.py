"""Every number that was pooled, one row for each study in each analysis, and what the columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from synthesis.bundle.material import AnalysisRun, Cell, encoded, table

#: Columns of a group, by metafor's names; the number is that of the group: 1 experimental, 2 control.
_GROUP = {"n{}i": "n", "x{}i": "events", "t{}i": "person_time", "m{}i": "mean", "sd{}i": "sd"}
_GROUPS = ("experimental", "control")
_WORDS = {
    "n": "people analysed",
    "events": "people with the event, or number of events",
    "person_time": "person-time",
    "mean": "mean",
    "sd": "standard deviation",
}
#: Columns of an estimate that a report gives ready-made.
_REPORTED = {
    "reported_measure": ("measure", "effect measure of an estimate that a report gives"),
    "reported_estimate": ("estimate", "that estimate, as printed (a ratio, not its logarithm)"),
    "reported_ci_low": ("ci_low", "lower limit of its confidence interval"),
    "reported_ci_high": ("ci_high", "upper limit of its confidence interval"),
    "reported_se": ("se", "its standard error, if the report gives one"),
    "estimate_yi": ("yi", "the estimate on the analysis scale (logarithm of a ratio)"),
    "estimate_sei": ("sei", "its standard error on that scale, given or computed: see how_computed"),
}
#: What a column of a characteristic begins with.
CHARACTERISTIC = "Characteristic: "

Source = dict[str, Any]
_FIXED: tuple[tuple[str, str, Callable[[Source, Source], Cell]], ...] = (
    ("study_id", "number of the study in Quorum", lambda source, _: source["study"]),
    ("study", "label of the study (and of the arm, where it enters arm by arm)", lambda source, _: source["label"]),
    ("arm", "the arm, where a study enters arm by arm", lambda source, _: source.get("part", "")),
    ("year", "year of the study's first report", lambda source, _: source["year"]),
    ("time", "time of measurement", lambda source, _: source.get("time", "")),
    (
        "source",
        "what the effect comes from: “arms” (numbers of the two groups) or “estimate” (a reported one)",
        lambda _, study: study["source"].partition(";")[0],
    ),
    ("used", "whether the study has an effect in this analysis", lambda _, study: study["yi"] is not None),
    ("left_out", "why it has none", lambda _, study: study["left_out"]),
)  # fmt: skip
_COMPUTED = {
    "yi": "effect on the analysis scale (logarithm of a ratio), computed by Quorum; run.R computes it anew",
    "vi": "its sampling variance",
    "ci_lb": "lower limit of its confidence interval, on the same scale",
    "ci_ub": "upper limit",
    "weight": "weight in the pooled effect, in percent",
}


def data_csv(runs: Sequence[AnalysisRun]) -> bytes:
    """The rows of every run, in the order in which they were pooled."""
    names = characteristics(runs)
    rows = [_row(run, number, names) for run in runs for number in range(len(run.inputs))]
    return encoded(table([name for name, _ in _columns(names)], rows))


def dictionary_csv(runs: Sequence[AnalysisRun]) -> bytes:
    """Column and meaning, for data.csv and for expected.csv."""
    rows: list[list[Cell]] = [
        ["data.csv", name, meaning] for name, meaning in _columns(characteristics(runs))
    ]
    rows += [["expected.csv", name, meaning] for name, meaning in EXPECTED.items()]
    return encoded(table(("file", "column", "meaning"), rows))


def characteristics(runs: Sequence[AnalysisRun]) -> list[str]:
    """The names of all characteristics of studies."""
    return sorted({str(name) for run in runs for source in run.inputs for name in source["moderators"]})


#: The columns of expected.csv.
EXPECTED = {
    "analysis": "number of the analysis",
    "part": "the part of its result: studies, pooled, tau2, subgroup …",
    "item": "which study (row of data.csv), subgroup or coefficient, if there are several",
    "quantity": "which number, by the names of metafor",
    "value": "the number that Quorum computed",
    "near_zero": "a difference below this is none, however small the number",
}


def _columns(names: Sequence[str]) -> list[tuple[str, str]]:
    groups = [
        (column.format(number), f"{_WORDS[what]}, {side} group")
        for number, side in enumerate(_GROUPS, start=1)
        for column, what in _GROUP.items()
    ]
    return [
        ("analysis", "number of the analysis, as in manifest.json"),
        ("row", "number of the row within the analysis"),
        *((name, meaning) for name, meaning, _ in _FIXED),
        *groups,
        *((name, meaning) for name, (_, meaning) in _REPORTED.items()),
        ("subgroup", "subgroup in this analysis, if it has any"),
        ("risk_of_bias", "overall risk of bias of the result, as the team settled it"),
        ("how_computed", "what was computed from what a report gives, by which method"),
        ("values", "numbers of the extracted values in Quorum behind this row"),
        *((CHARACTERISTIC + name, "characteristic of the study") for name in names),
        *_COMPUTED.items(),
    ]


def _row(run: AnalysisRun, index: int, names: Sequence[str]) -> list[Cell]:
    number, source, study = run.rows[index]
    sides = [source[side] or {} for side in _GROUPS]
    contrast = source["contrast"] or {}
    parts = [part for part in (*sides, contrast) if part]
    methods = dict.fromkeys(text for part in parts for text in part["methods"])
    values = dict.fromkeys(str(pk) for part in parts for pk in part["values"])
    return [
        run.analysis,
        number,
        *(read(source, study) for _, _, read in _FIXED),
        *(side.get(what) for side in sides for what in _GROUP.values()),
        *(contrast.get(what) for what, _ in _REPORTED.values()),
        subgroup_of(run, number),
        source.get("bias_name", ""),
        "; ".join(methods),
        " ".join(values),
        *(_characteristic(source["moderators"].get(name)) for name in names),
        *(study[name] for name in _COMPUTED),
    ]


def subgroup_of(run: AnalysisRun, number: int) -> str:
    """The subgroup of a row, where the run formed any."""
    labels = run.result.get("subgroups", {}).get("labels")
    if not labels:
        return ""
    by_row = dict(zip((row for row, _, _ in run.used), labels, strict=True))
    return str(by_row.get(number, ""))


def _characteristic(value: Any) -> Cell:
    """As R should read it: yes and no are 1 and 0, as in the regression."""
    return float(value) if isinstance(value, bool | int | float) else None if value is None else str(value)
