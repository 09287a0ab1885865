"""How alike two records are, field by field: what a link is judged by and what a person is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz

from reviews.deduplication.features import Features, Outline
from reviews.deduplication.key import Evidence
from reviews.deduplication.names import journals_alike, people_alike
from reviews.deduplication.normalising import decoded, words

JOURNALS_AGREE = 0.75
JOURNALS_DIFFER = 0.5
PEOPLE_AGREE = 0.5
EVERYBODY = 0.99
ABSTRACTS_AGREE = 0.9
_LETTERS_OF_AN_ABSTRACT = 600
_ALMOST = 0.999
_BEYOND_LATIN = "\u0370"
_LETTERS_OF_A_NAME = 8
_WORDS_WITHOUT_SUBTITLE = 4
_LETTERS_WITHOUT_SUBTITLE = 20
WITHOUT_SUBTITLE = 0.95
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS_OF_A_NUMBER = 3
_LARGEST_PAGE_COUNT = 60
_SMALLEST_ARTICLE_NUMBER = 1000


class Sign(IntEnum):
    """What a field of two records says about their being one."""

    DIFFERS = -1
    SILENT = 0  # one of them has no value, or the values cannot be compared
    AGREES = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records, field by field.

    title           0 to 1; 1.0 for the same letters, 0.95 where one lacks the subtitle.
    authors         AGREES if most of the shorter list is in the longer one.
    shared_people   the share of the shorter list of authors that the other has, 0 to 1.
    same_people     everybody of either list is in the other.
    exact_pages     first and last page are known and equal.
    years_apart     None where one does not say.
    """

    left: Features
    right: Features
    title: float
    authors: Sign
    shared_people: float
    same_people: bool
    years_apart: int | None
    journal: Sign
    volume: Sign
    issue: Sign
    pages: Sign
    exact_pages: bool
    doi: Sign
    pmid: Sign

    @property
    def is_generic(self) -> bool:
        """One of the titles is such as many articles share."""
        return self.left.outline.is_generic or self.right.outline.is_generic

    @property
    def year(self) -> Sign:
        """Online and printed publication may be a year apart."""
        if self.years_apart is None:
            return Sign.SILENT
        return Sign.AGREES if self.years_apart <= 1 else Sign.DIFFERS

    @property
    def same_year(self) -> bool:
        """Both say the same year."""
        return self.years_apart == 0

    def contradictions(self) -> list[str]:
        """The fields that cannot both be right for one article."""
        return [
            name
            for name in ("doi", "authors", "year", "volume", "pages", "journal")
            if getattr(self, name) is Sign.DIFFERS
        ]


def compare(left: Features, right: Features) -> Comparison:
    """Compare two records; the order of the two does not matter for any value."""
    one, other = left.outline, right.outline
    shared = people_alike(left.people, right.people)
    return Comparison(
        left=left,
        right=right,
        title=titles_alike(one, other),
        authors=_authors(left, right, shared),
        shared_people=shared,
        same_people=shared >= EVERYBODY and len(left.people) == len(right.people),
        years_apart=abs(one.year - other.year) if one.year and other.year else None,
        journal=_journals(left, right),
        volume=_volumes(left, right),
        issue=_equal(left.issue, right.issue),
        pages=pages_sign(one, other),
        exact_pages=bool(one.start and one.end and (one.start, one.end) == (other.start, other.end)),
        doi=_dois(one.doi, other.doi),
        pmid=_equal(one.pmid, other.pmid),
    )


def _equal(left: str, right: str) -> Sign:
    if not left or not right:
        return Sign.SILENT
    return Sign.AGREES if left == right else Sign.DIFFERS


def _dois(left: str, right: str) -> Sign:
    """A DOI that was cut, or that another publisher has taken over with the rest of the journal, does not differ."""
    if not left or not right or left == right:
        return _equal(left, right)
    short, long = sorted((left, right), key=lambda doi: (len(doi), doi))
    (_, name), (_, other) = (doi.split("/", 1) for doi in (left, right))
    if long.startswith(short) or (name == other and len(name) >= _LETTERS_OF_A_NAME and not name.isdigit()):
        return Sign.SILENT
    return Sign.DIFFERS


