"""Command line: python -m synthesis.stats verify FILE.json… replays reference cases against this engine."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from synthesis.stats.errors import StatsError
from synthesis.stats.verification import Report, verify


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 when every case passed, 1 when one did not, 2 when a file could not be read."""
    parser = argparse.ArgumentParser(prog="python -m synthesis.stats", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("verify", help="replay reference cases and report agreement")
    command.add_argument("files", nargs="+", type=Path)
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.add_argument("--family", action="append", default=[], help="only this family (repeatable)")
    options = parser.parse_args(arguments)
    try:
        report = verify(options.files, frozenset(options.family))
    except StatsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(_as_json(report) if options.json else _as_text(report))
    return 0 if report.ok else 1


def _as_json(report: Report) -> str:
    data = {
        "ok": report.ok,
        "families": [asdict(tally) for tally in report.tallies()],
        "cases": [asdict(outcome) for outcome in report.outcomes],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _as_text(report: Report) -> str:
    lines = [f"{'family':<18}{'passed':>8}{'failed':>8}{'unsupported':>13}  worst relative error"]
    for tally in report.tallies():
        worst = f"{tally.worst:.1e}" if tally.passed else "–"
        lines.append(f"{tally.family:<18}{tally.passed:>8}{tally.failed:>8}{tally.unsupported:>13}  {worst}")
    lines += [f"failed {o.case_id} ({o.family}): {o.detail}" for o in report.outcomes if o.status == "failed"]
    passed = [outcome for outcome in report.outcomes if outcome.status == "passed"]
    # Beyond the tolerance, but with a reason: a higher likelihood, or R itself gave up or is inaccurate.
    argued = [outcome for outcome in passed if outcome.detail]
    lines += [f"passed by its reason {o.case_id} ({o.family}): {o.detail}" for o in argued]
    lines.append(
        f"{len(passed)} of {len(report.outcomes)} cases passed, {len(argued)} of them by the reasons above."
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
