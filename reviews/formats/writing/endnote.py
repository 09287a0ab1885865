"""Write references as the XML that EndNote imports and exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reviews.formats.carrying import CARRIERS, packed
from reviews.formats.fields import first, grouped, reference_by
from reviews.formats.reference import Reference
from reviews.formats.writing.ris import is_ris
from reviews.formats.xml import ENDNOTE_XML, tags_in

#: RIS type → EndNote's number and name of it.
KINDS: Final = {
    "JOUR": (17, "Journal Article"),
    "EJOUR": (43, "Electronic Article"),
    "BOOK": (6, "Book"),
    "CHAP": (5, "Book Section"),
    "EDBOOK": (28, "Edited Book"),
    "EBOOK": (44, "Electronic Book"),
    "CONF": (10, "Conference Proceedings"),
    "CPAPER": (47, "Conference Paper"),
    "THES": (32, "Thesis"),
    "RPRT": (27, "Report"),
    "ELEC": (12, "Web Page"),
    "NEWS": (23, "Newspaper Article"),
    "MGZN": (19, "Magazine Article"),
    "PAT": (25, "Patent"),
    "UNPB": (34, "Unpublished Work"),
    "DATA": (59, "Dataset"),
    "ENCYC": (53, "Encyclopedia"),
    "GEN": (13, "Generic"),
}
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_endnote_xml(references: Iterable[Reference]) -> Iterator[bytes]:
    """One document with a record for each reference."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>\n'
    for number, reference in enumerate(references, 1):
        record = _record(reference, number)
        tags = tags_in(record.encode(), ENDNOTE_XML, encoding="utf-8")
        read_back = reference_by(
            ENDNOTE_XML.fields, tags, ENDNOTE_XML.values(tags), position=0, line=0, offset=0, length=0
        )
        load = packed(reference, read_back)
        yield (f"{_record(reference, number, load) if load else record}\n").encode()
    yield b"</records></xml>\n"


def _record(reference: Reference, number: int, load: str = "") -> str:
    """The elements in the order in which EndNote writes them."""
    kind, name = KINDS.get(reference.kind, KINDS["GEN"])
    more = grouped(reference.tags) if is_ris(reference) else {}
    database = first(more, "DB") or ("PubMed" if reference.pmid else "")
    parts = [
        '<source-app name="Quorum" version="1.0">Quorum</source-app>',
        f"<rec-number>{number}</rec-number>",
        f"<ref-type name={quoteattr(name)}>{kind}</ref-type>",
        _around(
            "contributors",
            _list("authors", "author", reference.authors)
            + _list("secondary-authors", "author", [*more.get("A2", ()), *more.get("ED", ())]),
        ),
        _element("auth-address", "; ".join(more.get("AD", ()))),
        _around(
            "titles", _element("title", reference.title) + _element("secondary-title", reference.journal)
        ),
        _around("periodical", _element("full-title", reference.journal)),
        _element("pages", reference.pages),
        _element("volume", reference.volume),
        _element("number", reference.issue),
        _element("edition", first(more, "ET")),
        _list("keywords", "keyword", reference.keywords),
        _around("dates", _element("year", str(reference.year or ""))),
        _element("pub-location", first(more, "CY")),
        _element("publisher", first(more, "PB")),
        _element("isbn", first(more, "SN")),
        _element("accession-num", reference.accession or reference.pmid),
        _element("abstract", reference.abstract),
        _element("notes", "\n".join(more.get("N1", ()))),
        _element("work-type", first(more, "M3")),
        _around("urls", _list("related-urls", "url", [reference.url] if reference.url else [])),
        *(_element(f"custom{digit}", first(more, f"C{digit}")) for digit in range(1, 8)),
        _element("electronic-resource-num", reference.doi),
        _element("remote-database-name", database),
        _element("remote-database-provider", first(more, "DP")),
        _element(CARRIERS["endnote-xml"], load),
        _element("language", reference.language),
    ]
    return f"<record>{''.join(parts)}</record>"


def _list(name: str, part: str, texts: Iterable[str]) -> str:
    return _around(name, "".join(_element(part, text) for text in texts))


def _element(name: str, text: str) -> str:
    return _around(name, escape(_ILLEGAL.sub("", text), {"\r": "&#13;"}))


def _around(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else ""
