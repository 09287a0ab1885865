"""Studies, results and risk of bias of an example."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from demo.loading.example import Example
from demo.loading.screening import report_of
from extraction.models import Arm, Comparison, Completion, Field, Metric, Outcome, Study
from extraction.queries.cells import Cell, own_values
from extraction.riskofbias import ROB1
from extraction.services import bias, completion, structure, studies, values
from extraction.services.values import Reading


@dataclass(slots=True)
class Measured:
    """The outcomes and comparisons of the review, by their keys in the files."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    comparisons: dict[str, Comparison] = field(default_factory=dict)


def define(example: Example) -> Measured:
    """Say what is extracted and what is compared with what."""
    told, ana, made = example.read("studies"), example.people["ana"], Measured()
    for one in told["comparisons"]:
        made.comparisons[one["key"]] = structure.add_comparison(
            review=example.review, experimental=one["experimental"], control=one["control"], by=ana
        )
    for one in told["outcomes"]:
        made.outcomes[one["key"]] = structure.add_outcome(
            review=example.review,
            domain=one["domain"],
            measure=one["measure"],
            metric=Metric(one["metric"]),
            time_point=one["time_point"],
            unit=one["unit"],
            direction=Outcome.Direction(one["direction"]),
            by=ana,
        )
    return made


def extract(example: Example, measured: Measured) -> None:
    """Form the studies; two people extract and assess each; differences are settled where the log says so."""
    for told in example.read("studies")["studies"]:
        study = studies.found(
            review=example.review,
            reports=[report_of(example, article) for article in told["reports"]],
            label=told["label"],
            by=example.people["ana"],
            **{name: told[name] for name in studies.EDITABLE if name != "label"},
        )
        arms = _arms(example, measured, study, told)
        for result in told["results"]:
            _read(example, measured, study, arms, result)
        for item, said in told["bias"].items():
            for who in ("ben", "chi"):
                level, support = said[who]
                bias.judge(
                    study=study, tool=ROB1, item=item, level=level, support=support, by=example.people[who]
                )
        for task, who in told["done"]:
            completion.finish(study=study, task=Completion.Task(task), by=example.people[who])
        for result in told["results"]:
            _settle(example, measured, study, arms, result)
        for item, said in told["bias"].items():
            if said["settled"]:
                level, support = said["settled"]
                bias.settle(
                    study=study, tool=ROB1, item=item, level=level, support=support, by=example.people["ana"]
                )


def _arms(example: Example, measured: Measured, study: Study, told: dict[str, Any]) -> dict[str, Arm]:
    ana = example.people["ana"]
    arms = {
        arm["key"]: structure.add_arm(
            study=study,
            label=arm["label"],
            intervention=arm["intervention"],
            randomised=arm["randomised"],
            by=ana,
        )
        for arm in told["arms"]
    }
    for sides in told["sides"]:
        comparison = measured.comparisons[sides["comparison"]]
        for side in ("experimental", "control"):
            for key in sides[side]:
                structure.place(comparison=comparison, arm=arms[key], side=side, by=ana)
    return arms


def _cells(
    measured: Measured, arms: dict[str, Arm], result: dict[str, Any], reading: dict[str, Any]
) -> list[tuple[Cell, str]]:
    outcome = measured.outcomes[result["outcome"]].pk
    return [
        (
            Cell(
                outcome,
                arms[place["arm"]].pk if "arm" in place else None,
                measured.comparisons[place["comparison"]].pk if "comparison" in place else None,
                Field(name),
            ),
            text,
        )
        for place in reading["cells"]
        for name, text in place["fields"].items()
    ]


def _read(
    example: Example, measured: Measured, study: Study, arms: dict[str, Arm], result: dict[str, Any]
) -> None:
    report = report_of(example, result["report"])
    for reading in result["readings"]:
        readings = [
            Reading(cell, text, quote=reading["quote"], page=result["page"], report=report.pk)
            for cell, text in _cells(measured, arms, result, reading)
        ]
        values.record(study=study, readings=readings, by=example.people[reading["by"]])


def _settle(
    example: Example, measured: Measured, study: Study, arms: dict[str, Arm], result: dict[str, Any]
) -> None:
    consensus = result["consensus"]
    if consensus["state"] == "open":
        return
    taken = next(reading for reading in result["readings"] if reading["by"] == consensus["take"])
    theirs = own_values(study, user=example.people[consensus["take"]])
    for cell, text in _cells(measured, arms, result, taken):
        values.settle(
            study=study,
            cell=cell,
            text=text,
            note=consensus["note"],
            chosen_from=theirs[cell],
            by=example.people[consensus["by"]],
        )
