"""QUADAS-2, for studies of diagnostic accuracy. Source: Whiting PF et al., Ann Intern Med 2011;155:529. Our own words."""

from __future__ import annotations

from extraction.riskofbias.rob1 import LEVELS
from extraction.riskofbias.tool import Item, Level, Tool

_CONCERN = (
    Level("low-concern", "Low concern", "+", "low"),
    Level("unclear-concern", "Unclear concern", "?", "unclear"),
    Level("high-concern", "High concern", "−", "high"),
)

QUADAS_2 = Tool(
    key="quadas-2",
    name="QUADAS-2 (2011)",
    source="Whiting PF et al. Ann Intern Med 2011;155:529",
    items=(
        Item(
            "D1",
            "Patient selection",
            "Were patients taken one after the other or at random, without a case-control design or unfit exclusions?",
            column="D1",
        ),
        Item(
            "D2",
            "Index test",
            "Was the test read without knowing the reference, with a threshold set beforehand?",
            column="D2",
        ),
        Item(
            "D3",
            "Reference standard",
            "Does the reference tell the condition rightly, read without knowing the index test?",
            column="D3",
        ),
        Item(
            "D4",
            "Flow and timing",
            "Were tests close in time, did all get the same reference, and are all in the analysis?",
            column="D4",
        ),
        Item(
            "A1",
            "Applicability: patients",
            "Are patients and setting those the review asks about?",
            levels=_CONCERN,
        ),
        Item(
            "A2",
            "Applicability: index test",
            "Are the test, its conduct and its reading those the review asks about?",
            levels=_CONCERN,
        ),
        Item(
            "A3",
            "Applicability: reference standard",
            "Is the condition it defines the one the review asks about?",
            levels=_CONCERN,
        ),
    ),
    levels=LEVELS,
    note="The authors advise against a summary score; the plots show the four domains.",
)
