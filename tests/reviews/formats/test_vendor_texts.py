"""Text exports that are neither RIS nor MEDLINE: invented records in the shapes that vendors write."""

from __future__ import annotations

import pytest

from reviews.formats import Reference, raw_tags, sniff
from tests.reviews.formats.samples import codes, references

REFWORKS_CNKI = """RT Journal Article
SR 1
A1 张三;李四
AD 虚构大学医学院;
T1 虚构的护理干预研究
JF 虚构杂志
YR 2022
IS 06
vo 23
OP 12-18+25
K1 护理;虚构
AB 目的:探讨。
IT 技术的应用
SN 1000-0000
DS CNKI
DO 10.5555/j.cnki.2022.06.001

RT Dissertation/Thesis
SR 1
A1 王五
T1 另一个虚构的题目
PB 虚构大学
YR 2021
DS CNKI
"""
REFWORKS = """RT Book, Section
SR Electronic(1)
ID 206
A1 Muster,Stephen
A1 Example,Rebecca
T1 A made-up chapter
YR 2002
VO 1
IS 3
SP 101
OP 123
AB An abstract that goes on
IN a second line.
T2 The book of invented results
AN 2002-00000-001
LA English

RT Journal Article
ID 207
A1 Beispiel,Eva
T1 A made-up article
JF Journal of Invention
YR 2003
SP 7
"""
OVID_EMBASE = """<3001. >
VN  - Ovid Technologies
DB  - Embase
UI  - 620000001
ST  - CONFERENCE ABSTRACT
TI  - Made-up quality of life: A systematic review.
SO  - BMC Inventions. Conference: 2nd Invented Conference. Spain. 12 (Supplement 3) (no pagination), 2018. Date of Publication: 2018.
AU  - Muster B.
AU  - Example L.
IN  - (Muster, Example) University of Nowhere
      (Example) Another University
MH  - adult
AB  - Background: nothing.
Method(s): we searched.
IS  - 1234-5678
DO  - http://dx.doi.org/10.5555/s-1
LG  - English
PT  - Conference Abstract
YR  - 2018

<3002. >
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R)
UI  - 12345678
TI  - A made-up article. [Review] [70 refs]
SO  - Journal of Invention. 14(3):234-40, 2014 Jul 16.
AU  - Muster, Béla MD [Reprint Author; E-mail: b@example.org]
IS  - 1234-5678
YR  - 2014
"""
COCHRANE = """Record #1 of 2
ID: CN-01234567
AU: Muster B
AU: Example L
TI: A made-up trial
SO: Journal of Invention
YR: 2012
VL: 12
NO: 3
PG: 1‐10
PM: PUBMED 12345678
XR: EMBASE 600000001
PT: Journal article; Randomized controlled trial
KY: Adult; Walking
DOI: 10.5555/trial.1
AB: BACKGROUND: nothing. RESULTS: nothing.
US: https://www.cochranelibrary.com/central/doi/10.1002/central/CN-01234567/full

Record #2 of 2
ID: CD012345
AU: Esempio C
TI: A made-up review
SO: Cochrane Database of Systematic Reviews
YR: 2020
NO: 5
DOI: 10.5555/14651858.CD012345
"""
E_STUDY = """DataType: 1
Title-题名: 虚构的综述
Author-作者: 张三;李四;
Source-刊名: 虚构杂志
Year-年: 2013
PubTime-出版时间: 2013-04-01
Keyword-关键词: 综述;虚构
Summary-摘要: 第一行
Result: 第二行
Period-期: 07
PageCount-页数: 1
Page-页码: 161
SrcDatabase-来源库: 期刊
Link-链接: https://example.org/1

DataType: 2
Title-题名: 另一个题目
Author-作者: 王五
Source-学位授予单位: 虚构大学
Year-年: 2014
"""
EMBASE_TEXT = """SEARCH QUERY
'invention'/exp

RECORD 1

TITLE
A made-up article

AUTHOR NAMES
Muster B.
Example L.

SOURCE
Journal of Invention (2012) 12:3 (1-10). Date of Publication: 1 Mar 2012

ABSTRACT
First line.
RESULTS follow.

MEDLINE PMID
12345678 (http://www.ncbi.nlm.nih.gov/pubmed/12345678)

DOI
10.5555/embase.1

RECORD 2

TITLE
Another one

AUTHOR NAMES
Esempio C.

SOURCE
BMJ Inventions (2013) 345 Article Number: e1234
"""
SAMPLES = {
    "refworks": [REFWORKS_CNKI, REFWORKS],
    "ovid-tagged": [OVID_EMBASE],
    "cochrane-text": [COCHRANE],
    "e-study": [E_STUDY],
    "embase-text": [EMBASE_TEXT],
}
ALL = [(name, text) for name, texts in SAMPLES.items() for text in texts]
ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r", "CR CR LF": "\r\r\n"}


