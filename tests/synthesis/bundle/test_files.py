"""The files of a bundle as bytes: tables, the RevMan data package, the zip."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.bundle import (
    About,
    AnalysisRun,
    Bias,
    checksums,
    data_csv,
    dictionary_csv,
    package,
    script,
    zipped,
)
from synthesis.bundle.material import encoded, table
from synthesis.bundle.script import quoted
from tests.synthesis.bundle.examples import GROUP, a_contrast, a_run, many_runs

DATA_ROWS = (
    "Analysis group,Analysis number,Analysis name,Subgroup,Applicability,Study,Study year,GIV Mean,GIV SE,"
    "Experimental mean,Experimental SD,Experimental cases,Experimental N,Control mean,Control SD,Control cases,"
    "Control N,O-E,Variance,Weight,Mean,CI start,CI end,Footnotes"
)


def side(events: float, n: float) -> dict[str, Any]:
    return {
        "n": n, "events": events, "mean": None, "sd": None, "person_time": None, "values": [1, 2], "methods": [],
        "warnings": [],
    }  # fmt: skip


def trials(*counts: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Rows of a run: events and people of each group."""
    return [
        {
            "study": place, "label": f"Trial {place}", "year": 1990 + place, "experimental": side(a, n1),
            "control": side(c, n2), "contrast": None, "problem": "", "time": "", "part": "", "bias": "",
            "bias_name": "", "moderators": {GROUP: "new" if place > 2 else "old"},
        }
        for place, (a, n1, c, n2) in enumerate(counts, start=1)
    ]  # fmt: skip


BCG = ((4, 123, 11, 139), (6, 306, 29, 303), (3, 231, 11, 220), (62, 13598, 248, 12867))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def packed(*runs: AnalysisRun, **more: Any) -> dict[str, bytes]:
    studies = more.get("studies", [About("Trial 1", 1991, "RCT", "Infants", "BCG", "Tuberculosis", "—")])
    return package(runs, studies, more.get("judged", []), ris=b"TY  - JOUR\n", name="bcg")


