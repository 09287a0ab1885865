"""An update search into a large review: only the new records' blocks are looked up.  PYTHON -m benchmarks.duplicates.update"""

from __future__ import annotations

import argparse
import json
import sys
import time
from array import array
from collections import defaultdict
from pathlib import Path

from reviews.deduplication import Band, Key, block_names, find_links, find_links_against
from reviews.deduplication.__main__ import keys_from


def main() -> int:
    """Print the processor seconds of the update alone, and whether it found what a run over all records finds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=Path)
    parser.add_argument("--new", type=int, default=1000)
    options = parser.parse_args()
    _, keys = keys_from(options.records)
    known, new = keys[: -options.new], keys[-options.new :]
    # What a review keeps in an indexed table: the names of the blocks, and which records hang together.
    index: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
    for key in known:
        for name in block_names(key):
            index[name].append(key.id)
    before = find_links(known)
    linked: defaultdict[int, list[int]] = defaultdict(list)
    for link in before:
        if link.band is Band.SAME:
            linked[link.a].append(link.b)
            linked[link.b].append(link.a)
    start = time.process_time()
    near = _near(new, index, linked)
    found = find_links_against(new, [keys[number] for number in near])
    seconds = time.process_time() - start
    everything = set(find_links(keys))
    print(
        json.dumps(
            {
                "known": len(known),
                "new": len(new),
                "looked_at": len(near),
                "links": len(found),
                "seconds": seconds,
                "as_from_scratch": everything == set(before) | set(found),
            }
        )
    )
    return 0


def _near(new: list[Key], index: dict[int, array[int]], linked: dict[int, list[int]]) -> list[int]:
    """The known records that share a block with a new one, and all that hang together with them."""
    found = {number for key in new for name in block_names(key) for number in index.get(name, ())}
    waiting = list(found)
    while waiting:
        fresh = set(linked.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main())