def titles_alike(left: Outline, right: Outline) -> float:
    """1.0 for the same letters, 0.95 where one lacks the subtitle, else the share of matching letters.

    Of titles in several languages the likest count.  0.0 if one has no title.
    """
    return max((_titles_alike(one, other) for one in left.titles for other in right.titles), default=0.0)


def _titles_alike(left: str, right: str) -> float:
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    return float(fuzz.ratio(left, right)) / 100


def lacks_subtitle(left: Outline, right: Outline) -> bool:
    """One title is the beginning of the other and says enough by itself."""
    shorter, longer = sorted((left, right), key=lambda side: (len(side.titles[0]), side.titles[0]))
    enough = len(shorter.words.split()) >= _WORDS_WITHOUT_SUBTITLE
    return (
        enough
        and len(shorter.titles[0]) >= _LETTERS_WITHOUT_SUBTITLE
        and shorter.titles[0] != longer.titles[0]
        and longer.words.startswith(f"{shorter.words} ")
    )


def _authors(left: Features, right: Features, shared: float) -> Sign:
    if not left.people or not right.people:
        return Sign.SILENT
    if _is_latin("".join(left.people[0])) != _is_latin("".join(right.people[0])):
        return Sign.SILENT
    return Sign.AGREES if shared >= PEOPLE_AGREE else Sign.DIFFERS


def _is_latin(text: str) -> bool:
    """Whether a name is written in Latin letters, or in no letters at all."""
    return text.isascii() or all(letter < _BEYOND_LATIN for letter in text if letter.isalpha())


def _journals(left: Features, right: Features) -> Sign:
    if not left.key.journal or not right.key.journal:
        return Sign.SILENT
    alike = journals_alike(*sorted((left.key.journal, right.key.journal)))
    if alike >= JOURNALS_AGREE:
        return Sign.AGREES
    if left.venue == right.venue == "conference" or _is_latin(left.key.journal) != _is_latin(
        right.key.journal
    ):
        return Sign.SILENT
    return Sign.DIFFERS if alike < JOURNALS_DIFFER else Sign.SILENT


def _volumes(left: Features, right: Features) -> Sign:
    """Some databases give the year for the volume, some the issue."""
    one, other = left.outline, right.outline
    if not one.volume or not other.volume or one.volume == other.volume:
        return _equal(one.volume, other.volume)
    years = {str(one.year), str(other.year)}
    if one.volume in years or other.volume in years:
        return Sign.SILENT
    if one.volume == right.issue or other.volume == left.issue:
        return Sign.SILENT
    return Sign.DIFFERS


def pages_sign(left: Outline, right: Outline) -> Sign:
    """Whether the records are on the same pages.

    EBSCO writes the number of pages for the last one, Embase cuts the first: either end is enough.  The number of an
    electronic article cannot be compared with pages in print ("a1754" and "969-972"), nor with those of its own file
    ("101576" and "1-6").
    """
    if not (left.start or left.end) or not (right.start or right.end):
        return Sign.SILENT
    if _starts_agree(left, right):
        return Sign.AGREES
    if _ends_agree(left.end, right.end):
        return Sign.AGREES
    if not left.start or not right.start:
        return Sign.SILENT if _tail_is_known(left, right) else Sign.DIFFERS
    if _is_article_number(left.start) != _is_article_number(right.start):
        return Sign.SILENT
    if _is_page_count(left, right) or _is_page_count(right, left) or _is_within(left, right):
        return Sign.SILENT
    return Sign.DIFFERS


def _starts_agree(left: Outline, right: Outline) -> bool:
    """The first pages are equal, or those of one of several ranges, or but for a letter in front (`S12` and `12`)."""
    if not left.start or not right.start:
        return False
    if left.start == right.start or left.start in right.other_starts or right.start in left.other_starts:
        return True
    if left.start.isdigit() == right.start.isdigit():
        return False
    return left.start.lstrip(_LETTERS) == right.start.lstrip(_LETTERS)


