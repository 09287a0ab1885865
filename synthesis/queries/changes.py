"""Before and after: how a run differs from the one before it, and which conclusions flip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synthesis.models import Run
from synthesis.queries.forest import scale_of


@dataclass(frozen=True, slots=True)
class Change:
    """A run beside the one before it. Each line: what, before, after; `flips` are conclusions that are not the same."""

    before: Run
    lines: tuple[tuple[str, float | None, float | None], ...]
    studies: tuple[str, ...]
    flips: tuple[str, ...]


def change_of(run: Run) -> Change | None:
    """What changed since the run before; None for a first run and where nothing that is shown changed."""
    before = run.analysis.runs.filter(number__lt=run.number).order_by("-number").first()
    if before is None or before.settings["measure"] != run.settings["measure"]:
        return None
    shown = scale_of(run.settings["measure"])
    old, new = before.result["pooled"], run.result["pooled"]
    lines = [("Studies", before.result["k"], run.result["k"])]
    for name, what in (("estimate", "Pooled effect"), ("ci_lb", "Lower limit"), ("ci_ub", "Upper limit")):
        lines.append((what, _printed(old, name, shown), _printed(new, name, shown)))
    lines += [
        (what, _number(old, name), _number(new, name)) for name, what in (("tau2", "τ²"), ("I2_Q", "I² (%)"))
    ]
    changed = tuple(line for line in lines if line[1] != line[2])
    studies = tuple(_studies(before, run))
    if not changed and not studies:
        return None
    return Change(before, changed, studies, tuple(_flips(old, new)))


def _studies(before: Run, run: Run) -> list[str]:
    """Which studies came, went, or have another effect."""
    old, new = ({(s["study"], s.get("part", "")): s for s in one.result["studies"]} for one in (before, run))
    told = [f"{new[key]['label']} is new." for key in new.keys() - old.keys()]
    told += [f"{old[key]['label']} is gone." for key in old.keys() - new.keys()]
    for key in new.keys() & old.keys():
        if (new[key]["yi"], new[key]["vi"]) != (old[key]["yi"], old[key]["vi"]):
            told.append(f"{new[key]['label']} has another effect.")
    return sorted(told)


def _flips(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    if old is None or new is None:
        if old is new:
            return []
        return ["There is a pooled effect now." if new else "There is no pooled effect any more."]
    told = []
    if _side(old) != _side(new):
        words = {-1: "lies below no effect", 0: "includes no effect", 1: "lies above no effect"}
        told.append(
            f"The interval {words[_side(new)]}; before, it {words[_side(old)].replace('lies', 'lay').replace('includes', 'included')}."
        )
    if (old["estimate"] > 0) != (new["estimate"] > 0):
        told.append("The pooled effect points the other way.")
    return told


def _side(pooled: dict[str, Any]) -> int:
    """−1 or 1 where the whole interval lies on one side of no effect, else 0."""
    return 1 if pooled["ci_lb"] > 0 else -1 if pooled["ci_ub"] < 0 else 0


def _printed(pooled: dict[str, Any] | None, name: str, shown: Any) -> float | None:
    value = _number(pooled, name)
    return None if value is None else float(shown(value))


def _number(pooled: dict[str, Any] | None, name: str) -> float | None:
    value = pooled.get(name) if pooled else None
    return None if value is None else float(value)
