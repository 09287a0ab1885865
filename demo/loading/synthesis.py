"""Analyses of an example, each run once."""

from __future__ import annotations

from demo.loading.example import Example
from demo.loading.extraction import Measured
from demo.loading.work import finish
from synthesis.models.analysis import COLUMNS
from synthesis.services import analyses


def analyse(example: Example, measured: Measured) -> None:
    """Set every analysis up and run it."""
    sol = example.people["sol"]
    for told in example.read("analyses")["analyses"]:
        settings = {name: told[name] for name in COLUMNS}
        analysis = analyses.define(
            title=told["title"],
            outcome=measured.outcomes[told["outcome"]],
            comparison=measured.comparisons[told["comparison"]],
            prespecified=told["prespecified"],
            **settings | {"tau2": settings["tau2"] or "REML"},
            by=sol,
        )
        finish(analyses.request_run(analysis=analysis, by=sol))
