"""The example reviews hold together: files, votes, studies and numbers agree with each other and with their sources."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import pytest
from scipy import stats

from extraction.models import Field
from extraction.riskofbias import ROB1
from reviews.deduplication import Key, cluster, find_links
from reviews.models import Role
from tests.demo.examples import Example, same_letters

ALS, BCG = Example("als"), Example("bcg")
MARKS = ("[Synthetic] ", "[合成] ")
both = pytest.mark.parametrize("example", [ALS, BCG], ids=["als", "bcg"])


def results(example: Example) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [
        (study, result) for study in example.data("studies.json")["studies"] for result in study["results"]
    ]


@both
def test_every_search_file_reads_completely(example: Example) -> None:
    for search in example.data("review.json")["searches"]:
        text = (example.folder / search["file"]).read_text(encoding="utf-8-sig")
        assert text.count("TY  - ") == len(example.parsed(search["file"])) == search["hits"]


@both
def test_the_list_of_records_is_what_the_files_hold(example: Example) -> None:
    listed: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in example.rows("records.csv"):
        listed[row["file"]].append(row)
    assert set(listed) == set(example.kinds())
    for file, rows in listed.items():
        records = example.parsed(file)
        assert [int(row["position"]) for row in rows] == list(range(1, len(records) + 1))
        for row, record in zip(rows, records, strict=True):
            assert row["title"] == record["title"]
            assert row["doi"] == record.get("doi", "")
        ours = example.read(file)
        assert [row["title"] for row in rows] == [reference.title for reference in ours]
        assert [row["doi"].casefold() for row in rows] == [reference.doi.casefold() for reference in ours]
        assert [row["pmid"] for row in rows] == [reference.pmid for reference in ours]


def test_each_database_writes_in_its_own_way() -> None:
    marked = {file for file in ALS.kinds() if (ALS.folder / file).read_bytes().startswith(b"\xef\xbb\xbf")}
    assert marked == {"scopus.ris", "wos.ris"}
    assert {file for file in ALS.kinds() if b"\r\n" in (ALS.folder / file).read_bytes()} == {
        "cnki.ris",
        "websites.ris",
    }
    pages = {
        file: next(r for r in ALS.parsed(file) if "value of muscle exercise" in r["title"].casefold())
        for file in ("pubmed.ris", "scopus.ris", "wos.ris")
    }
    assert pages["pubmed.ris"]["start_page"] == "133-7"
    assert (pages["scopus.ris"]["start_page"], pages["scopus.ris"]["end_page"]) == ("133", "137")
    assert [pages[file]["authors"][0] for file in pages] == ["Drory, V. E.", "Drory, V.E.", "Drory, VE"]
    assert sum(any("一" <= letter <= "鿿" for letter in r["title"]) for r in ALS.parsed("cnki.ris")) == 9


@both
def test_nothing_unmarked_is_made_up(example: Example) -> None:
    verified = {row["article"]: row for row in example.rows("verified.csv")}
    for row in example.rows("records.csv"):
        if row["kind"] == "real":
            assert not row["title"].startswith(MARKS)
            source = verified[row["article"]]
            assert source["source"]
            # One copy leaves out the subtitle.
            assert same_letters(source["title"]).startswith(same_letters(row["title"]))
            assert not row["doi"] or row["doi"].casefold() == source["doi"].casefold()
            assert not row["pmid"] or row["pmid"] == source["pmid"]
        else:
            record = example.parsed(row["file"])[int(row["position"]) - 1]
            assert row["kind"] == "synthetic"
            assert row["title"].startswith(MARKS)
            assert record["authors"][0].rstrip(";") == "Synthetic Record"
            assert record["abstract"].startswith("Made up for this example")
            assert not {"doi", "accession_number", "custom2"} & set(record)


@both
def test_abstracts_are_our_own_and_say_so(example: Example) -> None:
    for file in example.kinds():
        for record in example.parsed(file):
            assert record.get("abstract", "Summary written for this example: ").startswith(
                ("Summary written for this example: ", "Made up for this example")
            )


@both
def test_a_doi_means_one_article_in_every_file(example: Example) -> None:
    about: dict[str, set[str]] = defaultdict(set)
    for row in example.rows("records.csv"):
        if row["doi"]:
            about[row["doi"].casefold()].add(row["article"])
    assert {doi: found for doi, found in about.items() if len(found) > 1} == {}


def clusters(example: Example, *, by_hand: bool) -> set[frozenset[str]]:
    """The records of the databases, grouped by the exact rules and, if asked, by the links in links.csv."""
    rows = [row for row in example.rows("records.csv") if example.kinds()[row["file"]] == "database"]
    number = {row["record"]: position for position, row in enumerate(rows)}
    keys = []
    for row in rows:
        found = example.read(row["file"])[int(row["position"]) - 1]
        keys.append(
            Key(
                id=number[row["record"]],
                title=found.title,
                authors=found.authors,
                year=found.year,
                journal=found.journal,
                volume=found.volume,
                pages=found.pages,
                doi=found.doi,
                pmid=found.pmid,
            )
        )
    pairs: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
    for link in example.rows("links.csv") if by_hand else []:
        pairs[link["verdict"]].append((number[link["record_a"]], number[link["record_b"]]))
    same = pairs["same"] + [(link.a, link.b) for link in find_links(keys)]
    groups: dict[int, set[str]] = defaultdict(set)
    for own, head in cluster(number.values(), same=same, different=pairs["different"]).items():
        groups[head].add(rows[own]["record"])
    return set(map(frozenset, groups.values()))


def articles(example: Example) -> set[frozenset[str]]:
    """The records of the databases, grouped by the article that they are said to be about."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in example.rows("records.csv"):
        if example.kinds()[row["file"]] == "database":
            groups[row["article"]].add(row["record"])
    return set(map(frozenset, groups.values()))


