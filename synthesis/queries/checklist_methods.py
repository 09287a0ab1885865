"""PRISMA 2020, items 1 to 15, from the state of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse

from synthesis.queries import report_sentences as sentences
from synthesis.queries.report_facts import Analysed, Facts
from synthesis.queries.report_sentences import listed
from synthesis.reporting.checklists import Answer, Link, Status
from synthesis.reporting.paragraphs import methods

#: Pages that answers lead to: route → its name, and the arguments besides the review.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "reviews:protocol": ("Protocol", ()),
    "reviews:searches": ("Searches", ()),
    "reviews:duplicates": ("Duplicates", ()),
    "reviews:history": ("History", ()),
    "reviews:records": ("Records", ()),
    "screening:policy": ("Screening rules", ()),
    "screening:stopping": ("Stopping", ()),
    "extraction:studies": ("Studies", ()),
    "extraction:structure": ("Outcomes and comparisons", ()),
    "extraction:extraction": ("Extraction", ()),
    "extraction:extraction_policy": ("How we extract", ()),
    "extraction:forms": ("Forms", ()),
    "extraction:bias_table": ("Risk of bias", ()),
    "extraction:bias_tools": ("Tools", ()),
    "synthesis:analyses": ("Synthesis", ()),
    "synthesis:certainties": ("Certainty", ()),
    "synthesis:table": ("Tables", ("characteristics",)),
    "synthesis:prisma": ("PRISMA flow", ()),
}


def links(facts: Facts, *routes: str) -> tuple[Link, ...]:
    """Links to pages of the review."""
    slug = facts.review.slug
    return tuple(Link(PAGES[route][0], reverse(route, args=[slug, *PAGES[route][1]])) for route in routes)


def answer(facts: Facts, said: Iterable[str], todo: str, *routes: str, partly: bool = False) -> Answer:
    """Reported when something is said and nothing is left to do; not reported when nothing is said."""
    told = tuple(said)
    if not told:
        return Answer(Status.MISSING, (), todo, links(facts, *routes))
    status = Status.PARTLY if partly else Status.REPORTED
    return Answer(status, told, todo if partly else "", links(facts, *routes))


def for_authors(todo: str, *said: str) -> Answer:
    """What the database cannot know."""
    return Answer(Status.AUTHORS, said, todo)


def of_methods(facts: Facts) -> Iterator[tuple[str, Answer]]:
    """Title, abstract, introduction and methods."""
    yield "1", _title(facts)
    yield "2", for_authors("Write the abstract and check it against the list for abstracts.")
    yield "3", for_authors("Write why the review is needed.")
    gaps = sentences.question_gaps(facts)
    todo = f"Fill in the question: {listed(gaps)}."
    yield "4", answer(facts, sentences.question(facts), todo, "reviews:protocol", partly=bool(gaps))
    yield "5", _eligibility(facts)
    yield from _searches(facts)
    yield "8", _selection(facts)
    yield from _collection(facts)
    yield "11", _bias(facts)
    yield "12", _measures(facts)
    yield from _syntheses(facts)
    yield from _beyond(facts)


def _title(facts: Facts) -> Answer:
    title = facts.review.title
    if any(words in title.lower() for words in ("systematic review", "meta-analysis", "meta-analyses")):
        return answer(facts, [title], "", "reviews:protocol")
    todo = "Say in the title that it is a systematic review, a meta-analysis, or both."
    return answer(facts, [title], todo, "reviews:protocol", partly=True)


def _eligibility(facts: Facts) -> Answer:
    criteria, groups = sentences.eligibility(facts), sentences.grouping(facts)
    todo = (
        "Write the criteria down."
        if not criteria
        else "Say how studies are grouped: name outcomes and comparisons."
    )
    routes = ("reviews:protocol", "extraction:structure")
    return answer(facts, [*criteria, *groups], todo, *routes, partly=not (criteria and groups))


def _searches(facts: Facts) -> Iterator[tuple[str, Answer]]:
    undated = [str(one) for one in facts.searches if one.searched_on is None]
    todo = (
        f"Add the date of: {listed(undated)}." if undated else "Record each search with its source and date."
    )
    yield "6", answer(facts, sentences.sources(facts), todo, "reviews:searches", partly=bool(undated))
    yield "7", strategies(facts)


def strategies(facts: Facts) -> Answer:
    """Whose strategies are recorded in full."""
    have = [str(one) for one in facts.searches if one.strategy.strip()]
    lack = [str(one) for one in facts.searches if not one.strategy.strip()]
    said = [f"The full strategy is recorded for {listed(have)}."] if have else []
    todo = (
        f"Paste the strategy as it was run: {listed(lack)}."
        if lack
        else "Record the searches with their strategies."
    )
    return answer(facts, said, todo, "reviews:searches", partly=bool(lack))


def _selection(facts: Facts) -> Answer:
    begun = facts.flow.screened or facts.flow.assessed or facts.flow.other_assessed
    todo = "" if begun else "Nothing is screened yet: this is the rule, not what was done."
    said = sentences.selection(facts)
    return answer(facts, said, todo, "screening:policy", "screening:stopping", partly=not begun)


def _collection(facts: Facts) -> Iterator[tuple[str, Answer]]:
    said = sentences.collection(facts) if facts.states else []
    lacking = [work for work in (state.results for state in facts.states.values()) if not work.is_settled]
    todo = (
        f"Finish the extraction: {sentences.studies(len(lacking))} not settled in full."
        if facts.states
        else "Add the included studies and extract them."
    )
    routes = ("extraction:extraction", "extraction:extraction_policy")
    yield "9", answer(facts, said, todo, *routes, partly=bool(lacking))
    todo = "Define the outcomes: domain, measure, and when."
    yield "10a", answer(facts, sentences.outcomes(facts), todo, "extraction:structure")
    todo = "Say which other variables were sought (a form lists them), and what was assumed where something was unclear."
    yield "10b", answer(facts, sentences.forms(facts), todo, "extraction:forms", partly=True)


def _bias(facts: Facts) -> Answer:
    work = [state.bias for state in facts.states.values()]
    begun = any(one.begun or one.settled for one in work)
    left = sum(not one.is_settled for one in work)
    said = sentences.tools(facts) if begun else []
    todo = (
        f"Finish the assessments: {sentences.studies(left)} not settled in full."
        if begun
        else "Choose a tool and assess the studies."
    )
    return answer(facts, said, todo, "extraction:bias_tools", "extraction:bias_table", partly=bool(left))


def _measures(facts: Facts) -> Answer:
    analysed = {one.analysis.outcome_id for one in facts.analyses}
    lack = [str(one) for one in facts.outcomes if one.pk not in analysed]
    todo = f"No analysis says it for: {listed(lack)}." if lack else "Set up the analyses."
    return answer(facts, sentences.measures(facts), todo, "synthesis:analyses", partly=bool(lack))


def _syntheses(facts: Facts) -> Iterator[tuple[str, Answer]]:
    page, none = "synthesis:analyses", "Set up the analyses and run them."
    entering = (
        [
            "Every study with a settled result for the outcome and the comparison enters, unless the analysis says otherwise."
        ]
        if facts.analyses
        else []
    )
    yield "13a", answer(facts, entering + left_out(facts), none, page)
    converted = sentences.conversions(facts)
    if facts.runs and not converted:
        converted = ["No number had to be computed from others."]
    yield "13b", answer(facts, converted, none, page)
    shown = (
        ["Results of studies and syntheses are shown in forest plots and in tables."] if facts.runs else []
    )
    yield "13c", answer(facts, shown, none, page, "synthesis:table")
    asked = {
        methods(one.subject, one.analysis.specification.as_settings()).text: None for one in facts.analyses
    }
    software = sorted({run.engine for _, run in facts.runs})
    told = [*asked, *([f"Computed with {listed(software)}."] if software else [])]
    todo = "Give the reasons for the model and the estimator." if told else none
    yield "13d", answer(facts, told, todo, page, partly=True)


def left_out(facts: Facts) -> list[str]:
    """Which analyses leave studies out by their specification."""
    return [
        f"{one.analysis.title} leaves out {listed(leaves_out(one))}."
        for one in facts.analyses
        if leaves_out(one)
    ]


def leaves_out(one: Analysed) -> list[str]:
    """What an analysis leaves out."""
    asked = one.analysis.specification
    found = [f"results at {listed(asked.without_bias)} risk of bias"] if asked.without_bias else []
    found += ["computed numbers"] if asked.without_computed else []
    return found + ([f"{sentences.studies(len(asked.without))} by name"] if asked.without else [])


def explored(facts: Facts) -> list[str]:
    """Which analyses look for causes of heterogeneity."""
    return [f"{one.analysis.title}: {listed(explores(one))}." for one in facts.analyses if explores(one)]


def explores(one: Analysed) -> list[str]:
    """By what an analysis looks for causes of heterogeneity."""
    asked = one.analysis.specification
    found = [f"subgroups by {asked.subgroup}"] if asked.subgroup else []
    return found + ([f"meta-regression on {listed(asked.moderators)}"] if asked.moderators else [])


def certainty_rated(facts: Facts) -> list[str]:
    """In how many analyses certainty was rated; nothing where in none."""
    rated = sum(one.certainty is not None for one in facts.analyses)
    if not rated:
        return []
    every = sentences.counted(len(facts.analyses), "analysis", "analyses")
    return [f"Certainty was rated by GRADE in {rated} of {every}."]


def _beyond(facts: Facts) -> Iterator[tuple[str, Answer]]:
    page = "synthesis:analyses"
    todo = "Set up subgroups or a meta-regression, or say that causes of heterogeneity were not explored."
    yield "13e", answer(facts, explored(facts), todo, page)
    todo = "Set up analyses that leave studies out, or say that no sensitivity analysis was done."
    yield "13f", answer(facts, left_out(facts), todo, page)
    tested = [
        one.analysis.title
        for one, run in facts.runs
        if (run.result.get("small_study") or {}).get("k", 0) >= 10
    ]
    said = [f"Asymmetry of the funnel plot was tested in: {listed(tested)}."] if tested else []
    todo = "Say how results that may be missing were looked for, for example in registers and protocols."
    yield "14", answer(facts, said, todo, page, partly=True)
    todo = "Rate the certainty of every analysis, or say that it was not rated."
    some = any(one.certainty is None for one in facts.analyses)
    yield "15", answer(facts, certainty_rated(facts), todo, "synthesis:certainties", partly=some)
