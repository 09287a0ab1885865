"""Files stay small, are named for what they hold, and begin by saying what that is."""

from __future__ import annotations

import ast
import re

from tests.house.tree import files, name, python_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_VIEW = 20
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "stuff"}


def test_no_file_is_longer_than_one_idea() -> None:
    lengths = {
        name(path): len(path.read_text().splitlines())
        for path in [*python_files(), *files(".html", ".css", ".js")]
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and _body_length(node) > (
                LONGEST_VIEW if "views" in path.parts and _answers_a_request(node) else LONGEST_FUNCTION
            ):
                long[f"{name(path)}:{node.lineno} {node.name}"] = _body_length(node)
    assert not long, "\n" + "\n".join(f"{where}: {lines} lines" for where, lines in long.items())


def _answers_a_request(node: ast.FunctionDef) -> bool:
    arguments = [argument.arg for argument in node.args.args]
    return arguments[:1] == ["request"] and not node.name.startswith("_")


def _body_length(node: ast.FunctionDef) -> int:
    """Lines of a function without its signature and its docstring, which may be as long as they need to be."""
    first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_no_file_is_a_drawer_for_things_without_a_name() -> None:
    assert [name(path) for path in files() if DRAWERS & {path.stem, *path.parts}] == []


def test_every_python_file_says_what_it_holds() -> None:
    trees = {name(path): ast.parse(path.read_text()) for path in python_files()}
    assert [path for path, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_every_python_file_with_code_reads_annotations_late() -> None:
    trees = {name(path): ast.parse(path.read_text()) for path in python_files()}
    assert [path for path, tree in trees.items() if len(tree.body) > 1 and not _is_late(tree)] == []


def _is_late(tree: ast.Module) -> bool:
    second = tree.body[1]
    return isinstance(second, ast.ImportFrom) and second.module == "__future__"


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # Put together here, so that this file does not find itself.
    homes = re.compile("|".join(f"/{folder}/" for folder in ("work", "root", r"home/\w+", r"Users/\w+")))
    texts = files(
        ".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".in", ".json", ".csv", ".R", ".example", ""
    )
    assert [name(path) for path in texts if homes.search(path.read_text(errors="replace"))] == []
