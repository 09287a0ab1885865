"""The reporting checklists of a review, answered from its facts: PRISMA 2020 and PRISMA-S."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reviews.models import Search
from synthesis.queries.checklist_methods import answer, for_authors, of_methods, strategies
from synthesis.queries.checklist_results import of_results
from synthesis.queries.report_facts import Facts
from synthesis.queries.report_sentences import counted, listed
from synthesis.reporting.checklists import KINDS, Answer, Checklist

Kind = Search.Kind
_PAGE = "reviews:searches"


def checklist_of(facts: Facts, key: str) -> Checklist | None:
    """The checklist of that key, filled in; None when there is none. No query of its own."""
    made = {"prisma-2020": of_prisma_2020, "prisma-s": of_prisma_s}
    kind = next((kind for kind in KINDS if kind.key == key), None)
    return Checklist(kind, dict(made[key](facts)), facts.hiding) if kind else None


def of_prisma_2020(facts: Facts) -> Iterator[tuple[str, Answer]]:
    """Number → answer."""
    yield from of_methods(facts)
    yield from of_results(facts)


def of_prisma_s(facts: Facts) -> Iterator[tuple[str, Answer]]:
    """Number → answer."""
    yield from _sources(facts)
    yield from _strategies(facts)
    yield from _records(facts)


def _of(facts: Facts, *kinds: str) -> list[Search]:
    return [search for search in facts.searches if search.kind in kinds]


def _sources(facts: Facts) -> Iterator[tuple[str, Answer]]:
    databases = _of(facts, Kind.DATABASE)
    bare = [search.source for search in databases if not search.platform]
    todo = f"Name the platform of: {listed(bare)}." if bare else "Record the databases that were searched."
    yield "1", answer(facts, [f"{search}." for search in databases], todo, _PAGE, partly=bool(bare))
    yield "2", _platforms(facts, databases)
    for number, kinds, what in (
        ("3", (Kind.REGISTER,), "No register is recorded: add the searches, or say that none was searched."),
        (
            "4",
            (Kind.WEBSITE, Kind.ORGANISATION),
            "No website or organisation is recorded: add them, or say that none was searched.",
        ),
        ("5", (Kind.CITATION,), "No citation searching is recorded: add it, or say that it was not done."),
    ):
        yield number, answer(facts, [f"{search}." for search in _of(facts, *kinds)], what, _PAGE)
    yield "6", for_authors("Say whether people were contacted; this is not kept here.")
    yield "7", for_authors("Describe any other way, or say that there was none; this is not kept here.")


def _platforms(facts: Facts, databases: Sequence[Search]) -> Answer:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for search in databases:
        found[search.platform][search.source] = None
    shared = [
        f"{platform}: {listed(names)}." for platform, names in found.items() if platform and len(names) > 1
    ]
    if not shared:
        return for_authors(
            "If one search covered several databases at once, name the platform and all of them."
        )
    return answer(facts, shared, "Say which of them were searched at once.", _PAGE, partly=True)


def _strategies(facts: Facts) -> Iterator[tuple[str, Answer]]:
    searches = facts.searches
    yield "8", strategies(facts)
    limits = [f"{one}: {' '.join(one.limits.split())}" for one in searches if one.limits.strip()]
    bare = [str(one) for one in searches if not one.limits.strip()]
    todo = (
        f"Say which limits were used, or “none”: {listed(bare)}."
        if bare
        else "Record the searches with their limits."
    )
    yield "9", answer(facts, limits, todo, _PAGE, partly=bool(bare))
    yield (
        "10",
        for_authors(
            "Name and cite published filters, or say that none was used; they are not kept apart from limits here."
        ),
    )
    yield "11", for_authors("Cite strategies that were used again, or say that there were none.")
    yield "12", _updates(facts)
    dates = [f"{one}: {one.searched_on:%-d %B %Y}." for one in searches if one.searched_on]
    undated = [str(one) for one in searches if one.searched_on is None]
    todo = f"Add the date of: {listed(undated)}." if undated else "Record the searches with their dates."
    yield "13", answer(facts, dates, todo, _PAGE, partly=bool(undated))
    reviewed = [f"{one}: by {one.peer_reviewed_by}." for one in searches if one.peer_reviewed_by.strip()]
    open_ = [str(one) for one in searches if not one.peer_reviewed_by.strip()]
    todo = (
        f"Name who reviewed the strategy, or say that nobody did: {listed(open_)}."
        if open_
        else "Record the searches, and who reviewed them."
    )
    yield "14", answer(facts, reviewed, todo, _PAGE, partly=bool(open_))


def _updates(facts: Facts) -> Answer:
    dates: dict[str, set[str]] = defaultdict(set)
    for search in facts.searches:
        if search.searched_on:
            dates[str(search)].add(f"{search.searched_on:%Y-%m-%d}")
    again = [f"{source}: {listed(sorted(days))}." for source, days in dates.items() if len(days) > 1]
    if not again:
        return for_authors(
            "Say whether searches were run again before the end, or alerts kept; no source is recorded with two dates."
        )
    return answer(facts, again, "", _PAGE)


def _records(facts: Facts) -> Iterator[tuple[str, Answer]]:
    gave = [
        f"{one}: {counted(facts.records[one.pk], 'record')} imported"
        + (f", {one.hits:,} reported by the source." if one.hits is not None else ".")
        for one in facts.searches
        if facts.records[one.pk] or one.hits is not None
    ]
    lack = [str(one) for one in facts.searches if not facts.records[one.pk] and one.hits is None]
    todo = (
        f"Import the records, or give the number: {listed(lack)}."
        if lack
        else "Import the records of each search."
    )
    yield "15", answer(facts, gave, todo, _PAGE, "synthesis:prisma", partly=bool(lack))
    rules = [f"{words.rstrip('.')}: {counted(n, 'link')}." for _, words, n in facts.duplicates]
    removed = f"{counted(facts.flow.duplicates, 'duplicate record')} removed, found in Quorum by rules and by people."
    todo = "Look for duplicates, or say that none were looked for."
    yield "16", answer(facts, [removed, *rules] if rules else [], todo, "reviews:duplicates")
