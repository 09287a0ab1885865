"""When two records are the same article: every rule and every veto, in words.

A wrong link costs a paper, a missed one a minute; so a rule wants positive evidence, and one contradiction stops it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reviews.deduplication.comparing import (
    Features,
    authors_alike,
    evidence_for,
    journals_alike,
    pages_agree,
    titles_alike,
)
from reviews.deduplication.key import Band, Link

# The strongest first: links are merged in this order.
RULES: Final[Mapping[str, str]] = {
    "same-doi": "The same DOI, and nothing that speaks against it.",
    "same-pmid": "The same PubMed number, and nothing that speaks against it.",
    "same-title-year-pages": "The same title, year and first page.",
    "same-title-volume-pages": "The same title, volume and first page; the years are one apart (online and print).",
    "same-row": "The same title, authors, year and journal; neither record says more.",
}
_RANK = {rule: rank for rank, rule in enumerate(RULES)}

# Titles that many different articles share.
GENERIC_TITLES: Final = frozenset(
    "editorial|editorial comment|editors note|preface|foreword|introduction|book review|book reviews|letter|letters|"
    "letter to the editor|letters to the editor|correspondence|reply|authors reply|response|authors response|comment|"
    "commentary|discussion|in this issue|news|abstracts|abstract|poster abstracts|oral abstracts|conference abstracts|"
    "meeting abstracts|author index|index|contents|table of contents|errata|erratum|correction|corrigendum|untitled|"
    "no title|title|obituary|announcements|guest editorial|invited commentary|summary|conclusion|references|"
    "acknowledgments|acknowledgements|reviewers|case report|clinical trials|research highlights|journal club".split(
        "|"
    )
)
_COLUMN_WORDS: Final = frozenset(
    {"editor", "editors", "editorial", "column", "news", "foreword", "preface", "reviewers"}
)
_WORDS_OF_A_COLUMN: Final = 5
ALIKE: Final = 0.9
_AUTHORS_AGREE: Final = 0.5
_WORDS_OF_A_TELLING_TITLE: Final = 4


def is_generic(record: Features) -> bool:
    """A title of one or two words, one that says nothing, or one of a regular column proves nothing."""
    words = record.title.split()
    if record.title in GENERIC_TITLES or (len(words) <= 2 and len(record.compact) < 25):
        return True
    return len(words) <= _WORDS_OF_A_COLUMN and not _COLUMN_WORDS.isdisjoint(words)


def veto(left: Features, right: Features) -> str:
    """Why two records are never linked automatically; "" if nothing forbids it."""
    if left.doi and right.doi and left.doi != right.doi:
        return "different-doi"
    if left.pmid and right.pmid and left.pmid != right.pmid:
        return "different-pmid"
    if left.remark != right.remark:
        return "erratum-or-comment"
    if left.numbers and right.numbers and left.numbers != right.numbers:
        return "different-numbers"
    return ""


def judge(left: Features, right: Features, *, shared: frozenset[str] = frozenset()) -> Link | None:
    """The link between two records, or None.

    shared  DOIs and titles known to stand for several articles (a supplement, "Editorial"); they prove nothing alone.
            "recurring:" and a title: found in several years or volumes.
    """
    if veto(left, right):
        return None
    rule = _by_identifier(left, right, shared) or _by_title(left, right, shared)
    if not rule:
        return None
    first, second = sorted((left, right), key=lambda side: side.key.id)
    evidence = evidence_for(first, second)
    score = sum(item.alike for item in evidence) / len(evidence)
    return Link(first.key.id, second.key.id, Band.SAME, rule, score, evidence)


def strength(link: Link) -> tuple[int, float]:
    """Sorts links the strongest first, by their rule and then by how alike the records are."""
    return _RANK[link.rule], -link.score


def _by_identifier(left: Features, right: Features, shared: frozenset[str]) -> str:
    """An identifier counts if the titles agree, or, for a translated title, if the first pages do."""
    same_doi = left.doi != "" and left.doi == right.doi
    same_pmid = left.pmid != "" and left.pmid == right.pmid
    if not same_doi and not same_pmid:
        return ""
    likeness = titles_alike(left, right) if left.compact and right.compact else None
    certain = likeness is not None and likeness >= ALIKE
    if not certain and not (same_doi and left.doi in shared):
        # One DOI for a whole supplement gives each abstract its own page.
        certain = bool(pages_agree(left, right)) or (likeness is None and pages_agree(left, right) is None)
    if not certain and same_pmid:
        certain = likeness is not None and likeness >= 0.6
    if not certain:
        return ""
    return "same-doi" if same_doi else "same-pmid"


def _by_title(left: Features, right: Features, shared: frozenset[str]) -> str:
    if not left.compact or left.compact != right.compact or _contradicted(left, right):
        return ""
    years = (left.key.year, right.key.year)
    same_year = years[0] is not None and years[0] == years[1]
    same_volume = left.volume != "" and left.volume == right.volume
    if pages_agree(left, right):
        if is_generic(left) or left.compact in shared:
            # Even "Editorial" is the same one on the same pages of the same volume of the same journal.
            same_place = left.end == right.end and journals_alike(left.journal, right.journal) >= ALIKE
            if same_year and same_volume and same_place:
                return "same-title-year-pages"
            return ""
        if same_year:
            return "same-title-year-pages"
        return "same-title-volume-pages" if same_volume and None not in years else ""
    return "same-row" if same_year and _same_row(left, right, shared) else ""


def _same_row(left: Features, right: Features, shared: frozenset[str]) -> bool:
    """Records without pages: only if everything else says the same, and the title is not that of a column.

    A title that is found in two years or volumes ("Editor's comments") may come four times in each of them.
    """
    if len(left.title.split()) < _WORDS_OF_A_TELLING_TITLE or f"recurring:{left.compact}" in shared:
        return False
    if left.volume != right.volume or left.start != right.start or len(left.families) != len(right.families):
        return False
    same_people = authors_alike(left, right) == 1.0 == authors_alike(right, left)
    return same_people and not is_generic(left) and journals_alike(left.journal, right.journal) == 1.0


def _contradicted(left: Features, right: Features) -> bool:
    """One field of both that cannot be right for one article."""
    a, b = left.key, right.key
    if a.year is not None and b.year is not None and abs(a.year - b.year) > 1:
        return True
    if left.volume and right.volume and left.volume != right.volume:
        return True
    if pages_agree(left, right) is False:
        return True
    if left.journal and right.journal and journals_alike(left.journal, right.journal) < 0.5:
        return True
    return bool(left.families and right.families) and authors_alike(left, right) < _AUTHORS_AGREE
