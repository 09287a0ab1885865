"""Read EndNote XML and PubMed XML as streams, with the byte offsets of their records.

expat is driven directly because only it says where in the file it stands.  A file that declares entities is refused:
that is how XML bombs are built, and no reference manager does it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final
from xml.parsers import expat

from reviews.formats.fields import FieldTags, Values, dates_by, grouped, reference_by
from reviews.formats.problems import problem
from reviews.formats.reference import FormatError, Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters
from reviews.formats.values import whole_range

_BLOCK: Final = 1 << 16
# Mark-up within text: its letters belong to the element around it.
_INLINE: Final = frozenset(
    {"style", "i", "b", "u", "sup", "sub", "bold", "italic", "DispFormula", "mml:math"}
)


@dataclass(frozen=True, slots=True)
class XmlFormat:
    """The elements that are records, what their parts mean, and how parts that belong together are joined."""

    records: frozenset[str]
    fields: FieldTags
    values: Callable[[Sequence[tuple[str, str]]], Values] = grouped


@dataclass(slots=True)
class _Record:
    offset: int
    line: int
    tags: list[tuple[str, str]] = field(default_factory=list)
    length: int = 0


class _Walker:
    """Follows expat through the file and lays the finished records aside."""

    def __init__(self, records: frozenset[str], encoding: str, *, shift: int, line: int) -> None:
        self._records, self._encoding, self._shift, self._first_line = records, encoding, shift, line
        self.done: list[_Record] = []
        self.open: _Record | None = None
        self._root = ""
        self._path: list[str] = []
        self._text: list[list[str]] = []
        self.parser = expat.ParserCreate(_EXPAT_NAMES.get(encoding))
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.open is None:
            if name in self._records:
                line = self.parser.CurrentLineNumber + self._first_line - 1
                self.open, self._root = _Record(self.parser.CurrentByteIndex + self._shift, line), name
                self._path, self._text = [], []
        elif name not in _INLINE:
            self._path.append(name)
            self._text.append([])
            path = "/".join(self._path)
            self.open.tags.extend((f"{path}@{key}", value) for key, value in attributes.items() if value)

    def _end(self, name: str) -> None:
        if self.open is None:
            return
        if name == self._root and not self._path:
            # expat stands at the beginning of the end tag, in which blanks may follow the name; behind an empty one.
            ahead = self.parser.GetInputContext() or b""
            tag = (
                ahead.partition(">".encode(self._encoding))
                if ahead.startswith("</".encode(self._encoding))
                else ()
            )
            end = self.parser.CurrentByteIndex + self._shift + sum(map(len, tag[:2]))
            self.open.length = end - self.open.offset
            self.done.append(self.open)
            self.open = None
        elif name not in _INLINE:
            value = "".join(self._text.pop()).strip().replace("\r", "\n")
            if value:
                self.open.tags.append(("/".join(self._path), value))
            self._path.pop()

    def _characters(self, text: str) -> None:
        if self._text:
            self._text[-1].append(text)

    def feed(self, block: bytes) -> str:
        """Let expat read on (b"" is the end of the file); what is wrong with the file, "" if nothing is."""
        try:
            self.parser.Parse(block, not block)
        except expat.ExpatError as error:
            return expat.ErrorString(error.code) or "not well-formed"
        except (LookupError, ValueError):
            # expat asks Python for the encoding that the file names: there may be none of that name, or it is Chinese.
            raise FormatError(
                "This XML file names an encoding that cannot be read. Save it as UTF-8."
            ) from None
        return ""

    def failed_at(self, begin: int) -> tuple[int, int]:
        """The line where reading failed, and where to look for the next record in the block that begins at `begin`."""
        failed = self.parser.ErrorByteIndex + self._shift
        if self.open:
            failed = max(failed, self.open.offset + 1)
        return self._first_line + self.parser.ErrorLineNumber - 1, max(failed - begin, 0)

    def complaint(self, failure: str, *, at_root: bool) -> Iterator[Problem]:
        """What to say about a failure: a record is lost, or the file ends too early or goes on after its end."""
        line = self._first_line + self.parser.ErrorLineNumber - 1
        if self.open:
            yield problem("unreadable-record", line=self.open.line, text=f"{failure}: {self.open.tags}")
        elif "junk" in failure:
            yield problem("text-between-records", line=line, text=f"{failure}: after the end of the XML")
        elif at_root:
            yield problem("truncated", line=line, text=failure)

    def _refuse(self, *_: Any) -> None:
        raise FormatError(
            "This XML file declares entities of its own, which no reference manager does. It was not read."
        )


# expat knows these by itself; other encodings are named in the file or they are UTF-8.
_EXPAT_NAMES: Final = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "cp1252": "ISO-8859-1"}


def read_xml(
    stream: BinaryIO, layout: XmlFormat, encoding: str, *, head: bytes, start: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every record from `start` (where the stream stands, behind `head`) on.

    Where the file is not well-formed, a record that stands open is refused, and reading goes on with the next.
    """
    codec = encoding.removesuffix("-sig")
    # In the middle of a file a root element stands in for the one that was opened before.
    root = "<resumed>".encode(codec)
    shift = start - len(root) if start else 0
    block, begin = head or stream.read(_BLOCK), start
    walker = _Walker(layout.records, codec, shift=shift, line=line)
    fed = root + block if start else block
    while True:
        failure = walker.feed(fed)
        for record in walker.done:
            position += 1
            yield from _found(record, layout, position)
        walker.done.clear()
        if failure:
            position += walker.open is not None
            yield from walker.complaint(failure, at_root=not start)
            line, at = walker.failed_at(begin)
            skipped, block, begin = _next_record(stream, block, begin, at, layout.records, codec)
            if not block:
                break
            walker = _Walker(layout.records, codec, shift=begin - len(root), line=line + skipped)
            fed, start = root + block, begin
            continue
        if not block:
            break
        begin += len(block)
        fed = block = stream.read(_BLOCK)


