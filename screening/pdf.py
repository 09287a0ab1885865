"""Is an uploaded file a PDF that a colleague can read? Pure: bytes in, a page count or a clear refusal out."""

from __future__ import annotations

from typing import IO

import pypdfium2

from screening.pdfpages import ONE_AT_A_TIME

#: Readers look for the mark of a PDF in its first kilobyte; some files have junk before it.
_HEAD = 1024

_LOOKS_LIKE = (
    (b"PK\x03\x04", "This is a Word document or a ZIP archive, not a PDF. Save it as PDF first."),
    (b"\xd0\xcf\x11\xe0", "This is an old Word document, not a PDF. Save it as PDF first."),
    (b"%!PS", "This is a PostScript file, not a PDF. Convert it first."),
    (b"\x89PNG", "This is a picture, not a PDF."),
    (b"\xff\xd8\xff", "This is a picture, not a PDF."),
)


class NotReadable(ValueError):
    """The file cannot be read as a PDF; the message says why and what helps."""


def count_pages(file: IO[bytes]) -> int:
    """The number of pages (at least 1) of a PDF that opens without a password.

    Reads `file` from its start and leaves it there. Raises NotReadable for anything that is not such a PDF.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    _check_head(head)
    try:
        with ONE_AT_A_TIME:
            document = pypdfium2.PdfDocument(file, autoclose=False)
            try:
                pages = len(document)
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise NotReadable(_why(str(error))) from error
    finally:
        file.seek(0)
    if pages < 1:
        raise NotReadable("This PDF has no pages.")
    return pages


def _check_head(head: bytes) -> None:
    if not head:
        raise NotReadable("The file is empty.")
    if b"%PDF-" in head:
        return
    for mark, message in _LOOKS_LIKE:
        if head.startswith(mark):
            raise NotReadable(message)
    if b"<html" in head.lower() or b"<!doctype html" in head.lower():
        raise NotReadable(
            "This is a web page, not a PDF. Publishers often send their sign-in page under the name of the article: "
            "open the article in the browser and save the PDF from there."
        )
    raise NotReadable("This is not a PDF.")


def _why(message: str) -> str:
    if "password" in message.lower():
        return "This PDF is locked with a password. Save a copy without it and upload that."
    return "This PDF is damaged or incomplete and cannot be opened. Download it again."


def first_words(file: IO[bytes], *, pages: int = 2) -> str:
    """The title in the document's own description, and the text of its first pages; "" where it is a picture.

    Reads `file` from its start and leaves it there. Raises NotReadable as `count_pages` does.
    """
    count_pages(file)
    try:
        with ONE_AT_A_TIME:
            document = pypdfium2.PdfDocument(file, autoclose=False)
            try:
                said = [document.get_metadata_dict().get("Title", "")]
                said += [_text_of(document[number]) for number in range(min(pages, len(document)))]
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise NotReadable(_why(str(error))) from error
    finally:
        file.seek(0)
    return "\n".join(said)


def _text_of(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded())
    finally:
        text.close()
        page.close()
