"""What reporting checklists ask for: numbers as published, words our own.

Sources: PRISMA 2020, Page et al. 2021, BMJ 372:n71; PRISMA-S, Rethlefsen et al. 2021, Syst Rev 10:39 (both CC BY 4.0).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its published number, the part of the report it belongs to, and in our words what it asks."""

    number: str
    section: str
    asks: str


def _items(rows: str) -> tuple[Item, ...]:
    """One item a line, its number first; a line that starts with # begins a section."""
    section, found = "", []
    for line in rows.strip().splitlines():
        if line.startswith("#"):
            section = line.removeprefix("#").strip()
        else:
            number, asks = line.split(" ", 1)
            found.append(Item(number, section, asks))
    return tuple(found)


PRISMA_2020 = _items("""
# Title
1 Say in the title that this is a systematic review.
# Abstract
2 Give an abstract that answers the PRISMA 2020 list for abstracts.
# Introduction
3 Explain why the review is needed, given what is known.
4 State the objectives or questions.
# Methods
5 Give the criteria by which studies were eligible, and how studies were grouped for the syntheses.
6 Name every source that was searched, and when each was last searched.
7 Give the full strategy for every source, with filters and limits.
8 Say how it was decided whether a study is included: how many people, independently or not, and any automation.
9 Say how data were collected: how many people, independently or not, how they were confirmed, and any automation.
10a Define the outcomes, and say which results were sought where a study has several.
10b Define the other variables, and what was assumed where something was missing or unclear.
11 Say how risk of bias was assessed: the tool, how many people, independently or not, and any automation.
12 Name the effect measure of each outcome.
13a Say how it was decided which studies enter which synthesis.
13b Say how data were prepared: missing statistics, conversions.
13c Say how the results of studies and syntheses are tabulated or drawn.
13d Say how results were synthesised and why so: model, heterogeneity, software.
13e Say how causes of heterogeneity were explored.
13f Say which sensitivity analyses were done.
14 Say how bias from missing results was assessed.
15 Say how certainty in the body of evidence was assessed.
# Results
16a Tell the way from records to included studies, with numbers, best in a flow diagram.
16b Cite studies that seem to be eligible but were excluded, and say why.
17 Cite every included study with its characteristics.
18 Give the risk of bias of every included study.
19 Give for every study and outcome the numbers of each group and the effect with its precision.
20a Say for each synthesis what its studies are like, and their risk of bias.
20b Give the result of each synthesis: estimate, precision, heterogeneity, direction.
20c Give the results of exploring heterogeneity.
20d Give the results of sensitivity analyses.
21 Give the risk of bias from missing results for each synthesis.
22 Give the certainty of the evidence for each outcome.
# Discussion
23a Interpret the results beside other evidence.
23b Discuss the limits of the evidence.
23c Discuss the limits of how the review was done.
23d Discuss what follows for practice, policy and research.
# Other information
24a Give the registration, or say that the review was not registered.
24b Say where the protocol can be read, or that there was none.
24c Explain what was changed after registration or in the protocol.
25 Name financial and other support, and the part that funders had.
26 Declare competing interests.
27 Say which data, code and other material are public, and where.
""")

PRISMA_S = _items("""
# Information sources and methods
1 Name each database with its platform.
2 Where several databases were searched at once on one platform, name the platform and all of them.
3 Name the study registers that were searched.
4 Describe other places that were searched or browsed online or in print.
5 Say whether citations were followed, backwards or forwards, and how.
6 Say whether people were contacted for further studies or data.
7 Describe any other way in which studies were looked for.
# Search strategies
8 Give every strategy in full, as it was run.
9 Say that no limits were used, or which, and why.
10 Say whether published search filters were used, and cite them.
11 Say whether strategies of earlier reviews were used again, and cite them.
12 Say how searches were kept up to date.
13 Give the date on which each search was last run.
# Peer review
14 Say whether strategies were peer reviewed, and how.
# Managing records
15 Give the number of records from each source.
16 Say how duplicates were found, and with which software.
""")
