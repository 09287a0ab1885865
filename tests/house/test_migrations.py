"""Each app's migrations stand in one line, so that two branches of work cannot both be the last word."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.house.tree import FLOORS


@pytest.mark.parametrize("app", FLOORS)
def test_migrations_stand_in_one_line(app: str) -> None:
    assert apps.is_installed(app)
    loader = MigrationLoader(None)
    own = [node for node in loader.graph.node_map.values() if node.key[0] == app]
    assert own
    forks = {node.key: [child.key for child in node.children if child.key[0] == app] for node in own}
    assert {key: children for key, children in forks.items() if len(children) > 1} == {}
    assert len([node for node in own if not [parent for parent in node.parents if parent.key[0] == app]]) == 1
