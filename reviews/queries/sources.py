"""Which source a file came from, guessed from what is in it: a proposal for a person, never taken over unasked."""

from __future__ import annotations

from typing import Final, NamedTuple

from reviews.models import Search


class Guess(NamedTuple):
    """What the form for a new search begins with; an empty source has to be filled in by a person."""

    source: str
    platform: str
    kind: str = Search.Kind.DATABASE


# What a file gives away (its dialect, its format, the name of a database in it) → source and platform.
# The first that occurs counts, so platforms on which many databases are offered come last.
_KNOWN: Final[tuple[tuple[str, Guess], ...]] = (
    ("ctgov", Guess("ClinicalTrials.gov", "", Search.Kind.REGISTER)),
    ("clinicaltrials.gov", Guess("ClinicalTrials.gov", "", Search.Kind.REGISTER)),
    ("ictrp", Guess("WHO ICTRP", "", Search.Kind.REGISTER)),
    ("central", Guess("CENTRAL", "Cochrane Library")),
    ("cochrane", Guess("CENTRAL", "Cochrane Library")),
    ("scopus", Guess("Scopus", "")),
    ("embase.com", Guess("Embase", "Embase.com")),
    ("web of science", Guess("Web of Science", "")),
    ("wos", Guess("Web of Science", "")),
    ("lens", Guess("The Lens", "")),
    ("scielo", Guess("SciELO", "")),
    ("bvs", Guess("LILACS", "BVS")),
    ("lilacs", Guess("LILACS", "BVS")),
    ("jstor", Guess("JSTOR", "")),
    ("wanfang", Guess("Wanfang Data", "")),
    ("cnki", Guess("CNKI", "")),
    ("noteexpress", Guess("CNKI", "")),
    ("e-study", Guess("CNKI", "")),
    ("ieee", Guess("IEEE Xplore", "")),
    ("pubmed", Guess("MEDLINE", "PubMed")),
    ("nbib", Guess("MEDLINE", "PubMed")),
)
_PLATFORMS: Final = (
    ("ovid", "Ovid"),
    ("ebsco", "EBSCOhost"),
    ("proquest", "ProQuest"),
    ("embase", "Embase.com"),
)
# What the platforms write in their database tag: EBSCO short names, Ovid and ProQuest long ones.
_DATABASES: Final = (
    ("embase", "Embase"),
    ("medline", "MEDLINE"),
    ("cmedm", "MEDLINE"),
    ("mdc", "MEDLINE"),
    ("psycinfo", "APA PsycInfo"),
    ("psyh", "APA PsycInfo"),
    ("cinahl", "CINAHL"),
    ("cin20", "CINAHL"),
    ("ccm", "CINAHL"),
    ("amed", "AMED"),
    ("eric", "ERIC"),
    ("sportdiscus", "SPORTDiscus"),
    ("s3h", "SPORTDiscus"),
    ("a9h", "Academic Search"),
    ("econlit", "EconLit"),
    ("global health", "Global Health"),
)
#: Names of programs that keep references, not of sources.
_MANAGERS: Final = ("zotero", "endnote", "mendeley", "citavi", "refworks", "rayyan", "covidence")


def guess(*, format_name: str, dialect: str, database: str = "", file_name: str = "") -> Guess:
    """The likeliest source; `database` is what the first records say of theirs, "" if nothing.

    A file's name counts last, and only where it names a database that we know: it may be anything.
    """
    found = _from_content(format_name, dialect, database)
    if not found.source and file_name:
        stem = file_name.rpartition(".")[0].lower()
        named = next((name for mark, name in _DATABASES if mark in stem), "")
        known = next((known for mark, known in _KNOWN if mark in stem), Guess("", ""))
        if named or (known.source and not found.platform):
            return Guess(named, found.platform) if named else known
    return found


def _from_content(format_name: str, dialect: str, database: str) -> Guess:
    said = f"{dialect} {format_name}".lower()
    platform = next((name for mark, name in _PLATFORMS if mark in said), "")
    if platform:
        named = next((name for mark, name in _DATABASES if mark in database.lower()), "")
        fallback = "Embase" if platform == "Embase.com" else ""
        return Guess(named or fallback, platform)
    if any(name in said for name in _MANAGERS):
        return Guess("", "")
    for text in (said, database.lower()):
        for mark, found in _KNOWN:
            if mark in text:
                return found
    return Guess(next((name for mark, name in _DATABASES if mark in database.lower()), ""), "")
