"""Risk of bias as a picture: the traffic-light plot (study by domain) and its summary in bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from synthesis.figures.drawing import FAINT, INK, SOFT, Disc, Drawing, Group, Line, Rect, Run, Shape, Text
from synthesis.figures.typesetting import measure, wrap

Judgement = Literal["low", "some", "unclear", "moderate", "high", "serious", "critical", "none", "na"]
Palette = Literal["cochrane", "colour-blind"]

#: What each judgement is called, and the sign that says it without colour.
WORDS: dict[Judgement, tuple[str, str]] = {
    "low": ("Low", "+"),
    "some": ("Some concerns", "−"),
    "unclear": ("Unclear", "?"),
    "moderate": ("Moderate", "−"),
    "high": ("High", "×"),
    "serious": ("Serious", "×"),
    "critical": ("Critical", "!"),
    "none": ("No information", "?"),
    "na": ("Not applicable", ""),
}
#: Fill and, on it, the colour of the sign: the one of black and white that is easier to read.
_COLOURS: dict[Palette, dict[int, str]] = {
    "cochrane": {0: "#02c100", 1: "#e2df07", 2: "#bf0000", 3: "#820000", 4: "#4ea1f7", 5: "#cccccc"},
    "colour-blind": {0: "#fed98e", 1: "#fe9929", 2: "#d95f0e", 3: "#993404", 4: "#ffffff", 5: "#cccccc"},
}
_SHADES: dict[Judgement, int] = {
    "low": 0, "some": 1, "unclear": 1, "moderate": 1, "high": 2, "serious": 2, "critical": 3, "none": 4, "na": 5,
}  # fmt: skip

_MARGIN, _SIZE, _ROW, _CELL, _RADIUS = 14.0, 9.0, 21.0, 30.0, 7.5
_TITLE_SIZE, _LEADING, _LABEL_WIDEST = 11.0, 12.0, 200.0
_BAR, _BARS_WIDE = 14.0, 300.0


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """One study: a judgement per domain, and overall where the tool has one. `weight` is in percent."""

    label: str
    judgements: tuple[Judgement, ...]
    overall: Judgement | None = None
    weight: float | None = None
    ident: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class TrafficLights:
    """All judgements of one tool; `domains` are full names, numbered D1, D2 … in the plot and spelt out below.

    `words` are what the tool calls its judgements, where that is not what most tools call them.
    """

    title: str
    domains: tuple[str, ...]
    rows: tuple[TrafficRow, ...]
    palette: Palette = "cochrane"
    words: tuple[tuple[Judgement, str], ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.judgements) != len(self.domains):
                raise ValueError(
                    f"{row.label}: {len(row.judgements)} judgements for {len(self.domains)} domains."
                )
            unknown = {*row.judgements, row.overall} - {None, *get_args(Judgement)}
            if unknown:
                raise ValueError(f"{row.label}: there is no judgement called {', '.join(map(str, unknown))}.")
        if len({row.overall is None for row in self.rows}) > 1:
            raise ValueError("Give an overall judgement for every study, or for none.")
        if len({row.weight is None for row in self.rows}) > 1:
            raise ValueError("Give a weight for every study, or for none.")

    @property
    def has_overall(self) -> bool:
        """Whether the tool judges the study as a whole."""
        return any(row.overall is not None for row in self.rows)

    def word(self, judgement: Judgement) -> str:
        """What a judgement is called."""
        return dict(self.words).get(judgement, WORDS[judgement][0])

    def used(self) -> list[Judgement]:
        """The judgements that occur, best first."""
        found = {j for row in self.rows for j in (*row.judgements, row.overall)}
        return [j for j in WORDS if j in found]


def draw(lights: TrafficLights) -> Drawing:
    """One disc per study and domain, overall in a column of its own."""
    label_width = _label_width([row.label for row in lights.rows])
    left = _MARGIN + label_width + _SIZE
    columns = len(lights.domains) + lights.has_overall
    width = max(left + columns * _CELL + _SIZE * 2 * lights.has_overall, 380.0) + _MARGIN
    titled, head = _title(lights.title, width)
    top = head + _LEADING + 4
    bottom = top + len(lights.rows) * _ROW
    below, height = _key(lights, bottom + 18, width, numbered=True)
    items: list[Shape | Group] = [*titled, *_column_heads(lights, left, top)]
    for n, row in enumerate(lights.rows):
        middle = top + (n + 0.5) * _ROW
        items.append(Group(tuple(_row(lights, row, left, middle, label_width)), row.ident))
    return Drawing(width, height, lights.title, describe(lights), (*items, *below))


def draw_summary(lights: TrafficLights) -> Drawing:
    """One bar per domain: the share of studies (or of weight, when every study has one) with each judgement."""
    names = [*lights.domains, *(["Overall"] if lights.has_overall else [])]
    label_width = _label_width(names)
    left = _MARGIN + label_width + _SIZE
    width = left + _BARS_WIDE + 2 * _MARGIN
    titled, top = _title(lights.title, width)
    items: list[Shape] = [*titled]
    for n, (name, parts) in enumerate(zip(names, shares(lights), strict=True)):
        middle = top + (n + 0.5) * _ROW
        items += _label(name, middle, label_width, bold=name == "Overall" and n == len(lights.domains))
        x = left
        for judgement, share in parts.items():
            fill = _COLOURS[lights.palette][_SHADES[judgement]]
            items.append(
                Rect(x, middle - _BAR / 2, share * _BARS_WIDE, _BAR, fill=fill, stroke=INK, stroke_width=0.4)
            )
            if share * _BARS_WIDE > 12:
                items.append(_sign(judgement, x + share * _BARS_WIDE / 2, middle, fill))
            x += share * _BARS_WIDE
    axis = top + len(names) * _ROW + 4
    items.append(Line((left, axis), (left + _BARS_WIDE, axis)))
    for percent in (0, 25, 50, 75, 100):
        x = left + percent / 100 * _BARS_WIDE
        items.append(Line((x, axis), (x, axis + 3.5)))
        items.append(Text(x, axis + 12, (Run(f"{percent}%"),), _SIZE - 0.5, "middle"))
    below, height = _key(lights, axis + 32, width, numbered=False)
    return Drawing(width, height, lights.title, describe_summary(lights), (*items, *below))


def shares(lights: TrafficLights) -> list[dict[Judgement, float]]:
    """For each domain, and overall last, the share of each judgement that occurs; each adds up to 1."""
    weights = [1.0 if row.weight is None else row.weight for row in lights.rows]
    total = sum(weights)
    if not total:
        raise ValueError("There is nothing to sum up: no studies, or none with a weight.")
    found = []
    for n in range(len(lights.domains) + lights.has_overall):
        given = [row.judgements[n] if n < len(row.judgements) else row.overall for row in lights.rows]
        by_judgement = {
            j: sum(w for w, g in zip(weights, given, strict=True) if g == j) / total for j in lights.used()
        }
        found.append({j: share for j, share in by_judgement.items() if share})
    return found


def describe(lights: TrafficLights) -> str:
    """Every judgement in words, study by study."""
    said = [f"Risk of bias in {len(lights.rows)} studies, {len(lights.domains)} domains."]
    for row in lights.rows:
        pairs = [
            f"{name}: {lights.word(j).lower()}"
            for name, j in zip(lights.domains, row.judgements, strict=True)
        ]
        overall = [f"overall: {lights.word(row.overall).lower()}"] if row.overall else []
        said.append(f"{row.label}: {', '.join([*pairs, *overall])}.")
    return " ".join(said)


def describe_summary(lights: TrafficLights) -> str:
    """Every bar in words."""
    of = "studies" if lights.rows and lights.rows[0].weight is None else "weight"
    said = [f"Risk of bias by domain, share of {of}."]
    for name, parts in zip([*lights.domains, "Overall"], shares(lights), strict=False):
        said.append(f"{name}: {', '.join(f'{lights.word(j).lower()} {s:.0%}' for j, s in parts.items())}.")
    return " ".join(said)


def _label_width(labels: list[str]) -> float:
    return min(max((measure(label, _SIZE, bold=True) + 1 for label in labels), default=0), _LABEL_WIDEST)


def _title(title: str, width: float) -> tuple[list[Shape], float]:
    """The title's lines, and where what follows may begin."""
    lines = wrap(title, width - 2 * _MARGIN, _TITLE_SIZE, bold=True) if title else []
    step = 1.3 * _TITLE_SIZE
    shapes: list[Shape] = [
        Text(_MARGIN, _MARGIN + _TITLE_SIZE + n * step, (Run(line, bold=True),), _TITLE_SIZE)
        for n, line in enumerate(lines)
    ]
    return shapes, _MARGIN + len(lines) * step + (6 if lines else 0)


