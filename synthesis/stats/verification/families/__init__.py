"""One module per group of families; each offers FAMILIES, a dict of name → Family."""

from __future__ import annotations
