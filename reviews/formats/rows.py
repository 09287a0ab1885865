"""Cut a table into rows, as a stream of bytes in flat memory; a line end within quotation marks is part of its cell."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from reviews.formats.encodings import Source

# A quotation mark that is never closed would swallow the rest of the file.
_LONGEST_ROW: Final = 4 << 20
_MOST_LINES: Final = 2000


def rows(source: Source, mark: str, *, quoted: bool) -> Iterator[bytes]:
    """Rows with their line ends."""
    waiting: deque[bytes] = deque()
    rest = b""
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        waiting.extend(line + b"\n" for line in lines)
        yield from _whole_rows(waiting, mark.encode(), quoted=quoted, at_end=False)
    if rest:
        waiting.append(rest)
    yield from _whole_rows(waiting, mark.encode(), quoted=quoted, at_end=True)


def _whole_rows(waiting: deque[bytes], mark: bytes, *, quoted: bool, at_end: bool) -> Iterator[bytes]:
    """Take the rows that are complete from the lines that wait."""
    while waiting:
        size, count, within = 0, 0, False
        for line in waiting:
            count, size = count + 1, size + len(line)
            within = quoted and _ends_within_quotes(line, mark, within=within)
            if not within:
                break
        else:
            if not at_end and size < _LONGEST_ROW and count < _MOST_LINES:
                return
            count = 1
        yield b"".join(waiting.popleft() for _ in range(count))


def _ends_within_quotes(line: bytes, mark: bytes, *, within: bool) -> bool:
    """Whether a cell is still open at the end of a line; a quotation mark opens one only where the cell begins."""
    if b'"' not in line:
        return within
    at = 0
    while True:
        if not within:
            if line[at : at + 1] != b'"':
                at = line.find(mark, at) + 1
                if not at:
                    return False
                continue
            at += 1
        within = True
        at = line.find(b'"', at) + 1
        if not at:
            return True
        if line[at : at + 1] == b'"':
            at += 1
            continue
        within = False
        at = line.find(mark, at) + 1
        if not at:
            return False
