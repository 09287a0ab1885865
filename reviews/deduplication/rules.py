"""When two records are the same article, when a person is asked, and when they are told apart: every rule in words.

A wrong link costs a paper, a missed one a minute.  So a rule for SAME wants positive evidence that nothing contradicts;
where one field contradicts, the place of the article (pages and volume) decides, or a person.  Everything follows from
the two records alone, so that no other record, no order and no earlier run can change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reviews.deduplication.apart import (
    ALIKE,
    SLIP,
    are_related,
    differs_by_slips,
    is_translation,
    same_place,
    same_title,
    told_apart_by_kind,
    turns_the_meaning,
)
from reviews.deduplication.comparing import EVERYBODY, Comparison, Sign, abstracts_agree
from reviews.deduplication.key import Band, Link
from reviews.deduplication.kinds import is_shared

# The strongest first: links are merged in this order.
SAME_RULES: Final[Mapping[str, str]] = {
    "same-row": "Every field is the same, as written.",
    "same-doi": "The same DOI, and nothing that speaks against it.",
    "same-pmid": "The same PubMed number, and nothing that speaks against it.",
    "same-trial": "The same trial's record in a register of trials.",
    "same-title-year-pages": "The same title, year and first page.",
    "same-title-volume-pages": "The same title, volume and first page; the years are one apart (online and print).",
    "same-title-place": "The same title and authors in the same volume or issue of the same journal; nothing contradicts.",
    "same-title-but-one": "The same title and authors on the same pages; a single other field differs.",
    "similar-title-pages": "Nearly the same title, with the same authors, year and volume on the same pages.",
    "translated-title": "The titles are in two languages; authors, year, volume and pages are the same.",
    "same-title-journal": "The same title, authors, year and journal; no pages that could differ.",
    "same-title-conference": "The same title, authors and year at a conference; conferences go by many names.",
    "same-abstract": "The same abstract, with the same authors and year under nearly the same title.",
}
ASK_RULES: Final[Mapping[str, str]] = {
    "two-dois": "The same title and authors, but two DOIs.",
    "one-doi-two-titles": "The same DOI or PubMed number, but the titles differ.",
    "other-pages": "The same title and authors, but another first page.",
    "other-volume": "The same title and authors, but another volume.",
    "other-journal": "The same title and authors, but the journals have different names.",
    "other-year": "The same title and authors, but the years differ.",
    "other-authors": "The same title, but other authors.",
    "too-little": "The same title; the records say too little else to be sure.",
    "similar-title": "The titles are nearly the same, and so are the authors.",
    "maybe-translated": "The titles may be one in two languages: the place is the same.",
    "shared-title": "The same row, but under a title that many articles share.",
}
DIFFERENT_RULES: Final[Mapping[str, str]] = {
    "remark": "One is an erratum, comment or reply and the other is not.",
    "qualified": "One is a protocol, update or the like of the other.",
    "other-numbers": "The numbers in the titles differ, as in Part I and Part II.",
    "other-trial": "Two records of a register of trials, or one of these and an article.",
    "cochrane-update": "A Cochrane review and its update.",
    "preprint": "One is a preprint and the other is not.",
    "two-pmids": "Two PubMed numbers.",
    "other-doi": "Two DOIs, and not the same place.",
    "other-article": "Several fields contradict each other.",
}
RULES: Final[Mapping[str, str]] = {**SAME_RULES, **ASK_RULES, **DIFFERENT_RULES}
_RANK = {rule: rank for rank, rule in enumerate(RULES)}

_SIMILAR: Final = 0.72
_HARDLY: Final = 0.6
_TELLING_WORDS: Final = 4
_TELLING_LETTERS: Final = 25
_WORDS_OF_A_LONG_TITLE: Final = 6
_SEVERAL: Final = 2


def strength(link: Link) -> tuple[int, float]:
    """Sorts links the strongest first, by their rule and then by how alike the records are."""
    return _RANK[link.rule], -link.score


def band_of(rule: str) -> Band:
    """The band that a rule speaks for."""
    if rule in SAME_RULES:
        return Band.SAME
    return Band.UNCERTAIN if rule in ASK_RULES else Band.DIFFERENT


def decide(pair: Comparison) -> str:
    """The rule that links two records or asks about them; "" if they are different or nothing suggests otherwise."""
    if told_apart_by_kind(pair):
        return ""
    by_identifier = _by_identifier(pair)
    if by_identifier:
        return by_identifier
    if pair.pmid is Sign.DIFFERS:
        return ""
    if pair.is_generic:
        return _by_generic_title(pair)
    if same_title(pair):
        return _by_title(pair)
    return _by_similar_title(pair)


def veto(pair: Comparison) -> str:
    """Why two records must not be in one cluster unless a person says so; "" if nothing forbids it.

    Unlike `decide` this is asked of records that others connect: of a bare record's two namesakes, say.
    """
    if kind := told_apart_by_kind(pair):
        return kind
    if pair.pmid is Sign.DIFFERS:
        return "two-pmids"
    if decide(pair) in SAME_RULES:
        return ""
    if pair.doi is Sign.DIFFERS:
        return "other-doi"
    return "other-article" if len(pair.contradictions()) > 1 else ""


def _by_identifier(pair: Comparison) -> str:
    """An identifier counts if the titles agree, or, for a translated title, if the place does."""
    if pair.left.outline.trial and pair.left.outline.trial == pair.right.outline.trial:
        return "same-trial"
    if Sign.AGREES not in (pair.doi, pair.pmid) or pair.pmid is Sign.DIFFERS:
        return ""
    rule = "same-doi" if pair.doi is Sign.AGREES else "same-pmid"
    if pair.doi is Sign.DIFFERS and not same_place(pair):
        return "two-dois" if same_title(pair) else ""
    wrong = len([name for name in pair.contradictions() if name != "doi"])
    shared = is_shared(pair.left.outline.words) or is_shared(pair.right.outline.words)
    if same_title(pair) and not (shared and wrong):
        return rule if wrong < 2 else "one-doi-two-titles"
    if is_translation(pair) or not (pair.left.outline.words and pair.right.outline.words):
        return _by_identifier_and_place(pair, rule, wrong)
    return _by_identifier_and_similar_title(pair, rule, wrong)


def _by_identifier_and_place(pair: Comparison, rule: str, wrong: int) -> str:
    """Titles that cannot be compared: in two languages, or one is missing."""
    if wrong:
        return "one-doi-two-titles" if wrong == 1 else ""
    if Sign.AGREES in (pair.pages, pair.pmid) or (pair.authors is pair.volume is Sign.AGREES):
        return rule
    return "one-doi-two-titles"


def _by_identifier_and_similar_title(pair: Comparison, rule: str, wrong: int) -> str:
    """The abstracts of a supplement have one DOI too, but each its own page, and similar titles only by chance."""
    people, paged = pair.authors is Sign.AGREES, pair.pages is Sign.AGREES
    if pair.title < _HARDLY:
        return "one-doi-two-titles" if people and paged and not wrong else ""
    if pair.pmid is Sign.AGREES or (paged and wrong < 2):
        return "one-doi-two-titles" if wrong else rule
    if wrong or not people:
        return ""
    if pair.title >= ALIKE and not turns_the_meaning(pair):
        return rule
    return "one-doi-two-titles" if pair.title >= _SIMILAR else ""


def _by_generic_title(pair: Comparison) -> str:
    """Even "Editorial" is the same one on the same pages of the same volume of the same journal."""
    if pair.title < 1 or pair.contradictions():
        return ""
    if same_place(pair) and pair.same_year:
        ends = (
            pair.left.outline.end == pair.right.outline.end
            or not pair.left.outline.end
            or not pair.right.outline.end
        )
        if pair.journal is Sign.AGREES and ends:
            return "same-title-year-pages"
    return "shared-title" if _equal_rows(pair) and pair.volume is Sign.AGREES else ""


def _equal_rows(pair: Comparison) -> bool:
    a, b = pair.left, pair.right
    return bool(
        pair.same_year
        and pair.same_people
        and pair.journal is Sign.AGREES
        and (a.outline.volume, a.issue, a.outline.start) == (b.outline.volume, b.issue, b.outline.start)
    )


def _by_title(pair: Comparison) -> str:
    wrong = pair.contradictions()
    if not wrong:
        return _without_contradiction(pair)
    if len(wrong) == 1:
        return _with_one_contradiction(pair, wrong[0])
    if len(wrong) == 2 and pair.exact_pages and pair.authors is Sign.AGREES and "pages" not in wrong:
        return f"other-{wrong[1]}" if wrong[0] in {"doi", "authors"} else f"other-{wrong[0]}"
    return ""


def _without_contradiction(pair: Comparison) -> str:
    people = pair.authors is Sign.AGREES
    if pair.pages is Sign.AGREES:
        if pair.same_year:
            return "same-title-year-pages"
        if pair.volume is Sign.AGREES:
            return "same-title-volume-pages"
        return "same-title-place" if people else "too-little"
    if {pair.left.is_abstract, pair.right.is_abstract} == {True, False}:
        return "too-little" if people else ""
    if people and pair.volume is Sign.AGREES and pair.journal is Sign.AGREES:
        return "same-title-place"
    if pair.same_year and _is_telling(pair):
        if pair.journal is Sign.AGREES and (pair.same_people or _one_list_is_cut(pair)):
            return "same-title-journal"
        if pair.same_people and pair.left.venue == pair.right.venue == "conference":
            return "same-title-conference"
    if people and pair.same_year and abstracts_agree(pair.left, pair.right):
        return "same-abstract"
    return "too-little" if _is_worth_asking(pair) else ""


def _is_worth_asking(pair: Comparison) -> bool:
    """Records that say little and contradict nothing: only the same people in the same year, or in the same journal."""
    if pair.authors is Sign.SILENT:
        return pair.same_year and pair.journal is Sign.AGREES
    if pair.years_apart:
        conferences = pair.left.venue == pair.right.venue == "conference"
        return pair.same_people and (pair.journal is Sign.AGREES or conferences)
    return True


def _one_list_is_cut(pair: Comparison) -> bool:
    """A long title, and several authors of one record that are all among those of the other."""
    several = min(len(pair.left.people), len(pair.right.people)) >= _SEVERAL
    words = min(len(side.outline.words.split()) for side in (pair.left, pair.right))
    return several and words >= _WORDS_OF_A_LONG_TITLE and pair.shared_people >= EVERYBODY


def _is_telling(pair: Comparison) -> bool:
    """The title says enough to tell articles apart, or several authors do."""
    if pair.same_people and len(pair.left.people) > _SEVERAL:
        return True
    shorter = min((pair.left.outline.words, pair.right.outline.words), key=lambda text: (len(text), text))
    if not shorter.isascii():
        return True
    return len(shorter.split()) >= _TELLING_WORDS and len(shorter) >= _TELLING_LETTERS


def _with_one_contradiction(pair: Comparison, field: str) -> str:
    people = pair.authors is Sign.AGREES
    if field == "doi":
        if same_place(pair):
            return "same-title-but-one"
        known = pair.pages is Sign.AGREES or (pair.journal is Sign.AGREES and pair.same_year)
        return "two-dois" if people and known else ""
    placed = same_place(pair)
    agreed = pair.journal is Sign.AGREES and people
    if (
        (field == "year" and placed and agreed)
        or (field == "volume" and pair.exact_pages and agreed and pair.same_year)
        or (field == "journal" and placed and people and pair.same_year)
        or (field == "authors" and placed and pair.same_year and pair.journal is Sign.AGREES)
    ):
        return "same-title-but-one"
    return f"other-{field}" if _worth_asking(pair, field) else ""


def _worth_asking(pair: Comparison, field: str) -> bool:
    people = pair.authors is Sign.AGREES
    if field == "authors":
        return pair.pages is Sign.AGREES
    if not people:
        return False
    if field == "pages":
        return pair.journal is Sign.AGREES and pair.volume is Sign.AGREES
    if field == "journal":
        return pair.pages is Sign.AGREES or pair.volume is Sign.AGREES
    return pair.pages is Sign.AGREES or (pair.journal is Sign.AGREES and pair.same_year)


def _differ_in_a_number(pair: Comparison) -> bool:
    """Both titles hold numbers, others; a single "1" behind a title is a footnote's."""
    left, right = pair.left, pair.right
    if left.qualifiers != right.qualifiers:
        return True
    return left.numbers != right.numbers and (bool(left.numbers and right.numbers) or pair.title < SLIP)


