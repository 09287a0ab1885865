"""One good file, rewritten in the ways in which exports go wrong: the records stay the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from reviews.formats import sniff
from tests.reviews.formats.samples import GOOD, references

TITLES = ["A made-up trial of walking", "Segundo título inventado: ensayo", "虚构的标题"]
UTF8_WITHOUT_CHINESE = re.sub(r"[\u4e00-\u9fff]+", "Zhang", GOOD)

REWRITES: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16 little endian with mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 big endian with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without mark": lambda text: text.encode("utf-16-le"),
    "GB18030": lambda text: text.replace("é", "e").replace("í", "i").encode("gb18030"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR CR LF": lambda text: text.replace("\n", "\r\r\n").encode(),
    "old Mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "mixed line ends": lambda text: text.replace("\n", "\r\n", 9).encode(),
    "no ER": lambda text: text.replace("ER  - \n", "").encode(),
    "ER without a blank behind": lambda text: text.replace("ER  - ", "ER  -").encode(),
    "ER without a hyphen": lambda text: text.replace("ER  - ", "ER").encode(),
    "last ER missing": lambda text: text.removesuffix("ER  - \n").encode(),
    "no line end at the end": lambda text: text.removesuffix("\n").encode(),
    "no TY": lambda text: re.sub("TY  - .*\n", "", text).encode(),
    "blank TY": lambda text: re.sub("TY  - .*", "TY  - ", text).encode(),
    "one blank before the hyphen": lambda text: re.sub(r"(?m)^([A-Z][A-Z0-9])  -", r"\1 -", text).encode(),
    "two blanks behind the hyphen": lambda text: re.sub(
        r"(?m)^([A-Z][A-Z0-9])  - ", r"\1  -  ", text
    ).encode(),
    "tab before the hyphen": lambda text: re.sub(r"(?m)^([A-Z][A-Z0-9])  -", r"\1" + "\t-", text).encode(),
    "indented": lambda text: re.sub(r"(?m)^(?=.)", "    ", text).encode(),
    "numbers between records": lambda text: text.replace("TY  - ", "7.\nTY  - ").encode(),
    "headers between records": lambda text: text.replace(
        "TY  - ", "Record #1 of 3\nProvider: X\n\nTY  - "
    ).encode(),
    "glued records": lambda text: text.replace("ER  - \n\nTY", "ER  - TY").encode(),
    "no blank lines": lambda text: text.replace("\n\n", "\n").encode(),
    "blank lines everywhere": lambda text: re.sub(r"\n(?=[A-Z][A-Z0-9]  - )", "\n\n\n", text).encode(),
    "two ER": lambda text: text.replace("ER  - ", "ER  - \nER  - ").encode(),
    "blank lines first": lambda text: b"\n\n\n" + text.encode(),
    "two files with marks joined": lambda text: text.replace("TY  - ", "\ufeffTY  - ").encode(),
    "unknown tag": lambda text: text.replace("KW  - walking", "ZZ  - Something\nKW  - walking").encode(),
}


@pytest.mark.parametrize("name", REWRITES)
def test_a_rewritten_file_gives_the_same_records(name: str) -> None:
    raw = REWRITES[name](GOOD)
    assert sniff(raw).format == "ris"
    found = references(raw)
    titles = [title.replace("é", "e").replace("í", "i") if name == "GB18030" else title for title in TITLES]
    assert [reference.title for reference in found] == titles
    assert [reference.year for reference in found] == [2019, 2020, 2021]
    assert [reference.position for reference in found] == [1, 2, 3]
    assert [len(reference.authors) for reference in found] == [2, 1, 1]
    assert [reference.doi for reference in found] == ["10.5555/made.up.1", "10.5555/made.up.2", ""]
    assert found[0].pages == "288-297"
    assert "UK - based group" in " ".join(found[0].abstract.split())
    assert found[1].abstract == "TYPES of nothing are compared."


def test_western_european_bytes_are_read() -> None:
    raw = UTF8_WITHOUT_CHINESE.encode("cp1252")
    assert sniff(raw).encoding == "cp1252"
    assert references(raw)[1].title == TITLES[1]


@pytest.mark.parametrize("name", REWRITES)
def test_offset_and_length_cut_the_record_out_of_the_original_file(name: str) -> None:
    from reviews.formats import raw_tags

    raw = REWRITES[name](GOOD)
    for reference in references(raw):
        chunk = raw[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding=sniff(raw).encoding, format="ris") == reference.tags
