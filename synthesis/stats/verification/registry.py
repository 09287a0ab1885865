"""Which families can be replayed: every module in families/ offers a dict FAMILIES."""

from __future__ import annotations

import importlib
import pkgutil

from synthesis.stats.verification import families
from synthesis.stats.verification.case import Family


def registry() -> dict[str, Family]:
    """Family name → how to compute it. A module added to families/ is found without being listed anywhere.

    Raises RuntimeError when two modules claim the same family.
    """
    known: dict[str, Family] = {}
    for module in sorted(pkgutil.iter_modules(families.__path__), key=lambda m: m.name):
        offered: dict[str, Family] = importlib.import_module(f"{families.__name__}.{module.name}").FAMILIES
        for name, family in offered.items():
            if name in known:
                raise RuntimeError(f"Two modules claim the family {name}.")
            known[name] = family
    return known
