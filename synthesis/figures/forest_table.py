"""The text of a forest plot as a table: which lines there are, and how high each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from synthesis.figures import forest_words as words
from synthesis.figures.forest_columns import Columns, Slot, Type, columns_of, gap_before, type_for
from synthesis.figures.forest_plot import (
    ForestPlot,
    ForestRow,
    Heterogeneity,
    Interval,
    PooledRow,
    SignificanceTest,
    Subgroup,
)
from synthesis.figures.traffic import Judgement
from synthesis.figures.typesetting import RAISED, measure, wrap

#: In type sizes: what is left of the plot is never narrower (heterogeneity has to fit), labels never wider.
NARROWEST, WIDEST = 17.0, 24.0
Mark = ForestRow | PooledRow | Interval | None


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table with what is drawn beside it."""

    height: float = 0
    label: tuple[str, ...] = ()
    indent: float = 0
    bold: bool = False
    soft: bool = False
    cells: tuple[str, ...] = ()
    effect: str = ""
    interval: str = ""
    weight: str = ""
    lights: tuple[Judgement, ...] = ()
    mark: Mark = None
    letter: str = ""
    ident: str = ""
    href: str = ""


@dataclass(slots=True)
class Notes:
    """Footnotes, lettered in order of appearance; the same words share a letter."""

    texts: list[str] = field(default_factory=list)

    def letter(self, text: str) -> str:
        """The letter of a note, or nothing."""
        if not text:
            return ""
        if text not in self.texts:
            self.texts.append(text)
        return self._name(self.texts.index(text))

    def lines(self) -> list[tuple[str, str]]:
        """Each letter with its note."""
        return [(self._name(n), text) for n, text in enumerate(self.texts)]

    @staticmethod
    def _name(n: int) -> str:
        return chr(ord("a") + n % 26) * (n // 26 + 1)


@dataclass(frozen=True, slots=True)
class Table:
    """The bands and the columns, widths in points; `left_width` is all that stands left of the plot."""

    type: Type
    bands: tuple[Band, ...]
    notes: tuple[tuple[str, str], ...]
    label_width: float
    left_width: float
    left: tuple[Slot, ...]
    right: tuple[Slot, ...]


def beside(slots: Sequence[Slot], kind: Type) -> float:
    """The width of columns with the space before each."""
    return sum(slot.width + gap_before(slots, n, kind) for n, slot in enumerate(slots))


def build(plot: ForestPlot, *, columns: Columns | None = None, kind: Type | None = None) -> Table:
    """Lay the plot's text out as a table; `columns` and `kind` come from outside when plots stand in one figure."""
    kind = kind or type_for(sum(1 for _ in plot.studies()))
    columns = columns or columns_of(plot, kind)
    notes = Notes()
    wide = beside(columns.left, kind)
    label_width = max(min(columns.label_width, WIDEST * kind.size), NARROWEST * kind.size - wide)
    if columns.is_fixed:
        label_width = columns.label_width
    bands = tuple(_Maker(plot, kind, notes, label_width, label_width + wide).bands())
    return Table(
        kind, bands, tuple(notes.lines()), label_width, label_width + wide, columns.left, columns.right
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    plot: ForestPlot
    type: Type
    notes: Notes
    label_width: float
    left_width: float

    def bands(self) -> Iterator[Band]:
        plot = self.plot
        yield from (self.study(row, indent=0) for row in plot.rows)
        for subgroup in plot.subgroups:
            yield from self.subgroup(subgroup)
        if plot.pooled:
            yield Band(height=0.5 * self.type.row)
        for pooled in plot.pooled:
            label = words.pooled_label(plot, pooled, is_subtotal=False)
            yield from self.pooled(pooled, label, indent=0)

    def subgroup(self, subgroup: Subgroup) -> Iterator[Band]:
        indent = self.type.size
        yield Band(height=0.5 * self.type.row)
        yield self.labelled(subgroup.heading, Band(bold=True))
        yield from (self.study(row, indent) for row in subgroup.rows)
        for pooled in subgroup.pooled:
            label = words.pooled_label(self.plot, pooled, is_subtotal=True)
            yield from self.pooled(pooled, label, indent)
        yield from self.below(subgroup.heterogeneity, subgroup.tests, indent)

    def below(
        self, found: Heterogeneity | None, tests: tuple[SignificanceTest, ...], indent: float
    ) -> Iterator[Band]:
        for text in words.lines_below(self.plot.layout, found, tests):
            yield self.labelled(text, Band(indent=indent, soft=True))

    def study(self, row: ForestRow, indent: float) -> Band:
        band = Band(
            indent=indent,
            soft=row.left_out,
            cells=row.cells,
            effect=words.estimate(self.plot, row.estimate),
            interval="" if row.ci is None else words.interval(self.plot, row.ci),
            weight=words.LEFT_OUT if row.left_out else words.percent(row.weight),
            lights=row.lights,
            mark=row,
            letter=self.notes.letter(row.note),
            ident=row.ident,
            href=row.href,
        )
        return self.labelled(row.label, band)

    def pooled(self, row: PooledRow, label: str, indent: float) -> Iterator[Band]:
        band = Band(
            indent=indent,
            bold=True,
            cells=row.cells,
            effect=words.estimate(self.plot, row.estimate),
            interval=words.interval(self.plot, row.ci),
            weight=words.percent(row.weight),
            mark=row,
            letter=self.notes.letter(row.note),
        )
        yield self.labelled(label, band)
        if row.prediction is not None:
            text = words.interval(self.plot, row.prediction)
            yield self.labelled(row.prediction_label, Band(indent=indent, interval=text, mark=row.prediction))

    def labelled(self, label: str, band: Band) -> Band:
        """The band with its label broken to fit, and as high as that needs; one without numbers may be wider."""
        size = self.type.size
        width = self.label_width if band.effect or band.interval else self.left_width
        letter = measure(" " + band.letter, size * RAISED) if band.letter else 0.0
        room = width - band.indent - letter
        # A line of statistics is never cut; a name may be, for the text alternative has it whole.
        is_statistics = band.soft and band.mark is None
        wrapped = wrap(label, room, size, bold=band.bold, lines=None if is_statistics else 2)
        height = self.type.row + (len(wrapped) - 1) * self.type.leading
        return replace(band, label=tuple(wrapped), height=height)
