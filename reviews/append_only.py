"""A database trigger that refuses to change rows which are facts."""

from __future__ import annotations

from collections.abc import Callable

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
    ]


def _undo(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_is_append_only"]
    return [
        f"DROP TRIGGER IF EXISTS {table}_is_append_only ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_is_append_only()",
    ]


def append_only(*tables: str) -> migrations.RunPython:
    """A migration step that puts the trigger on `tables` (table names, not model names)."""

    def runner(make: Callable[[str, str], list[str]]) -> Callable[[object, BaseDatabaseSchemaEditor], None]:
        def run(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            for table in tables:
                for statement in make(editor.connection.vendor, table):
                    editor.execute(statement)

        return run

    return migrations.RunPython(runner(_statements), runner(_undo))
