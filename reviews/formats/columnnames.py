"""The names that databases, registers and reference managers give to the columns of their tables."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Final

from reviews.formats.fields import FieldTags

#: How a table that is separated by these is called → the mark.
MARKS: Final = {"commas": ",", "semicolons": ";", "tabs": "\t"}
_PLURAL: Final = re.compile(r"\((?:s|es)\)")
_BLANKS: Final = re.compile(r"[\s_]+")


def name_of(column: str) -> str:
    """A column's name as it is looked up: lower case, `Author(s)` as `author`, one blank for `_` and runs of blanks."""
    return _BLANKS.sub(" ", _PLURAL.sub("", column)).strip(" \ufeff:*#").lower()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|"))


# Preferred names first.  Who writes them: Scopus, Embase.com, PubMed, CENTRAL, EBSCO, IEEE, Springer, Lens, Dimensions,
# OpenAlex, BVS, SciELO, Web of Science, ProQuest, Zotero, Rayyan, Covidence, EPPI, ASReview, Publish or Perish, CNKI,
# ClinicalTrials.gov, ICTRP.
COLUMNS: Final = FieldTags(
    title=_names(
        "title|article title|document title|primary title|item title|study title|public title|scientific title|"
        "display name|titles|ti|record title|paper title|publication title (english)|title of article|brief title|"
        "titel|titre|título|titulo|titolo|tytuł|başlık|название|标题|题名|篇名|title-题名|論文名|タイトル|제목|shorttitle"
    ),
    abstract=_names(
        "abstract|abstract note|notes abstract|abstracts|brief summary|summary|description|ab|abstract text|"
        "abstractnote|résumé|resumen|resumo|zusammenfassung|摘要|summary-摘要|文摘|抄録|초록"
    ),
    authors=_names(
        "authors|author|author/s|author names|author full names|first authors|review byline|au|authors list|"
        "author list|authorships.author.display name|authorships.raw author name|creators|creator|autor|autores|"
        "auteur|auteurs|autoren|verfasser|作者|author-作者|著者|저자"
    ),
    year=_names(
        "year|publication year|published year|pubyear|py|date published|publication date|pubdate|date|year of publication|"
        "year published|cover date|first posted|study first posted|first submitted|date of registration|"
        "date registration3|date registration|start date|jahr|année|ano|año|anno|年|year-年|出版年|发表时间|"
        "pubtime-发表时间|citation|source"
    ),
    journal=_names(
        "source title|journal|journal title|publication title|journal/book|publication|alternate title3|alternate title2|"
        "journal name|so|pubtitle|parenttitle|parent title|publication name|secondary title|source.title|"
        "primary location.source.display name|host venue.display name|venue|book title|anthology title|zeitschrift|"
        "revue|revista|rivista|刊名|source-文献来源|文献来源|期刊|来源|雑誌名|학술지명"
    ),
    volume=_names("volume|volume number|journal volume|vl|vol|vol.|biblio.volume|band|volumen|卷|volume-卷"),
    issue=_names(
        "issue|issue number|number|journal issue|is|no|no.|biblio.issue|heft|numéro|número|期|period-期"
    ),
    start=_names(
        "pages|page start|first page|start page|startpage|pagination|page range|page|biblio.first page|bp|article number|"
        "art. no.|article no.|seiten|páginas|pagine|页码|pagecount-页码|页"
    ),
    end=_names("page end|last page|end page|endpage|ep|biblio.last page"),
    doi=_names(
        "doi|item doi|doi link|digitalobjectidentifier|digital object identifier|doi-doi|prism:doi|doi number|citation"
    ),
    pmid=_names("pmid|pubmed id|medline pmid|pubmed|pubmedid|pubmed number|ids.pmid|pm"),
    accession=_names(
        "central id|accession number|accessionnumber|eid|lens id|embase accession id|nct number|trialid|trial id|"
        "publication id|ut (unique wos id)|ut|storeid|pui|pmid|itemid|id|covidence #|covidence|key|record id|"
        "document identifier|unique id"
    ),
    url=_names(
        "url|link|study url|fulltext url|source urls|documenturl|document url|web address|dimensions url|articleurl|"
        "article url|plink|pdf link|embase link|full text link|open url link|urls|landing page url|"
        "primary location.landing page url|external url|uri"
    ),
    language=_names(
        "language|languages|language of original document|article language|la|sprache|langue|idioma|lingua|语种|语言"
    ),
    keywords=_names(
        "author keywords|keywords|keyword|index keywords|mesh terms|descriptor|manual tags|conditions|condition|"
        "subjects|keywords plus|schlagwörter|mots-clés|palabras clave|palavras-chave|关键词|keyword-关键词|"
        "キーワード|주제어"
    ),
    kind=_names(
        "item type|document type|publication type|type of reference|content type|doctype|type|reference type|typename|"
        "documenttype|srcdatabase-来源库|文献类型"
    ),
    kinds={
        "article": "JOUR",
        "journal article": "JOUR",
        "journalarticle": "JOUR",
        "journal": "JOUR",
        "review": "JOUR",
        "jour": "JOUR",
        "j": "JOUR",
        "book": "BOOK",
        "booksection": "CHAP",
        "book section": "CHAP",
        "chapter": "CHAP",
        "book chapter": "CHAP",
        "conferencepaper": "CPAPER",
        "conference paper": "CPAPER",
        "conference proceedings": "CONF",
        "thesis": "THES",
        "dissertation": "THES",
        "report": "RPRT",
        "preprint": "UNPB",
        "posted-content": "UNPB",
        "dataset": "DATA",
        "期刊": "JOUR",
    },
)
#: What the text of a workbook says of sheets that were left out.
OTHER_SHEETS: Final = "Worksheets that were not read:"
#: Every name that is known for some field.
KNOWN_COLUMNS: Final = frozenset(
    name for part in fields(COLUMNS) if part.name != "kinds" for name in getattr(COLUMNS, part.name)
)
#: The columns of the tables that we write; the last holds the original tags.
OUR_HEADER: Final = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "accession", "url", "language",
    "keywords", "type", "abstract", "tags",
)  # fmt: skip
