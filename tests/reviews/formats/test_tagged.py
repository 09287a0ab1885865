"""PubMed, Web of Science, EndNote, NoteExpress and Ovid text; every record here is made up."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.formats import Reference, raw_tags, read, sniff, write_ris
from tests.reviews.formats.samples import codes, references

NBIB = """
PMID- 12345678
OWN - NLM
DP  - 2019 May-Jun
TI  - A made-up trial of walking in people with an
      invented disease.
PG  - 288-97
LID - S0140-6736(19)00001-1 [pii]
LID - 10.5555/made.up.1 [doi]
AB  - Background: nothing
      happened.
FAU - Example, Ana
AU  - Example A
FAU - Muster, Béla J
AU  - Muster BJ
LA  - eng
PT  - Journal Article
TA  - J Inv Res
JT  - Journal of invented results
VI  - 12
IP  - 3
MH  - Walking
OT  - examples

PMID- 12345679
TI  - Another one.
DP  - in press
"""

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Example, A
   Muster, BJ
AF Example, Ana
   Muster, Bela J.
TI A made-up trial of walking in people with an
   invented disease
SO JOURNAL OF INVENTED RESULTS
DE walking; invented
   disease
AB Background: nothing happened.
BP 288
EP 297
PY 2019
VL 12
IS 3
DI 10.5555/made.up.1
PM 12345678
UT WOS:000000000000001
ER

PT J
TI Another one
UT WOS:000000000000002
ER

EF
"""

ENW = """%0 Journal Article
%A Example, Ana
%A Muster, Béla J.
%T A made-up trial of walking in people with an invented disease
%J Journal of Invented Results
%V 12
%N 3
%P 288-297
%D 2019
%R 10.5555/made.up.1
%K walking
examples

%T Another one
%A Else, Eric
"""

NOTE_EXPRESS = """{Reference Type}: Journal Article
{Title}: 虚构的标题
{Author}: 张三,李四
{Journal}: 虚构杂志
{Year}: 2019
{Volume}: 12
{Issue}: 3
{Pages}: 288-297
{Keywords}: 步行;;例子
{Abstract}: 没有发生任何事

{Reference Type}: Journal Article
{Title}: Another one
"""

OVID = """<1>
Unique Identifier
  12345678
Title
  A made-up trial of walking.
Author
  Example, Ana 1;  Muster, Bela 2
Source
  Journal of Invented Results.  12(3):288-97, 2019 May.
Abstract
  Background: nothing happened.

<2>
Unique Identifier
  12345679
Title
  Another one.
"""

FILES = {"nbib": NBIB, "wos": WOS, "enw": ENW, "noteexpress": NOTE_EXPRESS, "ovid": OVID}


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_known_by_its_content_and_mapped(name: str) -> None:
    raw = FILES[name].encode()
    assert sniff(raw).format == name
    one, two = references(raw)
    assert (one.year, one.volume, one.issue) == (2019, "12", "3")
    assert one.pages in {"288-97", "288-297"}
    assert len(one.authors) == 2
    assert one.title.startswith(("A made-up trial", "虚构的标题"))
    assert one.journal.lower() in {"journal of invented results", "虚构杂志"}
    assert two.title.rstrip(".") == "Another one"
    assert (one.position, two.position) == (1, 2)


def test_pubmed_fields_are_read() -> None:
    one, _ = references(NBIB.encode())
    assert one.title == "A made-up trial of walking in people with an invented disease."
    assert one.authors == ("Example, Ana", "Muster, Béla J")
    assert (one.doi, one.pmid, one.kind, one.language) == ("10.5555/made.up.1", "12345678", "JOUR", "eng")
    assert one.keywords == ("Walking", "examples")
    assert ("AU", "Example A") in one.tags


def test_a_pubmed_date_without_year_is_remarked_upon() -> None:
    assert codes(NBIB.encode()) == ["date-not-a-year"]


def test_web_of_science_lines_run_on() -> None:
    one, _ = references(WOS.encode())
    assert one.authors == ("Example, Ana", "Muster, Bela J.")
    assert one.keywords == ("walking", "invented disease")
    assert (one.pmid, one.accession) == ("12345678", "WOS:000000000000001")


def test_a_web_of_science_record_without_end_is_read_and_said() -> None:
    raw = WOS.replace("ER\n\nPT", "\nPT", 1).encode()
    assert len(references(raw)) == 2
    assert codes(raw) == ["missing-end"]


def test_an_endnote_record_without_type_is_a_record() -> None:
    assert references(ENW.encode())[1].authors == ("Else, Eric",)
    assert references(ENW.encode())[0].keywords == ("walking", "examples")


