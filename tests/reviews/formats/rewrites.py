"""One good file, rewritten in the ways in which exports go wrong: the records stay the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.reviews.formats.samples import GOOD

TITLES = ["A made-up trial of walking", "Segundo título inventado: ensayo", "虚构的标题"]
UTF8_WITHOUT_CHINESE = re.sub(r"[\u4e00-\u9fff]+", "Zhang", GOOD)

REWRITES: Final[dict[str, Callable[[str], bytes]]] = {
    "as it is": str.encode,
    "byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16 little endian with mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 big endian with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without mark": lambda text: text.encode("utf-16-le"),
    "GB18030": lambda text: text.replace("é", "e").replace("í", "i").encode("gb18030"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR CR LF": lambda text: text.replace("\n", "\r\r\n").encode(),
    "old Mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "mixed line ends": lambda text: text.replace("\n", "\r\n", 9).encode(),
    "no ER": lambda text: text.replace("ER  - \n", "").encode(),
    "ER without a blank behind": lambda text: text.replace("ER  - ", "ER  -").encode(),
    "ER without a hyphen": lambda text: text.replace("ER  - ", "ER").encode(),
    "last ER missing": lambda text: text.removesuffix("ER  - \n").encode(),
    "no line end at the end": lambda text: text.removesuffix("\n").encode(),
    "no TY": lambda text: re.sub("TY  - .*\n", "", text).encode(),
    "blank TY": lambda text: re.sub("TY  - .*", "TY  - ", text).encode(),
    "one blank before the hyphen": lambda text: re.sub(r"(?m)^([A-Z][A-Z0-9])  -", r"\1 -", text).encode(),
    "two blanks behind the hyphen": lambda text: re.sub(
        r"(?m)^([A-Z][A-Z0-9])  - ", r"\1  -  ", text
    ).encode(),
    "tab before the hyphen": lambda text: re.sub(r"(?m)^([A-Z][A-Z0-9])  -", r"\1" + "\t-", text).encode(),
    "indented": lambda text: re.sub(r"(?m)^(?=.)", "    ", text).encode(),
    "numbers between records": lambda text: text.replace("TY  - ", "7.\nTY  - ").encode(),
    "headers between records": lambda text: text.replace(
        "TY  - ", "Record #1 of 3\nProvider: X\n\nTY  - "
    ).encode(),
    "glued records": lambda text: text.replace("ER  - \n\nTY", "ER  - TY").encode(),
    "no blank lines": lambda text: text.replace("\n\n", "\n").encode(),
    "blank lines everywhere": lambda text: re.sub(r"\n(?=[A-Z][A-Z0-9]  - )", "\n\n\n", text).encode(),
    "two ER": lambda text: text.replace("ER  - ", "ER  - \nER  - ").encode(),
    "blank lines first": lambda text: b"\n\n\n" + text.encode(),
    "two files with marks joined": lambda text: text.replace("TY  - ", "\ufeffTY  - ").encode(),
    "lower-case tags": lambda text: re.sub(
        r"(?m)^(?!UK)[A-Z][A-Z0-9](?=  -)", lambda tag: tag[0].lower(), text
    ).encode(),
    "indented by eight": lambda text: re.sub(r"(?m)^(?=.)", " " * 8, text.replace("UK  -", "UK -")).encode(),
    "indented by a tab": lambda text: re.sub(r"(?m)^(?=.)", "\t", text).encode(),
    "blanks behind every line": lambda text: text.replace("\n", "   \n").encode(),
    "non-breaking blanks": lambda text: re.sub(
        r"(?m)^([A-Z][A-Z0-9])  - ?", "\\1\u00a0\u00a0-\u00a0", text.replace("UK  -", "UK -")
    ).encode(),
    "long dashes": lambda text: re.sub(
        r"(?m)^([A-Z][A-Z0-9])  -", r"\1  –", text.replace("UK  -", "UK -")
    ).encode(),
    "quoted in a mail": lambda text: re.sub(r"(?m)^", "> ", text.replace("UK  -", "UK -")).encode(),
    "no blank before the hyphen": lambda text: re.sub(
        r"(?m)^([A-Z][A-Z0-9])  - ?", r"\1- ", text.replace("UK  -", "UK -")
    ).encode(),
    "zero bytes": lambda text: (
        text.replace("A made", "A\0 made").replace("Rev", "Rev\0").encode() + b"\0" * 600
    ),
    "zero-width space": lambda text: text.replace("TY  -", "\u200bTY  -").encode(),
    "line and paragraph separators": lambda text: text.replace(
        "Results:", "\u2028\u2029\x85\x0b\x0cResults:"
    ).encode(),
    "tag-like prose": lambda text: text.replace(
        "Results: it", "TYPES of\nER positive\nTY - not\nER - negative tumours\nResults: it"
    ).encode(),
    "junk between records": lambda text: text.replace("TY  - ", "Page 3 of 7\n-----\n<3>\n\nTY  - ").encode(),
    "control-Z at the end": lambda text: text.encode() + b"\x1a",
    "one record in another encoding": lambda text: text.encode().replace(
        "í".encode(), "í".encode("cp1252"), 1
    ),
    "preformatted on a web page": lambda text: f"<pre>\n{text}</pre>\n".encode(),
    "text behind ER": lambda text: text.replace("ER  - ", "ER  - end of record").encode(),
    "a sentence for a type": lambda text: text.replace(
        "TY  - JOUR", "TY  - Journal article with an abstract, peer reviewed"
    ).encode(),
    "UTF-16 big endian without mark": lambda text: text.encode("utf-16-be"),
    "UTF-16 with CRLF": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "unknown tag": lambda text: text.replace("KW  - walking", "ZZ  - Something\nKW  - walking").encode(),
}
