"""One article as many databases write it is found again; what only looks like it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.deduplication import Band, Key, find_links

ARTICLES = [
    Key(
        1, "Slow walking and the risk of falls in older people: a cluster-randomized trial (SLOW-2)",
        ("Example, Ana Beatriz", "Muster, Béla J.", "van den Voorbeeld, Chris"), 2014, "British Journal of Invented Medicine",
        "48", "1123-1131", "10.5555/bjim.2014.0481", "", "9", "Background: Nobody had walked slowly before. " * 9,
    ),
    Key(
        2, "Bewegung und Atmung bei der amyotrophen Lateralsklerose: eine erfundene Übersicht",
        ("Müller, Änne", "Özil, Ömer"), 2003, "Zeitschrift für erfundene Neurologie", "31", "77-84", "10.5555/zen-31-77", "",
    ),
    Key(
        3, "Breathing exercises after made-up surgery", ("Wang, Li", "Li, Na", "Zhang, Wei", "Chen, Yu"), 2019, "PLoS INVENTED",
        "14", "e0212345", "10.5555/journal.pinv.0212345", "30000001", "2",
    ),
    Key(
        4, "Effects of caffeine on imaginary mice", ("Smith, John", "Jones, Mary"), 1988, "Journal of Imaginary Rodents", "7",
        "S45-S51", "", "",
    ),
]  # fmt: skip

Way = Callable[[Key], Key]


def _initials(separator: str, *, behind: bool) -> Way:
    def write(key: Key) -> Key:
        names = [name.split(", ") for name in key.authors]
        short = [
            (family, separator.join(part[0] for part in given.replace("-", " ").split()))
            for family, given in names
        ]
        return replace(key, authors=tuple(f"{a} {b}" if behind else f"{b} {a}" for a, b in short))

    return write


def _pages(write: Callable[[str], str]) -> Way:
    return lambda key: replace(key, pages=write(key.pages))


def _shortened(pages: str) -> str:
    first, dash, last = pages.partition("-")
    return f"{first}-{last.lstrip('S')[-2:]}" if dash else pages


def _slip(key: Key) -> Key:
    """A letter is lost in the longest word of the title."""
    word = max(key.title.split(), key=len)
    return replace(key, title=key.title.replace(word, word[:4] + word[5:]))


WAYS: dict[str, Way] = {
    "initials behind": _initials("", behind=True),
    "initials with blanks": _initials(" ", behind=True),
    "initials in front": _initials(". ", behind=False),
    "names in capitals": lambda key: replace(key, authors=tuple(name.upper() for name in key.authors)),
    "the other order": lambda key: replace(key, authors=key.authors[::-1]),
    "no authors": lambda key: replace(key, authors=()),
    "abbreviated journal": lambda key: replace(key, journal=" ".join(word[:4] for word in key.journal.split())),
    "journal with a place": lambda key: replace(key, journal=f"{key.journal} (London, England)"),
    "journal online": lambda key: replace(key, journal=f"{key.journal} [Electronic Resource]"),
    "journal in capitals": lambda key: replace(key, journal=key.journal.upper()),
    "no journal": lambda key: replace(key, journal=""),
    "shortened last page": _pages(_shortened),
    "first page only": _pages(lambda pages: pages.split("-")[0]),
    "another dash": _pages(lambda pages: pages.replace("-", "\u2013")),
    "a word before the pages": _pages(lambda pages: f"pp. {pages}"),
    "volume with issue": lambda key: replace(key, volume=f"{key.volume} ({key.issue or 1})"),
    "a word before the volume": lambda key: replace(key, volume=f"Vol. {key.volume}"),
    "no volume": lambda key: replace(key, volume=""),
    "no issue": lambda key: replace(key, issue=""),
    "published online the year before": lambda key: replace(key, year=(key.year or 0) - 1),
    "no DOI": lambda key: replace(key, doi=""),
    "no PubMed number": lambda key: replace(key, pmid=""),
    "no abstract": lambda key: replace(key, abstract=""),
    "full stop": lambda key: replace(key, title=f"{key.title}."),
    "brackets": lambda key: replace(key, title=f"[{key.title}]"),
    "language": lambda key: replace(key, title=f"[{key.title}] [German]"),
    "review": lambda key: replace(key, title=f"{key.title}. [Review] [70 refs]"),
    "every word capital": lambda key: replace(key, title=key.title.title()),
    "dash for the colon": lambda key: replace(key, title=key.title.replace(": ", " - ")),
    "markup": lambda key: replace(key, title=f"<i>{key.title[:12]}</i>{key.title[12:]}"),
    "British": lambda key: replace(key, title=key.title.replace("randomized", "randomised")),
    "a slip": _slip,
}  # fmt: skip


def bands(one: Key, other: Key) -> set[Band]:
    return {link.band for link in find_links([replace(one, id=1), replace(other, id=2)])}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.title[:12])
def test_each_way_to_write_an_article_is_found(article: Key, way: str) -> None:
    assert bands(article, WAYS[way](article)) == {Band.SAME}


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ARTICLES), st.lists(st.sampled_from(sorted(WAYS)), min_size=2, max_size=3, unique=True)
)
def test_a_few_ways_at_once_are_found_or_asked_about(article: Key, ways: list[str]) -> None:
    other = article
    for way in ways:
        try:
            other = WAYS[way](other)
        except ValueError:  # two ways for the names
            continue
    assert bands(article, other) <= {Band.SAME, Band.UNCERTAIN}
    assert bands(article, other)


OTHERS: dict[str, Way] = {
    "its erratum": lambda key: replace(key, title=f"Erratum: {key.title}", pages="9"),
    "a comment on it": lambda key: replace(key, title=f"Comment on: {key.title}", authors=("Critic, C",), pages="9", doi=""),
    "the authors' reply": lambda key: replace(key, title=f"{key.title}: authors' reply", pages="9", doi="", pmid=""),
    "the second part": lambda key: replace(key, title=f"{key.title}. Part II", doi="", pmid="", pages="901-9"),
    "its protocol": lambda key: replace(key, title=f"{key.title}: study protocol", year=2010, doi="", pmid="", pages="1-2"),
    "a preprint of it": lambda key: replace(
        key, journal="medRxiv", volume="", pages="", issue="", doi="10.1101/2018.01.01.18000001", pmid=""
    ),
    "its registration": lambda key: replace(
        key, journal="https://clinicaltrials.gov/show/NCT01234567", volume="", pages="", issue="", doi="", pmid=""
    ),
    "an abstract of it at a congress": lambda key: replace(
        key, journal="Abstracts of the Imaginary Society", volume="3", pages="A12", issue="", doi="", pmid="",
        year=(key.year or 0) - 1,
    ),
    "namesakes' article": lambda key: replace(
        key, authors=("Nobody, N", "Else, E"), journal="Acta Fictitia", volume="3", pages="5-9", doi="", pmid=""
    ),
    "another abstract of the supplement": lambda key: replace(
        key, title="Rats that breathe at night", authors=("Nobody, N", "Else, E"), pages="S901", pmid=""
    ),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.title[:12])
def test_what_only_looks_like_an_article_is_not_linked_with_it(article: Key, other: str) -> None:
    assert Band.SAME not in bands(article, OTHERS[other](article))


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ARTICLES),
    st.sampled_from(sorted(OTHERS)),
    st.lists(st.sampled_from(sorted(WAYS.keys() - {"a slip"})), max_size=2, unique=True),
)
def test_not_even_if_it_is_written_otherwise(article: Key, other: str, ways: list[str]) -> None:
    found = OTHERS[other](article)
    for way in ways:
        try:
            found = WAYS[way](found)
        except ValueError:
            continue
    assert Band.SAME not in bands(article, found)