def _may_share_a_page(pair: Comparison) -> bool:
    """A page of a supplement holds several abstracts, often of the same people under similar titles."""
    ends = {(side.outline.start, side.outline.end) for side in (pair.left, pair.right)}
    paged = all(not end or start == end for start, end in ends)
    return paged and (pair.title < ALIKE or not differs_by_slips(pair, are_related))


def _by_similar_title(pair: Comparison) -> str:
    people = pair.authors is Sign.AGREES
    wrong = pair.contradictions()
    placed = same_place(pair) and pair.year is not Sign.DIFFERS
    if is_translation(pair) and pair.title < ALIKE:
        if placed and not wrong and people:
            return "translated-title"
        return "maybe-translated" if placed and len(wrong) < 2 and pair.exact_pages else ""
    if pair.title < _SIMILAR:
        if placed and pair.exact_pages and people and not wrong:
            return "similar-title"
        return ""
    if placed and people and not wrong:
        doubtful = _differ_in_a_number(pair) or turns_the_meaning(pair) or _may_share_a_page(pair)
        return "similar-title" if doubtful else "similar-title-pages"
    if pair.title >= ALIKE and people and not wrong:
        if abstracts_agree(pair.left, pair.right) and pair.same_year and pair.same_people:
            return "same-abstract"
        return "similar-title"
    return ""
