"""Specification curves: the result under every defensible choice, sorted, and below it which choices gave it."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from synthesis.figures.axis import Axis, Bounds, Scale, choose_bounds
from synthesis.figures.drawing import FAINT, INK, SOFT, Disc, Drawing, Group, Line, Rect, Run, Shape, Text
from synthesis.figures.forest_words import number
from synthesis.figures.frame import (
    BLUE,
    MARGIN,
    ORANGE,
    SIZE,
    Frame,
    must_be_numbers,
    notes,
    scaled,
    title_lines,
)
from synthesis.figures.typesetting import measure, wrap

_WIDE, _HIGH = 480.0, 190.0
_ROW, _GAP, _LABEL_WIDEST = 12.0, 5.0, 190.0
#: Above this many specifications neighbouring marks grow together and are drawn as one.
_DENSE = 240


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that could be decided in more than one way, such as the model."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """One way through all decisions: the option of each, by its number, and the result (as printed)."""

    choices: tuple[int, ...]
    estimate: float
    ci: Bounds
    ident: str = ""


@dataclass(frozen=True, slots=True)
class SpecificationCurve:
    """All specifications; `main` is the number of the one that the review reports.

    After Simonsohn, Simmons & Nelson 2020 (Nature Human Behaviour 4:1208), without their test. ValueError says which
    specification cannot be drawn.
    """

    title: str
    effect: str
    scale: Scale
    null: float
    decisions: tuple[Decision, ...]
    specifications: tuple[Specification, ...]
    main: int | None = None
    level: float = 95

    def __post_init__(self) -> None:
        if not self.specifications:
            raise ValueError("A specification curve needs at least one specification.")
        if self.main is not None and not 0 <= self.main < len(self.specifications):
            raise ValueError("The main specification is not among those given.")
        for n, one in enumerate(self.specifications, 1):
            must_be_numbers(f"Specification {n}", estimate=one.estimate)
            low, high = one.ci
            if not low <= one.estimate <= high:
                raise ValueError(f"Specification {n}: the estimate lies outside its interval.")
            if self.scale == "log" and (one.estimate <= 0 or low < 0):
                raise ValueError(f"Specification {n}: a log axis shows positive numbers only.")
            if len(one.choices) != len(self.decisions) or any(
                not 0 <= choice < len(decision.options)
                for choice, decision in zip(one.choices, self.decisions, strict=False)
            ):
                raise ValueError(f"Specification {n}: its choices do not fit the decisions.")

    def sorted(self) -> list[Specification]:
        """The specifications from the smallest estimate to the largest; equals in the order given."""
        return sorted(self.specifications, key=lambda one: one.estimate)

    def excludes_null(self, one: Specification) -> bool:
        """Whether a specification's interval excludes no effect."""
        return not one.ci[0] <= self.null <= one.ci[1]


def draw(curve: SpecificationCurve) -> Drawing:
    """The curve above, the choices below; hand the result to `formats.render`."""
    width = _left(curve) + _WIDE + MARGIN
    title, top = title_lines(curve.title, width)
    ink = _Ink(curve, top)
    items: list[Shape | Group] = [*title, *ink.curve(), *ink.choices()]
    under = notes(_explained(curve), width, ink.bottom + 20)
    items += under
    return Drawing(width, under[-1].y + MARGIN, curve.title, describe(curve), tuple(items))


def describe(curve: SpecificationCurve) -> str:
    """Median, range and how many intervals exclude no effect; then the same for each option."""
    ratio, found = curve.scale == "log", curve.specifications
    estimates = [one.estimate for one in found]
    count = "one specification" if len(found) == 1 else f"{len(found)} specifications"
    said = [f"Specification curve of {count}: {curve.effect} with {curve.level:g}% CI, {curve.scale} scale."]
    low, middle, high = (
        number(value, 2, ratio=ratio)
        for value in (min(estimates), statistics.median(estimates), max(estimates))
    )
    said.append(f"Median {middle}, range {low} to {high}.")
    excluding = [one for one in found if curve.excludes_null(one)]
    below = sum(one.ci[1] < curve.null for one in excluding)
    said.append(
        f"{len(excluding)} of {len(found)} ({len(excluding) / len(found):.0%}) exclude no effect"
        f" ({curve.null:g}): {below} below it, {len(excluding) - below} above."
    )
    if curve.main is not None:
        main = found[curve.main]
        bounds = ", ".join(number(value, 2, ratio=ratio) for value in main.ci)
        rank = 1 + sum(value < main.estimate for value in estimates)
        said.append(
            f"The main specification gives {number(main.estimate, 2, ratio=ratio)} [{bounds}], number {rank} in order."
        )
    said += [
        _option_in_words(curve, d, o)
        for d, one in enumerate(curve.decisions)
        for o in range(len(one.options))
    ]
    return " ".join(said)


def _option_in_words(curve: SpecificationCurve, decision: int, option: int) -> str:
    found = [one for one in curve.specifications if one.choices[decision] == option]
    name = f"{curve.decisions[decision].name}, {curve.decisions[decision].options[option]}"
    if not found:
        return f"{name}: no specification."
    middle = number(statistics.median(one.estimate for one in found), 2, ratio=curve.scale == "log")
    share = sum(curve.excludes_null(one) for one in found) / len(found)
    return f"{name}: {len(found)}, median {middle}, {share:.0%} exclude no effect."


def _explained(curve: SpecificationCurve) -> list[str]:
    total = len(curve.specifications)
    excluding = sum(curve.excludes_null(one) for one in curve.specifications)
    said = [
        (
            f"{total} specifications in order of their estimates, with {curve.level:g}% CI."
            f" Blue: the interval excludes no effect ({excluding}); grey: it does not ({total - excluding})."
        )
    ]
    if curve.main is not None:
        said.append("Orange with a rim: the main specification.")
    return said


