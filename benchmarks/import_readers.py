"""Children of `benchmarks.import`: one reader, one task, a line of JSON.  The rispy half runs in the peers' Python, without us.

python import_readers.py rispy|ours count FILE…    records in each file, null where the reader raises
python import_readers.py rispy|ours time FILE      CPU seconds and peak memory of reading one file
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def by_rispy(path: Path) -> int:
    """Records that rispy reads, opened as its documentation does."""
    import rispy

    with path.open(encoding="utf-8") as stream:
        return len(rispy.load(stream))


def by_us(path: Path) -> int:
    """Records seen by the import: made and refused."""
    from reviews.formats import Reference, read

    with path.open("rb") as stream:
        return sum(isinstance(found, Reference) or found.refused for found in read(stream))


READERS = {"rispy": by_rispy, "ours": by_us}


def count(name: str, paths: list[Path]) -> list[int | None]:
    """Records in each file; None where the reader raises, whatever it raises."""
    counts: list[int | None] = []
    for path in paths:
        try:
            counts.append(READERS[name](path))
        except Exception:
            counts.append(None)
    return counts


def timed(name: str, path: Path) -> dict[str, Any]:
    """What it costs to read one file."""
    before = time.process_time()
    records = READERS[name](path)
    return {
        "records": records,
        "cpu": time.process_time() - before,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    reader, task, *files = sys.argv[1:]
    answer: Any = (
        count(reader, [Path(name) for name in files]) if task == "count" else timed(reader, Path(files[0]))
    )
    sys.stdout.write(json.dumps(answer) + "\n")
