"""PRISMA 2020, items 16a to 27, from the state of a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from screening.models import Stage
from synthesis.queries import report_sentences as sentences
from synthesis.queries.checklist_methods import answer, explores, for_authors, leaves_out, links
from synthesis.queries.report_facts import Analysed, Facts
from synthesis.queries.report_sentences import counted, listed, studies
from synthesis.reporting.checklists import Answer, Status
from synthesis.reporting.paragraphs import results

_RUN = "Run every analysis; numbers of one that is out of date must not be used."


def of_results(facts: Facts) -> Iterator[tuple[str, Answer]]:
    """Results, discussion and other information."""
    yield from _flow(facts)
    yield from _studies(facts)
    yield from _syntheses(facts)
    yield "22", _certainty(facts)
    for number, what in (
        ("23a", "Interpret the results beside other evidence."),
        ("23b", "Discuss the limits of the evidence."),
        ("23c", "Discuss the limits of how the review was done."),
        ("23d", "Discuss what follows for practice, policy and research."),
    ):
        yield number, for_authors(what)
    yield from _other(facts)


def _flow(facts: Facts) -> Iterator[tuple[str, Answer]]:
    waiting = sentences.flow_open(facts)
    todo = f"Finish first: {listed(waiting)}." if waiting else "Import the records and screen them."
    yield "16a", answer(facts, sentences.flow(facts), todo, "synthesis:prisma", partly=bool(waiting))
    n = facts.flow
    given: Counter[str] = Counter()
    for reason in (*n.exclusion_reasons, *n.other_exclusion_reasons):
        given[reason.name] += reason.n
    reasons = [f"{name}: {number:,}." for name, number in given.items() if number]
    todo = "Cite those reports that readers may expect to be included, with the reason."
    yield "16b", answer(facts, reasons, todo, "synthesis:prisma", partly=True)


def _studies(facts: Facts) -> Iterator[tuple[str, Answer]]:
    tables, n = facts.tables, len(facts.states)
    rows = sum(len(table.rows) for table in tables["characteristics"])
    uncited = max(n - len(facts.references), 0)
    said = (
        [
            f"The table of characteristics has {studies(rows)}; {len(facts.references):,} have an included report."
        ]
        if rows
        else []
    )
    todo = (
        f"{studies(uncited).capitalize()} without an included report."
        if uncited
        else "Add the included studies."
    )
    yield "17", answer(facts, said, todo, "synthesis:table", "extraction:studies", partly=bool(uncited))
    judged = len({row[0] for table in tables["bias"] for row in table.rows})
    said = [f"Judgements are there for {judged:,} of {studies(n)}."] if judged else []
    yield (
        "18",
        answer(
            facts, said, "Assess and settle the other studies.", "extraction:bias_table", partly=judged < n
        ),
    )
    with_results = {row[0] for table in tables["results"] for row in table.rows}
    said = (
        [
            f"{counted(len(tables['results']), 'table')} of results, with {len(with_results):,} of {studies(n)}."
        ]
        if with_results
        else []
    )
    yield "19", answer(
        facts, said, "Settle the results of the other studies, or say that they gave none.", "synthesis:table", "extraction:extraction",
        partly=len(with_results) < n,
    )  # fmt: skip


def _syntheses(facts: Facts) -> Iterator[tuple[str, Answer]]:
    page = "synthesis:analyses"
    told = [sentences.synthesis_studies(one, run, with_bias=facts.sees_bias) for one, run in facts.runs]
    yield (
        "20a",
        answer(
            facts, told, "Summarise the characteristics of the studies of each synthesis.", page, partly=True
        ),
    )
    found = [
        f"{_stale(one)}{one.analysis.title}: {results(one.subject, run.settings, run.result).text}"
        for one, run in facts.runs
    ]
    unfinished = bool(facts.unfinished or facts.hidden)
    yield "20b", answer(facts, found, _RUN, page, partly=unfinished)
    for number, does, what in (
        ("20c", explores, "Explore causes of heterogeneity, or say that this was not done."),
        ("20d", leaves_out, "Do sensitivity analyses, or say that none was done."),
    ):
        these = [text for (one, _), text in zip(facts.runs, found, strict=True) if does(one)]
        yield number, answer(facts, these, _RUN if these else what, page, partly=unfinished)
    tested = [
        f"{_stale(one)}{one.analysis.title}: {sentence}"
        for one, run in facts.runs
        if (sentence := asymmetry(one))
    ]
    yield (
        "21",
        answer(facts, tested, "Judge for each synthesis whether results are missing.", page, partly=True),
    )


def asymmetry(one: Analysed) -> str:
    """The sentence about the funnel plot, where there is one."""
    if one.run is None or one.run.result["pooled"] is None:
        return ""
    text = results(one.subject, one.run.settings, one.run.result).text
    return next((f"{part.rstrip('.')}." for part in text.split(". ") if "asymmetry" in part), "")


def _stale(one: Analysed) -> str:
    return "Out of date: " if one.stale else ""


def _certainty(facts: Facts) -> Answer:
    whole = sum(one.certainty is not None and one.certainty.is_complete for one in facts.analyses)
    todo = "Rate the certainty of the evidence for every outcome."
    said = sentences.certainty(facts)
    return answer(facts, said, todo, "synthesis:certainties", partly=whole < len(facts.analyses))


def _other(facts: Facts) -> Iterator[tuple[str, Answer]]:
    registered = facts.review.registration.strip()
    said = [registered] if registered else []
    yield (
        "24a",
        answer(
            facts,
            said,
            "Give the register and number, or say that it was not registered.",
            "reviews:protocol",
        ),
    )
    yield (
        "24b",
        answer(
            facts,
            said,
            "Say where the protocol itself can be read, or that there was none.",
            "reviews:protocol",
            partly=True,
        ),
    )
    changes = _changes(facts)
    if changes:
        todo = "Say which of these depart from the protocol, and why."
        yield "24c", answer(facts, changes, todo, "reviews:history", partly=True)
    else:
        todo = "Say whether anything was changed after registration."
        yield "24c", Answer(Status.AUTHORS, (), todo, links(facts, "reviews:history"))
    yield "25", for_authors("Name the support, and the part of funders.")
    yield "26", for_authors("Declare the interests of all authors.")
    available = [
        "Records, decisions, extracted numbers, and each run with its inputs can be downloaded from the project."
    ]
    todo = "Say what of it is public, and where."
    yield (
        "27",
        answer(
            facts, available if facts.runs else [], todo, "reviews:records", "synthesis:analyses", partly=True
        ),
    )


def _changes(facts: Facts) -> list[str]:
    told = []
    for stage, what in ((Stage.TITLE_ABSTRACT, "titles and abstracts"), (Stage.FULL_TEXT, "full texts")):
        if facts.policies[stage].version > 1:
            told.append(f"The rules for screening {what} are in version {facts.policies[stage].version}.")
    if len(facts.extraction_modes) > 1:
        told.append(f"The way of extracting was set {len(facts.extraction_modes)} times.")
    if facts.criteria_retired:
        told.append(
            f"{counted(facts.criteria_retired, 'criterion', 'criteria').capitalize()} no longer in force."
        )
    later = [one.analysis.title for one in facts.analyses if not one.analysis.prespecified]
    return told + ([f"Not planned beforehand: {listed(later)}."] if later else [])
