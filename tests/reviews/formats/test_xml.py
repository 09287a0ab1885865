"""EndNote XML and PubMed XML; every record here is made up."""

from __future__ import annotations

import io

import pytest

from reviews.formats import FormatError, Reference, raw_tags, read, sniff
from tests.reviews.formats.samples import codes, problems, references

ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><database name="x.enl">x.enl</database>
<source-app name="EndNote" version="20">EndNote</source-app><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Example, Ana</style></author>
<author>Muster, Béla J.</author></authors></contributors>
<titles><title><style face="normal">A made-up trial of </style><style face="italic">walking</style></title>
<secondary-title>J Inv Res</secondary-title></titles>
<pages>288-97</pages><volume>12</volume><number>3</number><dates><year>2019</year></dates>
<accession-num>12345678</accession-num><electronic-resource-num>10.5555/a</electronic-resource-num>
<abstract>Background &amp; results.</abstract><remote-database-provider>NLM</remote-database-provider>
<keywords><keyword>walking</keyword><keyword>examples</keyword></keywords></record>
<record><ref-type name="Book">6</ref-type><titles><title>Another one</title></titles></record></records></xml>
"""

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">12345678</PMID>
<Article><Journal><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>J Inv Res</Title></Journal><ArticleTitle>A made-up trial of <i>walking</i></ArticleTitle>
<Pagination><MedlinePgn>288-97</MedlinePgn></Pagination><ELocationID EIdType="pii">S1</ELocationID>
<ELocationID EIdType="doi">10.5555/a</ELocationID>
<Abstract><AbstractText Label="BACKGROUND">None.</AbstractText><AbstractText Label="RESULTS">None.</AbstractText></Abstract>
<AuthorList><Author><LastName>Example</LastName><ForeName>Ana</ForeName></Author>
<Author><LastName>Muster</LastName><ForeName>Béla J</ForeName></Author></AuthorList>
</Article><KeywordList><Keyword>walking</Keyword><Keyword>examples</Keyword></KeywordList></MedlineCitation>
<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.5555/other</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>9</PMID><Article><ArticleTitle>Another one</ArticleTitle></Article>
</MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""

FILES = {"endnote-xml": ENDNOTE, "pubmed-xml": PUBMED}


@pytest.mark.parametrize("name", FILES)
def test_fields_are_read(name: str) -> None:
    raw = FILES[name].encode()
    assert sniff(raw).format == name
    one, two = references(raw)
    assert one.title == "A made-up trial of walking"
    assert one.authors[0] == "Example, Ana"
    assert len(one.authors) == 2
    assert (one.year, one.journal, one.volume, one.issue, one.pages) == (
        2019,
        "J Inv Res",
        "12",
        "3",
        # PubMed shortens ranges, EndNote keeps what it was given.
        "288-297" if name == "pubmed-xml" else "288-97",
    )
    assert (one.doi, one.pmid, one.keywords) == ("10.5555/a", "12345678", ("walking", "examples"))
    assert (two.title, two.position) == ("Another one", 2)
    assert codes(raw) == []


def test_labels_stay_with_their_part_of_the_abstract() -> None:
    assert references(PUBMED.encode())[0].abstract == "BACKGROUND: None.\n\nRESULTS: None."


@pytest.mark.parametrize("name", FILES)
def test_every_record_can_be_read_again_and_reading_resumes(name: str) -> None:
    raw = FILES[name].encode()
    whole = references(raw)
    for item in whole:
        chunk = raw[item.offset : item.offset + item.length]
        assert raw_tags(chunk, encoding="utf-8", format=name) == item.tags
        rest = list(read(io.BytesIO(raw), start=item.offset + item.length, position=item.position))
        assert [found for found in rest if isinstance(found, Reference)] == whole[item.position :]
        assert len(rest) == len(whole) - item.position


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_names_the_record_it_lost(name: str) -> None:
    raw = FILES[name].encode()
    cut = raw[: raw.index(b"Another one")]
    assert len(references(cut)) == 1
    assert [(item.code, item.refused) for item in problems(cut)] == [("unreadable-record", True)]


def test_an_entity_bomb_is_refused() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        + ENDNOTE.partition("?>")[2]
    )
    with pytest.raises(FormatError, match="entities"):
        list(read(io.BytesIO(bomb.encode())))


@pytest.mark.parametrize("name", FILES)
def test_a_broken_record_costs_nothing_but_itself(name: str) -> None:
    text = FILES[name]
    record = {"endnote-xml": "<record>", "pubmed-xml": "<PubmedArticle>"}[name]
    first = text.index(record)
    broken = record + "<a>1 < 2 </b>" + record.replace("<", "</")
    raw = (text[:first] + broken + text[first:]).encode()
    assert [reference.position for reference in references(raw)] == [2, 3]
    assert [found.code for found in problems(raw) if found.refused] == ["unreadable-record"]
    for reference in references(raw):
        chunk = raw[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding="utf-8", format=name) == reference.tags


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("between", ["", "\n", "\n\ufeff"])
def test_two_xml_files_in_one_are_both_read(name: str, encoding: str, between: str) -> None:
    raw = (FILES[name] + between + FILES[name]).encode(encoding)
    assert [reference.position for reference in references(raw)] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", FILES)
def test_blanks_before_the_declaration_cost_nothing(name: str) -> None:
    assert len(references(b"\n  " + FILES[name].encode())) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_empty_record_ends_where_it_begins(encoding: str) -> None:
    raw = (
        ENDNOTE.replace("<record>", "<record/><record >", 1)
        .replace("</record>", "</record >")
        .encode(encoding)
    )
    found = references(raw)
    assert [reference.position for reference in found] == [1, 2, 3]
    for reference in found:
        chunk = raw[reference.offset : reference.offset + reference.length]
        assert raw_tags(chunk, encoding=sniff(raw).encoding, format="endnote-xml") == reference.tags
    assert raw[found[0].offset :][: found[0].length].decode(sniff(raw).encoding) == "<record/>"
