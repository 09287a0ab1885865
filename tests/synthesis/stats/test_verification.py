"""The verify command: it computes, it notices a wrong number, and it says what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from synthesis.stats.__main__ import main
from synthesis.stats.verification import verify
from synthesis.stats.verification.case import Case, Family, Table
from synthesis.stats.verification.replay import replay
from tests.synthesis.stats.data import REFERENCE

TOLERANCES = {name: {"rtol": 1e-9, "atol": 1e-11} for name in ("exact", "iter", "opt")}
TABLE: dict[str, Any] = {"role": "effects", "columns": {"yi": [0.1, 0.3, 0.2], "vi": [0.01, 0.02, 0.04]}}
ARGUMENTS = {"method": "EE", "weighted": True, "weights": None, "level": 95, "tests": ["z"]}


def written(folder: Path, **changes: Any) -> Path:
    case = {"id": "a/1", "family": "rma.uni", "table": "t", "args": ARGUMENTS, "tol": "exact"}
    case |= {"out": {"k": 3, "beta": 0.17142857142857143}} | changes
    path = folder / "cases.json"
    data = {"schema": 1, "tables": {"t": TABLE}, "tolerances": TOLERANCES, "cases": [case]}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_every_reference_case_of_pooling_passes():
    report = verify([REFERENCE / "pooling.json"])
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert len(report.outcomes) > 300


def test_a_right_answer_passes_and_a_wrong_ninth_digit_fails(tmp_path, capsys):
    assert main(["verify", str(written(tmp_path))]) == 0
    assert main(["verify", str(written(tmp_path, out={"beta": 0.171428572}))]) == 1
    assert "beta: 0.171428571429 instead of 0.171428572" in capsys.readouterr().out


def test_an_unknown_family_counts_as_not_passed(tmp_path, capsys):
    assert main(["verify", "--json", str(written(tmp_path, family="rma.unknown"))]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["families"] == [
        {"family": "rma.unknown", "passed": 0, "failed": 0, "unsupported": 1, "worst": 0.0}
    ]


def test_null_is_no_target_but_a_gap_in_a_list_is(tmp_path):
    assert verify([written(tmp_path, out={"beta": None, "k": 3})]).ok
    assert not verify(
        [written(tmp_path, out={"weights_pct": [57.142857142857146, 28.571428571428573, None]})]
    ).ok


def test_where_r_failed_a_result_or_a_reason_passes(tmp_path):
    assert verify([written(tmp_path, out=None, error="did not converge")]).ok
    impossible = ARGUMENTS | {"method": "GENQ"}
    report = verify([written(tmp_path, out=None, error="failed", args=impossible)])
    assert report.ok
    assert "needs weights" in report.outcomes[0].detail


def test_a_refusal_where_r_has_numbers_fails(tmp_path):
    assert not verify([written(tmp_path, args=ARGUMENTS | {"method": "GENQ"})]).ok


@pytest.mark.parametrize(("ll", "passes"), [(-3.0, True), (-3.1, False), (-3.2, False)])
def test_only_a_higher_likelihood_excuses_other_estimates(ll, passes):
    table = Table("t", "effects", TABLE["columns"])
    case = Case("c", "f", {}, table, {}, 1e-9, 1e-11, "opt", {"beta": 1.0, "ll": -3.1}, None, ())
    family = Family(lambda args, table, tables: {"beta": 2.0, "ll": ll})
    assert (replay(case, {"f": family}).status == "passed") is passes


def test_a_crash_is_reported_with_its_case():
    table = Table("t", "effects", TABLE["columns"])
    case = Case("c", "f", {}, table, {}, 1e-9, 1e-11, "exact", {"beta": 1.0}, None, ())
    outcome = replay(case, {"f": Family(lambda args, table, tables: {"beta": 1 / 0})})
    assert (outcome.status, outcome.case_id) == ("failed", "c")
    assert "ZeroDivisionError" in outcome.detail


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 2}', "[1]"])
def test_a_file_of_another_kind_is_named_and_the_status_is_2(tmp_path, capsys, text):
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    assert main(["verify", str(path)]) == 2
    assert "other.json" in capsys.readouterr().err
