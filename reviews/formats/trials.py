"""Registers of trials: ClinicalTrials.gov's JSON, and the XML of the WHO's ICTRP.  (Their tables are read as tables.)"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reviews.formats.encodings import Source, text_of
from reviews.formats.fields import FieldTags, Values, dates_by, grouped, reference_by
from reviews.formats.jsonframes import Piece, first_object, pieces
from reviews.formats.problems import problem
from reviews.formats.reference import FormatError, Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters
from reviews.formats.xml import XmlFormat

# Version 2 of the interface writes protocolSection.identificationModule.nctId, version 1
# Study.ProtocolSection.IdentificationModule.NCTId, and fields that were asked for by name NCTId: the last parts of the
# paths are the same but for their case.
_REGISTRY: Final = FieldTags(
    title=("brieftitle", "officialtitle"),
    abstract=("briefsummary", "detaileddescription"),
    authors=(),
    year=("studyfirstpostdate", "studyfirstsubmitdate", "startdate"),
    journal=(),
    volume=(),
    issue=(),
    start=(),
    accession=("nctid",),
    url=("url",),
    keywords=("condition", "keyword"),
    kind=("studytype",),
    kinds=dict.fromkeys(("interventional", "observational", "expanded access", "expanded_access"), "ELEC"),
)
_LEAVES: Final = {"conditions": "condition", "keywords": "keyword"}
_MODULES: Final = re.compile(
    r"(?i)(?:^|\.)(?:identificationModule|statusModule|descriptionModule|conditionsModule|designModule|NCTId|BriefTitle|"
    r"OfficialTitle|BriefSummary|Condition|Keyword|StudyType|StudyFirst\w+|StartDate)(?:\.|$)"
)
_RECORDS_IN: Final = re.compile(r'"(?:studies|StudyFields|FullStudies)"\s*:\s*\[')
_BEGINNING: Final = re.compile(rb'\{\s*"(?:protocolSection|Rank)"')
_EIGHT_DIGITS: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")


def depth_of(head: str) -> int:
    """How many brackets deep the records stand: 0 for one on each line, 1 in a list, more within an answer."""
    found = _RECORDS_IN.search(head)
    if not found:
        return 1 if head.lstrip("\ufeff \t\n").startswith("[") else 0
    before = re.sub(r'"(?:[^"\\]|\\.)*"', "", head[: found.end()])
    return max(before.count("{") + before.count("[") - before.count("}") - before.count("]"), 1)


def read_trials(
    source: Source, depth: int, *, offset: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every study from `offset`, where the source stands."""
    for whole in pieces(source, depth=depth, offset=offset, line=line):
        for piece in _parts(whole, source):
            position += 1
            text, honest = text_of(piece.raw, source.text_encoding)
            tags = _tags(text)
            if not tags:
                code = "unreadable-record" if piece.closed or tags is None else "empty-record"
                yield problem(code, line=piece.line, text=text)
                continue
            values = _values(tags)
            reference = reference_by(
                _REGISTRY,
                tags,
                values,
                position=position,
                line=piece.line,
                offset=piece.offset,
                length=source.original_length(piece.raw),
            )
            yield from about_letters(piece.raw, text, honest=honest, line=piece.line)
            yield from about_content(reference, dates_by(_REGISTRY, values))
            yield reference


def tags_in(raw: bytes, *, encoding: str) -> Tags:
    """The tags of one study from its bytes in the file; raises FormatError for other bytes."""
    tags = _tags(text_of(raw, encoding)[0])
    if tags is None:
        raise FormatError("These bytes are not one study of a JSON file.")
    return tags


def _parts(whole: Piece, source: Source) -> Iterator[Piece]:
    """The record; or the records that ran together because a bracket or quotation mark is missing."""
    starts = [found.start() for found in _BEGINNING.finditer(whole.raw)]
    if len(starts) < 2 or _tags(text_of(whole.raw, source.text_encoding)[0]) is not None:
        yield whole
        return
    ends = [*starts[1:], len(whole.raw)]
    for begin, end in zip([0, *starts[1:]], ends, strict=True):
        before = whole.raw[:begin]
        yield Piece(
            first_object(whole.raw[begin:end]),
            whole.offset + source.original_length(before),
            whole.line + before.count(b"\n"),
            closed=True,
        )


def _tags(text: str) -> Tags | None:
    """Path and value of every leaf in order; None for what is not an object in JSON."""
    try:
        data = json.loads(text, strict=False)
        return tuple(_leaves(data, "")) if isinstance(data, dict) else None
    except (ValueError, RecursionError):
        return None


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{_clean(key)}" if path else _clean(key))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, _as_text(value)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return _clean(value).strip(" \t\n\ufeff")
    return "" if value is None or isinstance(value, dict | list) else json.dumps(value)


def _clean(text: str) -> str:
    """Text that a database takes: line feeds as line ends, no zero bytes, no halves of characters."""
    if "\\" not in text and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode()


def _values(tags: Sequence[tuple[str, str]]) -> Values:
    """The leaves that hold fields, by the last part of their path."""
    values: Values = {}
    for path, value in tags:
        if value and _MODULES.search(path):
            parts = [part.lower().removesuffix("struct") for part in path.split(".")]
            leaf = parts[-2] if parts[-1] == "date" and len(parts) > 1 else parts[-1]
            values.setdefault(_LEAVES.get(leaf, leaf), []).append(value)
    if number := values.get("nctid"):
        values["url"] = [f"https://clinicaltrials.gov/study/{number[0]}"]
    return values


def _ictrp_values(tags: Sequence[tuple[str, str]]) -> Values:
    """ICTRP writes some dates as 20200229, and several conditions into one element."""
    values = grouped(tags)
    if "Date_registration3" in values:
        values["Date_registration3"] = [
            _EIGHT_DIGITS.sub(r"\1-\2-\3", value) for value in values["Date_registration3"]
        ]
    return values


ICTRP_XML: Final = XmlFormat(
    records=frozenset({"Trial"}),
    fields=FieldTags(
        title=("Public_title", "Scientific_title"),
        abstract=(),
        authors=(),
        year=("Date_registration", "Date_registration3", "Date_enrollement"),
        journal=(),
        volume=(),
        issue=(),
        start=(),
        accession=("TrialID",),
        url=("web_address", "Results_url_link"),
        keywords=("Condition",),
        kind=("Study_type",),
        kinds=_REGISTRY.kinds,
    ),
    values=_ictrp_values,
)
