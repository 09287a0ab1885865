"""The R script: one readable block for each analysis, in metafor's own words.

The file is ASCII, with other letters as \\u escapes, so that R reads it the same in every locale.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from synthesis.bundle.data import CHARACTERISTIC
from synthesis.bundle.material import AnalysisRun, written

#: The other R file: reading, comparing and reporting.
CHECKING: Final = (Path(__file__).parent / "checking.R").read_text(encoding="ascii")

_MODELS = {
    "random": "random effects",
    "common": "common effect, inverse variance",
    "mh": "common effect, Mantel-Haenszel",
    "peto": "common effect, Peto",
}
#: What escalc computes from, by metafor's arguments: argument → column of data.csv.
_ARGUMENTS = {
    "events": {"ai": "x1i", "n1i": "n1i", "ci": "x2i", "n2i": "n2i"},
    "rates": {"x1i": "x1i", "t1i": "t1i", "x2i": "x2i", "t2i": "t2i"},
    "means": {"m1i": "m1i", "sd1i": "sd1i", "n1i": "n1i", "m2i": "m2i", "sd2i": "sd2i", "n2i": "n2i"},
}
#: In a comment, dashes and quotation marks as a typewriter has them.
_SIGNS = str.maketrans("–—‘’“”", "--''\"\"")
_HEAD = """\
# Computes every pooled number of this review anew with metafor, and compares it with Quorum's.
# In this folder:  Rscript run.R        Needs R with the package metafor.
# Exit status 0: all numbers agree to 6 digits; 1: some do not, and they are listed.
source(file.path("R", "checking.R"))
"""


def script(runs: Sequence[AnalysisRun]) -> str:
    """run.R, which stands beside the folders data/ and R/."""
    blocks = [_block(run) for run in runs] or ["# No analysis has been run yet.\n"]
    return "\n".join([_HEAD, *blocks, "report()\n"])


def quoted(text: str) -> str:
    """A string of R, in ASCII."""
    signs = []
    for sign in text:
        code = ord(sign)
        if sign in '"\\':
            signs.append("\\" + sign)
        elif 32 <= code < 127:
            signs.append(sign)
        else:
            # R takes no NUL and no half of a surrogate pair.
            valid = code and not 0xD800 <= code <= 0xDFFF
            signs.append(f"\\U{{{code:x}}}" if valid else "?")
    return f'"{"".join(signs)}"'


def _block(run: AnalysisRun) -> str:
    return "\n".join(
        [
            *_comment(run),
            f"analysis({run.analysis}, {quoted(run.title)}, {{",
            textwrap.indent("\n".join(_body(run)), "  "),
            "})",
            "",
        ]
    )


def _comment(run: AnalysisRun) -> list[str]:
    said = [
        f"Analysis {run.analysis}, run {run.number}: {run.title}",
        f"{run.outcome}; {run.experimental} against {run.control}",
        f"{run.measure_name}, {_MODELS[run.model]}",
    ]
    if run.settings.get("rule"):
        said.append(f"The model is the one that the published rule asks for here: {_MODELS[run.model]}.")
    if run.measure == "SMDH":
        said.append(
            "metafor 4.6 and later compute another variance of SMDH: compare with an earlier version."
        )
    plain = [line.translate(_SIGNS) for line in said]
    return ["# " + "".join(c if " " <= c < "\x7f" else "?" for c in line) for line in plain]


def _body(run: AnalysisRun) -> list[str]:
    lines = [f"d <- rows_of({run.analysis})", *_effects(run)]
    level = f"{run.settings['level']!r}"
    if run.pooled is None:
        return [*lines, f"compare_studies({run.analysis}, d, level = {level})"]
    method = "EE" if run.model == "common" else run.settings["tau2"]
    lines += _pooled(run, method, level)
    tau2 = f"method = {quoted(run.settings['tau2'])}, level = {level}"
    lines.append(f"compare_tau2({run.analysis}, highest(d, {tau2}), d)")
    lines += [
        f"compare_small_study({run.analysis}, inverse, pool, d)",
        f"compare_series({run.analysis}, inverse, pool, d)",
    ]
    return [*lines, *_subgroups(run), *_regression(run, level)]


def _effects(run: AnalysisRun) -> list[str]:
    """Effects from the numbers of the groups by escalc, reported estimates as they are."""
    lines = []
    arguments = _ARGUMENTS.get(run.takes)
    if arguments:
        columns = ", ".join(quoted(column) for column in arguments.values())
        given = ", ".join(f"{name} = {column}" for name, column in arguments.items())
        lines += [
            f'arms <- d$source %in% "arms" & complete.cases(d[c({columns})])',
            "if (any(arms)) {",
            f"  found <- escalc(measure = {quoted(run.measure)}, {given}, data = d[arms, ]{_zero_cells(run)})",
            "  d$yi[arms] <- found$yi",
            "  d$vi[arms] <- found$vi",
            "}",
        ]
    return [
        *lines,
        'reported <- d$source %in% "estimate"',
        "d$yi[reported] <- d$estimate_yi[reported]",
        "d$vi[reported] <- d$estimate_sei[reported]^2",
        "d <- d[d$used, ]",
    ]


def _zero_cells(run: AnalysisRun) -> str:
    if run.takes not in ("events", "rates"):
        return ""
    drop = f", drop00 = {_logical(run.settings['drop00'])}" if run.is_ratio else ""
    return f", add = {run.settings['add']!r}, to = {quoted(run.settings['to'])}{drop}"


def _pooled(run: AnalysisRun, method: str, level: str) -> list[str]:
    """The pooled effect; beyond it count methods too are looked at by inverse variance."""
    inverse = "EE" if run.model in ("mh", "peto") else method
    test = quoted(run.settings["test"])
    settings = f"method = {quoted(inverse)}, test = {test}, level = {level}"
    lines = [f"pool <- function(d) highest(d, {settings})", "inverse <- pool(d)"]
    if run.model == "random" or run.model == "common":
        fit = "inverse"
    else:
        given = ", ".join(f"{name} = {column}" for name, column in _ARGUMENTS[run.takes].items())
        lines.append(f"counted <- {_counted(run, given, level)}")
        fit = "counted"
    return [
        *lines,
        f'compare({run.analysis}, "pooled", numbers_of({fit}))',
        f"compare_studies({run.analysis}, d, level = {level}, weights = weights({fit}))",
    ]


def _counted(run: AnalysisRun, given: str, level: str) -> str:
    if run.model == "peto":
        return f"rma.peto({given}, data = d, level = {level})"
    add = f'add = c({run.settings["add"]!r}, 0), to = c({quoted(run.settings["to"])}, "none")'
    return f"rma.mh(measure = {quoted(run.measure)}, {given}, data = d, {add}, level = {level})"


def _subgroups(run: AnalysisRun) -> list[str]:
    found = run.result.get("subgroups", {})
    if not found.get("levels"):
        return []
    names = ", ".join(quoted(written(str(level["name"]))) for level in found["levels"])
    return [f"compare_subgroups({run.analysis}, c({names}), pool, d)"]


def _regression(run: AnalysisRun, level: str) -> list[str]:
    found = run.result.get("regression", {})
    if "coefficients" not in found:
        return []
    names = [f"m{number}" for number in range(1, len(found["moderators"]) + 1)]
    lines = []
    for short, name in zip(names, found["moderators"], strict=True):
        column = f"d[[{quoted(CHARACTERISTIC + name)}]]"
        levels = run.levels.get(name)
        if levels:
            words = ", ".join(quoted(written(one)) for one in levels)
            lines.append(f"d${short} <- factor({column}, levels = c({words}))")
        else:
            lines.append(f"d${short} <- as.numeric({column})")
    columns = ", ".join(quoted(short) for short in names)
    method = "EE" if run.model != "random" else run.settings["tau2"]
    test = quoted(run.settings["test"])
    settings = f"method = {quoted(method)}, test = {test}, level = {level}"
    return [
        *lines,
        f"told <- d[complete.cases(d[c({columns})]), ]",
        f"regression <- highest(told, mods = ~ {' + '.join(names)}, {settings})",
        f"compare_regression({run.analysis}, regression)",
    ]


def _logical(value: bool) -> str:
    return "TRUE" if value else "FALSE"
