"""Risk-of-bias tools as data, and what answers lead to. Pure: no Django, no database."""

from __future__ import annotations

from extraction.riskofbias.conditions import ANSWERS
from extraction.riskofbias.custom import BadTool, definition, tool_from
from extraction.riskofbias.judging import Proposal, asked, meaning, propose, propose_overall, standing
from extraction.riskofbias.rob1 import ROB1
from extraction.riskofbias.rob2 import ROB2_ADHERING, ROB2_ASSIGNMENT
from extraction.riskofbias.tool import DIRECTIONS, OVERALL, Item, Level, Question, Tool
from extraction.riskofbias.tools import TOOLS, tool_named

__all__ = [
    "ANSWERS",
    "DIRECTIONS",
    "OVERALL",
    "ROB1",
    "ROB2_ADHERING",
    "ROB2_ASSIGNMENT",
    "TOOLS",
    "BadTool",
    "Item",
    "Level",
    "Proposal",
    "Question",
    "Tool",
    "asked",
    "definition",
    "meaning",
    "propose",
    "propose_overall",
    "standing",
    "tool_from",
    "tool_named",
]
