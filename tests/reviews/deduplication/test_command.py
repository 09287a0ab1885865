"""`python -m reviews.deduplication` on a table of records."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from reviews.deduplication.__main__ import main

TABLE = """id,title,authors,year,journal,volume,pages,doi,pmid
x1,A made-up trial of walking,"Example, A; Muster, B",2019,J Inv,12,288-97,10.5555/a,
x2,A made-up trial of walking.,Example A,2019,J Inv,12,288-297,,
x3,Another made-up trial,"Else, E",2019,J Inv,12,300-301,10.5555/b,
"""


def test_a_table_becomes_clusters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_text(TABLE, encoding="utf-8")
    assert main([str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--json"]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(row.values()) for row in csv.DictReader(file)] == [
            ("x1", "x1"),
            ("x2", "x1"),
            ("x3", "x3"),
        ]
    report = json.loads(capsys.readouterr().out)
    assert (report["records"], report["articles"]) == (3, 2)
    assert [(link["a"], link["b"], link["rule"]) for link in report["links"]] == [
        ("x1", "x2", "same-title-year-pages")
    ]


def test_a_table_without_ids_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_text("title\nA\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])
    assert stopped.value.code == 2
    assert "no column called id" in capsys.readouterr().err


def test_what_a_person_should_look_at_is_written_once_for_each_two_clusters(tmp_path: Path) -> None:
    copy = "x4,A made-up trial of walking,Example A,2019,J Inv,12,401-409,,\n"
    (tmp_path / "in.csv").write_text(TABLE + copy, encoding="utf-8")
    command = [
        str(tmp_path / "in.csv"),
        "-o",
        str(tmp_path / "out.csv"),
        "--maybe",
        str(tmp_path / "maybe.csv"),
    ]
    assert main(command) == 0
    lines = (tmp_path / "maybe.csv").read_text(encoding="utf-8").split()
    assert lines[0] == "id1,id2,rule"
    assert lines[1:] in (["x1,x4,other-pages"], ["x2,x4,other-pages"])


def test_an_id_that_comes_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_text("id,title\n1,A\n1,B\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main([str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])
    assert "the id 1 comes more than once" in capsys.readouterr().err
