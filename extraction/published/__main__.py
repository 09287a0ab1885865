"""Command line: python -m extraction.published FILE checks the claims in a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from extraction.published import Report, Status, check_text
from extraction.published.verdicts import Checked


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 when every claim that can be checked follows, 1 when one does not, 2 for a line or file that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m extraction.published", description=__doc__)
    parser.add_argument("file", type=Path, help="the claims, one a line; - reads standard input")
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if str(options.file) == "-" else options.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{options.file}: {error}\n")
        return 2
    report = check_text(text)
    sys.stdout.write(_told(report))
    for problem in report.problems:
        sys.stderr.write(f"line {problem.line}: {problem.message}\n")
    if report.problems:
        return 2
    return 1 if report.having(Status.DOES_NOT_FOLLOW) else 0


def _told(report: Report) -> str:
    lines = []
    for status in Status:
        claims = report.having(status)
        lines += [f"{status.value} ({len(claims)})", *(line for one in claims for line in _claim(one)), ""]
    return "\n".join(lines)


def _claim(one: Checked) -> list[str]:
    lines = [f"  {one.claim.ref}  {one.claim.what or one.claim.head.text}"]
    for verdict in one.verdicts:
        if verdict.status is one.status:
            lines.append(
                f"      {verdict.check}: {verdict.expected}{f'; printed: {verdict.found}' if verdict.found else ''}"
            )
        if verdict.how_far:
            lines.append(f"      off by {verdict.how_far}. Often: {verdict.usual_cause}.")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
