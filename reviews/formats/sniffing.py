"""What a file is, judged by its content, never by its name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from reviews.formats.columnnames import COLUMNS, KNOWN_COLUMNS, MARKS, name_of
from reviews.formats.encodings import encoding_of, text_of
from reviews.formats.mending import UNUSUAL_TAGS, needs_mending
from reviews.formats.reference import Sniffed

# What people upload by mistake, by its first bytes, and what to do instead.
_NOT_REFERENCES = (
    (
        b"%PDF",
        "This is a PDF document, not a list of references. Export the references from the database as RIS.",
    ),
    (b"{\\rtf", "This is a rich-text document. Export the references from the database as RIS instead."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Word or Excel file. Save it as CSV, or export RIS from the source.",
    ),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it and upload what is inside."),
    (b"7z\xbc\xaf", "This is a compressed archive (7z). Unpack it and upload what is inside."),
    (b"Rar!", "This is a compressed archive (RAR). Unpack it and upload what is inside."),
    (b"\x89PNG", "This is a picture, not a list of references."),
    (b"\xff\xd8\xff", "This is a picture, not a list of references."),
    (b"GIF8", "This is a picture, not a list of references."),
    (
        b"SQLite format 3",
        "This is a database of a reference manager. Open it there and export the references as RIS.",
    ),
)
_WEB_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<head)", re.I)

_RIS_START = re.compile(r"(?m)^[\ufeff\u200b]*[ \t]{0,5}TY[ \t]{0,3}-[ \t]*[^\n]{0,40}$")
_RIS_TAG = re.compile(r"(?m)^[ \t]*[A-Z][A-Z0-9]  -(?: |$)")
_RIS_END = re.compile(r"(?m)^[ \t]{0,5}ER[ \t]{1,2}-[ \t]*$")
_NBIB_TAG = re.compile(r"(?m)^(?:[A-Z]{4}|[A-Z]{3} |[A-Z]{2}  )- \S")
_NBIB_START = re.compile(r"(?m)^(?:PMID|PMC |OWN |STAT|OID )- ")
_WOS_TAG = re.compile(r"(?m)^(?:PT|FN|VR|AU|TI|SO|UT) \S")
_WOS_START = re.compile(r"(?m)^\ufeff?PT [JBSCPK][ \t]*$")
_WOS_END = re.compile(r"(?m)^ER[ \t]*$")
_BIB_ENTRY = re.compile(r"(?m)^[ \t\ufeff]*@[ \t]*[A-Za-z]+[ \t]*[{(]")
_ENW_TAG = re.compile(r"(?m)^\ufeff?%[0-9A-Z@!~\[\]$&()*+<=>^#?] \S")
_OVID_TAG = re.compile(r"(?m)^(?:<\d+>[ \t]*$|Unique Identifier|Accession Number)")
_OVID_VENDOR = re.compile(r"(?m)^VN {0,2}- Ovid Technologies")
_REFWORKS_START = re.compile(r"(?m)^\ufeff?RT[ \t]+[A-Z][a-z]")
_REFWORKS_TAG = re.compile(r"(?m)^(?:SR|ID|A1|T1|JF|YR|K1|OP|DS) \S")
_REFWORKS_CNKI = re.compile(r"(?m)^DS CNKI")
_COCHRANE_TEXT = re.compile(r"(?m)^\ufeff?Record #\d+ of \d+[ \t]*\n(?:[ \t]*\n)*ID: ?C")
_E_STUDY = re.compile(r"(?m)^\ufeff?(?:DataType: ?\d+[ \t]*\n)?Title-题名[:：]")
_EMBASE_TEXT = re.compile(r"(?m)^\ufeff?RECORD \d+[ \t]*\n(?:[ \t]*\n)*TITLE[ \t]*$")
_NOTE_EXPRESS = re.compile(r"(?m)^\ufeff?\{Reference Type\}:")
_WOS_TABLE = re.compile(r"\ufeff?PT\tAU\t")


def sniff(head: bytes) -> Sniffed:
    """Say what a file is from its first bytes (64 kB are plenty).

    Never raises; "unknown" and "empty" carry in `reason` what to tell the person who uploaded the file.
    """
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        return Sniffed("empty", "utf-8", "", "The file is empty.")
    for mark, reason in _NOT_REFERENCES:
        if head.startswith(mark):
            return Sniffed("unknown", "binary", "", reason)
    if head.startswith(b"PK\x03\x04"):
        return _archive(head)
    encoding = encoding_of(head)
    if encoding.startswith("utf-32"):
        return Sniffed(
            "unknown", encoding, "", "The file is in UTF-32. Save it as UTF-8 and upload it again."
        )
    text, _ = text_of(head, encoding)
    for recognise in _RECOGNISERS:
        if found := recognise(text):
            name, dialect, reason = found
            return Sniffed(name, encoding, dialect, reason)
    if sum(byte < 9 or 13 < byte < 32 for byte in head[:4096]) > len(head[:4096]) // 50:
        return Sniffed(
            "unknown", "binary", "", "This is not a text file, so it cannot be a list of references."
        )
    return Sniffed(
        "unknown",
        encoding,
        "",
        "No reference was recognised in this file. Export it as RIS from the database and try again.",
    )


def _archive(head: bytes) -> Sniffed:
    if b"xl/" in head or b"worksheets" in head:
        return Sniffed("xlsx", "binary", "", "An Excel workbook.")
    if b"word/" in head:
        return Sniffed(
            "unknown", "binary", "", "This is a Word document. Export the references as RIS instead."
        )
    return Sniffed("unknown", "binary", "", "This is a ZIP archive. Unpack it and upload the files inside.")


Found = tuple[str, str, str] | None


def _web_page(text: str) -> Found:
    if not _WEB_PAGE.match(text.lstrip("\ufeff")):
        return None
    return (
        "unknown",
        "",
        "This is a web page, perhaps the log-in page of the database, saved in place of the export.",
    )


def _ovid_tagged(text: str) -> Found:
    if _OVID_VENDOR.search(text) and not _RIS_START.search(text):
        return "ovid-tagged", "Ovid", "Numbers in angle brackets and the line “VN  - Ovid Technologies”."
    return None


def _refworks(text: str) -> Found:
    if _REFWORKS_START.search(text) and len(_REFWORKS_TAG.findall(text)) >= 2:
        dialect = "CNKI" if _REFWORKS_CNKI.search(text) else ""
        return "refworks", dialect, "RefWorks' two-letter tags, records that begin with RT."
    return None


def _labelled(text: str) -> Found:
    if _COCHRANE_TEXT.search(text):
        return "cochrane-text", "Cochrane CENTRAL", "The Cochrane Library's plain text."
    if _E_STUDY.search(text):
        return "e-study", "CNKI", "CNKI's E-Study, with field names in English and Chinese."
    if _EMBASE_TEXT.search(text):
        return "embase-text", "Embase.com", "Embase.com's plain text, with field names on lines of their own."
    return None


def _ris(text: str) -> Found:
    starts, ends = len(_RIS_START.findall(text)), len(_RIS_END.findall(text))
    if starts:
        return "ris", ris_dialect(text), f"{starts} TY lines among the first {len(text):,} characters."
    if ends and len(_RIS_TAG.findall(text)) > ends:
        return "ris", "records without TY", f"RIS tags and {ends} ER lines, but no TY line."
    if not ends and needs_mending(text.encode()):
        return "ris", UNUSUAL_TAGS, "RIS tags, though none is written as the format wants it."
    if len(_RIS_TAG.findall(text)) >= 4 and not _NBIB_START.search(text):
        return "ris", "records without TY and ER", "RIS tags, but neither TY nor ER lines."
    return None


def ris_dialect(text: str) -> str:
    """Who wrote a RIS file, from what only that source writes; "" where nothing gives it away."""
    for name, pattern in _DIALECTS:
        if pattern.search(text):
            return name
    return ""


_DIALECTS = (
    ("Cochrane CENTRAL", re.compile(r"(?m)^Record #\d+ of \d+|^AN  -  CN-\d")),
    ("Ovid", re.compile(r"ovidsp\.|Link to the Ovid")),
    ("Embase.com", re.compile(r"www\.embase\.com/")),
    ("Scopus", re.compile(r"(?m)^DB  - Scopus|www\.scopus\.com/")),
    ("EBSCOhost", re.compile(r"search\.ebscohost\.com|(?m:^DP  - EBSCOhost)")),
    ("ProQuest", re.compile(r"(?i)search\.proquest\.com|www\.proquest\.com")),
    ("Web of Science", re.compile(r"(?m)^AN  - WOS:|^WE  - ")),
    ("BVS", re.compile(r"bvsalud\.org")),
    ("SciELO", re.compile(r"(?m)^DP  - .*scielo|^UR  - .*scielo")),
    ("JSTOR", re.compile(r"(?m)^Provider: JSTOR")),
    ("Lens", re.compile(r"(?m)^UR  - https?://(?:www\.)?lens\.org")),
)


def _note_express(text: str) -> Found:
    return (
        ("noteexpress", "CNKI", "NoteExpress field names in braces.") if _NOTE_EXPRESS.search(text) else None
    )


def _nbib(text: str) -> Found:
    if _NBIB_START.search(text) and len(_NBIB_TAG.findall(text)) >= 3:
        return "nbib", "", "MEDLINE tags of four columns, as PubMed writes them."
    return None


def _wos(text: str) -> Found:
    if _WOS_TABLE.match(text):
        return "wos-tab", "", "The tab-delimited table of Web of Science."
    if (_WOS_END.search(text) or _WOS_START.search(text)) and len(_WOS_TAG.findall(text)) >= 2:
        return "wos", "", "Two-letter tags without hyphens, PT or ER lines, as Web of Science writes them."
    return None


def _bib(text: str) -> Found:
    return ("bib", "", "BibTeX entries.") if _BIB_ENTRY.search(text) else None


def _enw(text: str) -> Found:
    return ("enw", "", "EndNote tags that begin with %.") if len(_ENW_TAG.findall(text)) >= 2 else None


def _xml(text: str) -> Found:
    if not text.lstrip("\ufeff \n\t").startswith("<"):
        return None
    if re.search(r"<(?:PubmedArticle|MedlineCitation|PubmedBookArticle)\b", text):
        return "pubmed-xml", "", "PubMed XML."
    if re.search(r"<records?\b", text) and re.search(
        r"<(?:source-app|ref-type|contributors|rec-number)\b", text
    ):
        return "endnote-xml", "", "EndNote XML."
    if "<Trials_downloaded_from_ICTRP" in text or re.search(
        r"<Trial>\s*<(?:Export_date|Internal_Number|TrialID)\b", text
    ):
        return "ictrp-xml", "WHO ICTRP", "The XML of the WHO's register of registers of trials."
    return None


def _by_its_beginning(text: str) -> Found:
    """What a file plainly begins with tells more than a line somewhere within its abstracts."""
    top = text.lstrip("\ufeff \t\n")
    line = top.split("\n", 1)[0]
    if line.startswith("<"):
        return _xml(text)
    if _WOS_TABLE.match(line):
        return _wos(text)
    if line.startswith("PMID-") and "\nOWN - QUORUM\n" in top[:1000]:
        return "nbib", "Quorum", "MEDLINE tags, as Quorum writes them."
    if _BIB_ENTRY.match(line):
        return _bib(text)
    for name, mark in MARKS.items():
        cells = {name_of(cell.strip(' "')) for cell in line.split(mark)}
        if len(cells & KNOWN_COLUMNS) > 2 and cells & set(COLUMNS.title):
            return "csv", name, f"A table separated by {name}, with a title column."
    return None


def _json(text: str) -> Found:
    if text.lstrip("\ufeff \n\t")[:1] not in {"{", "["}:
        return None
    if re.search(r'"(?:protocolSection|ProtocolSection|StudyFieldsResponse)"\s*:\s*\{', text):
        return "ctgov-json", "ClinicalTrials.gov", "The JSON of ClinicalTrials.gov."
    if re.match(r'\s*[\[{]\s*(?:"|\{\s*")', text.lstrip("\ufeff")):
        return "unknown", "", "This is JSON of a kind we do not read. Export the references as RIS instead."
    return None


def _ovid(text: str) -> Found:
    return (
        ("ovid", "", "Ovid's numbered records with written-out field names.")
        if _OVID_TAG.search(text)
        else None
    )


def _table(text: str) -> Found:
    rows = [line for line in text.split("\n") if line.strip()][:20]
    for name, mark in MARKS.items():
        if any(_names_a_title(row, mark) for row in rows):
            return "csv", name, f"A table separated by {name}, with a title column."
    return None


def _names_a_title(row: str, mark: str) -> bool:
    cells = [name_of(cell.strip(' "\ufeff')) for cell in row.split(mark)]
    return len(cells) > 1 and any(cell in COLUMNS.title for cell in cells)


def _other_table(text: str) -> Found:
    """Rows of the same width below a row of short names: a table whose columns are named in a way we do not know."""
    sample = text[: text.rfind("\n") + 1] or text
    widest, dialect = 1, ""
    for name, mark in MARKS.items():
        rows = [row for row in csv.reader(io.StringIO(sample[:20_000]), delimiter=mark) if any(row)][:20]
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count) if widths else 0
        names = next((row for row in rows if len(row) == usual), [])
        if (
            usual > widest
            and len(rows) > 1
            and widths.count(usual) >= 0.8 * len(rows)
            and all(len(cell) <= 60 for cell in names)
            and sum(map(bool, names)) >= max(2, 0.7 * usual)
        ):
            widest, dialect = usual, name
    return ("csv", dialect, f"A table separated by {dialect}, without a title column.") if dialect else None


_RECOGNISERS: tuple[Callable[[str], Found], ...] = (
    _web_page, _by_its_beginning, _json, _ovid_tagged, _ris, _refworks, _labelled, _note_express, _nbib, _wos, _bib, _enw, _xml, _ovid, _table, _other_table
)  # fmt: skip
