"""Risk-of-bias tools as data. Pure: no Django, no database."""

from __future__ import annotations

from extraction.riskofbias.tools import ROB1, TOOLS, Item, Level, Tool, tool_named

__all__ = ["ROB1", "TOOLS", "Item", "Level", "Tool", "tool_named"]
