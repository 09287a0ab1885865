"""The Newcastle–Ottawa Scale: stars for cohort and case-control studies. Source: Wells GA et al., Ottawa Hospital Research
Institute. Our own words.
"""

from __future__ import annotations

from extraction.riskofbias.tool import Item, Level, Tool

_LEVELS = (Level("1-star", "One star", "★", "low"), Level("0-stars", "No star", "–", "high"))
_TWO = (
    Level("2-stars", "Two stars", "★★", "low"),
    Level("1-of-2", "One star of two", "★☆", "moderate"),
    Level("0-of-2", "No star of two", "☆☆", "high"),
)
STARS = {"2-stars": 2, "1-star": 1, "1-of-2": 1, "0-stars": 0, "0-of-2": 0}
_COMPARABILITY = (
    "comparability",
    "Comparability",
    "One star for taking account of the most important factor, another for a further one.",
)
_COHORT = (
    ("selection-1", "Selection: exposed", "Do the exposed stand for those exposed in the community?"),
    ("selection-2", "Selection: not exposed", "Are the not exposed from the same community?"),
    ("selection-3", "Selection: exposure", "Is exposure known from secure records or an interview?"),
    ("selection-4", "Selection: free at the start", "Was the outcome shown to be absent at the start?"),
    _COMPARABILITY,
    ("outcome-1", "Outcome: assessment", "Assessed independently and blind, or by linking records?"),
    ("outcome-2", "Outcome: length", "Was follow-up long enough for outcomes to occur?"),
    ("outcome-3", "Outcome: completeness", "Were few lost, or not in a way that could distort?"),
)
_CASE_CONTROL = (
    ("selection-1", "Selection: case definition", "Is it adequate, and independently confirmed?"),
    ("selection-2", "Selection: cases", "Are they consecutive, or obviously representative?"),
    ("selection-3", "Selection: controls", "Are they from the same community?"),
    ("selection-4", "Selection: definition of controls", "Did they have no history of the outcome?"),
    _COMPARABILITY,
    ("exposure-1", "Exposure: ascertainment", "From secure records, or a blind interview?"),
    ("exposure-2", "Exposure: same method", "In the same way for cases and controls?"),
    ("exposure-3", "Exposure: non-response", "Is the rate the same in both groups?"),
)


def _scale(key: str, name: str, items: tuple[tuple[str, str, str], ...]) -> Tool:
    return Tool(
        key=key,
        name=name,
        source="Wells GA et al., Ottawa Hospital Research Institute",
        items=tuple(
            Item(key, name, question, levels=_TWO if key == "comparability" else (), column=name)
            for key, name, question in items
        ),
        levels=_LEVELS,
        note="At most nine stars: four for selection, two for comparability, three for outcome or exposure.",
    )


NOS_COHORT = _scale("nos-cohort", "Newcastle–Ottawa Scale, cohort studies", _COHORT)
NOS_CASE_CONTROL = _scale("nos-case-control", "Newcastle–Ottawa Scale, case-control studies", _CASE_CONTROL)
