"""`python -m reviews.formats` on files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviews.formats import WRITERS
from reviews.formats.__main__ import main
from reviews.formats.problems import CATALOGUE
from tests.reviews.formats.samples import GOOD, references


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A good file with one empty record in front, and one that is no reference file."""
    good, bad = tmp_path / "good.txt", tmp_path / "bad.ris"
    good.write_text("TY  - JOUR\nER  - \n\n" + GOOD, encoding="utf-8")
    bad.write_bytes(b"%PDF-1.7")
    return [str(good), str(bad)]


def test_records_seen_are_records_read_and_refused(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*files, "--json"]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["format"], good["records"], good["made"], good["refused"]) == ("ris", 4, 3, 1)
    assert good["problems"][0]["code"] == "empty-record"
    assert good["error"] == ""
    assert "PDF" in bad["error"]


def test_the_report_can_be_read_by_people(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files[:1]) == 0
    said = capsys.readouterr().out
    assert "4 records = 3 read + 1 refused" in said
    assert "line 1: REFUSED" in said


def test_files_are_converted_to_ris(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--to", "ris"]) == 1
    out = capsys.readouterr()
    assert [item.tags for item in references(out.out.encode())] == [
        item.tags for item in references(GOOD.encode())
    ]
    assert "PDF" in out.err


def test_a_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "nowhere.ris")])
    assert stopped.value.code == 2
    assert "nowhere.ris" in capsys.readouterr().err


def test_every_problem_says_what_happened_and_what_to_do() -> None:
    for message, remedy, _ in CATALOGUE.values():
        assert message.endswith(".")
        assert remedy.endswith(".")


TABLE = "Paper;Wer;When\nA made-up trial of walking;Ana Example|Ben Muster;2019\nAnother made-up trial;Chi Else;2020\n"


def test_a_table_with_columns_of_its_own_shows_them_and_is_read_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    assert main([str(table)]) == 1
    said = capsys.readouterr().out
    assert '--map "Paper=title"   e.g. A made-up trial of walking' in said
    assert '--map "When=year"' in said
    assert main([str(table), "--json", "--map", "Paper=title", "--map", "Wer=authors:|"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["made"] == 2


@pytest.mark.parametrize("name", WRITERS)
def test_files_are_converted_to_each_format_in_a_file_of_their_own(
    name: str, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main([*files, "--to", name, "-o", str(out)]) == 1
    assert "PDF" in capsys.readouterr().err
    assert [item.tags for item in references(out.read_bytes())] == [
        item.tags for item in references(GOOD.encode())
    ]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_file_may_be_converted_onto_itself(tmp_path: Path) -> None:
    path = tmp_path / "list.ris"
    path.write_text(GOOD, encoding="utf-8")
    assert main([str(path), "--to", "ris", "-o", str(path)]) == 0
    assert len(references(path.read_bytes())) == 3


@pytest.mark.parametrize(
    "wrong", [["--map", "Paper"], ["--map", "Paper=colour"], ["-o", "out.ris"], ["--to", "docx"]]
)
def test_a_wrong_option_is_said(wrong: list[str], files: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*files, *wrong])
    assert stopped.value.code == 2
