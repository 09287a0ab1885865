"""`python -m reviews.formats FILE… [--json | --to FORMAT -o OUT]`: say what files hold and what is odd, or convert them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final

from reviews.formats.columns import FIELDS, Columns, MappingNeeded
from reviews.formats.examining import Examination, examine
from reviews.formats.reading import read
from reviews.formats.reference import FormatError, Reference
from reviews.formats.writing import WRITERS, write

_EPILOG: Final = """\
A table whose columns have names of their own is read with --map:
  python -m reviews.formats list.xlsx --map "Name of paper=title" --map "Who=authors:|" --to ris -o list.ris
The fields are {fields}; authors:X says that X parts the authors.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if every file could be read, 1 if one could not, 2 for a missing file or a wrong option."""
    parser = _parser()
    options = parser.parse_args(arguments)
    mapping = dict(_pair(parser, text) for text in options.map)
    try:
        if options.to:
            return _convert(options.files, options.to, options.output, mapping)
        if options.output:
            parser.error("-o goes with --to")
        reports = [(path, examine(path, mapping=mapping)) for path in options.files]
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reviews.formats",
        description="Say what reference files hold and what is odd in them, or convert them.",
        epilog=_EPILOG.format(fields=", ".join(FIELDS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.add_argument("--to", choices=[*WRITERS], help="write the records of all files in this format")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="where to, instead of standard output"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="what a column of a table holds (may be repeated)",
    )
    return parser


def _pair(parser: argparse.ArgumentParser, text: str) -> tuple[str, str]:
    column, mark, field = text.rpartition("=")
    if not mark or field.partition(":")[0] not in FIELDS:
        parser.error(f"--map {text}: COLUMN=FIELD is wanted, where FIELD is one of {', '.join(FIELDS)}")
    return column, field


def _convert(paths: list[Path], to: str, output: Path | None, mapping: dict[str, str]) -> int:
    """All records of all files in one file; a file that cannot be read is said, and the others go on."""
    failed: list[str] = []
    for path in paths:
        path.open("rb").close()
    # A file that is to be replaced may be one of those that are read.
    whole = write(_references(paths, mapping, failed), to)
    if output:
        beside = output.with_name(f"{output.name}.part")
        with beside.open("wb") as stream:
            stream.writelines(whole)
        beside.replace(output)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(whole)
        sys.stdout.buffer.flush()
    sys.stderr.writelines(f"{line}\n" for line in failed)
    return int(bool(failed))


def _references(paths: list[Path], mapping: dict[str, str], failed: list[str]) -> Iterator[Reference]:
    for path in paths:
        with path.open("rb") as stream:
            try:
                yield from _only_references(stream, mapping)
            except MappingNeeded as error:
                failed.append(f"{path}: {error}\n{_columns(error.columns)}")
            except FormatError as error:
                failed.append(f"{path}: {error}")


def _only_references(stream: BinaryIO, mapping: dict[str, str]) -> Iterator[Reference]:
    return (item for item in read(stream, mapping=mapping) if isinstance(item, Reference))


def _as_data(path: Path, report: Examination) -> dict[str, object]:
    return {
        "file": str(path),
        **asdict(report.sniffed),
        "sha256": report.sha256,
        "records": report.seen,
        "made": report.made,
        "refused": report.refused,
        "error": report.error,
        "columns": [asdict(column) for column in report.columns.columns] if report.columns else None,
        "problems_by_code": report.by_code,
        "problems": [asdict(found) for found in report.problems],
    }


def _as_text(path: Path, report: Examination) -> str:
    what = report.sniffed
    if report.error:
        return f"{path}: {report.error}\n" + (_columns(report.columns) if report.columns else "")
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


def _columns(columns: Columns) -> str:
    """The columns with what we guess, ready to be said with --map."""
    return "".join(
        f'  --map "{column.name}={column.field or "ignore"}"   e.g. {" | ".join(column.samples)[:70]}\n'
        for column in columns.columns
    )


if __name__ == "__main__":
    sys.exit(main())
