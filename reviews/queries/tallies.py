"""Numbers of rows: the kept ones, and the same counted anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from reviews.models import Review, Tally
from reviews.tallying import Tallied

#: A file's records: the canonical ones, and duplicates of records of the same or of another search; how they were removed.
RECORDS = Tallied(
    "reviews_record",
    "'record:' || it.origin_id || ':' || CASE WHEN it.duplicate_of_id IS NULL THEN 'head' "
    "WHEN (SELECT head.search_id FROM reviews_record AS head WHERE head.id = it.duplicate_of_id) = it.search_id "
    "THEN 'within' ELSE 'between' END || ':' || it.removed_as",
)
QUESTIONS = Tallied("reviews_duplicatequestion", "'question:'")
TABLES = (RECORDS, QUESTIONS)


@dataclass(frozen=True, slots=True)
class RecordNumbers:
    """Kept numbers of one file's records."""

    origin: int
    heads: int = 0
    within: int = 0
    between: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)

    @property
    def duplicates(self) -> int:
        """Records that another one speaks for."""
        return self.within + self.between

    @property
    def records(self) -> int:
        """All of them."""
        return self.heads + self.duplicates


def of_files(review: Review) -> dict[int, RecordNumbers]:
    """The numbers of each file that has records; one query. `removed` counts canonical records only."""
    places: dict[int, Counter[str]] = defaultdict(Counter)
    removed: dict[int, Counter[str]] = defaultdict(Counter)
    for name, n in Tally.objects.of(review, "record:").items():
        origin, place, kind = name.split(":")
        places[int(origin)][place] += n
        if kind and place == "head":
            removed[int(origin)][kind] += n
    return {
        origin: RecordNumbers(origin, found["head"], found["within"], found["between"], removed[origin])
        for origin, found in places.items()
    }


def questions(review: Review) -> int:
    """How many pairs wait for a person; one query."""
    return Tally.objects.of(review, "question").get(":", 0)


def counted_anew(review: Review) -> dict[str, int]:
    """Every number of the review, from the rows themselves."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(
                f"SELECT name, n FROM ({table.count()}) AS counted WHERE review_id = %s",  # noqa: S608 - our own words
                [review.pk],
            )
            found |= dict(cursor.fetchall())
    return found


def _tables() -> Iterable[Tallied]:
    for path in settings.TALLIED:
        yield from import_string(path)
