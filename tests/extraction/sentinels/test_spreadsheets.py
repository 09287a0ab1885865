"""`python -m extraction.sentinels FILE.csv`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.sentinels import SENTINELS
from extraction.sentinels.__main__ import main
from extraction.sentinels.columns import CONTRAST, GROUP, OTHERS, TEXTS, meanings, plain
from extraction.sentinels.spreadsheet import BadSpreadsheet, parse
from tests.house.tree import ROOT

FERRI = "study,outcome,n1i,m1i,sd1i,n2i,m2i,sd2i,p\nFerri 2019,Function,8,−4.7,2.6,8,−23.0,5.6,0.007\n"


def asked(tmp_path: Path, content: str, *arguments: str) -> int:
    file = tmp_path / "results.csv"
    file.write_text(content, encoding="utf-8")
    return main([str(file), *arguments])


def test_a_serious_finding_is_told_with_its_cells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path, FERRI) == 1
    told = capsys.readouterr().out
    assert "SERIOUS  SD like an SE, by the p-value [se-as-sd-by-p]  Ferri 2019, Function" in told
    assert "row 2, sd1i: 2.6" in told
    assert "1 rows" in told


def test_json_holds_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path, FERRI, "--json", "--only", "se-as-sd-by-p") == 1
    (one,) = json.loads(capsys.readouterr().out)
    assert one["kind"] == "se-as-sd-by-p"
    assert len(one["fingerprint"]) == 64
    assert one["source"]


def test_a_clean_file_ends_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(tmp_path, "study;ai;bi;ci;di\nBCG;4;119;11;128\n\n") == 0
    assert capsys.readouterr().out == "1 rows, 0 serious findings, 0 notes\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("n1i,m1i\n1,2\n", "no column “study”"),
        ("study,colour\na,b\n", "no column of numbers"),
        ("study,m1i,mean1\na,1,2\n", "Two columns"),
        ("study,m1i\na,many\n", "row 2, m1i: “many” is not a number"),
        ("study;m1i\na;1,5\n", "has a comma"),
        ("study,m1i\na,1,2\n", "row 2 has 3 cells for 2 columns"),
        ("study,m1i,metric\na,1,best\n", "metric: “best”"),
        ("study,m1i,integer\na,1,perhaps\n", "neither yes nor no"),
        ("study,est,level\na,1,100\n", "confidence level"),
        ('study,m1i\n"a,1\n', "not well-formed"),
        ("study,m1i\na,\0\n", "NUL"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    assert asked(tmp_path, content) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_there_or_not_text_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "latin.csv").write_bytes("study,m1i\nÄ,1\n".encode("latin-1"))
    assert main([str(tmp_path / "latin.csv")]) == 2
    assert "CSV UTF-8" in capsys.readouterr().err


def test_metafors_columns_are_understood() -> None:
    (row,) = parse("Study,yi,vi,ci.lb,ci.ub,pval\nA,−0.50,0.0625,−0.99,−0.01,0.046\n")
    assert row.contrast is not None
    assert row.contrast.on_log_scale
    assert row.contrast.se is not None
    assert row.contrast.se.value == 0.25
    (ratio,) = parse("author,OR,lower,upper\nA,1.18,0.90,1.54\n")
    assert ratio.contrast is not None
    assert (ratio.contrast.measure, ratio.contrast.on_log_scale) == ("OR", False)


def test_baseline_columns_take_the_group_sizes_of_later() -> None:
    (row,) = parse(
        "study,n1i,m1i,sd1i,n2i,m2i,sd2i,bm1i,bsd1i,bm2i,bsd2i\nA,24,34.1,7.1,24,29.5,7.7,40.25,5,37.25,4.9\n"
    )
    assert [group.n.value for group in row.baseline if group.n] == [24, 24]


def test_missing_cells_are_missing() -> None:
    (row,) = parse("study,n1i,m1i,sd1i\nA,NA,,NR\n")
    assert row.groups == ()


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for content in (text, "study,m1i,sd1i,n1i,p\n" + text):
        try:
            assert isinstance(parse(content), list)
        except BadSpreadsheet:
            continue


def test_no_name_of_a_column_means_two_things() -> None:
    names = [plain(name) for field, others in TEXTS.items() for name in {field, *others}]
    names += [plain(name) for others in CONTRAST.values() for name in others] + list(OTHERS)
    names += [plain(name.replace("#", n)) for others in GROUP.values() for name in others for n in "12"]
    assert sorted(names) == sorted(set(names))
    assert len(meanings()) > len(names)


def test_the_documentation_lists_every_sentinel_and_column() -> None:
    text = (ROOT / "docs" / "sentinels.md").read_text()
    assert [one.kind for one in SENTINELS if f"`{one.kind}`" not in text] == []
    fields = [
        *TEXTS,
        *(names[0] for names in GROUP.values()),
        *(names[0] for names in CONTRAST.values()),
        *OTHERS,
    ]
    assert [name for name in fields if f"`{name.replace('#', '1')}`" not in text] == []
