"""`python -m reviews.formats FILE… [--json | --to ris]`: say what files hold and what is odd in them, or convert them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from reviews.formats import FormatError, Reference, read, write_ris
from reviews.formats.examining import Examination, examine


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if every file could be read, 1 if one could not, 2 for a missing file."""
    parser = argparse.ArgumentParser(
        prog="python -m reviews.formats", description="Say what reference files hold and what is odd in them."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.add_argument("--to", choices=["ris"], help="write all records to standard output in this format")
    options = parser.parse_args(arguments)
    try:
        if options.to:
            return _convert(options.files)
        reports = [(path, examine(path)) for path in options.files]
    except OSError as error:
        parser.exit(2, f"{error}\n")
    if options.json:
        sys.stdout.write(
            json.dumps([_as_data(path, report) for path, report in reports], ensure_ascii=False, indent=1)
        )
        sys.stdout.write("\n")
    else:
        for path, report in reports:
            sys.stdout.write(_as_text(path, report))
    return int(any(report.error for _, report in reports))


def _convert(paths: list[Path]) -> int:
    failed = 0
    for path in paths:
        with path.open("rb") as stream:
            try:
                found = (item for item in read(stream) if isinstance(item, Reference))
                for text in write_ris(found):
                    sys.stdout.write(text)
            except FormatError as error:
                sys.stderr.write(f"{path}: {error}\n")
                failed = 1
    return failed


def _as_data(path: Path, report: Examination) -> dict[str, object]:
    return {
        "file": str(path),
        **asdict(report.sniffed),
        "sha256": report.sha256,
        "records": report.seen,
        "made": report.made,
        "refused": report.refused,
        "error": report.error,
        "problems_by_code": report.by_code,
        "problems": [asdict(found) for found in report.problems],
    }


def _as_text(path: Path, report: Examination) -> str:
    what = report.sniffed
    if report.error:
        return f"{path}: {report.error}\n"
    dialect = f" ({what.dialect})" if what.dialect else ""
    count = f"{report.seen} records = {report.made} read + {report.refused} refused"
    lines = [f"{path}: {what.format}{dialect}, {what.encoding}; {count}"]
    for found in report.problems:
        tag = f" {found.tag}" if found.tag else ""
        state = "REFUSED " if found.refused else ""
        lines.append(f"  line {found.line}{tag}: {state}{found.message} {found.remedy}")
        if found.excerpt:
            lines.append(f"    {found.excerpt[:100]}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
