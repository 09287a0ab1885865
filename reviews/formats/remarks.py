"""What is odd about one record, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviews.formats.encodings import is_garbled, may_be_garbled
from reviews.formats.problems import problem
from reviews.formats.reference import Problem, Reference


def about_letters(raw: bytes, text: str, *, honest: bool, line: int, utf8: bool = False) -> Iterator[Problem]:
    """How the letters are written; `honest` is whether the bytes were in the encoding of the file, `utf8` whether that is
    known to be UTF-8, in which garbled letters show at once."""
    if not honest:
        yield problem("wrong-encoding", line=line, text=text)
    if b"\x00" in raw:
        yield problem("control-characters", line=line, text=text)
    if (not utf8 or may_be_garbled(raw)) and is_garbled(text):
        yield problem("mojibake", line=line, text=text)


def about_content(reference: Reference, dates: Sequence[str]) -> Iterator[Problem]:
    """A title or a year that is not there; `dates` are all values that should hold a year."""
    if not reference.title:
        text = " / ".join(f"{tag} {value}" for tag, value in reference.tags)
        yield problem("empty-title", line=reference.line, text=text)
    if reference.year is None:
        said = [date for date in dates if any(map(str.isalnum, date))]
        if said:
            yield problem("date-not-a-year", line=reference.line, text=" / ".join(said))


def about_two_records(reference: Reference, titles: Sequence[str], dois: Sequence[str]) -> Iterator[Problem]:
    """Two titles and two DOIs in one record."""
    if len(set(titles)) > 1 and len(set(dois)) > 1:
        yield problem("perhaps-two-records", line=reference.line, text=" / ".join(titles))
