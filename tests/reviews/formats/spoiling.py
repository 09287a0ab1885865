"""Files spoilt at random, and what must hold however they are read."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook

from reviews.formats import FormatError, Reference, raw_tags, read, sniff
from reviews.formats.mending import UNUSUAL_TAGS
from tests.reviews.formats import (
    test_tables_and_bibtex,
    test_tagged,
    test_trials,
    test_vendor_texts,
    test_xml,
)
from tests.reviews.formats.rewrites import REWRITES
from tests.reviews.formats.samples import GOOD


def _workbook() -> bytes:
    book = Workbook()
    for row in (
        ("Title", "Authors", "Year"),
        ("A made-up trial", "Muster, B", 2019),
        ("Another", "Example, A", 2020),
    ):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


SAMPLES: Final = (
    *(rewrite(GOOD) for rewrite in REWRITES.values()),
    *(text.encode() for text in test_tagged.FILES.values()),
    *(text.encode() for _, text in test_vendor_texts.ALL),
    *(text.encode() for text in test_xml.FILES.values()),
    *(text.encode() for text in (test_tables_and_bibtex.SCOPUS, test_tables_and_bibtex.BIB)),
    *(text.encode() for text in (test_trials.ICTRP, test_trials.OLD, test_trials.NEW)),
    *(text.encode() for text in test_trials.SHAPES.values()),
    _workbook(),
)
ENDS: Final = (b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\n")
ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "gb18030", "cp1252")
TOKENS: Final = (
    b"TY  - ", b"ER  - ", b"\nER  - \n", b"\nTY  - JOUR\n", b"%0 ", b"PMID- ", b"PT J\n", b"\nER\n", b"@article{", b"}", b"{", b'"', b",",
    b"<record>", b"</record>", b"<PubmedArticle>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\x1a",
    b"<1>\n", b"<1. >\n", b"RT Journal Article\n", b"Record #1 of 2\n", b"RECORD 1\n", b"DataType: 1\n", b"{Reference Type}: ", b"Title,Year\n", b"10.5555/",
    b"\\'{e}", b"&amp;", b"\xc3\x83\xc2\xa9", b"[", b"]", b"\t", b"                ",
)  # fmt: skip


def by_format(samples: Sequence[bytes]) -> list[list[bytes]]:
    """The samples, those of one format together, so that each format gets its share."""
    groups: dict[str, list[bytes]] = {}
    for sample in samples:
        groups.setdefault(sniff(sample[: 1 << 16]).format, []).append(sample)
    return list(groups.values())


def spoilt(groups: Sequence[Sequence[bytes]], chance: random.Random) -> bytes:
    """One input: a sample, or several spliced, with up to six things done to it."""
    raw = chance.choice(chance.choice(groups))
    for _ in range(chance.randint(1, 6)):
        raw = _SPOILERS[chance.randrange(len(_SPOILERS))](raw, chance.choice(groups), chance)
    return raw[: 1 << 16]


def _flip(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    spoilt_bytes = bytearray(raw)
    for _times in range(chance.randint(1, 8)):
        if spoilt_bytes:
            spoilt_bytes[chance.randrange(len(spoilt_bytes))] = chance.randrange(256)
    return bytes(spoilt_bytes)


def _cut(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] if chance.random() < 0.7 else raw[at:]


def _drop(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    begin = chance.randint(0, len(raw))
    return raw[:begin] + raw[begin + chance.randint(1, 60) :]


def _splice(raw: bytes, samples: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(samples)
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _repeat(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    begin = chance.randint(0, len(raw))
    piece = raw[begin : begin + chance.randint(1, 400)]
    return raw[:begin] + piece * chance.randint(2, 4) + raw[begin:]


def _insert(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(TOKENS) + raw[at:]


def _other_ends(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return raw.replace(b"\n", chance.choice(ENDS))


def _other_encoding(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return raw.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def _shuffle_lines(raw: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


_SPOILERS: Final = (
    _flip, _cut, _drop, _splice, _repeat, _insert, _insert, _other_ends, _other_encoding, _shuffle_lines
)  # fmt: skip


def trouble(raw: bytes) -> str:
    """What is wrong with how an input is read; "" if nothing is."""
    try:
        what = sniff(raw[: 1 << 16])
        found = list(read(io.BytesIO(raw), sniffed=what))
    except FormatError:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    made = [item for item in found if isinstance(item, Reference)]
    refused = sum(item.refused for item in found if not isinstance(item, Reference))
    if made and made[-1].position > len(made) + refused:
        return f"position {made[-1].position} with {len(made)} made and {refused} refused"
    ends = [item.offset + item.length for item in made]
    if any(begin < end for begin, end in zip((item.offset for item in made[1:]), ends, strict=False)):
        return "records overlap"
    if ends and ends[-1] > len(raw):
        return "a record ends behind the file"
    # The head matters to a table, for the names of its columns, and to RIS, for the way its tags are written; sniffing
    # it again for each record would be most of the work.
    head = (
        b"TY  - JOUR\nTI  - A\n" if what.format == "ris" and what.dialect != UNUSUAL_TAGS else raw[: 1 << 16]
    )
    for item in made if what.format != "xlsx" else ():
        chunk = raw[item.offset : item.offset + item.length]
        try:
            tags = raw_tags(chunk, encoding=what.encoding, format=what.format, head=head)
        except FormatError as error:
            return f"record {item.position} cannot be read alone: {error}"
        if tags != item.tags:
            return f"record {item.position} reads differently alone"
    return ""
