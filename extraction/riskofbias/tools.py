"""Every tool that comes with Quorum, by its key."""

from __future__ import annotations

from extraction.riskofbias.diagnostic import QUADAS_2
from extraction.riskofbias.jbi import JBI
from extraction.riskofbias.newcastle_ottawa import NOS_CASE_CONTROL, NOS_COHORT
from extraction.riskofbias.reviews_of_reviews import AMSTAR_2, ROBIS
from extraction.riskofbias.rob1 import ROB1
from extraction.riskofbias.rob2 import ROB2_ADHERING, ROB2_ASSIGNMENT
from extraction.riskofbias.rob2_variants import ROB2_CLUSTER, ROB2_CROSSOVER
from extraction.riskofbias.robins import ROBINS_I
from extraction.riskofbias.tool import Tool

TOOLS: tuple[Tool, ...] = (
    ROB1,
    ROB2_ASSIGNMENT,
    ROB2_ADHERING,
    ROB2_CLUSTER,
    ROB2_CROSSOVER,
    ROBINS_I,
    QUADAS_2,
    NOS_COHORT,
    NOS_CASE_CONTROL,
    *JBI,
    AMSTAR_2,
    ROBIS,
)


def tool_named(key: str) -> Tool:
    """The tool called `key`; KeyError if there is none."""
    return {tool.key: tool for tool in TOOLS}[key]
