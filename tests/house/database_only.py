"""A pytest plugin for the second database: leave out tests that never touch one."""

from __future__ import annotations

import pytest

FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "client", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what asks for the database, by mark or by fixture."""
    config.hook.pytest_deselected(items=[item for item in items if not touches_database(item)])
    items[:] = [item for item in items if touches_database(item)]


def touches_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database, or for a PostgreSQL server by mark."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
