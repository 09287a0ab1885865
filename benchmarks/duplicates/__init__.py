"""What the benchmark of deduplication is made of: scores, made-up records, and the peer as a program of its own."""

from __future__ import annotations
