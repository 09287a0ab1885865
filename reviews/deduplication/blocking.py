"""Which records are worth comparing: those that share a block.  A record's blocks follow from that record alone."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import combinations

from reviews.deduplication.features import Outline, outline_of
from reviews.deduplication.key import Key

_TITLE_START = 40
_TITLE_END = 30
_SHORTEST_TAIL = 45
_SHORTEST_WORD = 4
_TELLING_WORDS = 3
# Words that titles of a review's records share anyway; blocks named by them would be large and say little.
_METHODS = frozenset(
    "trial trials study studies randomized randomised controlled placebo double blind patients treatment therapy clinical "
    "systematic review analysis metaanalysis effects effect effectiveness efficacy evaluation comparison compared versus "
    "using with from among between during after before following associated association outcomes results report children "
    "adults women disease syndrome cancer health prospective retrospective multicenter multicentre".split()
)  # fmt: skip


def block_names(key: Key) -> tuple[int, ...]:
    """The names of a record's blocks: signed 64-bit numbers that are the same for ever, from this record alone.

    Records are compared only if they share a name.  So whoever keeps the names in a table need not hand all records to
    `find_links_against`: as known are enough all records that share a name with a new one, and all that hang together
    with these by SAME links of the rules, directly or through others.
    """
    return names_of(outline_of(key))


def names_of(outline: Outline) -> tuple[int, ...]:
    """`block_names` of a record that is outlined already."""
    names = {
        int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
        for name in _spelled(outline)
    }
    return tuple(sorted(names))


def _spelled(outline: Outline) -> Iterator[str]:
    for kind, value in (
        ("doi", outline.doi),
        ("pmid", outline.pmid),
        ("trial", outline.trial),
        ("abstract", outline.opening),
    ):
        if value:
            yield f"{kind} {value}"
    if outline.start:
        yield f"family, page {outline.family} {outline.start}"
        if outline.volume:
            yield f"volume, page {outline.volume} {outline.start}"
        elif outline.end:
            yield f"pages, year {outline.start} {outline.end} {outline.year}"
    if outline.is_generic:
        place = outline.start or outline.end
        yield f"generic {outline.titles[0]} {outline.year} {outline.volume} {place} {outline.family}"
    else:
        yield from _by_title(outline)


def _by_title(outline: Outline) -> Iterator[str]:
    for title in outline.titles:
        yield f"title {title[:_TITLE_START]}"
    if len(outline.titles[0]) >= _SHORTEST_TAIL:
        yield f"end of title {outline.titles[0][-_TITLE_END:]}"
    telling = {word for word in outline.words.split() if len(word) >= _SHORTEST_WORD} - _METHODS
    longest = sorted(telling, key=lambda word: (-len(word), word))[:_TELLING_WORDS]
    if len(longest) == _TELLING_WORDS:
        for pair in combinations(longest, 2):
            yield f"words {' '.join(sorted(pair))}"
    if longest and outline.family:
        yield f"family, word {outline.family} {longest[0]}"
