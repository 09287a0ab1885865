"""Made-up records (no such articles exist), with what is known to be difficult, and ways to write them otherwise."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html import escape, unescape
from typing import Any

from benchmarks.duplicates import synthetic
from reviews.deduplication import Key, cluster_links, find_links

_TEXTS = ("title", "journal", "volume", "pages", "doi", "issue", "abstract", "accession")


def plain(count: int, seed: int = 4) -> list[Key]:
    """Ordinary articles and their copies from other databases, numbered from 0."""
    return [
        Key(
            id=number,
            title=row["title"],
            authors=tuple(row["authors"].split("; ")),
            year=int(row["year"]),
            journal=row["journal"],
            volume=row["volume"],
            pages=row["pages"],
            doi=row["doi"],
            pmid="",
            issue=row["number"],
            abstract=row["abstract"],
            kind=row["type"],
        )
        for number, (row, _) in enumerate(synthetic.records(count, seed))
    ]


BASE = Key(
    0, "Gehen und Atmen – ein Überblick über β-Blocker", ("Müller-Lüdenscheidt, Änne", "Çelik, Ömer"), 2011,
    "Zeitschrift für Erfundenes", "24 Suppl 3", "S288-97", "10.5555/erfunden-2011.24", "",
)  # fmt: skip


def difficult() -> list[Key]:
    """Parts, errata, editorials, updates, preprints, abstracts, translations, poor rows and supplements."""
    trial = replace(
        BASE, title="Walking in amyotrophic lateral sclerosis: part I", authors=("Example, A", "Muster, B"),
        journal="J Invent Results", volume="12", pages="1-9", doi="", year=2019,
    )  # fmt: skip
    review = replace(
        trial, title="Exercise for everybody & all", journal="Cochrane Database Syst Rev", pages="CD001447", volume="",
        doi="10.1002/14651858.CD001447.pub2",
    )  # fmt: skip
    editorial = replace(trial, title="Editorial", authors=(), pages="1")
    found = [
        BASE,
        replace(BASE, title="[Walking and breathing - an overview of beta blockers]", doi=""),
        trial,
        replace(trial, title=trial.title + "I"),
        replace(trial, title="Erratum: " + trial.title, pages="77"),
        replace(trial, title=trial.title.replace("part I", "Part 1"), authors=("A. Example", "B. Muster")),
        replace(trial, title=trial.title.replace("sclerosis", "sclerose"), journal="Journal of Invented Results"),
        review,
        replace(review, doi=review.doi.replace("pub2", "pub3"), year=2021),
        replace(review, doi="", title="Exercise for everybody and all."),
        editorial,
        replace(editorial, journal="Journal of Invented Results"),
        replace(editorial, pages="", volume=""),
        replace(editorial, volume="13"),
        replace(trial, pages="", volume="", title="A poor row about walking and breathing"),
        replace(trial, pages="", volume="", title="A poor row about walking and breathing"),
        replace(trial, pages="", volume="", title="A poor row about walking and breathing", doi="10.5555/one"),
        replace(trial, pages="", volume="", title="A poor row about walking and breathing", doi="10.5555/two"),
        replace(trial, title="An early word on walking", journal="medRxiv", doi="10.1101/2019.01.01.1", pages=""),
        replace(trial, title="An early word on walking", doi="10.5555/three"),
        replace(trial, title="肌萎缩侧索硬化患者的运动：一项虚构试验", authors=("张三", "李四"), journal="虚构杂志"),
    ]  # fmt: skip
    found += [
        replace(trial, title=title, doi="10.5555/supplement", pages=f"S{page}", authors=(f"{title[:5]}, A",))
        for page, title in enumerate(("Costs of walking", "Rats that breathe", "Pain of nurses at night"), 1)
    ]
    return [replace(key, id=number) for number, key in enumerate(found)]


def clusters(keys: list[Key]) -> dict[int, int]:
    """The cluster of each record."""
    return cluster_links([key.id for key in keys], find_links(keys))


def groups(found: dict[int, int]) -> set[frozenset[int]]:
    """Clusters whatever they are called."""
    members: dict[int, set[int]] = {}
    for number, name in found.items():
        members.setdefault(name, set()).add(number)
    return set(map(frozenset, members.values()))


def _rewritten(write: Callable[[str], str], *fields: str) -> Callable[[Key], Key]:
    def rewrite(key: Key) -> Key:
        texts: dict[str, Any] = {name: write(getattr(key, name)) for name in fields or _TEXTS}
        authors = key.authors if fields else tuple(map(write, key.authors))
        return replace(key, authors=authors, **texts)

    return rewrite


def _hyphens(text: str) -> str:
    return text.replace("-", "\u2010")


#: Ways to write a record otherwise that change nothing of what it says.
REWRITES: dict[str, Callable[[Key], Key]] = {
    "capitals": _rewritten(lambda text: unescape(text).upper()),
    "small letters": _rewritten(lambda text: unescape(text).lower()),
    "decomposed accents": _rewritten(lambda text: unicodedata.normalize("NFD", text)),
    "composed accents": _rewritten(lambda text: unicodedata.normalize("NFC", text)),
    "another hyphen": _rewritten(_hyphens, "title", "journal", "pages", "doi"),
    "entities": _rewritten(
        lambda text: escape(unescape(text)).replace("é", "&eacute;").replace("-", "&#x2D;")
    ),
    "entities twice": _rewritten(lambda text: escape(escape(unescape(text)))),
    "an address for the DOI": _rewritten(lambda doi: doi and f"https://doi.org/{doi}", "doi"),
    "a word before the DOI": _rewritten(lambda doi: doi and f"doi: {doi}", "doi"),
}
