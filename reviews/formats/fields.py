"""From tags to the fields of a reference by a table, for the formats whose tags mean what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviews.formats.reference import Reference
from reviews.formats.values import (
    doi_in,
    keywords_in,
    names_in,
    one_line,
    pages_from,
    paragraphs,
    pmid_in,
    year_in,
)

Values = dict[str, list[str]]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldTags:
    """For each field the tags that may hold it, the preferred one first.

    kinds        what the source calls a type, in lower case → the RIS type.
    groups       corporate authors, put behind the persons.
    """

    title: Names
    abstract: Names
    authors: Names
    year: Names
    journal: Names
    volume: Names
    issue: Names
    start: Names
    end: Names = ()
    doi: Names = ()
    pmid: Names = ()
    accession: Names = ()
    url: Names = ()
    language: Names = ()
    keywords: Names = ()
    groups: Names = ()
    kind: Names = ()
    kinds: Mapping[str, str] = field(default_factory=dict)


def grouped(tags: Sequence[tuple[str, str]]) -> Values:
    """The values of each tag in order, blank ones left out."""
    values: Values = {}
    for tag, value in tags:
        if value:
            if tag in values:
                values[tag].append(value)
            else:
                values[tag] = [value]
    return values


def first(values: Values, *tags: str) -> str:
    """The first value of the first of these tags that has one, else ""."""
    for tag in tags:
        if tag in values:
            return values[tag][0]
    return ""


def all_of(values: Values, tags: Names) -> list[str]:
    """The values of all these tags."""
    return [value for tag in tags for value in values.get(tag, ())]


def dates_by(table: FieldTags, values: Values) -> list[str]:
    """Every date of a record, the likeliest date of publication first."""
    return all_of(values, table.year)


def reference_by(
    table: FieldTags,
    tags: Sequence[tuple[str, str]],
    values: Values,
    *,
    position: int,
    line: int,
    offset: int,
    length: int,
) -> Reference:
    """Map the tags of one record; `values` are the same tags, grouped."""
    persons = next((values[tag] for tag in table.authors if tag in values), [])
    abstracts = next((values[tag] for tag in table.abstract if tag in values), [])
    return Reference(
        position=position,
        line=line,
        offset=offset,
        length=length,
        kind=_kind(table, values),
        title=one_line(first(values, *table.title)),
        abstract="\n\n".join(map(paragraphs, abstracts)),
        authors=names_in([*persons, *all_of(values, table.groups)]),
        year=next((year for date in dates_by(table, values) if (year := year_in(date))), None),
        journal=one_line(first(values, *table.journal)),
        volume=one_line(first(values, *table.volume)),
        issue=one_line(first(values, *table.issue)),
        pages=pages_from(first(values, *table.start), first(values, *table.end)),
        doi=next((doi for text in all_of(values, table.doi) if (doi := doi_in(text))), ""),
        pmid=next((text for text in map(digits_in, all_of(values, table.pmid)) if text), ""),
        accession=one_line(first(values, *table.accession)),
        url=first(values, *table.url).split("\n")[0],
        language=one_line(first(values, *table.language)),
        keywords=keywords_in(all_of(values, table.keywords)),
        tags=tuple(tags),
    )


def digits_in(text: str) -> str:
    """A PubMed number written as such, `12345678` or `MEDLINE:12345678`; "" for anything else."""
    number = pmid_in(text) or text.rpartition(":")[2].strip()
    return number if number.isascii() and number.isdigit() and len(number) <= 8 else ""


def _kind(table: FieldTags, values: Values) -> str:
    names = [one_line(name).lower() for name in all_of(values, table.kind)]
    return next(
        (table.kinds[name] for name in names if name in table.kinds), names[0].upper() if names else ""
    )