def test_chinese_authors_are_parted_by_commas() -> None:
    assert references(NOTE_EXPRESS.encode())[0].authors == ("张三", "李四")


def test_ovid_source_lines_are_taken_apart() -> None:
    one = references(OVID.encode())[0]
    assert one.authors == ("Example, Ana", "Muster, Bela")
    assert one.pages == "288-297"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_encodings_and_line_ends_change_nothing(name: str, encoding: str, end: str) -> None:
    text = FILES[name].replace("é", "e")
    raw = text.replace("\n", end).encode(encoding)
    expected = references(text.encode())
    found = references(raw)
    assert [(item.title, item.authors, item.tags) for item in found] == [
        (item.title, item.authors, item.tags) for item in expected
    ]
    for item in found:
        chunk = raw[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding=sniff(raw).encoding, format=name) == item.tags


@pytest.mark.parametrize("name", FILES)
def test_reading_resumes_after_any_record(name: str) -> None:
    raw = FILES[name].encode()
    whole = references(raw)
    for done in whole:
        rest = read(io.BytesIO(raw), start=done.offset + done.length, position=done.position)
        assert [item for item in rest if isinstance(item, Reference)] == whole[done.position :]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_damaged_file_breaks_nothing(name: str, data: st.DataObject) -> None:
    lines = FILES[name].split("\n")
    lost = data.draw(st.sets(st.integers(2, len(lines) - 1), max_size=6))
    raw = "\n".join(line for number, line in enumerate(lines) if number not in lost).encode()
    cut = data.draw(st.integers(0, len(raw)))
    what = sniff(FILES[name].encode())
    for item in read(io.BytesIO(raw[:cut]), sniffed=what):
        if isinstance(item, Reference):
            chunk = raw[:cut][item.offset : item.offset + item.length]
            assert raw_tags(chunk, encoding=what.encoding, format=name) == item.tags


@pytest.mark.parametrize("name", FILES)
def test_other_formats_are_written_as_ris_by_their_fields(name: str) -> None:
    found = references(FILES[name].encode())
    again = references("".join(write_ris(found)).encode())
    fields = (
        "title",
        "abstract",
        "authors",
        "year",
        "journal",
        "volume",
        "issue",
        "doi",
        "pmid",
        "keywords",
        "language",
    )
    assert [[getattr(item, field) for field in fields] for item in again] == [
        [getattr(item, field) for field in fields] for item in found
    ]


def test_a_ris_record_without_type_keeps_its_tags() -> None:
    raw = b"TI  - One\nC8  - kept\nER  - \n\nTI  - Two\nER  - \n"
    written = "".join(write_ris(references(raw)))
    assert written.startswith("TY  - GEN\nTI  - One\nC8  - kept\n")
    assert references(written.encode())[0].tags == (("TI", "One"), ("C8", "kept"))


@pytest.mark.parametrize("name", ["nbib", "wos"])
@pytest.mark.parametrize("gap", ["\n", "\n\n\n\n"])
def test_blank_lines_nowhere_or_anywhere_cost_no_record(name: str, gap: str) -> None:
    text = FILES[name].strip("\n")
    spread = re.sub("\n+", gap, text) if gap == "\n" else text.replace("\n", gap)
    found = references(f"{spread}\n".encode())
    assert [reference.title for reference in found] == [
        reference.title for reference in references(FILES[name].encode())
    ]


def test_web_of_science_without_its_end_lines_is_read() -> None:
    raw = re.sub("(?m)^E[RF] *\n", "", WOS).encode()
    assert sniff(raw).format == "wos"
    assert len(references(raw)) == 2


def test_two_records_that_nothing_parts_are_pointed_out() -> None:
    raw = b"%T One thing\n%A Muster, B\n%D 2019\n%T Another\n%A Example, A\n%D 2020\n"
    assert "perhaps-two-records" in codes(raw)


def test_a_byte_order_mark_inside_a_file_does_not_hide_a_tag() -> None:
    """Files that were put together have one wherever a file began; a record reads alone as it does in its file."""
    first, second = (
        "PMID- 1\nTI  - One title\nAU  - Braga A\n",
        "\n\n\ufeffPMID- 2\nTI  - Another title\nAU  - Pinto S\n",
    )
    data = (first + second).encode()
    references = [item for item in read(io.BytesIO(data)) if isinstance(item, Reference)]
    assert [reference.pmid for reference in references] == ["1", "2"]
    for reference in references:
        chunk = data[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding="utf-8", format="nbib") == reference.tags
