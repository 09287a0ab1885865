"""What the page of a run shows beyond the forest plot, one part at a time, on the printed scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthesis.models import Run
from synthesis.queries.forest import scale_of
from synthesis.queries.plots import figures_of
from synthesis.reporting import paragraphs
from synthesis.reporting.paragraphs import Paragraph, Subject

Shown = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its place in an address, its name, and the figures that belong to it."""

    key: str
    name: str
    figures: tuple[str, ...]


_ALL = (
    Section("forest", "Forest plot", ("forest",)),
    Section("subgroups", "Subgroups", ()),
    Section("regression", "Meta-regression", ("bubble",)),
    Section("small-study", "Small-study effects", ("funnel",)),
    Section("influence", "Influence", ("influence", "baujat", "leave-one-out")),
    Section("cumulative", "Cumulative", ("cumulative",)),
    Section("words", "In words", ()),
)


def sections_of(run: Run) -> list[Section]:
    """The parts that this run has something for; the forest plot first."""
    result = run.result
    has = {
        "forest": True,
        "subgroups": "subgroups" in result,
        "regression": "regression" in result,
        "small-study": "small_study" in result,
        "influence": "influence" in result,
        "cumulative": "series" in result,
        "words": True,
    }
    return [section for section in _ALL if has[section.key]]


def chosen(run: Run, key: str) -> Section:
    """The part that was asked for, if the run has it, else the forest plot."""
    return next((section for section in sections_of(run) if section.key == key), _ALL[0])


def figures_in(run: Run, section: Section) -> list[tuple[str, str]]:
    """(place in an address, name) of the section's figures that this run has something for."""
    found = figures_of(run)
    return [(name, found[name]) for name in section.figures if name in found]


def numbers_in(run: Run, section: Section) -> dict[str, Any]:
    """What the section's table says."""
    makers: dict[str, Callable[[dict[str, Any], Shown], dict[str, Any]]] = {
        "subgroups": _subgroups,
        "regression": _regression,
        "small-study": _small_study,
        "influence": _influence,
    }
    make = makers.get(section.key)
    return make(run.result, scale_of(run.settings["measure"])) if make else {}


def words_of(run: Run) -> list[Paragraph]:
    """How the run was done and what came out, for a manuscript."""
    analysis = run.analysis
    subject = Subject(
        str(analysis.outcome),
        analysis.comparison.experimental,
        analysis.comparison.control,
        analysis.prespecified,
        analysis.outcome.direction == analysis.outcome.Direction.HIGHER,
    )
    return [paragraphs.methods(subject, run.settings), paragraphs.results(subject, run.settings, run.result)]


def _printed(numbers: dict[str, Any], shown: Shown, *names: str) -> dict[str, Any]:
    return {name: None if numbers.get(name) is None else shown(numbers[name]) for name in names}


def _subgroups(result: dict[str, Any], shown: Shown) -> dict[str, Any]:
    found: dict[str, Any] = result["subgroups"]
    levels = [level | _printed(level, shown, "estimate", "ci_lb", "ci_ub") for level in found["levels"]]
    return found | {"levels": levels}


def _regression(result: dict[str, Any], _shown: Shown) -> dict[str, Any]:
    found: dict[str, Any] = result["regression"]
    return found


def _small_study(result: dict[str, Any], shown: Shown) -> dict[str, Any]:
    found = dict(result["small_study"])
    tests = [
        (name, found[key])
        for key, name in (("egger", "Egger"), ("harbord", "Harbord"), ("peters", "Peters"))
        if key in found
    ]
    filled = found.get("trim_and_fill", {})
    if "pooled" in filled:
        filled = filled | {"pooled": _printed(filled["pooled"], shown, "estimate", "ci_lb", "ci_ub")}
    selection = found.get("selection", {})
    if selection.get("beta"):
        first = {name: selection[name][0] for name in ("beta", "ci_lb", "ci_ub")}
        selection = selection | _printed(first, shown, "beta", "ci_lb", "ci_ub")
    return found | {"tests": tests, "trim_and_fill": filled, "selection": selection}


def _influence(result: dict[str, Any], shown: Shown) -> dict[str, Any]:
    found, series = result["influence"], result["series"]["leave_one_out"]
    labels = [study["label"] for study in result["studies"] if study["yi"] is not None]
    names = ("rstudent", "dffits", "cook", "hat")
    rows = []
    for number, label in enumerate(labels):
        row: dict[str, Any] = {"label": label}
        if "note" not in found:
            row |= {name: found[name][number] for name in (*names, "influential")}
        if "note" not in series:
            row |= {f"without_{name}": series[name][number] for name in ("estimate", "ci_lb", "ci_ub")}
            row |= _printed(row, shown, "without_estimate", "without_ci_lb", "without_ci_ub")
        rows.append(row)
    return {"rows": rows, "note": found.get("note", "")}
