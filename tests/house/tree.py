"""The files of the project, without what is made from them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("reviews", "screening", "extraction", "synthesis")
APPS = (*FLOORS, "demo")
MADE = {"var", "node_modules", "__pycache__", "htmlcov"}


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """Our files with these suffixes (all files without any), sorted; hidden folders but .ci are not ours."""
    found = []
    for path in sorted(under.iterdir()):
        if path.is_dir():
            if path.name not in MADE and (not path.name.startswith(".") or path.name == ".ci"):
                found += files(*suffixes, under=path)
        elif not suffixes or path.suffix in suffixes:
            found.append(path)
    return found


def python_files(*, migrations: bool = False) -> list[Path]:
    """Our Python files, the launcher among them."""
    found = [path for path in files(".py") if migrations or path.parent.name != "migrations"]
    return [*found, ROOT / "quorum"]


def name(path: Path) -> str:
    """A path as a message names it."""
    return path.relative_to(ROOT).as_posix()
