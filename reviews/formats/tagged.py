"""Read the tagged formats other than RIS: every record begins in a known way, every line is a tag or runs on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reviews.formats.encodings import Source, decode
from reviews.formats.fields import FieldTags, Values, dates_by, grouped, reference_by
from reviews.formats.framing import LONGEST
from reviews.formats.problems import problem
from reviews.formats.reference import Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters
from reviews.formats.ristags import BLANKS, lines_of


@dataclass(frozen=True, slots=True)
class TaggedFormat:
    """One format.

    start    matches from the line feed before a record to its first byte.
    tag_of   tag and value of a line; None for a line that runs on from the one before.
    fields   which tags hold what.
    hollow   tags that make no record by themselves: headers and footers of the file.
    end      the tag that closes a record, "" where a record just stops.
    values   groups the tags by name, and takes apart what a format puts into one field.
    """

    start: re.Pattern[bytes]
    tag_of: Callable[[str], tuple[str, str] | None]
    fields: FieldTags
    hollow: frozenset[str] = frozenset()
    end: str = ""
    values: Callable[[Sequence[tuple[str, str]]], Values] = grouped


def read_tagged(
    source: Source, layout: TaggedFormat, *, offset: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every record from `offset`, where the source stands; `position` records and `line - 1` lines went before."""
    for raw in _pieces(source, layout.start):
        length = source.original_length(raw)
        text, honest = decode(raw, source.text_encoding)
        tags, ended, strays = _tags(text.replace("\x00", ""), layout)
        lead = len(raw) - len(raw.lstrip(b" \t\r\n\xef\xbb\xbf"))
        begins = line + raw.count(b"\n", 0, lead)
        for number, stray in strays:
            yield problem("text-between-records", line=line + number, text=stray)
        if any(tag not in layout.hollow for tag, _ in tags):
            position += 1
            values = layout.values(tags)
            if not values.keys() - layout.hollow:
                yield problem("empty-record", line=begins, text=text)
            else:
                skipped = source.original_length(raw[:lead])
                reference = reference_by(
                    layout.fields,
                    tags,
                    values,
                    position=position,
                    line=begins,
                    offset=offset + skipped,
                    length=length - skipped,
                )
                if layout.end and not ended:
                    yield problem("missing-end", line=begins, text=text)
                yield from about_letters(text, honest=honest, line=begins)
                yield from about_content(reference, dates_by(layout.fields, values))
                yield reference
        offset += length
        line += raw.count(b"\n")


def tags_in(raw: bytes, layout: TaggedFormat, *, encoding: str) -> Tags:
    """The tags of one record from its bytes in the file."""
    text, _ = decode(raw, encoding)
    return tuple(_tags(text.replace("\x00", ""), layout)[0])


def _tags(text: str, layout: TaggedFormat) -> tuple[list[tuple[str, str]], bool, list[tuple[int, str]]]:
    """The tags of a record, whether it has its end line, and the lines that belong to no tag."""
    tags: list[tuple[str, str]] = []
    more: list[str] = []
    strays: list[tuple[int, str]] = []
    ended = False
    for number, line in enumerate(lines_of(text.lstrip("\ufeff"))):
        bare = line.strip(BLANKS)
        if not bare:
            continue
        found = layout.tag_of(line)
        if found and found[0] == layout.end and layout.end:
            ended = True
        elif found:
            if more:
                tags[-1] = (tags[-1][0], "\n".join(filter(None, [tags[-1][1], *more])))
                more = []
            tags.append((found[0], found[1].strip(BLANKS)))
        elif tags and not ended:
            more.append(bare)
        else:
            strays.append((number, bare))
    if more:
        tags[-1] = (tags[-1][0], "\n".join(filter(None, [tags[-1][1], *more])))
    return tags, ended, strays


def _pieces(source: Source, start: re.Pattern[bytes]) -> Iterator[bytes]:
    """The stream cut before each beginning of a record; the first piece may be what stands before all records."""
    buffer, begin, searched = b"\n", 1, 0
    for block in source.blocks():
        buffer += block
        for found in start.finditer(buffer, searched, buffer.rfind(b"\n") + 1):
            if found.end() > begin:
                yield buffer[begin : found.end()]
                begin = found.end()
        # What a beginning looks like may reach from the last lines into the next block.
        buffer = b"\n" + buffer[begin:]
        begin, searched = 1, max(len(buffer[: buffer.rfind(b"\n") + 1].rstrip(b" \t\r\n")), 0)
        if len(buffer) > LONGEST:
            yield buffer[1:]
            buffer, searched = b"\n", 0
    rest = buffer + b"\n"
    for found in start.finditer(rest, searched, len(rest)):
        if found.end() > begin:
            yield rest[begin : found.end()]
            begin = found.end()
    if len(buffer) > begin:
        yield buffer[begin:]
