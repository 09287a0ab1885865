"""`python -m reviews.deduplication RECORDS.csv -o clusters.csv [--json]`: cluster a table of records.

RECORDS.csv has a header with id and any of title, authors ("; " between), year, journal, volume, pages, doi, pmid.
clusters.csv has id,cluster_id in the order of the input; the cluster is named by its first record.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from dataclasses import asdict
from html import unescape
from pathlib import Path

from reviews.deduplication import Key, Link, cluster_links, find_links

csv.field_size_limit(1 << 27)


def keys_from(path: Path) -> tuple[list[str], list[Key]]:
    """The ids as written, and the keys numbered in that order.  Raises ValueError without an id column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and "id" not in rows[0]:
        raise ValueError(f"{path}: no column called id.")
    return [row["id"] for row in rows], [_key(number, row) for number, row in enumerate(rows)]


def _key(number: int, row: dict[str, str]) -> Key:
    year = re.search(r"\d{4}", row.get("year") or "")
    return Key(
        id=number,
        title=row.get("title") or "",
        authors=tuple(filter(None, (name.strip() for name in unescape(row.get("authors") or "").split(";")))),
        year=int(year[0]) if year else None,
        journal=row.get("journal") or "",
        volume=row.get("volume") or "",
        pages=row.get("pages") or "",
        doi=row.get("doi") or "",
        pmid=row.get("pmid") or "",
        issue=row.get("issue") or row.get("number") or "",
        abstract=row.get("abstract") or "",
        kind=row.get("kind") or row.get("type") or "",
        accession=row.get("accession") or "",
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m reviews.deduplication", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("records", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="CLUSTERS.csv")
    parser.add_argument("--json", action="store_true", help="print every link with its evidence")
    options = parser.parse_args(arguments)
    try:
        names, keys = keys_from(options.records)
    except (OSError, ValueError) as error:
        parser.exit(2, f"{error}\n")
    links = find_links(keys)
    clusters = cluster_links(range(len(names)), links)
    with options.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "cluster_id"])
        writer.writerows((name, names[clusters[number]]) for number, name in enumerate(names))
    sys.stdout.write(_report(names, links, clusters, as_json=options.json))
    return 0


def _report(names: list[str], links: list[Link], clusters: dict[int, int], *, as_json: bool) -> str:
    rules = Counter(link.rule for link in links)
    distinct = len(set(clusters.values()))
    if as_json:
        rows = [{**asdict(link), "a": names[link.a], "b": names[link.b]} for link in links]
        summary = {"records": len(names), "articles": distinct, "rules": rules, "links": rows}
        return json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    lines = [f"{len(names)} records, {distinct} articles, {len(names) - distinct} duplicates"]
    lines += [f"  {rule}: {count} links" for rule, count in rules.most_common()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
