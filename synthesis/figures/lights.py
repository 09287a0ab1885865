"""Risk-of-bias lights of any size, to stand beside the rows of another figure, and their key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from synthesis.figures.drawing import SOFT, Disc, Run, Shape, Text
from synthesis.figures.traffic import _COLOURS, _SHADES, WORDS, Judgement, Palette, sign_ink
from synthesis.figures.typesetting import measure, wrap


def light(palette: Palette, judgement: Judgement, x: float, y: float, radius: float) -> Iterator[Shape]:
    """A disc in the colour of the judgement, with the sign that says it without colour."""
    fill = _COLOURS[palette][_SHADES[judgement]]
    yield Disc(x, y, radius, fill, stroke=SOFT)
    sign = WORDS[judgement][1]
    if sign:
        size = 1.45 * radius
        yield Text(x, y + 0.36 * size, (Run(sign, bold=True),), size, "middle", sign_ink(fill))


def word(judgement: Judgement, own: Sequence[tuple[Judgement, str]]) -> str:
    """What the tool calls a judgement."""
    return dict(own).get(judgement, WORDS[judgement][0])


def used(rows: Iterable[Sequence[Judgement]]) -> list[Judgement]:
    """The judgements that occur, best first."""
    found = {judgement for row in rows for judgement in row}
    return [judgement for judgement in WORDS if judgement in found]


@dataclass(frozen=True, slots=True)
class Key:
    """What the signs and the headings of the columns mean, set between `left` and `right`."""

    palette: Palette
    words: tuple[tuple[Judgement, str], ...]
    judgements: tuple[Judgement, ...]
    domains: tuple[tuple[str, str], ...]
    size: float

    def shapes(self, left: float, right: float, y: float) -> tuple[list[Shape], float]:
        """The key from the line `y` down, and its lowest line."""
        radius, leading = 0.62 * self.size, 1.5 * self.size
        found: list[Shape] = []
        x = left
        for judgement in self.judgements:
            name = word(judgement, self.words)
            wide = 2 * radius + 4 + measure(name, self.size)
            if x > left and x + wide > right:
                x, y = left, y + leading
            found += light(self.palette, judgement, x + radius, y - 0.35 * self.size, radius)
            found.append(Text(x + 2 * radius + 4, y, (Run(name),), self.size, ink=SOFT))
            x += wide + 1.4 * self.size
        for heading, name in self.domains:
            for n, line in enumerate(wrap(f"{heading}: {name}", right - left, self.size)):
                y += 1.25 * self.size if n else 1.5 * self.size
                found.append(Text(left, y, (Run(line),), self.size, ink=SOFT))
        return found, y
