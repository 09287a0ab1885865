"""Read the tagged formats other than RIS: every record begins in a known way, every line is a tag or runs on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise

from reviews.formats.encodings import Source, text_of
from reviews.formats.fields import FieldTags, Values, all_of, dates_by, grouped, reference_by
from reviews.formats.framing import LONGEST
from reviews.formats.problems import problem
from reviews.formats.reference import Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters, about_two_records
from reviews.formats.ristags import BLANKS


@dataclass(frozen=True, slots=True)
class Parsed:
    """One record: its tags, whether it ended as the format wants it, and the lines that belong to no tag."""

    tags: list[tuple[str, str]]
    ended: bool = True
    strays: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaggedFormat:
    """One format.

    start    matches from the line feed before a record to its first byte.
    parse    reads the text of one record.
    fields   which tags hold what.
    hollow   tags that make no record by themselves, such as its type and its number.
    header   tags before and behind all records.
    opener   a tag that begins a record wherever it stands, and stands in it once: records may follow each other without a
             blank line, or have one behind every line.
    values   groups the tags by name, and takes apart what a format puts into one field.
    """

    start: re.Pattern[bytes]
    parse: Callable[[str], Parsed]
    fields: FieldTags
    hollow: frozenset[str] = frozenset()
    header: frozenset[str] = frozenset()
    opener: re.Pattern[bytes] | None = None
    values: Callable[[Sequence[tuple[str, str]]], Values] = grouped


def read_tagged(
    source: Source, layout: TaggedFormat, *, offset: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every record from `offset`, where the source stands; `position` records and `line - 1` lines went before."""
    for raw in _records(source, layout):
        length = source.original_length(raw)
        text, honest = text_of(raw, source.text_encoding)
        parsed = layout.parse(text)
        tags = parsed.tags
        lead = raw.rfind(b"\n", 0, len(raw) - len(raw.lstrip(b" \t\r\n"))) + 1
        lead += 3 * raw.startswith(b"\xef\xbb\xbf", lead)
        begins = line + raw.count(b"\n", 0, lead)
        for number, stray in parsed.strays:
            yield problem("text-between-records", line=line + number, text=stray)
        if any(tag not in layout.header for tag, _ in tags):
            position += 1
            values = layout.values(tags)
            if not values.keys() - layout.hollow - layout.header:
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
                if not parsed.ended:
                    yield problem("missing-end", line=begins, text=text)
                yield from about_letters(raw, text, honest=honest, line=begins)
                dates = dates_by(layout.fields, values)
                yield from about_content(reference, dates)
                if len(titles := values.get(layout.fields.title[0], ())) > 1:
                    yield from about_two_records(
                        reference, titles, all_of(values, layout.fields.doi[:1]) or dates
                    )
                yield reference
        offset += length
        line += raw.count(b"\n")


def tags_in(raw: bytes, layout: TaggedFormat, *, encoding: str) -> Tags:
    """The tags of one record from its bytes in the file."""
    return tuple(layout.parse(text_of(raw, encoding)[0]).tags)


def by_lines(tag_of: Callable[[str], tuple[str, str] | None], *, end: str = "") -> Callable[[str], Parsed]:
    """A parser for formats in which a line is a tag with its value, or runs on from the one before.

    tag_of  tag and value of a line, None for a line that runs on.
    end     the tag that closes a record; "" where a record just stops.
    """

    def parse(text: str) -> Parsed:
        tags: list[tuple[str, list[str]]] = []
        strays: list[tuple[int, str]] = []
        ended = not end
        for number, line in enumerate(text.lstrip("\ufeff").split("\n")):
            bare = line.strip(BLANKS)
            # Files that were put together have a byte-order mark wherever one of them began.
            found = tag_of(line.lstrip("\ufeff")) if bare else None
            if found and end and found[0] == end:
                ended = True
            elif found:
                tags.append((found[0], [found[1].strip(BLANKS)]))
            elif bare and tags and not (end and ended):
                tags[-1][1].append(bare)
            elif bare:
                strays.append((number, bare))
        return Parsed([(tag, "\n".join(filter(None, lines))) for tag, lines in tags], ended, strays)

    return parse


# How many pieces are looked at before it is decided whether blank lines part records.
_TRIAL = 48
_LONGEST_HEADER = 120


def _records(source: Source, layout: TaggedFormat) -> Iterator[bytes]:
    """The pieces of the stream, mended by the opening tag where the file begins its records with it."""
    pieces = _pieces(source, layout.start)
    opener = layout.opener
    if not opener:
        yield from pieces
        return
    trial = list(islice(pieces, _TRIAL))
    openings = sum(len(opener.findall(piece)) for piece in trial)
    if not _opens_first(opener, trial):
        yield from chain(trial, pieces)
        return
    # Where most pieces do not begin as a record does, blank lines stand anywhere.
    scattered = sum(opener.search(piece) is None for piece in trial) > 2 * openings
    held = b""
    for piece in chain(trial, pieces):
        begins = [found.start() for found in opener.finditer(piece)]
        if scattered and held and not begins and len(held) < LONGEST:
            held += piece
            continue
        if held:
            yield held
        cuts = [0, *begins[1:], len(piece)]
        if scattered and begins and begins[0] and piece[: begins[0]].strip():
            cuts = [0, *begins, len(piece)]
        *whole, held = [piece[begin:end] for begin, end in pairwise(cuts)]
        yield from whole
    if held:
        yield held


def _opens_first(opener: re.Pattern[bytes], pieces: Sequence[bytes]) -> bool:
    """Whether the opening tag is the first of the file, but for a few lines about the file itself."""
    before = 0
    for piece in pieces:
        if found := opener.search(piece):
            return before + found.start() < _LONGEST_HEADER
        before += len(piece.strip())
    return False


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
