"""ROBINS-I, version 1: seven domains of non-randomised studies of interventions, judged by hand.

Source: Sterne JAC et al., BMJ 2016;355:i4919, whose table of overall judgements the overall rule follows: critical and serious
domains decide first, then a lack of information, then moderate ones.
"""

from __future__ import annotations

from extraction.riskofbias.tool import OVERALL, Item, Level, Tool
from extraction.riskofbias.worst import worst_of

LEVELS = (
    Level("low", "Low risk", "+", "low"),
    Level("moderate", "Moderate risk", "−", "moderate"),
    Level("serious", "Serious risk", "×", "serious"),
    Level("critical", "Critical risk", "!", "critical"),
    Level("none", "No information", "?", "none"),
)
_SEVERITY = ("low", "moderate", "none", "serious", "critical")
_DOMAINS = (
    ("Confounding", "Could what led to the intervention also explain the outcome?", False),
    ("Selection of participants", "Did who is in the study depend on intervention and outcome?", False),
    ("Classification of interventions", "Is it certain who received what, whatever the outcome?", False),
    ("Deviations from intended interventions", "Did care differ in ways one would not expect?", True),
    ("Missing data", "Could the result differ because data are missing?", True),
    ("Measurement of outcomes", "Could measurement depend on the intervention received?", True),
    ("Selection of the reported result", "Was the result picked among several?", True),
)
_ITEMS = (
    *(
        Item(f"D{number}", name, question, per_outcome, column=f"D{number}", has_direction=True)
        for number, (name, question, per_outcome) in enumerate(_DOMAINS, 1)
    ),
    Item(
        OVERALL,
        "Overall",
        "At least as severe as the worst domain; no information when what is missing is decisive.",
        per_outcome=True,
        column="Overall",
        needs_support=False,
        has_direction=True,
    ),
)

ROBINS_I = Tool(
    key="robins-i",
    name="ROBINS-I, version 1 (2016)",
    source="Sterne JAC et al. BMJ 2016;355:i4919",
    items=_ITEMS,
    levels=LEVELS,
    unit="result",
    overall=worst_of(_ITEMS, LEVELS, _SEVERITY),
    severity=_SEVERITY,
)
