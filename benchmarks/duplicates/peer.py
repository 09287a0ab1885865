"""bib-dedupe on a table of records, as a program of its own: PYTHON peer.py RECORDS.csv CLUSTERS.csv MAYBE.csv.

It runs in the peer's environment, so it imports nothing of ours.
"""

from __future__ import annotations

import csv
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

FIELDS = {
    "id": "ID",
    "title": "title",
    "authors": "author",
    "year": "year",
    "journal": "journal",
    "volume": "volume",
    "number": "number",
    "pages": "pages",
    "doi": "doi",
    "abstract": "abstract",
    "type": "ENTRYTYPE",
}
TYPES = {
    "article",
    "inproceedings",
    "proceedings",
    "incollection",
    "inbook",
    "book",
    "phdthesis",
    "techreport",
    "misc",
}


def main(records: str, clusters: str, maybe: str) -> int:
    """Read, deduplicate on one processor, write both tables."""
    csv.field_size_limit(1 << 27)
    pandas: Any = import_module("pandas")
    tool: Any = import_module("bib_dedupe.bib_dedupe")
    components: Any = import_module("bib_dedupe.cluster")
    with Path(records).open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {theirs: row.get(ours) or "" for ours, theirs in FIELDS.items()} for row in csv.DictReader(file)
        ]
    for row in rows:
        row["author"] = row["author"].replace("; ", " and ")
        # It looks at the journal of an article only if the type is BibTeX's word for one.
        row["ENTRYTYPE"] = row["ENTRYTYPE"] if row["ENTRYTYPE"] in TYPES else "article"
    prepared = tool.prep(pandas.DataFrame(rows), cpu=1, verbosity_level=0)
    matched = tool.match(tool.block(prepared, cpu=1), cpu=1)
    certain = matched[matched["duplicate_label"] == "duplicate"]
    asked = matched[matched["duplicate_label"] == "maybe"]
    cluster_of = {name: group[0] for group in components.get_connected_components(certain) for name in group}
    write(clusters, ("id", "cluster_id"), [(row["ID"], cluster_of.get(row["ID"], row["ID"])) for row in rows])
    write(maybe, ("id1", "id2"), asked[["ID_1", "ID_2"]].to_numpy().tolist())
    return 0


def write(path: str, header: tuple[str, ...], rows: Any) -> None:
    """Write a table."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
