"""The column names of databases and programs, with a made-up record in each."""

from __future__ import annotations

import csv
import io

import pytest

from reviews.formats import sniff
from tests.reviews.formats.samples import codes, references

A = "Example, Ana"
B = "Muster, Ben"
LAYOUTS: dict[str, dict[str, str]] = {
    "Dimensions": {
        "Rank": "1", "Publication ID": "pub.1", "DOI": "10.5555/a", "PMID": "12345678", "Title": "T", "Abstract": "Text",
        "Source title": "J", "Anthology title": "", "Publication Date": "2019-05-01", "PubYear": "2019", "Volume": "7",
        "Issue": "2", "Pagination": "1-9", "Publication Type": "Article", "Authors": f"{A}; {B}",
        "Authors (Raw Affiliation)": "Example, Ana (Nowhere); Muster, Ben (Nowhere)", "Dimensions URL": "https://example.org/1",
    },
    "OpenAlex": {
        "id": "https://openalex.org/W1", "doi": "https://doi.org/10.5555/a", "display_name": "T", "publication_year": "2019",
        "ids.pmid": "https://pubmed.ncbi.nlm.nih.gov/12345678", "authorships.author.display_name": f"{A}|{B}", "biblio.volume": "7",
        "biblio.issue": "2", "biblio.first_page": "1", "biblio.last_page": "9", "primary_location.source.display_name": "J",
        "abstract": "Text", "type": "article", "primary_location.landing_page_url": "https://example.org/1",
    },
    "Rayyan": {
        "key": "rayyan-1", "title": "T", "year": "2019", "month": "5", "day": "1", "journal": "J", "issn": "", "volume": "7",
        "issue": "2", "pages": "1-9", "authors": f"{A} and {B}", "url": "https://example.org/1", "language": "eng",
        "publisher": "", "location": "", "abstract": "Text", "notes": "", "doi": "10.5555/a", "pubmed_id": "12345678",
        "keywords": "x", "type": "article",
    },
    "Web of Science (Excel)": {
        "Publication Type": "J", "Authors": "Example, A; Muster, B", "Author Full Names": f"{A}; {B}", "Article Title": "T",
        "Source Title": "J", "Document Type": "Article", "Abstract": "Text", "Publication Date": "MAY", "Publication Year": "2019",
        "Volume": "7", "Issue": "2", "Start Page": "1", "End Page": "9", "DOI": "10.5555/a", "DOI Link": "http://dx.doi.org/10.5555/a",
        "Pubmed Id": "12345678", "UT (Unique WOS ID)": "WOS:1",
    },
    "ProQuest": {
        "Title": "T", "Abstract": "Text", "StoreId": "1", "ArticleType": "Article", "Authors": f"{A}; {B}", "pubdate": "May 2019",
        "pubtitle": "J", "year": "2019", "volume": "7", "issue": "2", "pages": "1-9", "digitalObjectIdentifier": "10.5555/a",
        "language": "English", "DocumentURL": "https://example.org/1", "documentType": "Article", "PMID": "12345678",
    },
    "EPPI-Reviewer": {
        "ItemId": "1", "ShortTitle": "Example (2019)", "Title": "T", "Year": "2019", "Authors": f"{A}; {B}", "ParentTitle": "J",
        "Volume": "7", "Issue": "2", "Pages": "1-9", "Abstract": "Text", "DOI": "10.5555/a", "URL": "https://example.org/1",
        "TypeName": "Journal, Article", "PMID": "12345678",
    },
    "Publish or Perish": {
        "Cites": "1", "Authors": f"{A}; {B}", "Title": "T", "Year": "2019", "Source": "J", "Publisher": "", "ArticleURL": "https://example.org/1",
        "DOI": "10.5555/a", "Volume": "7", "Issue": "2", "StartPage": "1", "EndPage": "9", "Abstract": "Text", "Type": "Article",
        "PMID": "12345678",
    },
    "CNKI": {
        "SrcDatabase-来源库": "期刊", "Title-题名": "T", "Author-作者": f"{A};{B};", "Source-文献来源": "J", "Keyword-关键词": "x;;y",
        "Summary-摘要": "Text", "Year-年": "2019", "Volume-卷": "7", "Period-期": "2", "PageCount-页码": "1-9", "DOI-DOI": "10.5555/a",
        "PMID": "12345678",
    },
}  # fmt: skip


def table(row: dict[str, str], mark: str) -> bytes:
    """One record below its header."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerows([row.keys(), row.values()])
    return text.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_layout_is_known_and_read(name: str, mark: str) -> None:
    raw = table(LAYOUTS[name], mark)
    assert sniff(raw).format == "csv"
    one = references(raw)[0]
    assert (one.title, one.abstract, one.year, one.journal) == ("T", "Text", 2019, "J")
    assert [author.split(",")[0] for author in one.authors] == ["Example", "Muster"]
    assert (one.volume, one.issue, one.pages, one.doi, one.pmid) == ("7", "2", "1-9", "10.5555/a", "12345678")
    assert one.tags == tuple((column, value) for column, value in LAYOUTS[name].items() if value)
    assert codes(raw) == []


def test_lines_above_a_header_may_say_where_the_table_is_from() -> None:
    raw = (
        b'"About the data: Exported on May 01, 2020, from Dimensions."\n'
        + table(LAYOUTS["Dimensions"], ",")[3:]
    )
    assert (references(raw)[0].title, codes(raw)) == ("T", ["text-between-records"])
