"""README.txt and manifest.json: what is in a bundle, what it rests on, and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from synthesis.bundle.material import AnalysisRun

_README = """\
{title}
{rule}

What was pooled in this review, with all that is needed to do it again.
Written by Quorum; analyses computed by {engines}.

Check the numbers with R (any version from 4.0, with the package metafor; Debian: r-cran-metafor):

    Rscript run.R

It computes every analysis anew from data/data.csv and compares with data/expected.csv. It ends with the number of
agreements, and with exit status 1 if a number differs in its first 6 digits. Not computed anew: the tests of Harbord and
Peters, the step-function selection model, the standard error of the number of studies that trim and fill adds, and of
the influence diagnostics studentised residuals, DFFITS, Cook's distance, the covariance ratio and Baujat's axes.

Check the files:  sha256sum --check SHA256SUMS

  data/data.csv          one row for each study in each analysis: numbers, their source, effect, variance, weight
  data/dictionary.csv    what the columns mean
  data/expected.csv      every number that Quorum computed
  run.R, R/              one block for each analysis
  manifest.json          analyses, runs, settings, engine, fingerprints of the inputs
  figures/               each plot as SVG, PDF and PNG
  studies.ris            reports of the studies, with the study's name in NS
  prisma.csv             the flow diagram's numbers, as the R package PRISMA2020 reads them
  revman/                the same analyses as a RevMan data package; the zip is what meta::read.cdir() in R takes

A text that a spreadsheet would take for a formula (it begins with = + - or @) has an apostrophe before it.

Who may have this
It holds what the team settled and what finished runs keep; no reading of a single extractor or assessor that is not settled.
It was made for one member of the team, and leaves out judgements of risk of bias that this member may not see yet.
Keep to what your team has agreed before you pass it on: full references with abstracts may be under copyright.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a bundle says of itself. `stale` are numbers of analyses, `not_run` titles of analyses, `not_drawn` names of plots."""

    title: str
    address: str
    stale: tuple[int, ...] = ()
    not_run: tuple[str, ...] = ()
    not_drawn: tuple[str, ...] = ()


def readme(runs: Sequence[AnalysisRun], said: Said) -> bytes:
    """What to do with the files, then the analyses and what to know about them."""
    engines = ", ".join(sorted({run.engine for run in runs})) or "nothing yet"
    title = " ".join(said.title.split())
    text = _README.format(title=title, rule="=" * min(len(title), 100), engines=engines)
    return (text + "\n" + "\n".join(_analyses(runs, said)) + "\n").encode("utf-8", "replace")


def manifest(runs: Sequence[AnalysisRun], said: Said) -> bytes:
    """The same for machines, sorted."""
    told = {
        "review": {"title": said.title, "slug": said.address},
        "analyses": [_told(run, said) for run in runs],
        "not_run": list(said.not_run),
    }
    return (json.dumps(told, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def _told(run: AnalysisRun, said: Said) -> dict[str, object]:
    return {
        "analysis": run.analysis,
        "title": run.title,
        "outcome": run.outcome,
        "comparison": [run.experimental, run.control],
        "planned": run.is_planned,
        "run": run.run,
        "run_number": run.number,
        "run_at": run.at,
        "engine": run.engine,
        "inputs_sha256": run.inputs_hash,
        "settings": run.settings,
        "studies": run.result["k"],
        "out_of_date": run.analysis in said.stale,
        "warnings": list(run.warnings),
    }


def _analyses(runs: Sequence[AnalysisRun], said: Said) -> list[str]:
    lines = ["Analyses"]
    for run in runs:
        planned = "planned" if run.is_planned else "post hoc"
        lines.append(
            f"  {run.analysis}  {run.title} (run {run.number}, {run.result['k']} studies, {planned})"
        )
        if run.analysis in said.stale:
            lines.append("     OUT OF DATE: something that it rests on has changed since this run.")
        lines += [f"     {warning}" for warning in run.warnings]
    lines += [f"  -  {title}: not run yet, and not in this bundle" for title in said.not_run]
    lines += [f"  -  {plot}: could not be drawn" for plot in said.not_drawn]
    return lines if len(lines) > 1 else [*lines, "  none"]
