"""However a good file is rewritten, the records stay the same."""

from __future__ import annotations

import pytest

from reviews.formats import raw_tags, sniff
from tests.reviews.formats.rewrites import REWRITES, TITLES, UTF8_WITHOUT_CHINESE
from tests.reviews.formats.samples import GOOD, references


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
    raw = REWRITES[name](GOOD)
    for reference in references(raw):
        chunk = raw[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding=sniff(raw).encoding, format="ris") == reference.tags