def _next_record(
    stream: BinaryIO, block: bytes, begin: int, at: int, names: frozenset[str], codec: str
) -> tuple[int, bytes, int]:
    """The next beginning of a record from `block[at]` on: lines passed over, the bytes from there, their offset in the file.

    The bytes are b"" if there is none.
    """
    wanted = [f"<{name}{mark}".encode(codec) for name in names for mark in " >\t\r\n"]
    pattern = re.compile(b"|".join(map(re.escape, wanted)))
    longest, lines = max(map(len, wanted)), 0
    while True:
        if found := pattern.search(block, at):
            return (
                lines + block.count(b"\n", at, found.start()),
                block[found.start() :],
                begin + found.start(),
            )
        # A beginning may reach into the next block.
        keep = max(at, len(block) - longest + 1)
        lines += block.count(b"\n", at, keep)
        more = stream.read(_BLOCK)
        if not more:
            return lines, b"", begin + len(block)
        block, begin, at = block[keep:] + more, begin + keep, 0


def _found(record: _Record, layout: XmlFormat, position: int) -> Iterator[Reference | Problem]:
    values = layout.values(record.tags)
    reference = reference_by(
        layout.fields,
        record.tags,
        values,
        position=position,
        line=record.line,
        offset=record.offset,
        length=record.length,
    )
    text = " ".join(value for _, value in record.tags)
    yield from about_letters(b"", text, honest=True, line=record.line)
    yield from about_content(reference, dates_by(layout.fields, values))
    yield reference


