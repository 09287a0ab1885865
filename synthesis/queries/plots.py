"""The figures of a run, filled from its frozen result; see docs/figures.md for what goes where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synthesis.engine import MEASURES
from synthesis.figures import baujat, bubble, forest, funnel, influence
from synthesis.figures.baujat import BaujatPlot, BaujatPoint
from synthesis.figures.bubble import BubblePlot, BubblePoint, LinePoint
from synthesis.figures.drawing import Drawing
from synthesis.figures.forest_plot import ForestPlot, Interval, Series
from synthesis.figures.forest_series import cumulative_rows, leave_one_out_rows
from synthesis.figures.funnel import EggerLine, FunnelPlot, FunnelPoint
from synthesis.figures.influence import InfluencePlot, standard_panels
from synthesis.models import Run
from synthesis.queries.forest import diamond_of, favours_of, forest_of, heterogeneity_of, scale_of

Numbers = dict[str, Any]


def figure_of(run: Run, name: str, *, layout: str = "plain") -> Drawing | None:
    """A figure by its place in an address; None where there is no such figure, or this run has nothing for it."""
    if name == "forest":
        return forest.draw(forest_of(run, layout=layout))
    make = _FIGURES.get(name)
    return make(_Frozen(run)) if make and name in figures_of(run) else None


def figures_of(run: Run) -> dict[str, str]:
    """What can be drawn of a run: place in an address → name."""
    found = {"forest": "Forest plot"}
    if run.result["pooled"] is None:
        return found
    result = run.result
    has = {
        "funnel": "Funnel plot",
        "leave-one-out": "Leave-one-out" if _has(result, "series", "leave_one_out", "estimate") else "",
        "cumulative": "Cumulative" if _has(result, "series", "cumulative", "estimate") else "",
        "influence": "Influence" if _has(result, "influence", "dffits") else "",
        "baujat": "Baujat plot" if _has(result, "influence", "baujat_x") else "",
        "bubble": "Bubble plot" if _has(result, "regression", "bubble") else "",
    }
    return found | {name: title for name, title in has.items() if title}


def _has(result: Numbers, *path: str) -> bool:
    for name in path:
        if not isinstance(result, dict) or name not in result:
            return False
        result = result[name]
    return True


class _Frozen:
    """A run with what its figures share."""

    def __init__(self, run: Run) -> None:
        self.run, self.result = run, run.result
        measure = MEASURES[run.settings["measure"]]
        self.shown = scale_of(measure.code)
        self.frame: Numbers = {
            "effect": measure.name,
            "scale": "log" if measure.is_ratio else "linear",
            "null": 1.0 if measure.is_ratio else 0.0,
        }
        pairs = zip(self.result["studies"], run.inputs, strict=True)
        self.used = [(study, row) for study, row in pairs if study["yi"] is not None]
        self.labels = [study["label"] for study, _ in self.used]

    def title(self, what: str) -> str:
        """The title of the analysis and what is shown of it."""
        return f"{self.run.analysis.title}: {what}"

    def intervals(self, numbers: Numbers) -> list[Interval | None]:
        """Printed intervals; none where the fit failed."""
        return [
            None if low is None or high is None else (self.shown(low), self.shown(high))
            for low, high in zip(numbers["ci_lb"], numbers["ci_ub"], strict=True)
        ]

    def estimates(self, numbers: Numbers) -> list[float | None]:
        """Printed estimates; none where the fit failed."""
        return [None if one is None else self.shown(one) for one in numbers["estimate"]]


def _series(frozen: _Frozen, rows: Any, series: Series, what: str) -> Drawing:
    pooled = frozen.result["pooled"]
    left, right = favours_of(frozen.run)
    plot = ForestPlot(
        title=frozen.title(what),
        rows=rows,
        pooled=(diamond_of(pooled, frozen.run, frozen.shown),) if series == "leave-one-out" else (),
        heterogeneity=heterogeneity_of(pooled) if series == "leave-one-out" else None,
        favours_left=left,
        favours_right=right,
        level=frozen.run.settings["level"],
        series=series,
        **frozen.frame,
    )
    return forest.draw(plot)


def _leave_one_out(frozen: _Frozen) -> Drawing:
    numbers = frozen.result["series"]["leave_one_out"]
    rows = leave_one_out_rows(frozen.labels, frozen.estimates(numbers), frozen.intervals(numbers))
    return _series(frozen, rows, "leave-one-out", "leaving one study out")


def _cumulative(frozen: _Frozen) -> Drawing:
    numbers = frozen.result["series"]["cumulative"]
    arrived = [frozen.used[number] for number in numbers["order"]]
    rows = cumulative_rows(
        [study["label"] for study, _ in arrived],
        frozen.estimates(numbers),
        frozen.intervals(numbers),
        years=[row["year"] for _, row in arrived],
    )
    return _series(frozen, rows, "cumulative", "as studies came in")


def _funnel(frozen: _Frozen) -> Drawing:
    found, pooled = frozen.result["small_study"], frozen.result["pooled"]
    egger, filled = found.get("egger", {}), found.get("trim_and_fill", {})
    line = None
    if egger.get("limit") is not None:
        line = EggerLine(frozen.shown(egger["limit"]), egger["beta"][1], egger["p_value"])
    imputed = zip(filled.get("filled_yi", ()), filled.get("filled_vi", ()), strict=True)
    plot = FunnelPlot(
        title=frozen.title("funnel plot"),
        points=tuple(
            FunnelPoint(study["label"], frozen.shown(study["yi"]), study["vi"] ** 0.5)
            for study, _ in frozen.used
        ),
        estimate=frozen.shown(pooled["estimate"]),
        contours=True,
        imputed=tuple(FunnelPoint("", frozen.shown(y), v**0.5) for y, v in imputed),
        filled=frozen.shown(filled["pooled"]["estimate"]) if filled.get("filled_yi") else None,
        egger=line,
        **frozen.frame,
    )
    return funnel.draw(plot)


def _bubble(frozen: _Frozen) -> Drawing:
    told = frozen.result["regression"]
    numbers = told["bubble"]
    line = zip(numbers["x"], numbers["estimate"], numbers["ci_lb"], numbers["ci_ub"], strict=True)
    plot = BubblePlot(
        title=frozen.title("meta-regression"),
        x_label=told["moderators"][0],
        points=tuple(
            BubblePoint(one["label"], one["x"], frozen.shown(one["y"]), one["weight"])
            for one in numbers["points"]
        ),
        line=tuple(LinePoint(x, *map(frozen.shown, effects)) for x, *effects in line),
        level=frozen.run.settings["level"],
        **frozen.frame,
    )
    return bubble.draw(plot)


def _baujat(frozen: _Frozen) -> Drawing:
    numbers = frozen.result["influence"]
    places = zip(frozen.labels, numbers["baujat_x"], numbers["baujat_y"], numbers["influential"], strict=True)
    points = tuple(BaujatPoint(label, x, y, bool(flag)) for label, x, y, flag in places if None not in (x, y))
    return baujat.draw(BaujatPlot(frozen.title("Baujat plot"), points))


def _influence(frozen: _Frozen) -> Drawing:
    numbers = frozen.result["influence"]
    names = ("rstudent", "dffits", "cook", "cov_r", "tau2_deleted", "hat")
    panels = standard_panels(**{name: numbers[name] for name in names}, tau2=frozen.result["pooled"]["tau2"])
    flags = tuple(bool(flag) for flag in numbers["influential"])
    return influence.draw(InfluencePlot(frozen.title("influence"), tuple(frozen.labels), panels, flags))


_FIGURES: dict[str, Callable[[_Frozen], Drawing]] = {
    "funnel": _funnel,
    "leave-one-out": _leave_one_out,
    "cumulative": _cumulative,
    "bubble": _bubble,
    "baujat": _baujat,
    "influence": _influence,
}