def test_the_columns_of_the_data_rows_are_revman_s() -> None:
    content = packed(a_run(trials(*BCG), measure="RR"))["bcg-analysis-data/bcg-data-rows.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == DATA_ROWS


def test_the_settings_have_all_that_read_cdir_asks_for() -> None:
    [line] = rows_of(
        packed(a_run(trials(*BCG), measure="RR", model="mh"))[
            "bcg-analysis-data/bcg-overall-estimates-and-settings.csv"
        ]
    )
    asked = {
        "Analysis group": "1", "Analysis number": "1", "Analysis name": "BCG", "Analysis group name": "BCG versus No BCG",
        "Data type": "Dichotomous", "Log-scale data": "FALSE", "Statistical method": "MH", "Effect measure": "Risk Ratio",
        "Analysis model": "Fixed effect", "CI/PI level": "95%", "Swap event and non-event": "FALSE",
        "Overall estimates": "TRUE", "Subgroup estimates": "FALSE", "Test for subgroup differences": "FALSE",
        "Experimental group label": "BCG", "Control group label": "No BCG", "Heterogeneity estimator": "",
        "Experimental cases": "75", "Experimental N": "14258", "Control cases": "299", "Control N": "13529",
    }  # fmt: skip
    assert {name: line[name] for name in asked} == asked
    others = {
        "Data source", "Data source eligibility", "Unit of effect measure", "Prediction interval", "CI method", "Tau² CI",
        "Graph label (left)", "Graph label (right)", "Graph scale", "Show risk of bias",
    }  # fmt: skip
    assert others <= set(line)


def test_estimates_are_printed_and_the_raw_ones_are_not() -> None:
    run = a_run(trials(*BCG), measure="RR")
    lines = rows_of(packed(run)["bcg-analysis-data/bcg-data-rows.csv"])
    assert float(lines[0]["Mean"]) == pytest.approx((4 / 123) / (11 / 139))
    assert [(line["Experimental cases"], line["Control N"]) for line in lines[:2]] == [
        ("4", "139"),
        ("6", "303"),
    ]
    assert lines[0]["GIV Mean"] == ""


def test_a_reported_estimate_makes_the_analysis_one_of_contrasts() -> None:
    inputs = trials(*BCG)
    inputs[1]["contrast"] = a_contrast("RR", -0.5, 0.2)
    files = packed(a_run(inputs, measure="RR"))
    [line] = rows_of(files["bcg-analysis-data/bcg-overall-estimates-and-settings.csv"])
    assert (line["Data type"], line["Log-scale data"]) == ("Contrast level", "TRUE")
    row = rows_of(files["bcg-analysis-data/bcg-data-rows.csv"])[1]
    assert float(row["GIV Mean"]) == -0.5
    assert float(row["GIV SE"]) == pytest.approx(0.2)
    assert row["Experimental cases"] == ""
    assert row["Footnotes"] == "se from the interval"


def test_subgroups_are_numbered_as_read_cdir_joins_them() -> None:
    files = packed(a_run(trials(*BCG), measure="RR", subgroup=GROUP))
    groups = rows_of(files["bcg-analysis-data/bcg-subgroup-estimates.csv"])
    assert [(line["Subgroup"], line["Subgroup number"]) for line in groups] == [("new", "1"), ("old", "2")]
    lines = rows_of(files["bcg-analysis-data/bcg-data-rows.csv"])
    assert [line["Subgroup"] for line in lines] == ["old", "old", "new", "new"]
    assert sum(float(line["Weight"]) for line in groups) == pytest.approx(100)


def test_a_study_that_is_left_out_says_why() -> None:
    row = rows_of(
        packed(a_run(trials((0, 20, 0, 30), *BCG), measure="RR"))["bcg-analysis-data/bcg-data-rows.csv"]
    )[0]
    assert (row["Mean"], row["Weight"]) == ("", "")
    assert row["Footnotes"]


def test_comparisons_are_groups_and_analyses_are_numbered_within_them() -> None:
    files = packed(*(a_run(trials(*BCG), number, measure=code) for number, code in ((4, "RR"), (9, "OR"))))
    lines = rows_of(files["bcg-analysis-data/bcg-overall-estimates-and-settings.csv"])
    assert [(line["Analysis group"], line["Analysis number"]) for line in lines] == [("1", "1"), ("1", "2")]


def test_judgements_stand_beside_what_supports_them() -> None:
    judged = [Bias("Trial 1", "Randomisation: All outcomes", "High", "Drawn, “by hand”")]
    [line] = rows_of(packed(judged=judged)["bcg-study-data/bcg-risk-of-bias.csv"])
    assert line == {
        "Study": "Trial 1",
        "Domain (judgement): Randomisation: All outcomes": "High",
        "Domain (support): Randomisation: All outcomes": "Drawn, “by hand”",
    }


def test_the_zip_for_read_cdir_holds_the_folders_in_a_zip() -> None:
    files = packed(a_run(trials(*BCG), measure="RR"))
    with zipfile.ZipFile(io.BytesIO(files["bcg.zip"])) as outer:
        assert outer.namelist() == ["bcg-files/bcg-data.zip"]
        with zipfile.ZipFile(io.BytesIO(outer.read("bcg-files/bcg-data.zip"))) as inner:
            assert {name: inner.read(name) for name in inner.namelist()} == {
                name: content for name, content in files.items() if name != "bcg.zip"
            }


@pytest.mark.parametrize("name", ["", "a-b", "../x", "é"])
def test_a_name_that_read_cdir_cannot_find_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        package([], [], [], ris=b"", name=name)


@pytest.mark.parametrize("path", ["/etc/passwd", "a/../b", "a\\b"])
def test_a_zip_stays_in_its_folder(path: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        zipped({path: b""})


def test_equal_files_give_equal_bytes_whatever_their_order() -> None:
    files = {"b": b"2", "a/c": b"1"}
    assert zipped(files) == zipped(dict(reversed(files.items())))
    assert checksums({"a": b""}).startswith(b"e3b0c44298fc1c14")


def test_every_column_is_in_the_dictionary() -> None:
    runs = many_runs(3)[:4]
    header = next(csv.reader([data_csv(runs).decode("utf-8-sig").splitlines()[0]]))
    told = [row["column"] for row in rows_of(dictionary_csv(runs)) if row["file"] == "data.csv"]
    assert told == header
    assert all(row["meaning"] for row in rows_of(dictionary_csv(runs)))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1))
def test_a_spreadsheet_computes_nothing_and_loses_nothing(words: list[str]) -> None:
    [read] = list(csv.reader(io.StringIO(table(words, ()), newline="")))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in read)
    assert [
        cell if cell == word else cell.removeprefix("'") for cell, word in zip(read, words, strict=True)
    ] == words


def test_half_a_letter_is_written_as_a_question_mark() -> None:
    assert encoded(table(["\ud800"], ())) == b"\xef\xbb\xbf?\r\n"


@given(st.text())
def test_a_string_of_r_is_plain_ascii_on_one_line(text: str) -> None:
    assert quoted(text).isascii()
    assert "\n" not in quoted(text)


def test_no_title_gets_out_of_its_comment_or_its_string() -> None:
    run = a_run(trials(*BCG), title='x"); quit() # \n quit()\r', measure="RR")
    lines = [line for line in script([run]).splitlines() if "quit" in line]
    assert all(line.startswith(("# ", 'analysis(1, "x\\"); quit()')) for line in lines)
    assert len(lines) == 2
