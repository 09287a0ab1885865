"""Nothing is defined that nobody uses: a name written only once in the whole project is dead."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.house.tree import files, name, python_files

#: Called by Django, allauth or Python by these names.
CALLED_FROM_OUTSIDE = re.compile(
    "__.*|clean_.*|add_arguments|create_superuser|get_full_name|get_short_name|label_from_instance|prepare_value"
    "|ready|signup|to_python|to_url"
)


def test_everything_that_is_defined_is_used() -> None:
    written: Counter[str] = Counter()
    for path in files(".py", ".html", ".toml", ".R", ""):
        written.update(re.findall(r"\w+", path.read_text(errors="replace")))
    unused = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        if "tests" not in path.parts and path.name != "apps.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list
        if written[node.name] == 1 and not CALLED_FROM_OUTSIDE.fullmatch(node.name)
    ]
    assert not unused, "\n" + "\n".join(unused)
