"""What `./quorum` says and does before there is anything to run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh clone that needs one small package, which lies beside it."""
    shutil.copy(ROOT / "quorum", tmp_path)
    package = tmp_path / "pebble"
    package.mkdir()
    (package / "pebble.py").write_text('"""A package to install."""\n')
    wheel(tmp_path, "pebble")
    (tmp_path / "requirements.txt").write_text(f"{tmp_path}/pebble-1-py3-none-any.whl\n")
    (tmp_path / "manage.py").write_text("import pebble, sys\nprint('managed', *sys.argv[1:])\n")
    return tmp_path


def wheel(folder: Path, name: str) -> None:
    """Write the smallest wheel there is."""
    info = f"{name}-1.dist-info"
    with ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as archive:
        archive.write(folder / name / f"{name}.py", f"{name}.py")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def quorum(project: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run the launcher of a project to its end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUORUM_")}
    command = [python, str(project / "quorum"), *arguments]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=120)


def test_alone_it_explains_itself() -> None:
    done = quorum(ROOT)
    assert done.returncode == 0
    for command in ("up", "test", "check", "manage"):
        assert f"./quorum {command}" in done.stdout


def test_an_unknown_command_is_an_error_that_explains() -> None:
    done = quorum(ROOT, "deploy")
    assert done.returncode == 1
    assert "no command `deploy`" in done.stderr
    assert "./quorum up" in done.stdout


def test_it_installs_once_and_again_only_when_the_lock_has_changed(project: Path) -> None:
    first = quorum(project, "manage", "hello")
    assert first.returncode == 0, first.stderr
    assert "Installing" in first.stdout
    assert "managed hello" in first.stdout
    assert "Installing" not in quorum(project, "manage").stdout
    with (project / "requirements.txt").open("a") as lock:
        lock.write("# another day\n")
    assert "Installing" in quorum(project, "manage").stdout


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path) -> None:
    quorum(project, "manage")
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/gone/python3")
    again = quorum(project, "manage", "back")
    assert "managed back" in again.stdout, again.stderr


def test_a_failed_install_shows_pip_s_last_words_and_is_tried_again(project: Path) -> None:
    wheel_file = project / "pebble-1-py3-none-any.whl"
    kept = wheel_file.rename(project / "aside")
    failed = quorum(project, "manage")
    assert failed.returncode == 1
    assert "failed (exit 1)" in failed.stderr
    assert "pebble" in failed.stderr
    assert str(project / "var" / "log" / "install.log") in failed.stderr
    assert "Traceback" not in failed.stderr
    kept.rename(wheel_file)
    assert "managed" in quorum(project, "manage").stdout


def bare_python(folder: Path) -> Path:
    """A Python that has no pip of its own."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


def test_without_pip_it_uses_the_one_python_brings_along(project: Path, tmp_path: Path) -> None:
    done = quorum(project, "manage", "hello", python=str(bare_python(tmp_path / "bare")))
    assert "managed hello" in done.stdout, done.stderr


def test_without_any_pip_it_says_what_to_install(project: Path, tmp_path: Path) -> None:
    python = bare_python(tmp_path / "bare")
    # A minimal Debian has neither pip nor ensurepip; this makes the second one invisible too.
    site = next((tmp_path / "bare").glob("lib/python3*/site-packages"))
    (site / "hide.pth").write_text("import hide\n")
    (site / "hide.py").write_text(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name in {'pip', 'ensurepip'} else find(name)\n"
    )
    done = quorum(project, "manage", python=str(python))
    assert done.returncode == 1
    assert "has no pip" in done.stderr
    assert "apt-get install python3-pip" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_key_may_come_from_the_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quorum(project, "manage")
    assert (project / "var" / "secret_key").is_file()
    (project / "var" / "secret_key").unlink()
    command = [sys.executable, str(project / "quorum"), "manage"]
    subprocess.run(command, env={**os.environ, "QUORUM_SECRET_KEY": "given"}, check=True, capture_output=True)
    assert not (project / "var" / "secret_key").exists()
