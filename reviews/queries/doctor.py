"""What the doctor says of imported files: records seen, made and refused, what was odd, and what the source reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, QuerySet

from reviews.formats.problems import CATALOGUE
from reviews.models import Import, ImportProblem, Rescue, Review, Search, Withdrawal
from reviews.queries import tallies
from reviews.queries.counting import counted

#: Of each kind so many lines are shown on the doctor's page; the rest stand in the list.
FIRST_LINES = 3
#: What is odd about most records of most exports; said last.
_QUIET = frozenset({"unknown-tag", "odd-separator", "text-between-records"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem in one file."""

    code: str
    count: int
    meaning: str
    remedy: str
    first: tuple[ImportProblem, ...] = ()

    @property
    def name(self) -> str:
        """The code in words."""
        return in_words(self.code)


def in_words(code: str) -> str:
    """A code as a person reads it."""
    return code.replace("-", " ").capitalize()


def odd(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Kinds of problems in words, the most frequent first."""
    return [(in_words(code).lower(), counts[code]) for code in sorted(counts, key=lambda code: -counts[code])]


def kinds_of(origin: Import) -> list[Kind]:
    """The kinds of problems of a file, without refused records; what can be acted upon first, then the most frequent."""
    problems = origin.problems.filter(refused=False)
    first: dict[str, list[ImportProblem]] = {}
    for code in problems.order_by().values_list("code", flat=True).distinct():
        first[code] = list(problems.filter(code=code)[:FIRST_LINES])
    found = [_kind(code, origin.problem_counts.get(code, len(rows)), rows) for code, rows in first.items()]
    return sorted(
        found, key=lambda kind: (kind.code in _QUIET, kind.remedy.startswith("Nothing to do"), -kind.count)
    )


def _kind(code: str, count: int, first: Sequence[ImportProblem]) -> Kind:
    known = CATALOGUE.get(code)
    meaning, remedy = first[0].message, first[0].remedy
    if known and "{" not in known[0]:
        meaning, remedy = known[0], known[1]
    elif tags := sorted({row.tag for row in first[1:] if row.tag} - {first[0].tag}):
        meaning = f"{meaning} Also: {', '.join(tags)}."
    return Kind(code, count, meaning, remedy, tuple(first))


def refused_of(origin: Import) -> QuerySet[ImportProblem]:
    """The records that were seen and not made, each with the record that a person made of it, if any."""
    return origin.problems.filter(refused=True).select_related("rescue__by", "rescue__record")


def rescued(origin: Import) -> int:
    """How many of the records made are made by hand."""
    return Rescue.objects.filter(record__origin=origin).count()


@dataclass(frozen=True, slots=True)
class Hits:
    """What a source reported beside what its files hold."""

    reported: int | None
    seen: int
    files: int
    unread: int
    repeated: tuple[str, ...]
    duplicates: int

    @property
    def missing(self) -> int:
        """Reported but not in the files; negative for records beyond the reported ones."""
        return (self.reported or 0) - self.seen

    @property
    def surplus(self) -> int:
        """In the files beyond what was reported."""
        return -self.missing


def hits_of(search: Search) -> Hits:
    """Counted over all files of a search that have not been withdrawn."""
    files = list(search.imports.select_related("job").annotate(**_withdrawn()).order_by("pk"))
    files = [row for row in files if not is_withdrawn(row)]
    hashes = [row.sha256 for row in files]
    numbers = tallies.of_files(search.review)
    inside = sum(numbers[pk].within for pk in search.imports.values_list("pk", flat=True) if pk in numbers)
    return Hits(
        reported=search.hits,
        seen=sum(row.seen for row in files),
        files=len(files),
        unread=sum(not row.is_read for row in files),
        repeated=tuple(row.name for at, row in enumerate(files) if row.sha256 in hashes[:at]),
        duplicates=inside,
    )


def _withdrawn() -> dict[str, object]:
    """Annotations that say how often a file was taken out and put back."""
    rows = Withdrawal.objects.filter(origin=OuterRef("pk"))
    return {
        "times_out": counted(rows.filter(back=False), by="origin"),
        "times_back": counted(rows.filter(back=True), by="origin"),
    }


def is_withdrawn(origin: Import) -> bool:
    """Whether a file, annotated as here, is out of the review."""
    return bool(getattr(origin, "times_out", 0) > getattr(origin, "times_back", 0))


def files_of(review: Review) -> list[Import]:
    """All files of a review with `duplicates`, `withdrawn`, `problems_total`; three subqueries however many there are."""
    rows = list(
        Import.objects.filter(search__review=review)
        .select_related("search", "job__review", "created_by")
        .annotate(**_withdrawn())
        .order_by("search__source", "search", "pk")
    )
    numbers = tallies.of_files(review)
    for row in rows:
        row.duplicates = numbers[row.pk].duplicates if row.pk in numbers else 0  # type: ignore[attr-defined]
    return rows


@dataclass(slots=True)
class Source:
    """One search with its files, for the sum of PRISMA's box of identified records."""

    search: Search
    files: list[Import] = field(default_factory=list)

    def total(self, name: str) -> int:
        """A column, added up over the files that count."""
        return sum(getattr(row, name) for row in self.files if not is_withdrawn(row))

    @property
    def seen(self) -> int:
        """Records seen in its files."""
        return self.total("seen")

    @property
    def made(self) -> int:
        """Records made of them."""
        return self.total("made")

    @property
    def refused(self) -> int:
        """Records that could not be made."""
        return self.total("refused")

    @property
    def problems(self) -> int:
        """Odd things."""
        return self.total("problems_met")

    @property
    def duplicates(self) -> int:
        """Records that are duplicates of another."""
        return self.total("duplicates")

    @property
    def unread(self) -> int:
        """Files of it that are not read to their end."""
        return sum(not row.is_read for row in self.files)

    @property
    def difference(self) -> int | None:
        """Seen less reported; None where nothing was reported."""
        return None if self.search.hits is None else self.seen - self.search.hits


@dataclass(frozen=True, slots=True)
class Summary:
    """All files of a review by search, and their sum."""

    sources: list[Source]
    working: bool

    def total(self, name: str) -> int:
        """A column over all searches."""
        return sum(getattr(source, name) for source in self.sources)

    @property
    def seen(self) -> int:
        """Records seen."""
        return self.total("seen")

    @property
    def made(self) -> int:
        """Records made: those identified, as PRISMA counts."""
        return self.total("made")

    @property
    def refused(self) -> int:
        """Records that could not be made."""
        return self.total("refused")

    @property
    def problems(self) -> int:
        """Odd things."""
        return self.total("problems")

    @property
    def duplicates(self) -> int:
        """Records that are duplicates."""
        return self.total("duplicates")

    @property
    def reported(self) -> int | None:
        """Hits, if all searches with files say how many."""
        hits = [source.search.hits for source in self.sources]
        return None if None in hits else sum(number or 0 for number in hits)


def summary_of(review: Review) -> Summary:
    """Files by search, in the order of their sources."""
    sources: dict[int, Source] = {}
    files = files_of(review)
    for row in files:
        sources.setdefault(row.search_id, Source(row.search)).files.append(row)
    working = any(row.job and not row.job.is_finished for row in files)
    return Summary(list(sources.values()), working)
