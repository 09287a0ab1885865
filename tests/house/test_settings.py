"""Every setting is documented, and nothing is documented that is no setting."""

from __future__ import annotations

import re
import tomllib

from tests.house.lanes import LANES
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "deployment.md").read_text()
READ = re.compile(r"""\benv\.(?:text|flag|number|words)\(\s*"([A-Z_]+)\"""")
OF_THE_LAUNCHER = {"HOST", "PORT"}


def settings_read() -> set[str]:
    """The environment variables that the settings ask for."""
    texts = [path.read_text() for path in sorted((ROOT / "config").glob("*.py"))]
    return {variable for text in texts for variable in READ.findall(text)}


def settings_documented() -> set[str]:
    """The variables that have a row in a table of the page."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    assert settings_read()
    assert settings_documented() == settings_read() | OF_THE_LAUNCHER


def test_the_example_of_a_server_s_environment_sets_only_what_exists() -> None:
    example = (ROOT / "deploy" / "quorum.env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= settings_read()


def test_every_marker_of_a_lane_is_known_and_every_lane_is_explained() -> None:
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    assert {lane.name for lane in LANES} - {"fast"} == {marker.partition(":")[0] for marker in markers}
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    assert all(f"| {lane.name} |" in guide for lane in LANES)
