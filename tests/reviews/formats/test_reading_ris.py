"""Odd RIS files: what is kept, what is said, what is refused."""

from __future__ import annotations

import io
import tracemalloc
from io import BufferedReader
from typing import Any

import pytest

from reviews.formats import FormatError, Problem, Reference, read, sniff
from reviews.formats.encodings import Source
from reviews.formats.ris import read_ris
from tests.reviews.formats.samples import GOOD, codes, problems, references, ris


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nTY  - JOUR\n", "PDF"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"PK\x03\x04\x14\x00\x06\x00word/document.xml", "Word"),
        (b"PK\x03\x04\x14\x00\x06\x00references.ris", "ZIP"),
        (bytes(range(256)) * 9, "not a text file"),
        (b"Dear colleague, please find the references attached.\n", "No reference"),
        (GOOD.encode("utf-32"), "UTF-32"),
    ],
)
def test_what_is_no_reference_file_is_refused_in_plain_words(raw: bytes, word: str) -> None:
    with pytest.raises(FormatError, match=word):
        read(io.BytesIO(raw))


def test_a_file_cut_short_keeps_what_is_there_and_says_so() -> None:
    raw = GOOD.encode()
    cut = raw[: raw.index(b"inventado") + 4]
    assert [reference.title for reference in references(cut)][1] == "Segundo título inve"
    assert codes(cut)[-1] == "truncated"


def test_a_file_cut_within_a_letter_is_read() -> None:
    raw = ris("TI  - Título")[:-10]
    cut = raw[: raw.index("í".encode()) + 1]
    assert references(cut)[0].title.startswith("T")
    assert "wrong-encoding" in codes(cut)


def test_an_empty_record_is_refused_by_name_and_counted() -> None:
    raw = b"TY  - \nER  - \n\n" + GOOD.encode()
    found = problems(raw)[0]
    assert (found.code, found.refused, found.line) == ("empty-record", True, 1)
    assert [reference.position for reference in references(raw)] == [2, 3, 4]


def test_a_record_without_title_is_read_and_remarked_upon() -> None:
    raw = ris("AU  - Example, Ana", "PY  - 2001")
    assert references(raw)[0].authors == ("Example, Ana",)
    assert codes(raw) == ["empty-title"]


@pytest.mark.parametrize("date", ["10 15", "in press", "99", "Sep 18", "19999"])
def test_a_date_that_is_no_year_is_remarked_upon(date: str) -> None:
    raw = ris("TI  - A title", f"PY  - {date}")
    assert references(raw)[0].year is None
    assert codes(raw) == ["date-not-a-year"]


@pytest.mark.parametrize(
    "date", ["2001///", "2001/05/06/Spring", "May 2001", "2001", "c2001", "1 Jan.-Feb. 2001"]
)
def test_a_year_is_found_in_a_date(date: str) -> None:
    raw = ris("TI  - A title", f"Y1  - {date}")
    assert references(raw)[0].year == 2001
    assert codes(raw) == []


def test_the_next_date_is_asked_when_the_first_has_no_year() -> None:
    assert references(ris("TI  - A title", "PY  - in press", "DA  - 2003/04/05"))[0].year == 2003


def test_a_missing_end_is_said_with_the_line_of_its_record() -> None:
    raw = b"\n\n" + GOOD.replace("ER  - \n", "", 1).encode()
    found = problems(raw)
    assert [(item.code, item.line) for item in found if item.code == "missing-end"] == [("missing-end", 3)]


def test_glued_records_are_told_apart_and_said() -> None:
    raw = GOOD.replace("ER  - \n\nTY", "ER  - TY", 1).encode()
    assert len(references(raw)) == 3
    assert "glued-records" in codes(raw)


def test_two_titles_and_two_dois_may_be_two_records() -> None:
    raw = ris("TI  - One", "DO  - 10.5555/one", "TI  - Two", "DO  - 10.5555/two")
    assert codes(raw) == ["perhaps-two-records"]


def test_text_that_belongs_to_no_record_is_said_but_furniture_is_not() -> None:
    raw = (
        b"1.\n"
        + ris("TI  - One")
        + b"\nLink to the Ovid Full Text: http://x\nexported by me\n\n2.\n"
        + ris("TI  - Two")
    )
    assert [(item.code, item.excerpt) for item in problems(raw)] == [
        ("text-between-records", "exported by me")
    ]


def test_a_tag_after_the_end_stays_with_its_record() -> None:
    raw = ris("TI  - One") + b"NL  - Short name\n\n2.\n" + ris("TI  - Two")
    first, second = references(raw)
    assert first.tags[-1] == ("NL", "Short name")
    assert second.tags[0] == ("TY", "JOUR")
    assert codes(raw) == ["tags-after-end"]