@both
def test_exact_rules_and_links_made_by_hand_find_the_articles_and_nothing_else(example: Example) -> None:
    assert clusters(example, by_hand=True) == articles(example)


def test_the_exact_rules_alone_miss_pairs_but_link_nothing_wrongly() -> None:
    missed = clusters(ALS, by_hand=False) ^ articles(ALS)
    rows = {row["record"]: row["article"] for row in ALS.rows("records.csv")}
    assert {rows[record] for group in missed for record in group} == {"lunetta-2016", "syn-en-01"}
    assert all(len({rows[record] for record in group}) == 1 for group in clusters(ALS, by_hand=False))


@both
def test_every_key_resolves(example: Example) -> None:
    review = example.data("review.json")
    people = {member["key"] for member in review["team"]}
    roles = {member["role"] for member in review["team"]}
    reasons = {reason["key"] for reason in review["exclusion_reasons"]}
    known = {row["article"] for row in example.rows("records.csv")}
    assert roles <= set(Role.values)
    for row in example.rows("screening.csv"):
        assert row["article"] in known
        assert row["by"] in people
        assert row["act"] in {"vote", "arbitration"}
        assert row["verdict"] in {"include", "exclude", "maybe", "withdrawn"}
        assert (row["reason"] in reasons) == (row["stage"] == "full-text" and row["verdict"] == "exclude")
        assert row["act"] == "vote" or row["note"]
    for row in example.rows("reports.csv"):
        assert row["article"] in known
        assert row["by"] in people
        assert row["retrieval"] in {"sought", "retrieved", "not-retrieved"}
        assert row["note"] or row["retrieval"] == "sought"


@both
def test_reports_are_sought_for_what_was_included_and_for_nothing_else(example: Example) -> None:
    kinds = example.kinds()
    records = example.rows("records.csv")
    database = {row["article"] for row in records if kinds[row["file"]] == "database"}
    wanted = {article for article in database if example.decision("title-abstract", article)[0] == "include"}
    routes = {row["article"]: row["route"] for row in example.rows("reports.csv")}
    assert {article for article, route in routes.items() if route == "database"} == wanted
    others = {row["article"]: kinds[row["file"]] for row in records if row["article"] not in database}
    assert {article: route for article, route in routes.items() if route != "database"} == others
    retrieved = {row["article"] for row in example.rows("reports.csv") if row["retrieval"] == "retrieved"}
    assert {
        row["article"] for row in example.rows("screening.csv") if row["stage"] == "full-text"
    } <= retrieved


@both
def test_studies_are_the_included_reports_grouped(example: Example) -> None:
    included = {
        row["article"]
        for row in example.rows("reports.csv")
        if example.decision("full-text", row["article"])[0] == "include"
    }
    told = [report for study in example.data("studies.json")["studies"] for report in study["reports"]]
    assert sorted(told) == sorted(included)
    made_up = {row["article"] for row in example.rows("records.csv") if row["kind"] == "synthetic"}
    assert not made_up & included


