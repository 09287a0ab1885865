"""The text of a forest plot as a table: which lines there are, how high each is, how wide each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from synthesis.figures import forest_words as words
from synthesis.figures.forest_plot import (
    ForestPlot,
    ForestRow,
    Interval,
    PooledRow,
    Subgroup,
)
from synthesis.figures.typesetting import RAISED, measure, wrap

#: In type sizes: what is left of the plot is never narrower (heterogeneity has to fit), labels never wider.
NARROWEST, WIDEST = 17.0, 24.0
_HEADING_WIDTH = 8.0
Mark = ForestRow | PooledRow | Interval | None


@dataclass(frozen=True, slots=True)
class Type:
    """Type size and line heights; a plot of many studies is set smaller."""

    size: float
    row: float
    leading: float

    @property
    def gap(self) -> float:
        """Space between two columns."""
        return 1.4 * self.size


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
    """The bands, and the width of each column in points."""

    type: Type
    bands: tuple[Band, ...]
    notes: tuple[tuple[str, str], ...]
    label_width: float
    left_width: float
    cell_widths: tuple[float, ...]
    effect_width: float
    interval_width: float
    weight_width: float


def type_for(studies: int) -> Type:
    """The type for so many studies."""
    return Type(size=9, row=15, leading=11) if studies <= 60 else Type(size=8, row=12, leading=9.6)


def build(plot: ForestPlot) -> Table:
    """Lay the plot's text out as a table."""
    kind = type_for(sum(1 for _ in plot.studies()))
    notes = Notes()
    cell_widths = _cell_widths(plot, kind)
    beside = sum(cell_widths) + len(cell_widths) * kind.gap
    label_width = max(_label_width(plot, kind), NARROWEST * kind.size - beside)
    bands = tuple(_Maker(plot, kind, notes, label_width, label_width + beside).bands())
    weight_heading = [plot.weight_heading] if any(band.weight for band in bands) else []
    return Table(
        type=kind,
        bands=bands,
        notes=tuple(notes.lines()),
        label_width=label_width,
        left_width=label_width + beside,
        cell_widths=cell_widths,
        effect_width=_widest([b.effect for b in bands if b.interval], kind.size),
        interval_width=max(
            _widest([b.interval for b in bands], kind.size), measure(words.NOT_ESTIMABLE, kind.size) * 0.6
        ),
        weight_width=max(_widest([b.weight for b in bands], kind.size), _widest(weight_heading, kind.size)),
    )


def heading_lines(heading: str, kind: Type, *, width: float = 0) -> list[str]:
    """A column heading, broken to stay narrow, or to fit `width` if that is more."""
    return (
        wrap(heading, max(_HEADING_WIDTH * kind.size, width), kind.size, bold=True, lines=3)
        if heading
        else []
    )


def column_groups(plot: ForestPlot) -> Iterator[tuple[str, int, int]]:
    """Each heading that spans neighbouring columns, with its first column and the one after its last."""
    columns, start = plot.columns, 0
    for n in range(1, len(columns) + 1):
        if n == len(columns) or columns[n].group != columns[start].group:
            if columns[start].group:
                yield columns[start].group, start, n
            start = n


def span(widths: Sequence[float], start: int, stop: int, kind: Type) -> float:
    """The width of neighbouring columns with the gaps between them."""
    return sum(widths[start:stop]) + (stop - start - 1) * kind.gap


def _cell_widths(plot: ForestPlot, kind: Type) -> tuple[float, ...]:
    """The width of each column: its cells, its heading, and its share of a heading that spans it."""
    widths = [_cell_width(plot, column, kind) for column in range(len(plot.columns))]
    for name, start, stop in column_groups(plot):
        wide = span(widths, start, stop, kind)
        widths[start] += max(0.0, _widest(heading_lines(name, kind, width=wide), kind.size) - wide)
    return tuple(widths)


def _widest(texts: Sequence[str], size: float) -> float:
    # Pooled rows are bold, so every column leaves room for bold.
    return max((measure(text, size, bold=True) for text in texts), default=0.0)


def _cell_width(plot: ForestPlot, column: int, kind: Type) -> float:
    rows = [*(row.cells for row in plot.studies()), *(row.cells for row in plot.pooled_rows())]
    cells = [cells[column] for cells in rows if column < len(cells)]
    return max(
        _widest(cells, kind.size), _widest(heading_lines(plot.columns[column].heading, kind), kind.size)
    )


def _label_width(plot: ForestPlot, kind: Type) -> float:
    labels = [(row.label, bool(row.note)) for row in plot.studies()]
    labels += [(row.label, bool(row.note)) for row in plot.pooled_rows()]
    letter = measure(" aa", kind.size * RAISED)
    # A point of slack: a line that just fits must not be wrapped by rounding.
    wanted = max(measure(label, kind.size, bold=True) + letter * noted + 1 for label, noted in labels)
    indent = kind.size if plot.subgroups else 0
    return min(wanted + indent, WIDEST * kind.size)


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
            yield from self.pooled(pooled, indent=0)

    def subgroup(self, subgroup: Subgroup) -> Iterator[Band]:
        indent = self.type.size
        yield Band(height=0.5 * self.type.row)
        yield self.labelled(subgroup.heading, Band(bold=True))
        yield from (self.study(row, indent) for row in subgroup.rows)
        for pooled in subgroup.pooled:
            yield from self.pooled(pooled, indent)
        text = "" if subgroup.heterogeneity is None else words.heterogeneity(subgroup.heterogeneity)
        if text:
            yield self.labelled(text, Band(indent=indent, soft=True))

    def study(self, row: ForestRow, indent: float) -> Band:
        band = Band(
            indent=indent,
            cells=row.cells,
            effect=words.estimate(self.plot, row.estimate),
            interval="" if row.ci is None else words.interval(self.plot, row.ci),
            weight=words.percent(row.weight),
            mark=row,
            letter=self.notes.letter(row.note),
            ident=row.ident,
            href=row.href,
        )
        return self.labelled(row.label, band)

    def pooled(self, row: PooledRow, indent: float) -> Iterator[Band]:
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
        yield self.labelled(row.label, band)
        if row.prediction is not None:
            text = words.interval(self.plot, row.prediction)
            yield self.labelled(row.prediction_label, Band(indent=indent, interval=text, mark=row.prediction))

    def labelled(self, label: str, band: Band) -> Band:
        """The band with its label broken to fit, and as high as that needs; one without numbers may be wider."""
        size = self.type.size
        width = self.label_width if band.effect or band.interval else self.left_width
        room = width - band.indent - measure(" " + band.letter, size * RAISED)
        wrapped = wrap(label, room, size, bold=band.bold, lines=2)
        height = self.type.row + (len(wrapped) - 1) * self.type.leading
        return replace(band, label=tuple(wrapped), height=height)
