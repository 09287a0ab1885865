"""Edits of a row by several people: nobody overwrites silently what somebody else has just written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from reviews.errors import ChangedMeanwhile, NothingToDo

Changes = dict[str, dict[str, Any]]


def fingerprint(row: models.Model, fields: Iterable[str]) -> str:
    """What a form carries along to say which state of the row its author saw."""
    values = [str(row.serializable_value(field)) for field in fields]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def apply(row: models.Model, values: Mapping[str, Any], *, seen: str) -> Changes:
    """Write `values` to a row that the caller has locked, and say what they were before and are now.

    Raises ChangedMeanwhile if the row is no longer what the author saw, NothingToDo if nothing is different.
    """
    if fingerprint(row, values) != seen:
        raise ChangedMeanwhile("Somebody else changed this while you were writing.")
    changes: Changes = {}
    for field, value in values.items():
        before = getattr(row, field)
        if before != value:
            changes[field] = {"before": _plain(before), "after": _plain(value)}
            setattr(row, field, value)
    if not changes:
        raise NothingToDo("Nothing was changed.")
    row.save(update_fields=list(changes))
    return changes


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
