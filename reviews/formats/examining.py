"""The import doctor: what a file holds and everything odd about it, without keeping the records."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviews.formats.columns import Columns, MappingNeeded
from reviews.formats.reading import HEAD, read
from reviews.formats.reference import FormatError, Problem, Reference, Sniffed
from reviews.formats.sniffing import sniff


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a file: records seen = made + refused; error is "" unless the file cannot be read at all."""

    sniffed: Sniffed
    sha256: str
    made: int
    refused: int
    problems: tuple[Problem, ...]
    error: str
    columns: Columns | None = None  # of a table in which no column is known to hold the title

    @property
    def seen(self) -> int:
        """Records in the file, whether a reference could be made of them or not."""
        return self.made + self.refused

    @property
    def by_code(self) -> dict[str, int]:
        """How often each kind of problem occurs, the commonest first."""
        return dict(Counter(found.code for found in self.problems).most_common())


def examine(path: Path, *, mapping: Mapping[str, str] | None = None) -> Examination:
    """Read a whole file and report; an unreadable one is reported, not raised (OSError is).

    `mapping` says what the columns of a table hold, as for `read`.
    """
    columns: Columns | None = None
    made, problems, error = 0, [], ""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        sniffed = sniff(stream.read(HEAD))
        stream.seek(0)
        try:
            for found in read(stream, sniffed=sniffed, mapping=mapping):
                if isinstance(found, Reference):
                    made += 1
                else:
                    problems.append(found)
        except FormatError as failure:
            error = str(failure)
            columns = failure.columns if isinstance(failure, MappingNeeded) else None
    refused = sum(found.refused for found in problems)
    return Examination(sniffed, digest, made, refused, tuple(problems), error, columns)