def both(text: str) -> tuple[Reference, Reference]:
    first, second = references(text.encode())
    return first, second


@pytest.mark.parametrize(("name", "text"), ALL)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ENDS)
def test_each_is_known_by_its_content_and_read_whole(name: str, text: str, encoding: str, end: str) -> None:
    raw = text.replace("\n", ENDS[end]).encode(encoding)
    what = sniff(raw)
    assert what.format == name
    found = references(raw)
    assert [reference.position for reference in found] == [1, 2]
    assert [reference.tags for reference in found] == [
        reference.tags for reference in references(text.encode())
    ]
    for reference in found:
        chunk = raw[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding=what.encoding, format=name) == reference.tags


def test_cnki_writes_refworks_with_several_authors_to_a_line() -> None:
    article, thesis = both(REFWORKS_CNKI)
    assert sniff(REFWORKS_CNKI.encode()).dialect == "CNKI"
    assert article.authors == ("张三", "李四")
    assert (article.title, article.journal, article.year) == ("虚构的护理干预研究", "虚构杂志", 2022)
    assert (article.volume, article.issue, article.pages) == ("23", "06", "12-18+25")
    assert article.doi == "10.5555/j.cnki.2022.06.001"
    assert article.abstract == "目的:探讨。 IT 技术的应用"
    assert (thesis.kind, thesis.journal, thesis.year) == ("THES", "虚构大学", 2021)


def test_cnki_files_come_in_gb18030() -> None:
    raw = REFWORKS_CNKI.encode("gb18030")
    assert sniff(raw).encoding == "gb18030"
    assert references(raw)[0].title == "虚构的护理干预研究"


def test_refworks_names_the_book_of_a_chapter() -> None:
    chapter, article = both(REFWORKS)
    assert (chapter.kind, chapter.journal, chapter.pages) == (
        "CHAP",
        "The book of invented results",
        "101-123",
    )
    assert chapter.authors == ("Muster, Stephen", "Example, Rebecca")
    assert chapter.abstract == "An abstract that goes on IN a second line."
    assert chapter.accession == "2002-00000-001"
    assert (article.pages, article.journal) == ("7", "Journal of Invention")


def test_ovids_tagged_text_is_not_ris() -> None:
    abstract, article = both(OVID_EMBASE)
    assert (abstract.journal, abstract.volume, abstract.issue) == ("BMC Inventions", "12", "Supplement 3")
    assert (abstract.year, abstract.doi, abstract.accession) == (2018, "10.5555/s-1", "620000001")
    assert abstract.abstract == "Background: nothing. Method(s): we searched."
    assert (article.journal, article.volume, article.issue, article.pages) == (
        "Journal of Invention",
        "14",
        "3",
        "234-240",
    )
    assert (article.authors, article.pmid, article.issue) == (("Muster, Béla MD",), "12345678", "3")


def test_cochranes_plain_text() -> None:
    trial, review = both(COCHRANE)
    assert (trial.title, trial.authors, trial.year) == ("A made-up trial", ("Muster B", "Example L"), 2012)
    assert (trial.journal, trial.volume, trial.issue, trial.pages) == (
        "Journal of Invention",
        "12",
        "3",
        "1-10",
    )
    assert (trial.doi, trial.pmid, trial.accession) == ("10.5555/trial.1", "12345678", "CN-01234567")
    assert review.accession == "CD012345"


def test_cnki_e_study() -> None:
    article, thesis = both(E_STUDY)
    assert (article.title, article.authors, article.year) == ("虚构的综述", ("张三", "李四"), 2013)
    assert (article.journal, article.issue, article.pages) == ("虚构杂志", "07", "161")
    assert article.abstract == "第一行 Result: 第二行"
    assert (thesis.kind, thesis.journal) == ("THES", "虚构大学")


def test_embase_plain_text() -> None:
    article, other = both(EMBASE_TEXT)
    assert (article.title, article.authors) == ("A made-up article", ("Muster B.", "Example L."))
    assert (article.journal, article.volume, article.issue, article.pages, article.year) == (
        "Journal of Invention",
        "12",
        "3",
        "1-10",
        2012,
    )
    assert (article.pmid, article.doi) == ("12345678", "10.5555/embase.1")
    assert article.abstract == "First line. RESULTS follow."
    assert (other.journal, other.volume) == ("BMJ Inventions", "345")
    assert "text-between-records" in codes(EMBASE_TEXT.encode())
