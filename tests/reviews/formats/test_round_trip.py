"""What is written can be read again, whatever it is; and reading never fails but with our own error."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviews.formats import FormatError, Reference, Sniffed, framing, raw_tags, read, sniff, write_ris
from reviews.formats.encodings import encoding_of
from reviews.formats.ristags import BLANKS, KNOWN, read_tags, read_tags_by_line
from tests.reviews.formats.samples import GOOD, references, ris

# A value as a reader hands it out: lines without blanks around them, none that is only blank but between paragraphs.
LETTERS = st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\n\ufeff")
LINES = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: text.strip(BLANKS)).filter(bool)
VALUES = st.one_of(
    LINES,
    st.just(""),
    st.lists(LINES, min_size=1, max_size=4).map("\n".join),
    st.lists(LINES, min_size=2, max_size=3).map("\n\n".join),
)
TAGS = st.tuples(st.sampled_from(sorted(KNOWN - {"TY", "PT"})), VALUES)
UNKNOWN = st.tuples(st.sampled_from(["ZZ", "Q1", "X9"]), st.just("Something"))
RECORDS = st.lists(st.one_of(TAGS, TAGS, UNKNOWN), min_size=1, max_size=8).filter(
    lambda tags: any(value for tag, value in tags if tag != "ID")
)


def with_tags(tags: list[tuple[str, str]]) -> Reference:
    return replace(references(ris("TI  - A title"))[0], tags=(("TY", "JOUR"), *tags))


def written(items: list[Reference]) -> bytes:
    return "".join(write_ris(items)).encode()


@settings(max_examples=400, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=4))
@example([[("AB", "one\nUK  - two")], [("N2", "one\n\n2.")]])
@example([[("AB", "TY  - JOUR\nER  -")]])
def test_every_tag_survives_writing_and_reading(records: list[list[tuple[str, str]]]) -> None:
    items = [with_tags(tags) for tags in records]
    assert [item.tags for item in references(written(items))] == [item.tags for item in items]


def test_a_good_file_is_written_as_it_was_read() -> None:
    once = references(GOOD.encode())
    again = references(written(once))
    assert [(item.tags, item.title, item.abstract) for item in again] == [
        (item.tags, item.title, item.abstract) for item in once
    ]


RIS_LIKE = st.lists(
    st.one_of(
        st.sampled_from(
            ["TY  - JOUR", "ER  - ", "ER", "TY  -", "", "1.", "TY - BOOK", "  TY  - JOUR", "\ufeffTY  - JOUR"]
        ),
        st.tuples(
            st.sampled_from(["TI", "AU", "AB", "ZZ", "UK", "ER", "DO", "PMID", "N1"]),
            st.sampled_from(["  - ", " - ", "\t- ", "  -", "  -  ", "- "]),
            st.text(max_size=12),
        ).map("".join),
        st.text(max_size=20),
    ),
    max_size=25,
)


@settings(max_examples=600, deadline=None)
@given(
    RIS_LIKE, st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"]), st.sampled_from(["utf-8", "utf-16", "gb18030"])
)
def test_no_file_breaks_the_reader_and_every_record_can_be_read_again(
    lines: list[str], end: str, encoding: str
) -> None:
    raw = end.join(lines).encode(encoding, "replace")
    try:
        found = [item for item in read(io.BytesIO(raw)) if isinstance(item, Reference)]
    except FormatError:
        return
    what = sniff(raw)
    for item in found:
        chunk = raw[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding=what.encoding, format=what.format, head=raw) == item.tags
    ends = [item.offset + item.length for item in found]
    assert all(before <= item.offset for before, item in zip(ends, found[1:], strict=False))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_of_any_kind_raise_nothing_but_our_error(raw: bytes) -> None:
    for head in (b"", b"TY  - JOUR\nTI  - "):
        with suppress(FormatError):
            list(read(io.BytesIO(head + raw)))


@settings(max_examples=400, deadline=None)
@given(RIS_LIKE)
def test_the_fast_path_reads_as_the_slow_one(lines: list[str]) -> None:
    text = "\n".join(["TY  - JOUR", *lines, "ER  - ", ""])
    fast, slow = read_tags(text), read_tags_by_line(text)
    assert (fast.tags, fast.oddities, fast.first, fast.last) == (
        slow.tags,
        slow.oddities,
        slow.first,
        slow.last,
    )


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.one_of(RIS_LIKE, st.sampled_from([GOOD.split("\n"), ["TY  - JOUR", "TI  - A", "ER  - "]])),
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_records_cut_out_in_haste_are_those_cut_out_slowly(
    parts: list[list[str]], end: str, encoding: str
) -> None:
    raw = end.join(line for part in parts for line in part).encode(encoding)
    what = Sniffed("ris", encoding_of(raw), "", "")
    hasty = list(read(io.BytesIO(raw), sniffed=what))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "_rough_frame", lambda *_: None)
        assert list(read(io.BytesIO(raw), sniffed=what)) == hasty