def test_an_unknown_tag_is_kept_and_said_once_per_file() -> None:
    raw = ris("TI  - One", "ZZ  - Kept") + ris("TI  - Two", "ZZ  - Kept too")
    assert [reference.tags[-1] for reference in references(raw)] == [("ZZ", "Kept"), ("ZZ", "Kept too")]
    assert codes(raw) == ["unknown-tag"]


def test_every_tag_is_kept_in_order() -> None:
    raw = ris("AB  - One", "TI  - T", "AB  - Two", "U9  - x", "AB  - Three")
    assert [tag for tag, _ in references(raw)[0].tags] == ["TY", "AB", "TI", "AB", "U9", "AB"]
    assert references(raw)[0].abstract == "One\n\nTwo\n\nThree"


def test_an_abstract_of_50_000_characters_is_whole() -> None:
    abstract = " ".join(["ordinary"] * 5556)
    assert len(references(ris("TI  - T", f"AB  - {abstract}"))[0].abstract) == 50_003
    wrapped = "\n".join(["ordinary"] * 5556)
    assert references(ris("TI  - T", f"AB  - {wrapped}"))[0].abstract == abstract


@pytest.mark.parametrize(
    "title",
    [
        "🫀 and 🧑‍⚕️: emoji",
        "تأثير المشي على المرضى",
        "\u202bעברית\u202c",
        "'; DROP TABLE records; --",
        "a\u2028b\x85c\x0bd",
        "e\u0301 is not é",
    ],
)
def test_letters_of_every_kind_survive(title: str) -> None:
    found = references(ris(f"TI  - {title}", "AU  - X"))
    assert len(found) == 1
    assert dict(found[0].tags)["TI"] == title


def test_zero_bytes_are_left_out_and_said() -> None:
    raw = ris("TI  - A \x00title", "AB  - ordinary text of some length, so that it is no UTF-16")
    assert references(raw)[0].title == "A title"
    assert codes(raw) == ["control-characters"]


def test_garbled_letters_are_noticed() -> None:
    raw = ris("TI  - " + "Título".encode().decode("cp1252", "replace"))
    assert codes(raw) == ["mojibake"]


def test_a_stray_western_byte_in_a_utf8_file_loses_nothing() -> None:
    raw = b"".join(
        ris(f"TI  - Título {number}") for number in range(3000)
    ) + "TY  - JOUR\nTI  - Café\nER  - \n".encode("cp1252")
    assert references(raw)[-1].title == "Café"
    assert codes(raw) == ["wrong-encoding"]


def test_reading_resumes_after_any_record() -> None:
    for raw in (GOOD.encode(), GOOD.encode("utf-16"), GOOD.replace("\n", "\r").encode()):
        whole = references(raw)
        for done in whole:
            stream = io.BytesIO(raw)
            rest = [
                found
                for found in read(stream, start=done.offset + done.length, position=done.position)
                if isinstance(found, Reference)
            ]
            assert rest == whole[done.position :]


def test_problems_come_before_their_reference() -> None:
    raw = ris("TI  - One") + ris("AU  - No title")
    kinds = [type(found) for found in read(io.BytesIO(raw))]
    assert kinds == [Reference, Problem, Reference]


class Trickle(io.RawIOBase):
    """A stream that cannot be rewound and hands out a few bytes at a time, as a network does."""

    def __init__(self, raw: bytes, step: int) -> None:
        self._left = raw
        self._step = step

    def read(self, size: int = -1, /) -> bytes:
        piece, self._left = self._left[: min(size, self._step)], self._left[min(size, self._step) :]
        return piece


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_the_size_of_the_blocks_does_not_matter(step: int, end: str) -> None:
    raw = GOOD.replace("\n", end).encode()
    what = sniff(raw)
    expected = references(raw)
    source = Source(Trickle(raw, step), what.encoding)
    found = [item for item in read_ris(source, offset=0, position=0, line=1) if isinstance(item, Reference)]
    assert found == expected


def test_memory_does_not_grow_with_the_file() -> None:
    record = ris("TI  - A title", "AB  - " + "words " * 1000)

    class Repeated(io.RawIOBase):
        """The same record over and over, made as it is read."""

        def __init__(self, times: int) -> None:
            self._at, self._end = 0, times * len(record)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            size = min(len(buffer), len(record), self._end - self._at)
            start = self._at % len(record)
            buffer[:size] = (record * 2)[start : start + size]
            self._at += size
            return size

    def peak(times: int) -> int:
        tracemalloc.start()
        count = sum(1 for _ in read(BufferedReader(Repeated(times))))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == times
        return highest

    # The second file is 9 MB larger; what the collector has not yet taken away is far less.
    assert peak(2000) < peak(400) + 2_000_000
