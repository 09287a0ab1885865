"""A database trigger that refuses to change rows which are facts."""

from __future__ import annotations

from collections.abc import Callable

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _statements(vendor: str, table: str) -> list[str]:
    name = f"{table}_is_append_only"
    says = f"'{table} is append-only'"
    if vendor == "sqlite":
        # SQLite changes a table by making it anew, and loses its triggers: a later migration puts this one back.
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, {says}); END"
        ]
    body = f"BEGIN RAISE EXCEPTION {says} USING ERRCODE = 'integrity_constraint_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
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
