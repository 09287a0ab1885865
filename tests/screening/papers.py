"""PDFs with known words at known places, written by hand: Helvetica on A4, one list of lines for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

A4 = (595, 842)

#: A paper of three pages: what is quoted stands on the second, over a line end and a hyphen.
PAPER = (
    ("Exercise in ALS", "We searched for trials of exercise."),
    (
        "Methods. We randomised 48 patients to exer-",
        "cise or usual care (n = 24 each). The primary",
        "outcome was the ALSFRS-R at 6-",
        "month follow-up. Adverse events were counted.",
    ),
    ("Discussion", "Exercise was safe."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a place (points from the lower left corner)."""

    text: str
    x: float
    y: float
    size: float = 11


def paper(pages: Sequence[Sequence[str | Line]] = PAPER, *, extra: str = "") -> bytes:
    """A PDF: plain lines run down the page from its top, 14 points each; `extra` goes into each page's description.

    A page without lines has no text, like a scan.
    """
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        box = "" if "/MediaBox" in extra else f"/MediaBox [0 0 {A4[0]} {A4[1]}]"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {box} /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R {extra} >>"
        )
        drawn = "\n".join(_drawn(line, at) for at, line in enumerate(lines))
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
    return _file([text.encode("cp1252") for text in objects])


def _drawn(line: str | Line, at: int) -> str:
    if isinstance(line, str):
        line = Line(line, 72, 760 - 14 * at)
    text = line.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F1 {line.size} Tf {line.x} {line.y} Td ({text}) Tj ET"


def _file(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % size
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    )
