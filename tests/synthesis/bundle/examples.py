"""Runs as plain data: computed by the engine from rows that nobody would like to meet."""

from __future__ import annotations

import json
import random
from typing import Any

from synthesis import engine
from synthesis.bundle import AnalysisRun
from synthesis.engine import MEASURES, Specification
from synthesis.stats.designs import alphabetical
from synthesis.stats.errors import StatsError

#: What a spreadsheet, a CSV reader or a locale may stumble over.
LABELS = (
    'O’Brien, "A" 2001', "=1+1", "王 2003", "NA", "Ünal, 2009", "-x", "study; 7", "A\nB", "@x", "Zoë", "\\n", "%d", "",
)  # fmt: skip
GROUP = "配合 “x”, y"


def a_side(chance: random.Random, n: int, risk: float) -> dict[str, Any]:
    """One group, with numbers for every kind of measure."""
    events = sum(chance.random() < risk for _ in range(n))
    return {
        "n": float(n), "events": float(events), "mean": chance.gauss(8, 1), "sd": chance.uniform(0.5, 2),
        "person_time": n * chance.uniform(1, 3), "values": [n], "methods": [], "warnings": [],
    }  # fmt: skip


def a_row(chance: random.Random, place: int) -> dict[str, Any]:
    """A study's row as a run freezes it."""
    risk = chance.choice([0.02, 0.1, 0.3])
    return {
        "study": place, "label": LABELS[place % len(LABELS)], "year": chance.choice([None, 1990, 2001, 2001, 2010]),
        "experimental": a_side(chance, chance.randint(20, 200), risk * 0.7),
        "control": a_side(chance, chance.randint(20, 200), risk),
        "contrast": None, "problem": "", "time": "", "part": "", "bias": "", "bias_name": "",
        "moderators": {
            "Dose, mg": chance.uniform(1, 9) if place else None,
            GROUP: chance.choice(["-a", "Beta", "alpha"]),
        },
    }  # fmt: skip


def a_contrast(measure: str, yi: float, sei: float) -> dict[str, Any]:
    """An estimate that a report gives."""
    return {
        "measure": measure, "estimate": 1.2, "ci_low": 1.0, "ci_high": 1.5, "se": None, "values": [9], "yi": yi,
        "sei": sei, "methods": ["se from the interval"], "warnings": [],
    }  # fmt: skip


def a_run(
    inputs: list[dict[str, Any]], analysis: int = 1, title: str = "BCG", **settings: Any
) -> AnalysisRun:
    """What the engine makes of the rows, kept as a run keeps it."""
    specification = Specification.of(settings)
    outcome = engine.compute(inputs, specification.as_settings())
    measure, used = MEASURES[specification.measure], specification.moderators
    kept = [
        row["moderators"]
        for row, study in zip(inputs, outcome.result["studies"], strict=True)
        if study["yi"] is not None and all(row["moderators"].get(name) is not None for name in used)
    ]
    words = [name for name in used if any(isinstance(row[name], str) for row in kept)]
    return AnalysisRun(
        analysis=analysis, title=title, outcome="Tuberculosis", experimental="BCG", control="No BCG",
        measure_name=measure.name, takes=measure.takes, is_ratio=measure.is_ratio, is_planned=True, run=10 + analysis,
        number=1, at="2026-01-02T03:04:05+00:00", engine=engine.VERSION, inputs_hash="0" * 64,
        settings=json.loads(json.dumps(specification.as_settings())), inputs=inputs,
        result=json.loads(json.dumps(outcome.result)), warnings=outcome.warnings,
        levels={name: tuple(alphabetical({row[name] for row in kept})) for name in words},
    )  # fmt: skip


#: Measure, model, τ² and test of the runs that R has to agree with.
ASKED = (
    *((measure, *rest) for measure in MEASURES for rest in (("random", "REML", "z"), ("common", "DL", "z"))),
    *((measure, "random", "PM", "knha") for measure in ("RR", "MD", "HR", "IRR", "ROM")),
    *((measure, "mh", "DL", "z") for measure in ("OR", "RR", "RD", "IRR", "IRD")),
    ("OR", "peto", "REML", "z"),
    *(("OR", "random", tau2, "adhoc") for tau2 in ("DL", "ML", "EB", "HE", "SJ", "HS", "PMM")),
)


def many_runs(seed: int) -> list[AnalysisRun]:
    """Every measure, model and estimator, with zero cells, missing years, subgroups and moderators."""
    chance = random.Random(seed)  # noqa: S311 - examples
    found = []
    for number, (measure, model, tau2, test) in enumerate(ASKED, start=1):
        k = chance.choice([2, 3, 5, 8, 12])
        inputs = [a_row(chance, place) for place in range(k)]
        takes = MEASURES[measure].takes
        for row in inputs:
            if takes == "estimates" or (row["study"] == 2 and model not in ("mh", "peto")):
                row["contrast"] = a_contrast(measure, chance.gauss(0.1, 0.3), chance.uniform(0.1, 0.4))
        inputs[0]["experimental"]["events"] = 0.0
        if k > 3:
            inputs[1]["experimental"]["events"] = inputs[1]["control"]["events"] = 0.0
        more: dict[str, Any] = {"subgroup": GROUP, "to": chance.choice(["only0", "all", "if0all"])}
        more["moderators"] = ["Dose, mg", GROUP] if k > 7 else []
        try:
            found.append(
                a_run(
                    inputs, number, f"{measure} \\ “{model}” {tau2}", measure=measure, model=model, tau2=tau2,
                    test=test, level=chance.choice([95, 90]), **more,
                )
            )  # fmt: skip
        except StatsError:
            # All studies without an event: nothing was run, so there is nothing to compute anew.
            assert takes in ("events", "rates")
    return found
