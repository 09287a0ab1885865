"""RoB 1, the Cochrane tool of 2011. Source: Higgins JPT et al., BMJ 2011;343:d5928. The questions are our own words."""

from __future__ import annotations

from extraction.riskofbias.tool import Item, Level, Tool

LEVELS = (
    Level("low", "Low risk", "+", "low"),
    Level("unclear", "Unclear risk", "?", "unclear"),
    Level("high", "High risk", "−", "high"),
)

ROB1 = Tool(
    key="rob1",
    name="Cochrane risk of bias (RoB 1, 2011)",
    source="Higgins JPT et al. BMJ 2011;343:d5928",
    items=(
        Item(
            "sequence-generation",
            "Random sequence generation",
            "Was the order of allocation produced by chance, so that the groups are comparable?",
            column="Random.sequence.generation",
        ),
        Item(
            "allocation-concealment",
            "Allocation concealment",
            "Could nobody foresee the next allocation before or while enrolling?",
            column="Allocation.concealment",
        ),
        Item(
            "blinding-participants",
            "Blinding of participants and personnel",
            "Were participants and staff kept from knowing the allocation?",
            per_outcome=True,
            column="Blinding.of.participants.and.personnel",
        ),
        Item(
            "blinding-assessment",
            "Blinding of outcome assessment",
            "Were those who measured the outcome kept from knowing the allocation?",
            per_outcome=True,
            column="Blinding.of.outcome.assessment",
        ),
        Item(
            "incomplete-data",
            "Incomplete outcome data",
            "Are losses and exclusions few, balanced and explained?",
            per_outcome=True,
            column="Incomplete.outcome.data",
        ),
        Item(
            "selective-reporting",
            "Selective reporting",
            "Is everything that was planned to be reported there?",
            column="Selective.reporting",
        ),
        Item(
            "other",
            "Other bias",
            "Is anything else likely to distort the result?",
            column="Other.sources.of.bias",
        ),
    ),
    levels=LEVELS,
)
