"""What a reader hands out: references, problems, what a file was taken for, and the one error it raises."""

from __future__ import annotations

from dataclasses import dataclass

Tags = tuple[tuple[str, str], ...]


class FormatError(Exception):
    """A file that cannot be read at all; the message is written for the librarian who exported it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One record as the source indexed it.

    position  counts the records of the file from 1, refused ones included.
    line      1-based line where the record starts.
    offset, length  bytes in the original file: `file[offset:offset + length]` is the raw text of the record.
    tags      every original tag in order, repeated or unknown, values without the blanks around them;
              "\\n" separates the lines of a value that ran over several.
    """

    position: int
    line: int
    offset: int
    length: int
    kind: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    year: int | None
    journal: str
    volume: str
    issue: str
    pages: str
    doi: str
    pmid: str
    accession: str
    url: str
    language: str
    keywords: tuple[str, ...]
    tags: Tags


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd in a file.  `refused` means that a record was seen and not made into a reference.

    line is 1-based; tag is "" where no single tag is to blame; excerpt holds at most 200 characters of the file.
    """

    line: int
    tag: str
    code: str
    message: str
    excerpt: str
    refused: bool
    remedy: str


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is, judged by its content alone.

    format    "ris", "nbib", "wos", …, "unknown" or "empty".
    encoding  a Python codec name; "binary" where the file is not text.
    dialect   who seems to have written it, or what is unusual about it; "" if nothing is.
    reason    one sentence: why we think so; for "unknown" and "empty" it is what the user is told.
    """

    format: str
    encoding: str
    dialect: str
    reason: str


def excerpt_of(text: str) -> str:
    """The first 200 characters of a piece of a file, on one line."""
    return " ".join(text.replace("\x00", "").split())[:200]
