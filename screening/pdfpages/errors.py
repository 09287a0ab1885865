"""What can be wrong with a PDF or with a page of it; each message is a sentence for the reader."""

from __future__ import annotations


class PdfProblem(ValueError):
    """The PDF, or what was asked of it, cannot be shown; the message says why and what helps."""


class Unreadable(PdfProblem):
    """The file is damaged, locked, or no PDF at all."""


class NoSuchPage(PdfProblem):
    """The PDF has fewer pages than that."""


class Busy(PdfProblem):
    """Another page takes so long to be drawn that this one was not begun."""
