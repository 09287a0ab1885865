"""`python -m reviews.deduplication RECORDS.csv -o clusters.csv [--maybe maybe.csv] [--json]`: cluster a table of records.

RECORDS.csv has a header with id and any of title, authors ("; " between), year, journal, volume, issue (or number), pages,
doi, pmid, abstract, type (or kind) and accession.
clusters.csv has id,cluster_id in the order of the input; the cluster is named by its first record.
maybe.csv has id1,id2,rule: what a person should look at, once for each two clusters.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from html import unescape
from pathlib import Path
from sys import intern

from reviews.deduplication import Band, Key, Link, Question, cluster_links, find_links, questions

csv.field_size_limit(1 << 27)
_LETTERS_OF_AN_ABSTRACT = 600


def keys_from(path: Path) -> tuple[list[str], list[Key]]:
    """The ids as written, and the keys numbered in that order.

    Raises ValueError without an id column, or with an id that comes twice.
    """
    names: list[str] = []
    keys: list[Key] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is not None and "id" not in reader.fieldnames:
            raise ValueError(f"{path}: no column called id.")
        for number, row in enumerate(reader):
            names.append(row["id"])
            keys.append(_key(number, row))
    if len(set(names)) < len(names):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise ValueError(f"{path}: the id {twice} comes more than once.")
    return names, keys


def _key(number: int, row: dict[str, str]) -> Key:
    year = re.search(r"\d{4}", row.get("year") or "")
    # An entity ends with a semicolon, as an author does.
    authors = unescape(row.get("authors") or "").split(";")
    return Key(
        id=number,
        title=row.get("title") or "",
        authors=tuple(filter(None, (name.strip() for name in authors))),
        year=int(year[0]) if year else None,
        journal=intern(row.get("journal") or ""),
        volume=intern(row.get("volume") or ""),
        pages=row.get("pages") or "",
        doi=row.get("doi") or "",
        pmid=row.get("pmid") or "",
        issue=intern(row.get("issue") or row.get("number") or ""),
        # Only the beginnings of abstracts are compared.
        abstract=(row.get("abstract") or "")[:_LETTERS_OF_AN_ABSTRACT],
        kind=intern(row.get("kind") or row.get("type") or ""),
        accession=row.get("accession") or "",
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m reviews.deduplication", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("records", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="CLUSTERS.csv")
    parser.add_argument("--maybe", type=Path, metavar="MAYBE.csv", help="write what a person should look at")
    parser.add_argument("--json", action="store_true", help="print every link with its evidence")
    options = parser.parse_args(arguments)
    try:
        names, keys = keys_from(options.records)
    except (OSError, ValueError, csv.Error) as error:
        parser.exit(2, f"{error}\n")
    links = find_links(keys)
    clusters = cluster_links(range(len(names)), links)
    asked = questions(links, clusters)
    rows = [(name, names[clusters[number]]) for number, name in enumerate(names)]
    _write(options.output, ("id", "cluster_id"), rows)
    if options.maybe:
        pairs = [link for question in asked for link in question.pairs]
        _write(
            options.maybe,
            ("id1", "id2", "rule"),
            [(names[link.a], names[link.b], link.rule) for link in pairs],
        )
    report = _as_json if options.json else _as_text
    sys.stdout.write(report(names, links, clusters, asked))
    return 0


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _as_json(names: list[str], links: list[Link], clusters: dict[int, int], asked: list[Question]) -> str:
    rows = [{**asdict(link), "a": names[link.a], "b": names[link.b]} for link in links]
    groups = [[names[number] for number in question.members] for question in asked]
    summary = {
        "records": len(names),
        "articles": len(set(clusters.values())),
        "rules": Counter(link.rule for link in links),
        "questions": groups,
        "links": rows,
    }
    return json.dumps(summary, ensure_ascii=False, indent=1) + "\n"


def _as_text(names: list[str], links: list[Link], clusters: dict[int, int], asked: list[Question]) -> str:
    distinct = len(set(clusters.values()))
    lines = [
        f"{len(names)} records, {distinct} articles, {len(names) - distinct} duplicates, {len(asked)} questions"
    ]
    for band in Band:
        counts = Counter(link.rule for link in links if link.band is band)
        lines += [f"  {band}: {rule}: {count} links" for rule, count in counts.most_common()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
