"""Every icon that a template names is drawn: an unknown name would leave a hole in the page."""

from __future__ import annotations

import re

from tests.house.tree import ROOT, files, name

DRAWN = set(re.findall(r'<symbol id="([a-z-]+)"', (ROOT / "static" / "icons.svg").read_text()))
NAMED = re.compile(r'\bicon(?:\.html" with name)?="([a-z-]+)"')


def test_every_icon_that_is_named_is_drawn() -> None:
    assert "check" in DRAWN
    pages = files(".html", under=ROOT / "templates")
    named = {(name(page), icon) for page in pages for icon in NAMED.findall(page.read_text())}
    assert len(named) > 20
    assert {(page, icon) for page, icon in named if icon not in DRAWN} == set()
