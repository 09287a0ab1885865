"""What a PRISMA 2020 flow diagram says, as plain data: boxes with lines, counts and links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

BoxId = Literal[
    "box1", "box2", "box3", "box4", "box5", "box6", "box7", "box8", "box9", "box10", "box11",
    "box12", "box13", "box14", "box15", "box16", "box17", "open",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line of a box: "Records screened (n = 160)"; the count is a link when `href` is given."""

    text: str
    count: int | None = None
    href: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class FlowBox:
    """A box, named as in the PRISMA2020 package; "open" is the dashed box of what is not settled yet."""

    ident: BoxId
    lines: tuple[FlowLine, ...]


@dataclass(frozen=True, slots=True)
class FlowDiagram:
    """The diagram; its place on the page follows from each box's name, arrows join the boxes that are there."""

    title: str
    boxes: tuple[FlowBox, ...]
    main_heading: str = "Identification of studies via databases and registers"
    other_heading: str = "Identification of studies via other methods"
    previous_heading: str = "Previous studies"
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [box.ident for box in self.boxes]
        unknown = set(names) - set(get_args(BoxId))
        if unknown:
            raise ValueError(f"PRISMA 2020 has no box called {', '.join(sorted(unknown))}.")
        if len(set(names)) < len(names):
            raise ValueError("Each box can be drawn once only.")
