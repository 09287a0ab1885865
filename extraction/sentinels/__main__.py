"""`python -m extraction.sentinels FILE.csv`: what the sentinels find in a spreadsheet of results.

Exit code 0: no serious finding; 1: some; 2: the file or the arguments cannot be read.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import textwrap
from pathlib import Path

from extraction.sentinels.findings import Finding
from extraction.sentinels.running import SENTINELS, check_review, sentinel_named
from extraction.sentinels.spreadsheet import BadSpreadsheet, read


def main(arguments: list[str] | None = None) -> int:
    """Check the file, print what was found, and tell by the exit code whether any of it is serious."""
    parser = argparse.ArgumentParser(
        prog="python -m extraction.sentinels",
        description="Find numbers that do not follow from each other.",
        epilog="The columns are listed in docs/sentinels.md.",
    )
    parser.add_argument("file", type=Path, help="CSV text with a heading, one result in each row")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument(
        "--only", metavar="KIND", choices=[one.kind for one in SENTINELS], default="", help="run one sentinel"
    )
    asked = parser.parse_args(arguments)
    try:
        results = read(asked.file)
    except BadSpreadsheet as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    found = check_review(results, only=asked.only)
    sys.stdout.write(_as_json(found) if asked.json else _as_text(found, len(results)))
    return 1 if any(one.severity == "serious" for one in found) else 0


def _as_json(found: list[Finding]) -> str:
    rows = [{**dataclasses.asdict(one), "fingerprint": one.fingerprint} for one in found]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _as_text(found: list[Finding], rows: int) -> str:
    parts = [_paragraph(one) for one in found]
    serious = sum(one.severity == "serious" for one in found)
    parts.append(f"{rows} rows, {serious} serious findings, {len(found) - serious} notes\n")
    return "\n".join(parts)


def _paragraph(one: Finding) -> str:
    place = ", ".join(part for part in (one.study, one.outcome) if part)
    numbers = "; ".join(f"{key}: {text}" for key, text in zip(one.where, one.texts, strict=True))
    lines = [
        f"{one.severity.upper()}  {sentinel_named(one.kind).title} [{one.kind}]  {place}",
        f"expected  {one.expected}",
        f"found     {one.found}",
        f"how far   {one.how_far}",
        f"usually   {one.usual_cause}",
        f"where     {numbers}",
    ]
    folded = [textwrap.fill(line, 110, subsequent_indent=" " * 12, initial_indent="  ") for line in lines[1:]]
    return "\n".join([lines[0], *folded]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
