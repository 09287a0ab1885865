"""What rispy loses and we do not: the reason why a reader of our own stands beside it.

Each case also shows what rispy does today, so that a better rispy is noticed.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
import rispy

from tests.reviews.formats.samples import GOOD, references, ris


def by_rispy(raw: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rispy.load(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline=""))
    return found


def test_both_read_a_good_file() -> None:
    raw = GOOD.encode()
    assert len(by_rispy(raw)) == len(references(raw)) == 3


def test_a_byte_order_mark_costs_rispy_the_first_record() -> None:
    raw = b"\xef\xbb\xbf" + GOOD.encode()
    assert len(by_rispy(raw)) == 2
    assert len(references(raw)) == 3


def test_a_missing_end_costs_rispy_a_record() -> None:
    raw = GOOD.replace("ER  - \n", "", 1).encode()
    assert len(by_rispy(raw)) == 2
    assert len(references(raw)) == 3


def test_rispy_drops_a_record_that_the_file_cuts_short() -> None:
    raw = GOOD.removesuffix("ER  - \n").encode()
    assert len(by_rispy(raw)) == 2
    assert len(references(raw)) == 3


def test_rispy_reads_nothing_without_types() -> None:
    raw = "\n".join(line for line in GOOD.split("\n") if not line.startswith("TY  - ")).encode()
    assert [record.get("primary_title") for record in by_rispy(raw)] != ["A made-up trial of walking"]
    assert len(by_rispy(raw)) < 3
    assert len(references(raw)) == 3


@pytest.mark.parametrize("tag", ["AB", "DO", "PY", "T2"])
def test_rispy_keeps_one_of_two_equal_tags(tag: str) -> None:
    raw = ris("TI  - A title", f"{tag}  - 2001", f"{tag}  - 2002")
    assert "2002" not in str(by_rispy(raw)[0])
    assert references(raw)[0].tags[-2:] == ((tag, "2001"), (tag, "2002"))


def test_prose_between_records_becomes_a_type_for_rispy() -> None:
    raw = b"TYPES of studies: all\n" + GOOD.encode()
    assert by_rispy(raw)[0]["type_of_reference"] != "JOUR"
    assert references(raw)[0].kind == "JOUR"


def test_a_blank_type_line_without_second_blank_is_text_to_rispy() -> None:
    raw = GOOD.replace("TY  - ", "TY - ").encode()
    assert by_rispy(raw)[0]["type_of_reference"] != "JOUR"
    assert [reference.kind for reference in references(raw)] == ["JOUR", "JOUR", "CONF"]


def test_wrapped_text_that_looks_like_a_tag_is_cut_off_by_rispy() -> None:
    raw = ris("TI  - A title", "AB  - Patients in the", "UK  - based trial were walking.")
    assert by_rispy(raw)[0]["abstract"] == "Patients in the"
    assert references(raw)[0].abstract == "Patients in the UK  - based trial were walking.".replace("  ", " ")


def test_doubled_carriage_returns_break_rispy() -> None:
    raw = GOOD.replace("\n", "\r\r\n").encode()
    try:
        count = len(by_rispy(raw))
    except (KeyError, TypeError):
        count = 0
    assert count < 3
    assert len(references(raw)) == 3


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_rispy_raises_on_other_encodings(encoding: str) -> None:
    raw = GOOD.replace("张三", "x").replace("虚构的标题", "y").replace("虚构杂志", "z").encode(encoding)
    with pytest.raises(UnicodeDecodeError):
        by_rispy(raw)
    assert len(references(raw)) == 3
