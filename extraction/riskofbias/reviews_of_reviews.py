"""AMSTAR 2 and ROBIS, for reviews of reviews. Our own words.

Sources: Shea BJ et al., BMJ 2017;358:j4008 (AMSTAR 2, with its list of critical items and rating of overall confidence);
Whiting P et al., J Clin Epidemiol 2016;69:225 (ROBIS).
"""

from __future__ import annotations

from collections.abc import Mapping

from extraction.riskofbias.rob1 import LEVELS
from extraction.riskofbias.tool import OVERALL, Item, Level, Tool

CRITICAL = (2, 4, 7, 9, 11, 13, 15)
_ANSWERS = (
    Level("yes", "Yes", "+", "low"),
    Level("partial", "Partly", "?", "some"),
    Level("no", "No", "−", "high"),
)
_WITH_NO_META_ANALYSIS = (*_ANSWERS, Level("na", "No meta-analysis", "", "na"))
_CONFIDENCE = (
    Level("high-confidence", "High confidence", "+", "low"),
    Level("moderate-confidence", "Moderate confidence", "−", "moderate"),
    Level("low-confidence", "Low confidence", "×", "high"),
    Level("critically-low", "Critically low confidence", "!", "critical"),
)
_AMSTAR = (
    ("Question", "Do question and criteria name population, intervention, comparator and outcome?"),
    ("Protocol", "Were methods fixed before, and departures explained?"),
    ("Designs", "Is it explained which study designs were included, and why?"),
    ("Search", "Was the search comprehensive?"),
    ("Selection in duplicate", "Did two people select the studies?"),
    ("Extraction in duplicate", "Did two people extract the data?"),
    ("Excluded studies", "Are excluded studies listed, with reasons?"),
    ("Included studies", "Are included studies described in enough detail?"),
    ("Risk of bias", "Was risk of bias assessed with a satisfactory technique?"),
    ("Funding of studies", "Is it said who paid for the included studies?"),
    ("Synthesis", "If results were pooled, were the methods right?"),
    ("Impact of bias", "If results were pooled, was the impact of risk of bias assessed?"),
    ("Bias in discussion", "Is risk of bias taken account of in the interpretation?"),
    ("Heterogeneity", "Is heterogeneity explained and discussed?"),
    ("Publication bias", "If results were pooled, was publication bias looked into and discussed?"),
    ("Conflicts of interest", "Are the authors' conflicts of interest told?"),
)


def confidence(judged: Mapping[str, str]) -> tuple[str, str]:
    """AMSTAR 2's overall rating: from how many critical and other items were answered by no."""
    weak = [int(key) for key, level in judged.items() if level == "no"]
    critical = sum(number in CRITICAL for number in weak)
    other = len(weak) - critical
    because = f"critical weaknesses: {critical}, others: {other}"
    if critical:
        return ("critically-low" if critical > 1 else "low-confidence"), because
    return ("moderate-confidence" if other > 1 else "high-confidence"), because


AMSTAR_2 = Tool(
    key="amstar-2",
    name="AMSTAR 2 (2017)",
    source="Shea BJ et al. BMJ 2017;358:j4008",
    items=(
        *(
            Item(
                str(number),
                name,
                question,
                levels=_WITH_NO_META_ANALYSIS if number in (11, 12, 15) else (),
                needs_support=False,
                column=name,
            )
            for number, (name, question) in enumerate(_AMSTAR, 1)
        ),
        Item(
            OVERALL,
            "Overall confidence",
            "From weaknesses in critical items (2, 4, 7, 9, 11, 13, 15) and in others.",
            levels=_CONFIDENCE,
            needs_support=False,
            column="Overall",
        ),
    ),
    levels=_ANSWERS,
    overall=confidence,
)
ROBIS = Tool(
    key="robis",
    name="ROBIS (2016)",
    source="Whiting P et al. J Clin Epidemiol 2016;69:225",
    items=(
        Item(
            "D1",
            "Eligibility criteria",
            "Were they fixed before, clear and fit for the question?",
            column="D1",
        ),
        Item(
            "D2",
            "Identification and selection",
            "Was everything looked for, and selected without error?",
            column="D2",
        ),
        Item(
            "D3",
            "Collection and appraisal",
            "Were data and risk of bias collected without error?",
            column="D3",
        ),
        Item("D4", "Synthesis and findings", "Was what was found put together rightly?", column="D4"),
        Item(
            OVERALL,
            "Risk of bias in the review",
            "Are the concerns of the domains addressed?",
            column="Overall",
        ),
    ),
    levels=LEVELS,
)