def _label_width(curve: SpecificationCurve) -> float:
    names = [(decision.name, True) for decision in curve.decisions]
    names += [(option, False) for decision in curve.decisions for option in decision.options]
    wanted = max((measure(name, SIZE, bold=bold) + 10 for name, bold in names), default=0.0)
    return min(max(wanted, 60.0), _LABEL_WIDEST)


def _left(curve: SpecificationCurve) -> float:
    return MARGIN + _label_width(curve) + 8


@dataclass(frozen=True)
class _Ink:
    """The shapes of a curve whose plot begins at `top`."""

    told: SpecificationCurve
    top: float

    @cached_property
    def frame(self) -> Frame:
        curve, left = self.told, _left(self.told)
        found = curve.specifications
        ends = choose_bounds(
            curve.scale,
            curve.null,
            [one.estimate for one in found],
            [one.ci for one in found],
            [found[curve.main].estimate] if curve.main is not None else [],
        )
        level = Axis("linear", 0, len(found), left, left + _WIDE)
        return Frame(level, Axis(curve.scale, *ends, self.top, self.top + _HIGH))

    @cached_property
    def ordered(self) -> list[Specification]:
        return self.told.sorted()

    @cached_property
    def main_rank(self) -> int | None:
        """Where the main specification stands in the order."""
        curve = self.told
        if curve.main is None:
            return None
        order = sorted(range(len(curve.specifications)), key=lambda n: curve.specifications[n].estimate)
        return order.index(curve.main)

    @property
    def step(self) -> float:
        return _WIDE / len(self.ordered)

    def middle(self, rank: int) -> float:
        return self.frame.left + (rank + 0.5) * self.step

    def curve(self) -> Iterator[Shape | Group]:
        """The sorted estimates with their intervals, cut where they leave the frame."""
        frame, curve = self.frame, self.told
        yield from frame.axes(x_ticks=False)
        yield from frame.upright_name(scaled(curve.effect, curve.scale), frame.left - frame.label_room() - 14)
        stroke, radius = min(1.4, max(0.3, 0.7 * self.step)), min(2.6, max(0.6, 0.4 * self.step))
        for rank, one in enumerate(self.ordered):
            x, is_main = self.middle(rank), rank == self.main_rank
            ink = ORANGE if is_main else BLUE if curve.excludes_null(one) else "#8a8a8a"
            low, high = frame.inside([(x, frame.height(one.ci[0])), (x, frame.height(one.ci[1]))])
            shapes: list[Shape] = [Line(low, high, ink, max(stroke, 1.2) if is_main else stroke)]
            if frame.y.holds(one.estimate):
                y = frame.height(one.estimate)
                shapes.append(Disc(x, y, 3, ORANGE, stroke=INK) if is_main else Disc(x, y, radius, ink))
            yield Group(tuple(shapes), one.ident)
        yield from frame.across(curve.null, ink=INK)

    def rows(self) -> Iterator[tuple[int, int, float, list[str]]]:
        """Each option's decision, number, middle and name; -1 for the heading of a decision."""
        y = self.frame.bottom + 10
        room = _label_width(self.told)
        for d, decision in enumerate(self.told.decisions):
            heading = wrap(decision.name, room, SIZE, bold=True, lines=2)
            yield d, -1, y + _ROW / 2, heading
            y += _ROW * len(heading)
            for o, option in enumerate(decision.options):
                name = wrap(option, room - 8, SIZE, lines=2)
                yield d, o, y + _ROW / 2, name
                y += _ROW * len(name)
            y += _GAP

    @cached_property
    def bottom(self) -> float:
        """The lower edge of the choices."""
        rows = list(self.rows())
        if not rows:
            return self.frame.bottom + 10
        _, _, y, name = rows[-1]
        return y + (len(name) - 0.5) * _ROW

    def choices(self) -> Iterator[Shape]:
        """A mark for each specification beside each option it has, the names left of them."""
        right = self.frame.right
        for d, o, y, name in self.rows():
            is_heading = o < 0
            for n, line in enumerate(name):
                x = MARGIN if is_heading else MARGIN + 8
                yield Text(x, y + n * _ROW + 0.35 * SIZE, (Run(line, bold=is_heading),), SIZE)
            if is_heading:
                continue
            if o % 2 == 0:
                yield Rect(self.frame.left, y - _ROW / 2, right - self.frame.left, _ROW, fill=FAINT)
            yield from self._marks(d, o, y)

    def _marks(self, decision: int, option: int, y: float) -> Iterator[Shape]:
        ranks = [n for n, one in enumerate(self.ordered) if one.choices[decision] == option]
        main = self.main_rank if self.main_rank in ranks else None
        wide = min(4.0, max(0.4, 0.75 * self.step))
        for first, last in _runs(ranks) if len(self.ordered) > _DENSE else ((n, n) for n in ranks):
            left, right = self.middle(first) - wide / 2, self.middle(last) + wide / 2
            yield Rect(left, y - 3.5, right - left, 7, fill=INK if len(self.ordered) <= _DENSE else SOFT)
        if main is not None:
            x = self.middle(main)
            half = max(wide, 2.4) / 2
            yield Rect(x - half, y - 4.5, 2 * half, 9, fill=ORANGE)


def _runs(ranks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each stretch of neighbours."""
    for _, stretch in itertools.groupby(enumerate(ranks), key=lambda pair: pair[1] - pair[0]):
        found = [rank for _, rank in stretch]
        yield found[0], found[-1]
