"""Who may open what about risk-of-bias tools, agreement, plots and files."""

from __future__ import annotations

from typing import Any

from extraction.services import bias_tools
from reviews.access import May
from tests.conftest import Cast
from tests.extraction.factories import a_study, assessed
from tests.pages.extraction_urls import of
from tests.pages.rows import Row


def tool(cast: Cast) -> dict[str, Any]:
    """A tool of the team's own."""
    levels = [("Fine", "low"), ("Not fine", "high")]
    words = {"name": "Ours", "items": [("Funding", "Who paid?")], "levels": levels}
    return of(cast, bias_tools.write_tool(review=cast.review, **words, by=cast.ana))  # type: ignore[arg-type]


def plot(what: str, kind: str) -> Any:
    """A file of a plot; without anything to draw, only the table is there."""

    def place(cast: Cast) -> dict[str, Any]:
        assessed(a_study(cast.review), cast.ben)
        return {"slug": cast.review.slug, "what": what, "kind": kind}

    return place


WRITTEN = {
    "name": "Ours",
    "item-1": "Funding",
    "level-1": "Fine",
    "light-1": "low",
    "level-2": "Bad",
    "light-2": "high",
}

ROWS = [
    Row("extraction:bias_tools", May.VIEW),
    Row("extraction:bias_choose", May.EDIT_PROTOCOL, method="post", data={"tool": "robins-i"}),
    Row("extraction:bias_write", May.EDIT_PROTOCOL),
    Row("extraction:bias_write", May.EDIT_PROTOCOL, method="post", data=WRITTEN),
    Row("extraction:bias_rewrite", May.EDIT_PROTOCOL, tool),
    Row("extraction:bias_rewrite", May.EDIT_PROTOCOL, tool, "post", WRITTEN),
    Row("extraction:bias_agreement", May.SETTLE),
    Row("extraction:bias_import", May.ASSESS),
    Row("extraction:bias_import", May.ASSESS, method="post"),
    Row("synthesis:bias_figures", May.VIEW),
    Row("synthesis:bias_download", May.VIEW, plot("robvis", "csv")),
]