@both
def test_the_expected_counts_follow_from_the_log(example: Example) -> None:
    expected = example.data("expected.json")
    kinds = example.kinds()
    records = example.rows("records.csv")
    database = [row["article"] for row in records if kinds[row["file"]] == "database"]
    assert expected["identified"]["databases"] == len(database)
    assert expected["duplicates_removed"] == len(database) - len(set(database))
    stand = Counter(example.decision("title-abstract", article)[0] for article in set(database))
    assert expected["title_abstract"] == {
        "included": stand["include"],
        "excluded": stand["exclude"],
        "in_conflict": stand["conflict"],
        "open": stand["open"],
    }
    for side, here in (("reports_from_databases", True), ("reports_from_other_methods", False)):
        reports = [row for row in example.rows("reports.csv") if (row["route"] == "database") is here]
        ends = [example.decision("full-text", row["article"]) for row in reports]
        labels = {
            reason["key"]: reason["label"] for reason in example.data("review.json")["exclusion_reasons"]
        }
        assert expected[side]["sought"] == len(reports)
        assert expected[side]["included"] == sum(verdict == "include" for verdict, _ in ends)
        assert expected[side]["excluded_for"] == Counter(labels[why] for end, why in ends if end == "exclude")


def test_the_als_review_is_part_way() -> None:
    expected = ALS.data("expected.json")
    assert expected["title_abstract"]["in_conflict"] == 3
    assert expected["title_abstract"]["open"] > 0
    assert expected["reports_from_databases"]["not_retrieved"] == 1
    assert {result["consensus"]["state"] for _, result in results(ALS)} == {"agreed", "settled", "open"}
    assert ALS.decision("full-text", "jensen-2017") == ("exclude", "not-randomised")
    assert ALS.decision("full-text", "sanjak-2010") == (
        "exclude",
        "not-randomised",
    )  # the higher reason counts


def test_the_bcg_review_is_complete() -> None:
    expected = BCG.data("expected.json")
    assert expected["title_abstract"]["open"] == expected["title_abstract"]["in_conflict"] == 0
    assert {result["consensus"]["state"] for _, result in results(BCG)} <= {"agreed", "settled"}
    assert len(results(BCG)) == expected["studies"] == 13


@both
def test_extraction_uses_known_arms_outcomes_and_fields(example: Example) -> None:
    data = example.data("studies.json")
    outcomes = {outcome["key"] for outcome in data["outcomes"]}
    comparisons = {comparison["key"] for comparison in data["comparisons"]}
    people = {member["key"] for member in example.data("review.json")["team"]}
    for study, result in results(example):
        arms = {arm["key"] for arm in study["arms"]}
        assert result["outcome"] in outcomes
        assert result["report"] in study["reports"]
        assert 0 < len(result["page"]) <= 20
        for reading in result["readings"]:
            assert reading["by"] in people
            assert reading["quote"]
            for cell in reading["cells"]:
                assert cell.get("arm") in arms or cell.get("comparison") in comparisons
                assert set(cell["fields"]) <= set(Field.values)
                assert all(math.isfinite(float(v)) for k, v in cell["fields"].items() if k != "measure")


@both
def test_only_readings_that_agree_are_called_agreed(example: Example) -> None:
    for study, result in results(example):
        cells = [reading["cells"] for reading in result["readings"]]
        agree = len(cells) == 2 and cells[0] == cells[1]
        through = [["results", "ben"], ["results", "chi"]]
        compared = all(who in study["done"] for who in through)
        assert (result["consensus"]["state"] == "agreed") == (agree and compared)
        assert result["consensus"]["state"] != "settled" or result["consensus"]["note"]


@both
def test_every_study_has_all_seven_items_of_rob_1(example: Example) -> None:
    levels = {level.key for level in ROB1.levels}
    for study in example.data("studies.json")["studies"]:
        assert list(study["bias"]) == [item.key for item in ROB1.items]
        for judged in study["bias"].values():
            said = [word for word in (judged["ben"], judged["chi"], judged["settled"]) if word]
            assert all(level in levels and support for level, support in said)
            assert judged["ben"][0] != judged["chi"][0] or judged["settled"] is not None