def _column_heads(lights: TrafficLights, left: float, top: float) -> Iterator[Shape]:
    if lights.has_overall:
        x = _overall_x(lights, left)
        height = len(lights.rows) * _ROW
        yield Rect(x - _CELL / 2, top, _CELL, height, fill=FAINT)
        yield Text(x, top - 4, (Run("Overall", bold=True),), _SIZE, "middle")
    for n in range(len(lights.domains)):
        yield Text(left + (n + 0.5) * _CELL, top - 4, (Run(f"D{n + 1}", bold=True),), _SIZE, "middle")


def _overall_x(lights: TrafficLights, left: float) -> float:
    return left + (len(lights.domains) + 0.5) * _CELL + _SIZE


def _row(
    lights: TrafficLights, row: TrafficRow, left: float, y: float, label_width: float
) -> Iterator[Shape]:
    yield from _label(row.label, y, label_width, href=row.href)
    places = [(left + (n + 0.5) * _CELL, j) for n, j in enumerate(row.judgements)]
    if row.overall is not None:
        places.append((_overall_x(lights, left), row.overall))
    for x, judgement in places:
        yield from _light(lights.palette, judgement, x, y)


def _label(label: str, y: float, width: float, *, bold: bool = False, href: str = "") -> list[Shape]:
    lines = wrap(label, width, _SIZE, bold=bold, lines=2)
    first = y + 0.35 * _SIZE - (len(lines) - 1) * 5
    return [
        Text(_MARGIN, first + n * 10, (Run(line, bold=bold, href=href),), _SIZE)
        for n, line in enumerate(lines)
    ]


