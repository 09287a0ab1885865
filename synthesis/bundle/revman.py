"""A data package as RevMan Web exports it: what meta::read.cdir() in R reads, and a person can type into RevMan from.

Columns, folders and names of files are RevMan's (documentation.cochrane.org, “Data package specification”; the columns as
meta 8 expects them). Text is UTF-8 with a byte order mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from synthesis.bundle.archive import zipped
from synthesis.bundle.data import subgroup_of
from synthesis.bundle.material import About, AnalysisRun, Bias, Cell, encoded, table

DATA_ROWS: Final = (
    "Analysis group", "Analysis number", "Analysis name", "Subgroup", "Applicability", "Study", "Study year",
    "GIV Mean", "GIV SE", "Experimental mean", "Experimental SD", "Experimental cases", "Experimental N",
    "Control mean", "Control SD", "Control cases", "Control N", "O-E", "Variance", "Weight", "Mean", "CI start",
    "CI end", "Footnotes",
)  # fmt: skip
SUBGROUPS: Final = (
    "Analysis group", "Analysis number", "Subgroup", "Subgroup number", "Experimental cases", "Experimental N",
    "Control cases", "Control N", "Weight", "Mean", "CI start", "CI end", "Heterogeneity Tau²", "Tau² CI start",
    "Tau² CI end", "Heterogeneity Chi²", "Heterogeneity df", "Heterogeneity P", "Heterogeneity I²", "Effect Z",
    "Effect T", "Effect P", "ID",
)  # fmt: skip
OVERALL: Final = (
    "Analysis group", "Analysis number", "Analysis name", "Analysis group name", "Data source",
    "Data source eligibility", "Data type", "Log-scale data", "Outcome", "Intervention grouping",
    "Experimental intervention", "Control intervention", "Subgroup by", "Filter criteria", "Experimental group label",
    "Control group label", "Statistical method", "Effect measure", "Unit of effect measure", "Analysis model",
    "Heterogeneity estimator", "Tau² CI", "Subgroup estimates", "Overall estimates", "Test for subgroup differences",
    "Prediction interval", "Swap event and non-event", "CI method", "CI/PI level", "Sort by", "Graph label (left)",
    "Graph label (right)", "Graph scale", "Show risk of bias", "Experimental cases", "Experimental N", "Control cases",
    "Control N", "Mean", "CI start", "CI end", "PI start", "PI end", "Heterogeneity Tau²", "Tau² CI start",
    "Tau² CI end", "Heterogeneity Chi²", "Heterogeneity df", "Heterogeneity P", "Heterogeneity I²", "Effect Z",
    "Effect T", "Effect P", "Subgroup Chi²", "Subgroup df", "Subgroup P", "Subgroup I²", "ID",
)  # fmt: skip
STUDIES: Final = (
    "Study", "Year", "Data source", "Char: Methods", "Char: Participants", "Char: Interventions", "Char: Outcomes",
    "Char: Notes",
)  # fmt: skip

#: RevMan's words for the measures it has; of the others it takes estimates with standard errors.
_MEASURES = {
    "OR": "Odds Ratio",
    "RR": "Risk Ratio",
    "RD": "Risk Difference",
    "MD": "Mean Difference",
    "SMD": "Std. Mean Difference",
    "HR": "Hazard Ratio",
}
_FROM_GROUPS = {
    "OR": "Dichotomous",
    "RR": "Dichotomous",
    "RD": "Dichotomous",
    "MD": "Continuous",
    "SMD": "Continuous",
}
_METHODS = {"mh": "MH", "peto": "Peto"}
_CONTRAST = "Contrast level"

Line = dict[str, Cell]


def package(
    runs: Sequence[AnalysisRun], studies: Sequence[About], judged: Sequence[Bias], *, ris: bytes, name: str
) -> dict[str, bytes]:
    """The files of a data package, by path: two folders, and `<name>.zip` with the same as read.cdir() takes it.

    `name` stands for a Cochrane review's number; it holds letters and digits only. Raises ValueError otherwise.
    """
    if not (name.isascii() and name.isalnum()):
        raise ValueError("The name of a data package holds letters and digits only.")
    places = _places(runs)
    rows, groups, overall = [], [], []
    for run, place in zip(runs, places, strict=True):
        rows += _rows(run, place)
        groups += _groups(run, place)
        overall.append(_overall(run, place))
    analyses, about = f"{name}-analysis-data/{name}", f"{name}-study-data/{name}"
    files = {
        f"{analyses}-data-rows.csv": _file(DATA_ROWS, rows),
        f"{analyses}-overall-estimates-and-settings.csv": _file(OVERALL, overall),
        f"{analyses}-subgroup-estimates.csv": _file(SUBGROUPS, groups),
        f"{about}-study-information.csv": _file(STUDIES, map(_about, studies)),
        f"{about}-risk-of-bias.csv": _bias(judged),
        f"{about}-included.ris": ris,
    }
    return files | {f"{name}.zip": zipped({f"{name}-files/{name}-data.zip": zipped(files)})}


def _file(columns: Sequence[str], lines: Any) -> bytes:
    return encoded(table(columns, [[line.get(column) for column in columns] for line in lines]))


def _places(runs: Sequence[AnalysisRun]) -> list[Line]:
    """Analysis group (a comparison) and number within it, in the order of the runs."""
    groups: dict[tuple[str, str], int] = {}
    counts: dict[int, int] = defaultdict(int)
    places: list[Line] = []
    for run in runs:
        group = groups.setdefault((run.experimental, run.control), len(groups) + 1)
        counts[group] += 1
        places.append({"Analysis group": group, "Analysis number": counts[group]})
    return places


def _kind(run: AnalysisRun) -> str:
    """From the numbers of the groups where all studies that count have them and RevMan knows the measure."""
    kind = _FROM_GROUPS.get(run.measure, _CONTRAST)
    reported = any(source["contrast"] is not None for _, source, _ in run.used)
    return _CONTRAST if reported else kind


def _rows(run: AnalysisRun, place: Line) -> list[Line]:
    kind = _kind(run)
    lines = []
    for number, source, study in run.rows:
        line: Line = place | {
            "Analysis name": run.title,
            "Subgroup": subgroup_of(run, number) or None,
            "Study": study["label"],
            "Study year": source["year"],
            "Weight": study["weight"],
            "Mean": run.printed(study["yi"]),
            "CI start": run.printed(study["ci_lb"]),
            "CI end": run.printed(study["ci_ub"]),
            "Footnotes": study["left_out"] or _how(source),
        }
        if kind == _CONTRAST:
            if study["yi"] is not None:
                line |= {"GIV Mean": study["yi"], "GIV SE": study["vi"] ** 0.5}
        else:
            line |= _sides(source, kind)
        lines.append(line)
    return lines


def _how(source: Mapping[str, Any]) -> str:
    parts = [source[name] for name in ("experimental", "control", "contrast") if source[name]]
    return "; ".join(dict.fromkeys(text for part in parts for text in part["methods"]))


def _sides(source: Mapping[str, Any], kind: str) -> Line:
    names = {"events": "cases", "n": "N"} if kind == "Dichotomous" else {"mean": "mean", "sd": "SD", "n": "N"}
    return {
        f"{heading} {column}": (source[side] or {}).get(what)
        for side, heading in (("experimental", "Experimental"), ("control", "Control"))
        for what, column in names.items()
    }


def _totals(run: AnalysisRun, within: str | None = None) -> Line:
    """People and events of the studies that count; nothing where a study gives an estimate only."""
    used = [source for number, source, _ in run.used if within is None or subgroup_of(run, number) == within]
    counted = run.takes == "events"
    totals: Line = {}
    for side, heading in (("experimental", "Experimental"), ("control", "Control")):
        for what, column in (("n", "N"), *((("events", "cases"),) if counted else ())):
            numbers: list[Any] = [(source[side] or {}).get(what) for source in used]
            if numbers and None not in numbers:
                totals[f"{heading} {column}"] = sum(numbers)
    return totals


def _estimates(run: AnalysisRun, numbers: Mapping[str, Any]) -> Line:
    """A pooled effect on the printed scale, with its heterogeneity."""
    test = numbers.get("test", run.settings["test"])
    statistic = numbers.get("statistic")
    if statistic is None and numbers["se"]:
        statistic = numbers["estimate"] / numbers["se"]
    return {
        "Mean": run.printed(numbers["estimate"]),
        "CI start": run.printed(numbers["ci_lb"]),
        "CI end": run.printed(numbers["ci_ub"]),
        "Heterogeneity Tau²": numbers.get("tau2") if run.model == "random" else None,
        "Heterogeneity Chi²": numbers.get("Q"),
        "Heterogeneity df": numbers.get("Q_df"),
        "Heterogeneity P": numbers.get("Q_p"),
        "Heterogeneity I²": numbers.get("I2_Q"),
        "Effect Z" if test == "z" else "Effect T": statistic,
        "Effect P": numbers["p_value"],
    }


def _groups(run: AnalysisRun, place: Line) -> list[Line]:
    lines = []
    for number, level in enumerate(run.result.get("subgroups", {}).get("levels", ()), start=1):
        weights = [
            study["weight"] or 0 for row, _, study in run.used if subgroup_of(run, row) == level["name"]
        ]
        lines.append(
            place
            | {"Subgroup": level["name"], "Subgroup number": number, "Weight": sum(weights)}
            | {"ID": f"Q-{run.analysis:03}-{number:02}"}
            | _totals(run, level["name"])
            | (_estimates(run, level) if level["is_pooled"] else {})
        )
    return lines


def _overall(run: AnalysisRun, place: Line) -> Line:
    pooled = run.pooled
    subgroups = run.result.get("subgroups", {})
    line: Line = place | _settings(run) | _totals(run)
    if pooled is not None:
        tau2 = run.result["heterogeneity"] if run.model == "random" else {}
        line |= _estimates(run, pooled)
        line |= {"PI start": run.printed(pooled["pi_lb"]), "PI end": run.printed(pooled["pi_ub"])}
        line |= {"Tau² CI start": tau2.get("lb"), "Tau² CI end": tau2.get("ub")}
    if between := subgroups.get("between"):
        q, df = between["statistic"], between["df"]
        line |= {"Subgroup Chi²": q, "Subgroup df": df, "Subgroup P": between["p_value"]}
        line["Subgroup I²"] = max(0.0, 100 * (q - df) / q) if q else 0.0
    return line


def _settings(run: AnalysisRun) -> Line:
    kind, random = _kind(run), run.model == "random"
    grouped = bool(run.result.get("subgroups", {}).get("levels"))
    peto = run.model == "peto"
    return {
        "Analysis name": run.title,
        "Analysis group name": f"{run.experimental} versus {run.control}",
        "Data type": kind,
        "Log-scale data": run.is_ratio and kind == _CONTRAST,
        "Outcome": run.outcome,
        "Experimental intervention": run.experimental,
        "Control intervention": run.control,
        "Subgroup by": run.settings["subgroup"] if grouped else None,
        "Experimental group label": run.experimental,
        "Control group label": run.control,
        "Statistical method": _METHODS.get(run.model, "IV"),
        "Effect measure": "Peto Odds Ratio" if peto else _MEASURES.get(run.measure, run.measure_name),
        "Analysis model": "Random effect" if random else "Fixed effect",
        "Heterogeneity estimator": run.settings["tau2"] if random else None,
        "Tau² CI": random,
        "Subgroup estimates": grouped,
        "Overall estimates": run.pooled is not None,
        "Test for subgroup differences": grouped,
        "Prediction interval": bool(run.pooled and run.pooled["pi_lb"] is not None),
        "Swap event and non-event": False,
        "CI method": "Wald-type" if run.settings["test"] == "z" or run.model in _METHODS else "HKSJ",
        "CI/PI level": f"{run.settings['level']:g}%",
        "Show risk of bias": False,
        "ID": f"Q-{run.analysis:03}",
    }


def _about(study: About) -> Line:
    words = (study.methods, study.participants, study.interventions, study.outcomes, study.notes)
    return dict(zip(STUDIES, (study.study, study.year, None, *words), strict=True))


def _bias(judged: Sequence[Bias]) -> bytes:
    """A row for each study; for each item its judgement and what supports it, side by side."""
    items = list(dict.fromkeys(one.item for one in judged))
    cells: dict[str, Line] = {}
    for one in judged:
        line = cells.setdefault(one.study, {"Study": one.study})
        line[f"Domain (judgement): {one.item}"] = one.judgement
        line[f"Domain (support): {one.item}"] = one.support
    columns = ["Study"]
    for item in items:
        columns += [f"Domain (judgement): {item}", f"Domain (support): {item}"]
    return _file(columns, (cells[study] for study in sorted(cells)))
