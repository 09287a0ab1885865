"""Triggers that keep the numbers of a table's rows, by names made of their columns, in reviews_tally.

SQLite has one writer at a time, so there a number is one row. PostgreSQL has many: each connection adds to a slot of its own,
and nobody waits for a row that somebody else has counted something in; the slots are folded together now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_INTO = "reviews_tally (review_id, name, slot, n)"
_ADD = "ON CONFLICT (review_id, name, slot) DO UPDATE SET n = reviews_tally.n + excluded.n"


@dataclass(frozen=True, slots=True)
class Tallied:
    """A table whose rows are counted. `name` is an SQL expression over the columns of `it`, which has a review_id."""

    table: str
    name: str

    def sqlite(self) -> list[str]:
        """One trigger for each way in which a row can change."""

        def step(side: str, n: int) -> str:
            name = self.name.replace("it.", f"{side}.")
            return f"INSERT INTO {_INTO} VALUES ({side}.review_id, {name}, 0, {n}) {_ADD};"  # noqa: S608 - our own words

        body = {
            "INSERT": step("NEW", 1),
            "DELETE": step("OLD", -1),
            "UPDATE": step("OLD", -1) + " " + step("NEW", 1),
        }
        return [
            f"CREATE TRIGGER {self.table}_tally_{event.lower()} AFTER {event} ON {self.table} BEGIN {steps} END"
            for event, steps in body.items()
        ]

    def postgresql(self) -> list[str]:
        """One function and trigger for each event, called once for a statement however many rows it changes."""

        def side(table: str, n: int) -> str:
            return f"SELECT it.review_id, {self.name} AS name, {n} AS n FROM {table} AS it"  # noqa: S608 - our own words

        sides = {
            "INSERT": [("NEW TABLE AS added", side("added", 1))],
            "DELETE": [("OLD TABLE AS gone", side("gone", -1))],
            "UPDATE": [("OLD TABLE AS gone", side("gone", -1)), ("NEW TABLE AS added", side("added", 1))],
        }
        statements = []
        for event, parts in sides.items():
            function = f"{self.table}_tally_{event.lower()}"
            tables = " ".join(table for table, _ in parts)
            changes = " UNION ALL ".join(select for _, select in parts)
            body = (
                f"BEGIN INSERT INTO {_INTO} "  # noqa: S608 - our own words
                f"SELECT review_id, name, pg_backend_pid(), SUM(n) FROM ({changes}) AS changes "
                f"GROUP BY review_id, name HAVING SUM(n) <> 0 {_ADD}; RETURN NULL; END"
            )
            trigger = f"CREATE TRIGGER {function} AFTER {event} ON {self.table} REFERENCING {tables}"
            statements += [
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
                f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
            ]
        return statements

    def undo(self, vendor: str) -> list[str]:
        """Take the triggers away again."""
        names = [f"{self.table}_tally_{event}" for event in ("insert", "delete", "update")]
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
        return [
            statement
            for name in names
            for statement in (
                f"DROP TRIGGER IF EXISTS {name} ON {self.table}",
                f"DROP FUNCTION IF EXISTS {name}()",
            )
        ]

    def count(self) -> str:
        """Numbers of all rows as they are: review_id, name, n."""
        return (
            f"SELECT it.review_id, {self.name} AS name, COUNT(*) AS n FROM {self.table} AS it GROUP BY 1, 2"  # noqa: S608 - our own words
        )


def tallied(*tables: Tallied) -> migrations.RunPython:
    """A migration's step: put the triggers on these tables and count what is there already."""

    def on(
        statements: Callable[[str, Tallied], list[str]],
    ) -> Callable[[object, BaseDatabaseSchemaEditor], None]:
        def run(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
            for table in tables:
                for statement in statements(editor.connection.vendor, table):
                    # Without parameters, so that a percent sign in a statement is itself.
                    editor.execute(statement, None)

        return run

    def make(vendor: str, table: Tallied) -> list[str]:
        triggers = table.sqlite() if vendor == "sqlite" else table.postgresql()
        counted = f"SELECT review_id, name, 0, n FROM ({table.count()}) AS counted"  # noqa: S608 - our own words
        return [*triggers, f"INSERT INTO {_INTO} {counted}"]

    return migrations.RunPython(on(make), on(lambda vendor, table: table.undo(vendor)))
