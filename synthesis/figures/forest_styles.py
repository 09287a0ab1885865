"""The manners of three kinds of journal: words, order of columns, colours and rules of a forest plot."""

from __future__ import annotations

from dataclasses import dataclass

from synthesis.figures.drawing import INK, NONE
from synthesis.figures.forest_plot import ForestPlot, Layout, Place, Scale


@dataclass(frozen=True, slots=True)
class Style:
    """What a layout decides; all colours can be told from white and from a dark page."""

    label_heading: str
    left: tuple[Place, ...]
    right: tuple[Place, ...]
    total: str
    subtotal: str
    squares: tuple[tuple[Scale, str], ...]
    diamond: str = INK
    diamond_edge: str = NONE
    prediction: str = "#b3541e"
    brackets: tuple[str, str] = ("[", "]")
    #: A dashed line through the first pooled estimate.
    has_guide: bool = True
    #: The two directions stand above the plot instead of below its axis.
    favours_above: bool = False
    #: The name of the effect stands above the plot too.
    names_panel: bool = False
    head_rule: float = 0.8
    #: A rule below the last row, and one above the headings.
    closing_rules: bool = False
    #: Risk-of-bias columns are headed A, B, C instead of D1, D2, D3.
    has_letters: bool = False

    def square(self, scale: Scale) -> str:
        """The colour of a study's square."""
        return dict(self.squares)[scale]


STYLES: dict[Layout, Style] = {
    "plain": Style(
        label_heading="Study",
        left=("cells",),
        right=("effect", "weight", "lights"),
        total="Pooled ({level})",
        subtotal="Pooled ({level})",
        squares=(("log", "#3d7cb8"), ("linear", "#3d7cb8")),
    ),
    # Review Manager: weight and effect before the plot, blue squares for ratios and green ones for differences.
    "revman": Style(
        label_heading="Study or Subgroup",
        left=("cells", "weight", "effect"),
        right=("lights",),
        total="Total ({level})",
        subtotal="Subtotal ({level})",
        squares=(("log", "#3f6fd8"), ("linear", "#2e9e4f")),
        has_guide=False,
        names_panel=True,
        has_letters=True,
    ),
    # JAMA: "Source", estimates before the plot in round brackets, directions above it, weights after it.
    "jama": Style(
        label_heading="Source",
        left=("cells", "effect"),
        right=("weight", "lights"),
        total="Overall",
        subtotal="Subtotal",
        squares=(("log", "#4a6fa5"), ("linear", "#4a6fa5")),
        diamond="#9cc3e4",
        diamond_edge=INK,
        brackets=("(", ")"),
        favours_above=True,
        head_rule=0.5,
        closing_rules=True,
    ),
}


def style_of(plot: ForestPlot) -> Style:
    """The style of the plot's layout."""
    return STYLES[plot.layout]