def tags_in(raw: bytes, layout: XmlFormat, *, encoding: str) -> Tags:
    """The tags of one record from its bytes in the file."""
    walker = _Walker(layout.records, encoding.removesuffix("-sig"), shift=0, line=1)
    try:
        walker.parser.Parse(raw, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise FormatError("These bytes are not one record of an XML file.") from error
    return tuple(walker.done[0].tags) if walker.done else ()


def _pubmed_values(tags: Sequence[tuple[str, str]]) -> Values:
    """PubMed writes names in parts, labels of abstracts and kinds of identifiers as attributes."""
    values: Values = {}
    authors: list[str] = []
    attribute = ""
    for path, value in tags:
        leaf = path.rpartition("/")[2]
        if "@" in leaf:
            attribute = value if leaf.partition("@")[2] in {"Label", "EIdType", "IdType"} else attribute
            continue
        if "/AuthorList/" in path and leaf in {"LastName", "CollectiveName"}:
            authors.append(value)
        elif "/AuthorList/" in path and leaf == "ForeName" and authors:
            authors[-1] += f", {value}"
        elif leaf == "AbstractText" and attribute:
            values.setdefault(path, []).append(f"{attribute}: {value}")
        elif leaf == "MedlinePgn":
            values.setdefault(path, []).append(whole_range(value))
        elif leaf in {"ELocationID", "ArticleId"}:
            values.setdefault(f"{path}[{attribute}]", []).append(value)
        else:
            values.setdefault(path, []).append(value)
        attribute = ""
    return {**values, "authors": authors} if authors else values


def _endnote_values(tags: Sequence[tuple[str, str]]) -> Values:
    """EndNote keeps PubMed's number among the accession numbers of all databases."""
    values = grouped(tags)
    origin = " ".join(
        value
        for tag, found in values.items()
        if tag.startswith(("remote-database-", "urls/"))
        for value in found
    ).lower()
    if "accession-num" in values and any(name in origin for name in ("nlm", "pubmed", "medline")):
        values["pubmed"] = values["accession-num"]
    return values


_ARTICLE: Final = "MedlineCitation/Article"
_BOOK: Final = "BookDocument"
PUBMED_XML: Final = XmlFormat(
    records=frozenset({"PubmedArticle", "PubmedBookArticle"}),
    fields=FieldTags(
        title=(f"{_ARTICLE}/ArticleTitle", f"{_BOOK}/ArticleTitle", f"{_BOOK}/Book/BookTitle", f"{_ARTICLE}/VernacularTitle"),
        abstract=(f"{_ARTICLE}/Abstract/AbstractText", f"{_BOOK}/Abstract/AbstractText"),
        authors=("authors",),
        year=(
            f"{_ARTICLE}/Journal/JournalIssue/PubDate/Year",
            f"{_ARTICLE}/Journal/JournalIssue/PubDate/MedlineDate",
            f"{_ARTICLE}/ArticleDate/Year",
            f"{_BOOK}/Book/PubDate/Year",
            f"{_BOOK}/ContributionDate/Year",
        ),
        journal=(f"{_ARTICLE}/Journal/Title", f"{_ARTICLE}/Journal/ISOAbbreviation", "MedlineCitation/MedlineJournalInfo/MedlineTA", f"{_BOOK}/Book/BookTitle"),
        volume=(f"{_ARTICLE}/Journal/JournalIssue/Volume", f"{_BOOK}/Book/Volume"),
        issue=(f"{_ARTICLE}/Journal/JournalIssue/Issue",),
        start=(f"{_ARTICLE}/Pagination/MedlinePgn", f"{_ARTICLE}/Pagination/StartPage"),
        doi=(f"{_ARTICLE}/ELocationID[doi]", "PubmedData/ArticleIdList/ArticleId[doi]", "PubmedBookData/ArticleIdList/ArticleId[doi]"),
        pmid=("MedlineCitation/PMID", f"{_BOOK}/PMID"),
        accession=("MedlineCitation/PMID", f"{_BOOK}/PMID"),
        language=(f"{_ARTICLE}/Language", f"{_BOOK}/Language"),
        keywords=("MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName", "MedlineCitation/KeywordList/Keyword"),
        kind=(f"{_ARTICLE}/PublicationTypeList/PublicationType",),
        kinds={"journal article": "JOUR", "preprint": "UNPB"},
    ),
    values=_pubmed_values,
)  # fmt: skip

ENDNOTE_XML: Final = XmlFormat(
    records=frozenset({"record"}),
    fields=FieldTags(
        title=("titles/title", "titles/short-title"),
        abstract=("abstract",),
        authors=("contributors/authors/author", "contributors/secondary-authors/author"),
        year=("dates/year", "dates/pub-dates/date"),
        journal=("periodical/full-title", "titles/secondary-title", "alt-periodical/full-title", "periodical/abbr-1"),
        volume=("volume",),
        issue=("number", "issue"),
        start=("pages", "electronic-pages"),
        doi=("electronic-resource-num", "urls/related-urls/url", "urls/web-urls/url"),
        pmid=("pubmed",),
        accession=("accession-num", "rec-number"),
        url=("urls/related-urls/url", "urls/web-urls/url"),
        language=("language",),
        keywords=("keywords/keyword",),
        kind=("ref-type@name",),
        kinds={
            "journal article": "JOUR", "electronic article": "EJOUR", "book": "BOOK", "book section": "CHAP",
            "conference proceedings": "CONF", "conference paper": "CPAPER", "thesis": "THES", "report": "RPRT",
            "web page": "ELEC", "generic": "GEN", "article": "JOUR", "edited book": "EDBOOK", "electronic book": "EBOOK",
            "newspaper article": "NEWS", "magazine article": "MGZN", "patent": "PAT", "unpublished work": "UNPB",
            "dataset": "DATA", "encyclopedia": "ENCYC",
        },
    ),
    values=_endnote_values,
)  # fmt: skip
