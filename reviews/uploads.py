"""Receives uploaded files on disk, and stops storing one that is larger than allowed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Leaves out a file beyond UPLOAD_LIMIT and remembers its name: the rest of it never reaches the disk."""

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece to the temporary file."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_LIMIT:
            self.file.close()
            request: Any = self.request
            request.too_large = [*too_large(request), self.file_name or "The file"]
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def too_large(request: HttpRequest | None) -> list[str]:
    """The names of the files of this request that were left out for their size."""
    return getattr(request, "too_large", [])


def too_large_in_words(name: str) -> str:
    """What the person is told."""
    limit = settings.UPLOAD_LIMIT // (1024 * 1024)
    return f"{name} is larger than {limit} MB. Export fewer records at a time, and upload the files one after the other."
