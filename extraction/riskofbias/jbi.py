"""JBI's critical appraisal checklists. Source: JBI Manual for Evidence Synthesis. The items are our own short words."""

from __future__ import annotations

from extraction.riskofbias.tool import Item, Level, Tool

LEVELS = (
    Level("yes", "Yes", "+", "low"),
    Level("unclear", "Unclear", "?", "unclear"),
    Level("no", "No", "−", "high"),
    Level("na", "Not applicable", "", "na"),
)
_GROUPS_ALIKE = ("Groups alike", "Were the groups similar, and from the same population?")
_CONFOUNDERS = ("Confounders named", "Were confounders identified?")
_ADJUSTED = ("Confounders dealt with", "Is it said how they were dealt with?")
_STATISTICS = ("Statistics", "Was the statistical analysis appropriate?")
_RELIABLE = ("Reliable outcome", "Were outcomes measured in a reliable way?")
_CHECKLISTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "jbi-rct": (
        "randomised trials",
        (
            ("Randomisation", "Was assignment truly random?"),
            ("Concealment", "Was allocation to groups concealed?"),
            ("Alike at baseline", "Were the groups similar at the start?"),
            ("Participants blind", "Were participants blind to assignment?"),
            ("Staff blind", "Were those who delivered treatment blind to assignment?"),
            ("Treated alike", "Were the groups treated alike but for the intervention?"),
            ("Assessors blind", "Were those who assessed outcomes blind to assignment?"),
            ("Same measurement", "Were outcomes measured in the same way in all groups?"),
            _RELIABLE,
            ("Follow-up", "Was follow-up complete, or were differences described and analysed?"),
            ("Analysed as randomised", "Were participants analysed in the groups they were randomised to?"),
            _STATISTICS,
            ("Design", "Was the design right, and were departures from it accounted for?"),
        ),
    ),
    "jbi-quasi-experimental": (
        "quasi-experimental studies",
        (
            ("Cause and effect", "Is it clear which is the cause and which the effect?"),
            ("Control group", "Was there a control group?"),
            ("Participants alike", "Were those who are compared similar?"),
            ("Treated alike", "Did they receive similar care but for the intervention?"),
            ("Repeated measurement", "Was the outcome measured several times, before and after?"),
            ("Same measurement", "Were outcomes measured in the same way in all groups?"),
            _RELIABLE,
            ("Follow-up", "Was follow-up complete, or were differences described and analysed?"),
            _STATISTICS,
        ),
    ),
    "jbi-cohort": (
        "cohort studies",
        (
            _GROUPS_ALIKE,
            ("Same exposure measure", "Was exposure measured alike to assign people to groups?"),
            ("Valid exposure", "Was exposure measured in a valid and reliable way?"),
            _CONFOUNDERS,
            _ADJUSTED,
            ("Free at the start", "Were people free of the outcome at the start?"),
            ("Valid outcome", "Were outcomes measured in a valid and reliable way?"),
            ("Length", "Was follow-up long enough for outcomes to occur?"),
            ("Follow-up", "Was follow-up complete, or are losses explored?"),
            ("Losses dealt with", "Was incomplete follow-up dealt with?"),
            _STATISTICS,
        ),
    ),
    "jbi-case-control": (
        "case-control studies",
        (
            ("Groups alike", "Were the groups comparable but for the disease?"),
            ("Matching", "Were cases and controls matched rightly?"),
            ("Same criteria", "Were cases and controls identified by the same criteria?"),
            ("Valid exposure", "Was exposure measured in a standard, valid and reliable way?"),
            ("Same exposure measure", "Was it measured alike in cases and controls?"),
            _CONFOUNDERS,
            _ADJUSTED,
            ("Valid outcome", "Were outcomes assessed in a standard, valid and reliable way?"),
            ("Period of exposure", "Was the period of exposure long enough to matter?"),
            _STATISTICS,
        ),
    ),
    "jbi-cross-sectional": (
        "analytical cross-sectional studies",
        (
            ("Criteria", "Were the criteria for inclusion clear?"),
            ("Setting", "Were participants and setting described in detail?"),
            ("Valid exposure", "Was exposure measured in a valid and reliable way?"),
            ("Condition", "Was the condition measured by objective, standard criteria?"),
            _CONFOUNDERS,
            _ADJUSTED,
            ("Valid outcome", "Were outcomes measured in a valid and reliable way?"),
            _STATISTICS,
        ),
    ),
    "jbi-case-series": (
        "case series",
        (
            ("Criteria", "Were the criteria for inclusion clear?"),
            ("Condition", "Was the condition measured in a standard, reliable way in all?"),
            ("Valid identification", "Was it identified by valid methods in all?"),
            ("Consecutive", "Were participants included one after the other?"),
            ("Complete", "Were all participants included?"),
            ("Demographics", "Is it clearly reported who the participants were?"),
            ("Clinical information", "Is clinical information clearly reported?"),
            ("Outcomes", "Are outcomes or follow-up clearly reported?"),
            ("Site", "Is clearly reported who comes to the sites?"),
            _STATISTICS,
        ),
    ),
    "jbi-prevalence": (
        "prevalence studies",
        (
            ("Sample frame", "Did the frame fit the target population?"),
            ("Sampling", "Were participants sampled in a right way?"),
            ("Sample size", "Was the sample large enough?"),
            ("Setting", "Were participants and setting described in detail?"),
            ("Coverage", "Was the analysis done with enough of the sample covered?"),
            ("Valid identification", "Was the condition identified by valid methods?"),
            ("Same measurement", "Was it measured in a standard, reliable way in all?"),
            _STATISTICS,
            ("Response", "Was the response rate adequate, or a low one dealt with?"),
        ),
    ),
    "jbi-qualitative": (
        "qualitative research",
        (
            ("Philosophy", "Do the stated perspective and the methodology agree?"),
            ("Question", "Do methodology and question agree?"),
            ("Methods", "Do methodology and data collection agree?"),
            ("Analysis", "Do methodology and analysis agree?"),
            ("Interpretation", "Do methodology and interpretation agree?"),
            ("Researcher's place", "Does the researcher say where they stand, culturally or in theory?"),
            ("Influence", "Is the influence of researcher on research, and the reverse, addressed?"),
            ("Voices", "Are participants, and their voices, represented?"),
            ("Ethics", "Is there evidence of ethical approval by a proper body?"),
            ("Conclusions", "Do the conclusions flow from the analysis of the data?"),
        ),
    ),
}


def _checklist(key: str, what: str, items: tuple[tuple[str, str], ...]) -> Tool:
    return Tool(
        key=key,
        name=f"JBI checklist, {what}",
        source="JBI Manual for Evidence Synthesis",
        items=tuple(
            Item(str(number), name, question, needs_support=False, column=name)
            for number, (name, question) in enumerate(items, 1)
        ),
        levels=LEVELS,
    )


JBI = tuple(_checklist(key, what, items) for key, (what, items) in _CHECKLISTS.items())
