"""RoB 2 for cluster-randomised and crossover trials: their domains, judged by hand.

Their algorithms differ from that of parallel trials, and we do not compute what we have not read in the official documents.
"""

from __future__ import annotations

from extraction.riskofbias.rob2 import LEVELS
from extraction.riskofbias.tool import OVERALL, Item, Tool

_BY_HAND = "The level is chosen by hand: the algorithm of this variant is not computed, and that of parallel trials does not apply."


def _items(*middle: tuple[str, str, str, str]) -> tuple[Item, ...]:
    first = Item(
        "D1",
        "Randomisation process",
        "Was the order of allocation random and concealed, and do baseline data agree with that?",
        column="D1",
        has_direction=True,
    )
    rest = (
        *middle,
        (
            "D2",
            "Deviations from intended interventions",
            "Did the trial itself change what people received, and were they analysed as they should be?",
            "D2",
        ),
        ("D3", "Missing outcome data", "Could the result differ because outcomes are not known?", "D3"),
        (
            "D4",
            "Measurement of the outcome",
            "Was the outcome measured well, alike, and without knowledge that matters?",
            "D4",
        ),
    )
    domains = tuple(
        Item(key, name, question, per_outcome=key != "D1b", column=column, has_direction=True)
        for key, name, question, column in rest
    )
    return (first, *domains)


def _last(question: str) -> tuple[Item, ...]:
    reported = Item("D5", "Selection of the reported result", question, True, column="D5", has_direction=True)
    overall = Item(
        OVERALL, "Overall", "As you judge all domains together.", True, column="Overall", has_direction=True
    )
    return reported, overall


ROB2_CLUSTER = Tool(
    key="rob2-cluster",
    name="RoB 2 for cluster-randomised trials (2021), by hand",
    source="RoB 2 for cluster-randomised trials, test version of 18 March 2021",
    items=(
        *_items(
            (
                "D1b",
                "Timing of identification or recruitment",
                "Were participants identified and recruited before, or without knowledge of, the cluster's allocation?",
                "D1b",
            )
        ),
        *_last("Was this number chosen from several that could have been reported?"),
    ),
    levels=LEVELS,
    unit="result",
    note=_BY_HAND,
)
ROB2_CROSSOVER = Tool(
    key="rob2-crossover",
    name="RoB 2 for crossover trials (2021), by hand",
    source="RoB 2 for crossover trials, test version of 18 March 2021",
    items=(
        *_items(
            (
                "DS",
                "Period and carryover effects",
                "Were periods balanced and long enough apart, so that neither time nor what came before explains the result?",
                "DS",
            )
        ),
        *_last(
            "Was this number chosen from several, or the result of both periods withheld because carryover was found?"
        ),
    ),
    levels=LEVELS,
    unit="result",
    note=_BY_HAND,
)
