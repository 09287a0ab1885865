"""The piece of a file from which no record could be made, found again by its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reviews.formats import FormatError, raw_tags
from reviews.formats.encodings import Source, text_of
from reviews.formats.reading import TABLES
from reviews.models import ImportProblem, Record
from reviews.queries.originals import Original, opened

#: A piece is cut here: what is longer is no record.
LONGEST: Final = 1 << 20
#: Tags, fields and columns that hold a title, in the formats we read.
_TITLES: Final = frozenset({"ti", "t1", "ct", "bt", "%t", "title", "article title", "primary title"})
_FIELD: Final = re.compile(r"(?is)\btitle\s*[=:>]\s*[{\"']*(.+?)[}\"']*\s*(?:,?\s*\n|</title|$)")
_MARK: Final = re.compile(r"^(?:\s*[A-Z][A-Z0-9]{1,3}\s*-|\s*%\S|\s*<[^>]*>|\s*@\w+\s*\{\s*[^\s,]*,?)\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Where the refused record stands, and what it says.

    position  the place that the reader left free for it: records count from 1, refused ones included.
    title     our guess at its title, to be corrected by a person; "" if it holds no words at all.
    """

    offset: int
    length: int
    position: int
    text: str
    title: str


def piece_of(problem: ImportProblem) -> Piece | None:
    """The piece of a refused record; None when the file is no longer there."""
    rows = Record.objects.filter(origin=problem.origin, rescue=None).order_by("position")
    before = rows.filter(line__lte=problem.line).last()
    after = rows.filter(line__gt=problem.line).first()
    begin, line = (before.offset, before.line) if before else (0, 1)
    following = _next_refused(problem)
    stop_line = min((row.line for row in (after, following) if row is not None), default=0)
    try:
        with opened(problem.origin) as original:
            offset, end = _span(original, begin, line, problem.line, stop_line)
            if before and problem.line == before.line:
                offset = before.offset + before.length
            raw = original.piece(offset, max(min(end - offset, LONGEST), 0))
            title = _title(original, raw)
    except (OSError, ValueError):
        return None
    text, _ = text_of(raw, problem.origin.encoding if problem.origin.format not in {"xlsx"} else "utf-8")
    return Piece(offset, len(raw), _free_place(problem, before, after), text.strip("\n"), title)


def _next_refused(problem: ImportProblem) -> ImportProblem | None:
    return problem.origin.problems.filter(refused=True, line__gt=problem.line).first()


def _span(original: Original, begin: int, line: int, first: int, stop: int) -> tuple[int, int]:
    """The bytes at which line `first` and line `stop` (0: the end of the file) begin; byte `begin` begins `line`."""
    encoding = "utf-8" if original.sniffed.format == "xlsx" else original.sniffed.encoding
    original.stream.seek(begin)
    source = Source(original.stream, encoding)
    at, found = begin, begin if line >= first else -1
    for block in source.blocks():
        start = 0
        while (end := block.find(b"\n", start)) >= 0:
            at += source.original_length(block[start : end + 1])
            start, line = end + 1, line + 1
            if line == first and found < 0:
                found = at
            if line == stop or (found >= 0 and at - found > LONGEST):
                return (found if found >= 0 else at), at
        at += source.original_length(block[start:])
    return (found if found >= 0 else at), at


def _free_place(problem: ImportProblem, before: Record | None, after: Record | None) -> int:
    """A position between its neighbours that no record has."""
    records = Record.objects.filter(origin=problem.origin)
    low = before.position + 1 if before else 1
    last = records.order_by("position").last()
    high = after.position if after else max(last.position if last else 0, problem.origin.seen) + 1
    taken = set(records.filter(position__range=(low, high)).values_list("position", flat=True))
    free = [place for place in range(low, min(high, low + 10_000)) if place not in taken]
    return free[0] if free else max(last.position if last else 0, problem.origin.seen) + 1


def _title(original: Original, raw: bytes) -> str:
    """The likeliest title in a piece of a file."""
    what = original.sniffed
    try:
        tags = raw_tags(
            raw,
            encoding=what.encoding,
            format=what.format,
            head=original.head() if what.format in TABLES else b"",
        )
    except FormatError:
        tags = ()
    named = [value for tag, value in tags if tag.strip().lower() in _TITLES and any(map(str.isalpha, value))]
    text, _ = text_of(raw, "utf-8" if what.encoding == "binary" else what.encoding)
    if not named and (found := _FIELD.search(text)):
        named = [found[1]]
    lines = [_MARK.sub("", line).strip(' {}",') for line in text.split("\n")]
    wordy = [line for line in lines if sum(map(str.isalpha, line)) > 2 and " " in line]
    return " ".join((named or wordy or [""])[0].split())[:500]