def _tail_is_known(left: Outline, right: Outline) -> bool:
    """A cut page says nothing about one without a last page."""
    return not left.end or not right.end


def _ends_agree(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if left[0] == "~" or right[0] == "~":
        tail, whole = sorted((left.lstrip("~"), right.lstrip("~")), key=lambda text: (len(text), text))
        return whole.endswith(tail)
    return left == right


def _is_article_number(start: str) -> bool:
    """`e12724`, `a1754`, `c1804`: a letter of the publisher's and a number; `s12` is a page of a supplement."""
    return len(start) > _DIGITS_OF_A_NUMBER and start[0] in "abcdef" and start[1:].isdigit()


def _is_page_count(count: Outline, number: Outline) -> bool:
    """`1-6` or `7` beside `e12724`, `101576` or, six pages long, `2422-2427`."""
    pages = count.end if count.start == "1" else "" if count.end else count.start
    if not pages.isdigit() or int(pages) > _LARGEST_PAGE_COUNT:
        return False
    if number.start.isdigit() and number.end.isdigit():
        return int(number.end) - int(number.start) + 1 == int(pages)
    return not number.start.isdigit() or (not number.end and int(number.start) >= _SMALLEST_ARTICLE_NUMBER)


def _is_within(left: Outline, right: Outline) -> bool:
    """A single page that lies among the pages of the other record."""
    single, several = (left, right) if not left.end else (right, left)
    if single.end or not all(text.isdigit() for text in (single.start, several.start, several.end)):
        return False
    return int(several.start) <= int(single.start) <= int(several.end)


def abstracts_agree(left: Features, right: Features) -> bool:
    """Both have abstracts, and they begin alike.  Costly, so asked for only where it decides."""
    if not left.key.abstract or not right.key.abstract:
        return False
    if left.outline.opening and left.outline.opening == right.outline.opening:
        return True
    one, other = (words(decoded(side.key.abstract[:_LETTERS_OF_AN_ABSTRACT])) for side in (left, right))
    return bool(fuzz.ratio(one, other) >= 100 * ABSTRACTS_AGREE)


def evidence_for(left: Features, right: Features) -> tuple[Evidence, ...]:
    """The fields that both records have, as they stand in the records, and how alike they are."""
    a, b = left.key, right.key
    one, other = left.outline, right.outline
    fields = (
        (
            "title",
            a.title,
            b.title,
            WITHOUT_SUBTITLE if lacks_subtitle(one, other) else titles_alike(one, other),
        ),
        ("authors", "; ".join(a.authors), "; ".join(b.authors), people_alike(left.people, right.people)),
        ("year", str(a.year or ""), str(b.year or ""), float(a.year == b.year)),
        ("journal", a.journal, b.journal, journals_alike(*sorted((a.journal, b.journal)))),
        ("volume", a.volume, b.volume, float(one.volume == other.volume)),
        ("issue", a.issue, b.issue, float(left.issue == right.issue)),
        ("pages", a.pages, b.pages, float(pages_sign(one, other) is Sign.AGREES)),
        ("doi", a.doi, b.doi, float(one.doi == other.doi)),
        ("pmid", a.pmid, b.pmid, float(one.pmid == other.pmid)),
    )
    return tuple(Evidence(name, x, y, alike) for name, x, y, alike in fields if x and y)


def score_of(left: Features, right: Features, evidence: tuple[Evidence, ...]) -> float:
    """The mean likeness of the fields, a field that one record only has counting half; 1.0 for equal records only.

    So among the links of one rule those between equal records are stronger than all others, however the records are
    spelled.
    """
    if left.row == right.row:
        return 1.0
    fields = [(a, b) for a, b in zip(left.said, right.said, strict=True) if a or b]
    halves = sum(1 for a, b in fields if not (a and b))
    return min((sum(item.alike for item in evidence) + halves / 2) / max(len(fields), 1), _ALMOST)
