"""PDFium, opened and closed safely: one thread at a time, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pypdfium2

from screening.pdfpages.errors import Busy, NoSuchPage, Unreadable

#: PDFium may be used by one thread at a time only; whoever calls it in this process holds this lock.
ONE_AT_A_TIME = threading.Lock()

#: Seconds to wait for a colleague's page before saying that the server is busy.
PATIENCE = 20.0

LOCKED = "This PDF is locked with a password. Save a copy without it and upload that."
DAMAGED = "This PDF is damaged or incomplete and cannot be opened. Download it again."


@contextmanager
def opened(file: IO[bytes]) -> Iterator[pypdfium2.PdfDocument]:
    """The document in `file`, which is read from its start and left open.

    Raises Unreadable for what PDFium cannot open or read on, Busy when the engine is not free within PATIENCE.
    """
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise Busy("The server is busy drawing another page. Try again in a moment.")
    try:
        file.seek(0)
        document = pypdfium2.PdfDocument(file, autoclose=False)
        try:
            yield document
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(LOCKED if "password" in str(error).lower() else DAMAGED) from error
    finally:
        ONE_AT_A_TIME.release()


@contextmanager
def opened_page(file: IO[bytes], number: int) -> Iterator[pypdfium2.PdfPage]:
    """Page `number` (from 1) of the document in `file`. Raises NoSuchPage, and what `opened` raises."""
    with opened(file) as document:
        if not 1 <= number <= len(document):
            raise NoSuchPage(f"This PDF has no page {number}.")
        page = document[number - 1]
        try:
            yield page
        finally:
            page.close()
