"""Files into one zip, the same bytes for the same files, and checksums by which each can be checked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Final

#: The earliest time that a zip can hold: when a bundle was made is no part of what it says.
_TIME: Final = (1980, 1, 1, 0, 0, 0)
#: A plain file that everybody may read.
_MODE: Final = 0o100644 << 16
SUMS: Final = "SHA256SUMS"


def checksums(files: Mapping[str, bytes]) -> bytes:
    """SHA-256 of each file, in the format that `sha256sum --check` reads."""
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return "".join(lines).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, sorted, without times: equal files give equal bytes.

    Raises ValueError for a path that would leave the folder into which somebody unzips it.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            if path.startswith("/") or "\\" in path or ".." in path.split("/"):
                raise ValueError(f"{path!r} is no place inside a folder.")
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = _MODE
            archive.writestr(entry, files[path])
    return out.getvalue()