def taken(example: Example, outcome: str) -> list[list[dict[str, float]]]:
    """The agreed or settled numbers of an outcome, study by study: [[arm, arm], …]."""
    found = []
    for _, result in results(example):
        if result["outcome"] == outcome and result["consensus"]["state"] != "open":
            reading = next(r for r in result["readings"] if r["by"] == result["consensus"]["take"])
            found.append([{k: float(v) for k, v in cell["fields"].items()} for cell in reading["cells"]])
    return found


def p_of(first: dict[str, float], second: dict[str, float]) -> float:
    """Two-sided p of the pooled t test from means, SDs and numbers."""
    test = stats.ttest_ind_from_stats(
        first["mean"], first["sd"], first["n"], second["mean"], second["sd"], second["n"]
    )
    return float(test.pvalue)


def test_the_numbers_of_braga_and_lunetta_give_the_p_values_they_print() -> None:
    assert [p_of(*arms) for arms in taken(ALS, "alsfrs-r-end")] == pytest.approx([0.035, 0.0298], abs=0.003)
    assert [p_of(*arms) for arms in taken(ALS, "alsfrs-r-followup")] == pytest.approx([0.0338], abs=0.003)
    assert [p_of(*arms) for arms in taken(ALS, "alsfrs-r-start")] == pytest.approx([0.042], abs=0.001)


def test_ferri_fits_standard_errors_and_not_standard_deviations() -> None:
    _, ferri = next(pair for pair in results(ALS) if pair[0]["key"] == "ferri-2019")
    as_sd, as_se = (
        [{k: float(v) for k, v in cell["fields"].items()} for cell in reading["cells"]]
        for reading in ferri["readings"]
    )
    assert p_of(*as_sd) < 0.00001
    in_sd = [{"mean": arm["mean"], "sd": arm["se"] * math.sqrt(arm["n"]), "n": arm["n"]} for arm in as_se]
    assert p_of(*in_sd) == pytest.approx(0.007, abs=0.004)
    assert ferri["consensus"] == {"state": "open"}


def test_the_expected_mean_difference_follows_from_the_settled_numbers() -> None:
    expected = next(a for a in ALS.data("analyses.json")["analyses"] if a["key"] == "function-md")["expected"]
    rows = [
        (e["mean"] - c["mean"], 1 / (e["sd"] ** 2 / e["n"] + c["sd"] ** 2 / c["n"]))
        for e, c in taken(ALS, "alsfrs-r-end")
    ]
    weight = sum(w for _, w in rows)
    assert sum(d * w for d, w in rows) / weight == pytest.approx(expected["estimate"], abs=1e-9)
    assert weight**-0.5 == pytest.approx(expected["se"], abs=1e-9)


def test_bcg_tables_agree_with_the_extraction() -> None:
    tables = [
        [int(row[name]) for name in ("vaccinated_tb", "vaccinated_no_tb", "control_tb", "control_no_tb")]
        for row in BCG.rows("trials.csv")
    ]
    read = [
        [v["events"], v["n"] - v["events"], c["events"], c["n"] - c["events"]]
        for v, c in taken(BCG, "tuberculosis")
    ]
    assert read == tables
    moderators = [study["moderators"] for study in BCG.data("studies.json")["studies"]]
    assert [(str(m["latitude"]), m["allocation"]) for m in moderators] == [
        (row["latitude"], row["allocation"]) for row in BCG.rows("trials.csv")
    ]


def test_the_expected_bcg_results_follow_from_the_tables() -> None:
    expected = {a["key"]: a["expected"] for a in BCG.data("analyses.json")["analyses"]}
    effects = [
        (
            math.log(v["events"] * c["n"] / (v["n"] * c["events"])),
            1 / v["events"] - 1 / v["n"] + 1 / c["events"] - 1 / c["n"],
        )
        for v, c in taken(BCG, "tuberculosis")
    ]
    for key in ("rr-common", "rr-dl"):
        weights = [1 / (variance + expected[key]["tau2"]) for _, variance in effects]
        pooled = sum(w * effect for w, (effect, _) in zip(weights, effects, strict=True)) / sum(weights)
        assert pooled == pytest.approx(expected[key]["estimate"], abs=1e-9)
        assert sum(weights) ** -0.5 == pytest.approx(expected[key]["se"], abs=1e-9)
    assert round(expected["rr-dl"]["estimate"], 4) == -0.7141
    assert round(expected["rr-reml"]["tau2"], 4) == 0.3132