def _light(palette: Palette, judgement: Judgement, x: float, y: float) -> Iterator[Shape]:
    fill = _COLOURS[palette][_SHADES[judgement]]
    yield Disc(x, y, _RADIUS, fill, stroke=SOFT)
    if WORDS[judgement][1]:
        yield _sign(judgement, x, y, fill)


def _sign(judgement: Judgement, x: float, y: float, fill: str) -> Text:
    return Text(x, y + 4, (Run(WORDS[judgement][1], bold=True),), 11, "middle", sign_ink(fill))


def sign_ink(fill: str) -> str:
    """Black or white, whichever stands out more on `fill` (WCAG 2 contrast)."""
    channels = [int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def _key(lights: TrafficLights, y: float, width: float, *, numbered: bool) -> tuple[list[Shape], float]:
    """What the signs and numbers mean, and the height of the page."""
    shapes: list[Shape] = []
    x = _MARGIN
    for judgement in lights.used():
        name = lights.word(judgement)
        wide = 2 * _RADIUS + 5 + measure(name, _SIZE) + 14
        if x > _MARGIN and x + wide > width - _MARGIN:
            x, y = _MARGIN, y + _ROW
        shapes += _light(lights.palette, judgement, x + _RADIUS, y)
        shapes.append(Text(x + 2 * _RADIUS + 5, y + 0.35 * _SIZE, (Run(name),), _SIZE))
        x += wide
    y += _ROW + 3
    for n, domain in enumerate(lights.domains if numbered else ()):
        for line in wrap(f"D{n + 1}: {domain}", width - 2 * _MARGIN, _SIZE):
            shapes.append(Text(_MARGIN, y, (Run(line),), _SIZE, ink=SOFT))
            y += _LEADING
    return shapes, y - _LEADING + _MARGIN
