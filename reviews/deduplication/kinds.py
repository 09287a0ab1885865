"""What kind of record a key describes: things that share a title or an identifier and are different records all the same."""

from __future__ import annotations

import re
from typing import Final

from reviews.deduplication.key import Key
from reviews.deduplication.normalising import bare_title, decoded, words

# A record about another one: an erratum, a comment, a reply.  Ovid's "[Erratum appears in …]" is a note on the original.
_REMARK = re.compile(
    r"^\W*(?:the\s+|an?\s+)?(?:published\s+|publisher.?s?\s+|authors?.?s?\s+|editors?.?s?\s+)?"
    r"(?P<kind>erratum|errata|corrigend|correction|retraction|withdrawal|withdrawn|expression of concern|comments?\b|"
    r"commentary\b|reply|repl(?:y|ies)\b|response|respond|letter|re:|in reply|addendum|discussion)"
    r"|[:.(\[]\s*(?:[\w'\u2019]+\s+){0,2}"
    r"(?P<end>erratum|corrigendum|correction|retraction|reply|response|comment|commentary|addendum)\W*$"
    r"|\((?P<place>vol\.? \d+, (?:pg|p|pp)\b)",
    re.I,
)
_REMARK_NAMES = {
    "errat": "erratum",
    "corri": "erratum",
    "corre": "erratum",
    "adden": "erratum",
    "vol": "erratum",
}
# What makes another article of the same title: one side has the word and the other has not.
_QUALIFIERS: Final = frozenset(
    "protocol rationale erratum reply followup update updated interim extension pilot abstract supplement supplementary "
    "addendum preliminary secondary subgroup posthoc corrigendum summary introduction revisited".split()
)
GENERIC_TITLES: Final = frozenset(
    "editorial|editorial comment|editors note|preface|foreword|introduction|book review|book reviews|letter|letters|"
    "letter to the editor|letters to the editor|correspondence|reply|authors reply|response|authors response|comment|"
    "commentary|discussion|in this issue|news|abstracts|abstract|poster abstracts|oral abstracts|conference abstracts|"
    "meeting abstracts|author index|index|contents|table of contents|errata|erratum|correction|corrigendum|untitled|"
    "no title|no title available|title|title foreword|obituary|announcements|guest editorial|invited commentary|summary|"
    "conclusion|references|acknowledgments|acknowledgements|reviewers|case report|clinical trials|research highlights|"
    "journal club|keynote address|calls for papers|call for papers|not available|title not available".split(
        "|"
    )
)
# Words of regular columns: a short title with one of them comes again in the next issue.
_COLUMN: Final = frozenset(
    "editor editors editorial editorials column columns news foreword preface reviewers message messages announcements "
    "notes perspectives corner newsletter calendar minutes proceedings remarks minitrack reminiscences books "
    "commentary comments letters papers digest highlights".split()
)
_WORDS_OF_A_COLUMN: Final = 8
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101/(?:\d{6}|20\d\d)|48550|21203|20944|2139/ssrn|31234|31219|31235|26434|36227|1590/scielopreprints|22541|"
    r"31222|31223|31224|2196/preprints|35542|33774|37044|5281/zenodo)"
)
_PREPRINT_JOURNAL = re.compile(
    r"\b(?:arxiv|biorxiv|medrxiv|chemrxiv|psyarxiv|preprints?|ssrn|research square|osf)\b"
)
_TRIAL = re.compile(
    r"\b(NCT\d{8}|ISRCTN\d{8}|EUCTR\d{4}-\d{6}-\d\d|ChiCTR[-A-Z]*\d{8,10}|ACTRN\d{14}|IRCT\w{10,18}|JPRN-\w+|"
    r"UMIN\d{9}|DRKS\d{8}|CTRI/\d{4}/\d+/\d+|NTR\d{3,5}|KCT\d{7}|RBR-\w{6}|PACTR\d{15,16}|TCTR\d{11})\b",
    re.I,
)
_REGISTRY = re.compile(
    r"clinicaltrials\.gov|trialsearch|who\.int/|isrctn|trial regist|clinical trials? regist", re.I
)
_CONFERENCE = re.compile(
    r"\b(?:conference|conf|proceedings|proc|symposium|symp|workshop|congress|meeting|international conference)\b"
)
_ARTICLE_KIND = re.compile(r"\b(?:journal article|article|review|jour)\b")
_COCHRANE = re.compile(r"10\.1002/14651858\.(cd\d+|mr\d+)(?:\.pub(\d+))?")


def remark_of(title: str) -> str:
    """What a record remarks on another one ("erratum", "reply", …); "" for an article of its own."""
    # "[Erratum]" is a note like "[Chinese]", but says what the record is.
    found = _REMARK.search(decoded(title)) or _REMARK.search(bare_title(title))
    if not found:
        return ""
    kind = (found["kind"] or found["end"] or "vol").casefold()[:5].rstrip(" :")
    return _REMARK_NAMES.get(kind, kind)


def qualifiers_of(title: str) -> frozenset[str]:
    """Words of a normalised title that make another article of it: a protocol, an update."""
    text = title.replace("follow up", "followup").replace("post hoc", "posthoc")
    return _QUALIFIERS.intersection(text.split())


def is_shared(title: str) -> bool:
    """A normalised title that says nothing, or that of a regular column: many articles have it."""
    if title in GENERIC_TITLES:
        return True
    parts = title.split()
    return len(parts) <= _WORDS_OF_A_COLUMN and not _COLUMN.isdisjoint(parts)


def is_generic(title: str) -> bool:
    """A normalised title that proves nothing: one of one or two words, or one that many articles share."""
    parts = title.split()
    letters = len(title) - len(parts) + 1
    # A Chinese title has no blanks; eight of its letters say as much as twenty-five Latin ones.
    enough = 25 if title.isascii() else 8
    return (len(parts) <= 2 and letters < enough) or is_shared(title)


def trial_of(key: Key) -> str:
    """The trial that a registry's record is about; "" for an article, even one that names its registration."""
    about = f"{key.accession} {key.journal} {key.doi}"
    if "tr" not in about.casefold() and not key.accession:
        return ""
    if not _REGISTRY.search(about) and not _TRIAL.match(key.accession.strip()):
        return ""
    found = _TRIAL.search(f"{about} {key.pages} {key.title}")
    return found[1].upper() if found else ""


def venue_of(journal: str, doi: str) -> str:
    """ "preprint", "conference" or "" for everything else; a preprint is known by its DOI or the name of its server."""
    plain = words(decoded(journal))
    if (doi and _PREPRINT_DOI.match(doi)) or _PREPRINT_JOURNAL.search(plain):
        return "preprint"
    return "conference" if _CONFERENCE.search(plain) else ""


def is_abstract(kind: str) -> bool | None:
    """Whether a kind, as databases name it, is that of a conference's abstract; None for a kind that does not tell."""
    plain = words(kind)
    if "abstract" in plain:
        return True
    return False if _ARTICLE_KIND.search(plain) else None


def cochrane_of(doi: str, journal: str) -> str:
    """A Cochrane review and its update as its DOI names them, "cochrane" if there is no such DOI; "" for others."""
    if found := _COCHRANE.match(doi):
        return f"{found[1]}.{found[2] or 1}"
    return "cochrane" if "cochrane" in journal.casefold() else ""
