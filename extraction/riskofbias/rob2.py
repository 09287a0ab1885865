"""RoB 2 for individually randomised parallel trials: the domains, their questions and their algorithms.

Source: Sterne JAC et al., BMJ 2019;366:l4898, with the guidance of 22 August 2019 (its figures and tables of criteria for each
domain). The wording of the questions and of the reasons is our own; their numbers are those of the tool.
"""

from __future__ import annotations

from extraction.riskofbias.conditions import Condition
from extraction.riskofbias.tool import FIVE, OVERALL, SIX, Item, Level, Question, Rule, Tool
from extraction.riskofbias.worst import worst_of

LEVELS = (
    Level("low", "Low risk", "+", "low"),
    Level("some", "Some concerns", "?", "some"),
    Level("high", "High risk", "−", "high"),
)
SOURCE = "Sterne JAC et al. BMJ 2019;366:l4898; guidance of 22 August 2019"


def _ask(key: str, text: str, when: str = "", answers: tuple[str, ...] = FIVE) -> Question:
    return Question(key, text, Condition.read(when), answers)


def _rules(*lines: tuple[str, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(Condition.read(when), level, because) for when, level, because in lines)


RANDOMISATION = Item(
    "D1",
    "Randomisation process",
    "Was chance alone deciding who got what, and could nobody foresee it?",
    questions=(
        _ask("1.1", "Did chance decide the order of allocation?"),
        _ask("1.2", "Was the next allocation hidden until the participant was enrolled and assigned?"),
        _ask("1.3", "Do differences between the groups at baseline point to a problem with randomisation?"),
    ),
    parts=(
        _rules(
            ("1.2 No", "high", "the next allocation could be foreseen"),
            ("1.2 NI and 1.3 Yes", "high", "concealment is not described, and the groups differ at baseline"),
            ("1.2 NI", "some", "concealment is not described, and baseline shows no problem"),
            ("1.1 No", "some", "allocation was concealed, but its order was not random"),
            ("1.3 Yes", "some", "allocation was concealed, but the groups differ at baseline"),
            ("1.2 Yes", "low", "allocation was concealed, and nothing speaks against chance"),
        ),
    ),
    column="D1",
    has_direction=True,
)
_AWARE = (
    _ask("2.1", "Did participants know during the trial what they had been assigned to?"),
    _ask("2.2", "Did carers and those who delivered the interventions know it?"),
)
_IS_AWARE = "2.1 Yes/NI or 2.2 Yes/NI"

ASSIGNMENT = Item(
    "D2",
    "Deviations from intended interventions",
    "Effect of assignment: did the trial itself change what people received, and were all analysed as randomised?",
    per_outcome=True,
    questions=(
        *_AWARE,
        _ask("2.3", "Were there departures that arose because of the trial context?", _IS_AWARE),
        _ask("2.4", "Are these departures likely to have changed the outcome?", "2.3 Yes"),
        _ask("2.5", "Were they balanced between the groups?", "2.4 Yes/NI"),
        _ask(
            "2.6", "Was the analysis right for the effect of assignment, each in the group of randomisation?"
        ),
        _ask("2.7", "Could analysing people in the wrong group have changed the result much?", "2.6 No/NI"),
    ),
    parts=(
        _rules(
            ("2.1 No and 2.2 No", "low", "neither participants nor carers knew the assignment"),
            ("2.3 No", "low", "nothing departed because of the trial context"),
            ("2.3 NI", "some", "departures because of the trial context are not described"),
            ("2.4 No", "some", "there were departures, unlikely to have changed the outcome"),
            ("2.5 Yes", "some", "departures may have changed the outcome, alike in the groups"),
            ("2.5 No/NI", "high", "departures may have changed the outcome, and not alike in the groups"),
        ),
        _rules(
            ("2.6 Yes", "low", "people were analysed in the group they were randomised to"),
            ("2.7 No", "some", "the analysis was not right, with little effect on the result"),
            ("2.7 Yes/NI", "high", "the analysis was not right, and the result may have changed much"),
        ),
    ),
    column="D2",
    has_direction=True,
)
ADHERING = Item(
    "D2",
    "Deviations from intended interventions",
    "Effect of adhering: did people receive what was intended, and did the analysis take account of it?",
    per_outcome=True,
    questions=(
        *_AWARE,
        _ask("2.3", "Were important other treatments balanced between the groups?", _IS_AWARE, SIX),
        _ask(
            "2.4",
            "Were there failures in delivering the intervention that could change the outcome?",
            "",
            SIX,
        ),
        _ask("2.5", "Did people not adhere in a way that could change the outcome?", "", SIX),
        _ask(
            "2.6",
            "Was the analysis right for estimating the effect of adhering?",
            "2.3 No/NI or 2.4 Yes/NI or 2.5 Yes/NI",
        ),
    ),
    parts=(
        _rules(
            (
                "2.1 No and 2.2 No and 2.4 No/NA and 2.5 No/NA or 2.3 Yes/NA and 2.4 No/NA and 2.5 No/NA",
                "low",
                "nothing of importance departed from what was intended",
            ),
            ("2.6 Yes", "some", "there may be departures, and the analysis takes account of them"),
            ("2.6 No/NI", "high", "there may be departures that the analysis does not take account of"),
        ),
    ),
    column="D2",
    has_direction=True,
)
MISSING = Item(
    "D3",
    "Missing outcome data",
    "Could the result differ because outcomes of some participants are not known?",
    per_outcome=True,
    questions=(
        _ask("3.1", "Is the outcome known for all, or nearly all, who were randomised?"),
        _ask("3.2", "Is there evidence that missing data did not bias the result?", "3.1 No/NI", FIVE[:-1]),
        _ask("3.3", "Could whether the outcome is missing depend on its true value?", "3.2 No"),
        _ask("3.4", "Is it likely that it did?", "3.3 Yes/NI"),
    ),
    parts=(
        _rules(
            ("3.1 Yes", "low", "the outcome is known for nearly all"),
            ("3.2 Yes", "low", "there is evidence that missing data did no harm"),
            ("3.3 No", "low", "that data are missing cannot depend on their value"),
            ("3.4 No", "some", "that data are missing could depend on their value, but is not likely to"),
            ("3.4 Yes/NI", "high", "that data are missing is likely to depend on their value"),
        ),
    ),
    column="D3",
    has_direction=True,
)
MEASUREMENT = Item(
    "D4",
    "Measurement of the outcome",
    "Was the outcome measured well, in the same way, and without knowledge of the assignment that matters?",
    per_outcome=True,
    questions=(
        _ask("4.1", "Was the method of measurement unsuitable?"),
        _ask("4.2", "Could measurement or detection have differed between the groups?"),
        _ask("4.3", "Did those who assessed the outcome know the assignment?", "4.1 No/NI and 4.2 No/NI"),
        _ask("4.4", "Could that knowledge have influenced the assessment?", "4.3 Yes/NI"),
        _ask("4.5", "Is it likely that it did?", "4.4 Yes/NI"),
    ),
    parts=(
        _rules(
            ("4.1 Yes", "high", "the method of measurement was unsuitable"),
            ("4.2 Yes", "high", "measurement could have differed between the groups"),
            ("4.2 No and 4.3 No", "low", "measured alike, by people who did not know the assignment"),
            ("4.2 No and 4.4 No", "low", "measured alike, in a way that knowledge cannot influence"),
            ("4.2 NI and 4.3 No", "some", "whether groups were measured alike is not described"),
            ("4.2 NI and 4.4 No", "some", "whether groups were measured alike is not described"),
            ("4.5 No", "some", "knowledge of the assignment could matter, but is not likely to"),
            ("4.5 Yes/NI", "high", "knowledge of the assignment is likely to have mattered"),
        ),
    ),
    column="D4",
    has_direction=True,
)
REPORTING = Item(
    "D5",
    "Selection of the reported result",
    "Was this number chosen, because of what it says, from several that could have been reported?",
    per_outcome=True,
    questions=(
        _ask("5.1", "Did the analysis follow a plan that was fixed before unblinded data were at hand?"),
        _ask("5.2", "Was the number likely picked from several measurements of the outcome?"),
        _ask("5.3", "Was it likely picked from several analyses of the data?"),
    ),
    parts=(
        _rules(
            ("5.2 Yes", "high", "the result was likely picked from several measurements"),
            ("5.3 Yes", "high", "the result was likely picked from several analyses"),
            ("5.2 NI or 5.3 NI", "some", "whether the result was picked cannot be told"),
            ("5.1 Yes", "low", "the result follows the plan, and was not picked"),
            ("5.1 No/NI", "some", "the result was not picked, but no plan is known that it follows"),
        ),
    ),
    column="D5",
    has_direction=True,
)
OVERALL_ITEM = Item(
    OVERALL,
    "Overall",
    "High when one domain is; low when all are. Several with some concerns may together be high: that is for you to say.",
    per_outcome=True,
    column="Overall",
    needs_support=False,
    has_direction=True,
)


def _variant(key: str, name: str, deviations: Item) -> Tool:
    items = (RANDOMISATION, deviations, MISSING, MEASUREMENT, REPORTING, OVERALL_ITEM)
    severity = tuple(level.key for level in LEVELS)
    return Tool(
        key=key,
        name=name,
        source=SOURCE,
        items=items,
        levels=LEVELS,
        unit="result",
        overall=worst_of(items, LEVELS, severity),
        severity=severity,
    )


ROB2_ASSIGNMENT = _variant("rob2-assignment", "RoB 2, effect of assignment (2019)", ASSIGNMENT)
ROB2_ADHERING = _variant("rob2-adhering", "RoB 2, effect of adhering (2019)", ADHERING)
