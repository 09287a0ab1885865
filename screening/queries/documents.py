"""What is read out of a kept PDF: its pages, their words, and where words occur. The file never changes, so it is cached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.core.cache import cache

from screening.models import Document
from screening.pdfpages import Hit, PageText, Size, find, page_png, page_sizes, page_text

#: Seconds. What is cached is found by the file's content, so only the room it takes bounds this.
KEPT = 24 * 3600

#: Goes up when the same file would be read differently, so that nothing old is shown.
READER = 1

#: So many pages are searched; reading the words of one takes some 40 milliseconds the first time.
MOST_SEARCHED = 300


@contextmanager
def _file_of(document: Document) -> Iterator[IO[bytes]]:
    """The kept file. Raises FileNotFoundError if the server has lost it."""
    with document.file.open("rb") as file:
        yield file


def sizes_of(document: Document) -> tuple[Size, ...]:
    """The size of each page. Raises PdfProblem or FileNotFoundError."""
    key = f"pdf-sizes:{READER}:{document.sha256}"
    sizes: tuple[Size, ...] | None = cache.get(key)
    if sizes is None:
        with _file_of(document) as file:
            sizes = page_sizes(file)
        cache.set(key, sizes, KEPT)
    return sizes


def picture_of(document: Document, number: int, scale: float) -> bytes:
    """A page as PNG; the browser keeps it, the server does not. Raises PdfProblem or FileNotFoundError."""
    with _file_of(document) as file:
        return page_png(file, number, scale)


def words_of(document: Document, number: int) -> PageText:
    """The words of a page. Raises PdfProblem or FileNotFoundError."""
    key = f"pdf-words:{READER}:{document.sha256}:{number}"
    words: PageText | None = cache.get(key)
    if words is None:
        with _file_of(document) as file:
            words = page_text(file, number)
        cache.set(key, words, KEPT)
    return words


def hits_in(document: Document, query: str) -> list[Hit]:
    """Where words occur in the first MOST_SEARCHED pages. Raises PdfProblem or FileNotFoundError."""
    if not query.strip():
        return []
    count = min(len(sizes_of(document)), MOST_SEARCHED)
    return find([words_of(document, number) for number in range(1, count + 1)], query)
