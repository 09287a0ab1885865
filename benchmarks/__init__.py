"""Us beside named peers, one command each."""

from __future__ import annotations
