"""The pages of a PDF as a reader needs them. Pure: bytes in; sizes, pictures, words with their places, and finds out.

    with open("article.pdf", "rb") as file:
        sizes = page_sizes(file)                  # points (1/72 inch), as seen
        png = page_png(file, 1, scale=2.0)        # pixels per point
        pages = [page_text(file, n) for n in range(1, len(sizes) + 1)]
    hits = find(pages, "randomised to exercise")  # over line ends and hyphens

Places are fractions of the page's width and height from its top left corner, so that they hold at any scale. The engine is
PDFium, which one thread at a time may use: every call waits for ONE_AT_A_TIME.
"""

from __future__ import annotations

from screening.pdfpages.drawing import SCALES, page_png, scale_for
from screening.pdfpages.engine import ONE_AT_A_TIME
from screening.pdfpages.errors import Busy, NoSuchPage, PdfProblem, Unreadable
from screening.pdfpages.finding import Hit, Place, find, folded
from screening.pdfpages.sizes import MOST_PAGES, Size, page_sizes
from screening.pdfpages.words import Box, PageText, Word, page_text

__all__ = [
    "MOST_PAGES",
    "ONE_AT_A_TIME",
    "SCALES",
    "Box",
    "Busy",
    "Hit",
    "NoSuchPage",
    "PageText",
    "PdfProblem",
    "Place",
    "Size",
    "Unreadable",
    "Word",
    "find",
    "folded",
    "page_png",
    "page_sizes",
    "page_text",
    "scale_for",
]
