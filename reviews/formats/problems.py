"""Everything the readers may remark upon: for each code what happened and what a person can do about it."""

from __future__ import annotations

from typing import Final

from reviews.formats.reference import Problem, excerpt_of

# Said for the first record that shows it only: a reader that goes on in the middle of a file says it again.
ONCE_PER_FILE: Final = frozenset({"unknown-tag", "odd-separator", "ragged-row", "unusual-tags"})

_READ_ANYWAY = "Nothing to do: the record was read."

# code → (message, remedy, is the record refused).  {tag} is the tag in question.
CATALOGUE: Final[dict[str, tuple[str, str, bool]]] = {
    "empty-record": (
        "A record holds nothing but its type.",
        "Export the record again, or add it by hand if it matters.",
        True,
    ),
    "unreadable-record": (
        "This part of the file could not be read as a record.",
        "Correct the lines shown in a text editor, or export the file again.",
        True,
    ),
    "record-too-long": (
        "More than 32 MB without a beginning or end of a record: the piece was cut here.",
        "Look at the file in a text editor; it may not be an export at all.",
        False,
    ),
    "missing-end": (
        "A record does not end with its end line; the next record begins at once.",
        _READ_ANYWAY,
        False,
    ),
    "truncated": (
        "The file ends in the middle of a record: the download may be incomplete.",
        "Compare the number of records with the database, and export again if some are missing.",
        False,
    ),
    "missing-start": ("A record begins without its TY line.", _READ_ANYWAY, False),
    "glued-records": (
        "Two records stand on one line: the end of one and the beginning of the next.",
        "Nothing to do: they were read as two records.",
        False,
    ),
    "perhaps-two-records": (
        "One record has two titles, and two DOIs or dates: it may be two records glued together.",
        "Look at the record; if it is two, put an end line between them and import the file again.",
        False,
    ),
    "tags-after-end": (
        "Lines after the end of a record belong to it, as far as one can tell.",
        "Nothing to do: they were kept with the record before them.",
        False,
    ),
    "text-between-records": (
        "Text that belongs to no record.",
        "Check that it is not part of a record; it was left out.",
        False,
    ),
    "tag-like-text": (
        "A line of running text looks like the tag {tag}.",
        "Nothing to do: it was read as text.",
        False,
    ),
    "unknown-tag": (
        "{tag} is not a tag we know (said once per file).",
        "Nothing to do: it is kept with the record.",
        False,
    ),
    "odd-separator": (
        "The tag {tag} is spaced unusually (said once per file).",
        "Nothing to do: it was read as a tag.",
        False,
    ),
    "unusual-tags": (
        "No tag of the file is written as RIS wants it: lower case, quoted mail, long dashes, or indented (said once per file).",
        "Nothing to do: they were read as tags. If fields are missing, export the file again from the source.",
        False,
    ),
    "unbalanced-quotes": (
        "A quotation mark opens a cell and is never closed.",
        "Compare the row with the source; the row was taken to end with its line.",
        False,
    ),
    "ragged-row": (
        "A row has more cells than the header has names (said once per file).",
        "Nothing to do if the last cells hold nothing you need: they are kept with the record.",
        False,
    ),
    "spreadsheet-date": (
        "A spreadsheet made a date of what stood in {tag}.",
        "Look the record up in the source; pages such as 4-5 cannot be told from dates any more.",
        False,
    ),
    "other-worksheets": (
        "The workbook has other worksheets, which were not read.",
        "If they hold records, save each as a file of its own and import it.",
        False,
    ),
    "empty-title": (
        "The record has no title.",
        "Look the record up in the source, by its DOI or number, and add the title.",
        False,
    ),
    "date-not-a-year": (
        "The date holds no year.",
        "Look the record up in the source and add the year.",
        False,
    ),
    "wrong-encoding": (
        "Some characters are not in the encoding of the file; they were read as Western European.",
        "Check the accented letters; export as UTF-8 if they are wrong.",
        False,
    ),
    "mojibake": (
        "Garbled letters (such as “Ã©” for “é”): the file was saved in the wrong encoding before it came here.",
        "Export again as UTF-8 from the source, not through a spreadsheet.",
        False,
    ),
    "control-characters": (
        "The record holds zero bytes, which no text should.",
        "Nothing to do: they were left out.",
        False,
    ),
}


def problem(code: str, *, line: int, tag: str = "", text: str = "") -> Problem:
    """A problem of a known kind; raises KeyError for a code that is not in the catalogue."""
    message, remedy, refused = CATALOGUE[code]
    return Problem(line, tag, code, message.format(tag=tag), excerpt_of(text), refused, remedy)
