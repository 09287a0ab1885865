"""Everything `./quorum check` looks at: one line each, and the whole output of what fails."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(sys.executable).parent
FLOORS = ("config", "reviews", "screening", "extraction", "synthesis", "demo")


@dataclass(frozen=True, slots=True)
class Check:
    """A command that ends with 0 when all is well."""

    name: str
    command: Sequence[str]


def checks() -> list[Check]:
    """All of them, cheap ones first."""
    templates = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("templates/**/*.html"))]
    floors = [name for name in FLOORS if (ROOT / name).is_dir()]
    found = [
        Check("format", ["ruff", "format", "--check", "."]),
        Check("lint", ["ruff", "check", "."]),
        Check("templates", ["djade", "--check", "--target-version", "5.2", *templates]),
        Check("contracts", ["lint-imports"]),
        Check("settings", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]),
        Check("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check("dead code", ["vulture"]),
        Check("dependencies", ["deptry", "--no-ansi", "."]),
        Check(
            "security",
            ["bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "quorum", *floors],
        ),
        Check("types", ["mypy", "."]),
        Check("types of the launcher", ["mypy", "--scripts-are-modules", "quorum"]),
    ]
    return [check for check in found if check.name != "templates" or templates]


def production(state: str) -> dict[str, str]:
    """The environment of a server, so that `check --deploy` sees what a server would."""
    return {
        **os.environ,
        "QUORUM_STATE_DIR": state,
        "QUORUM_SECRET_KEY": secrets.token_urlsafe(50),
        "QUORUM_DEBUG": "0",
        "QUORUM_ORIGIN": "https://quorum.example.org",
        "QUORUM_BEHIND_PROXY": "1",
        "DATABASE_URL": "",
    }


def passes(check: Check) -> bool:
    """Run one check and tell how it went."""
    program = [str(PROGRAMS / check.command[0]), *check.command[1:]]
    with tempfile.TemporaryDirectory(prefix="quorum-") as state:
        done = subprocess.run(
            program,
            cwd=ROOT,
            env=production(state),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    print(f"{'FAILED' if done.returncode else 'ok':6}  {check.name}", flush=True)
    if done.returncode:
        print("\n".join(f"        {line}" for line in done.stdout.splitlines()), flush=True)
    return done.returncode == 0


def main(names: Sequence[str]) -> int:
    """Run the checks named, or all; 0 when all is well."""
    known = checks()
    unknown = set(names) - {check.name for check in known}
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(c.name for c in known)}.")
        return 2
    results = [passes(check) for check in known if not names or check.name in names]
    print(f"\n{sum(results)} of {len(results)} checks are fine.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
