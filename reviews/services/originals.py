"""Makes the plain text of a workbook, to which lines and places of its records refer: once, and it stays."""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from django.core.files.base import File

from reviews.formats import Sniffed, plain_text
from reviews.models import Import

#: Formats that are rendered as text first, because their records have no place of their own in the file.
RENDERED: Final = frozenset({"xlsx"})


def render(origin: Import) -> None:
    """Make the text of a workbook and keep it beside the file; nothing for any other format, or if it is there.

    It is made anew if a worker died before its name was written down. Raises FormatError for a damaged workbook.
    """
    if origin.format not in RENDERED or origin.text:
        return
    name = f"{origin.sha256[:16]}-{origin.pk}.csv"
    with origin.file.open("rb") as stream:
        sniffed = Sniffed(origin.format, origin.encoding, origin.dialect, "")
        text = plain_text(cast("BinaryIO", stream), sniffed)
        origin.text.storage.delete(origin.text.field.generate_filename(origin, name))
        origin.text.save(name, File(text), save=False)
    Import.objects.filter(pk=origin.pk).update(text=origin.text.name)
