"""From counts to boxes: PRISMA's words, every count once, links where they belong."""

from __future__ import annotations

from dataclasses import fields, replace

from synthesis.figures.flow_diagram import FlowBox
from synthesis.reporting.flow import FlowCounts, StudiesAndReports
from synthesis.reporting.flow_boxes import diagram
from tests.synthesis.reporting.test_flow_rules import SOUND, UPDATE


def boxes(counts: FlowCounts, links: dict[str, str] | None = None) -> dict[str, FlowBox]:
    return {box.ident: box for box in diagram(counts, title="Flow", links=links).boxes}


def said(box: FlowBox) -> list[tuple[str, int | None]]:
    return [(line.text, line.count) for line in box.lines]


def test_every_box_of_the_template_is_there() -> None:
    assert set(boxes(SOUND)) == {*(f"box{n}" for n in range(2, 16)), "box17", "open"}


def test_without_other_methods_the_right_hand_side_is_left_out() -> None:
    plain = FlowCounts(database_records=10, register_records=0, screened=10, excluded=10)
    assert set(boxes(plain)) == {f"box{n}" for n in range(2, 11)}


def test_an_update_has_the_earlier_studies_and_the_total() -> None:
    found = boxes(UPDATE)
    assert said(found["box16"]) == [
        ("Total studies included in review", 22),
        ("Reports of total included studies", 31),
    ]
    assert {"box1", "box16"} <= set(found)
    assert (
        diagram(UPDATE, title="").main_heading == "Identification of new studies via databases and registers"
    )
    assert diagram(SOUND, title="").main_heading == "Identification of studies via databases and registers"


def test_sources_and_reasons_are_listed_with_their_counts() -> None:
    found = boxes(SOUND)
    assert said(found["box2"]) == [
        ("Records identified from:", None),
        ("Databases", 238),
        ("PubMed", 160),
        ("CNKI", 78),
        ("Registers", 12),
        ("ClinicalTrials.gov", 12),
    ]
    assert said(found["box9"]) == [("Reports excluded", 50), ("Not randomised", 30), ("No exercise", 20)]
    assert said(found["box10"]) == [("Studies included in review", 12), ("Reports of included studies", 17)]


def test_what_is_open_is_shown_only_while_there_is_any() -> None:
    assert said(boxes(replace(SOUND, screening_open=60))["box4"])[1] == ("Still to be screened", 60)
    assert len(boxes(SOUND)["box4"].lines) == 1
    settled = replace(SOUND, awaiting_classification=StudiesAndReports(0, 0), ongoing=StudiesAndReports(0, 0))
    assert "open" not in boxes(settled)


def test_every_count_of_the_review_appears_in_some_box() -> None:
    numbered = {
        field.name: 1000 + n
        for n, field in enumerate(fields(FlowCounts))
        if field.type == "int" and field.name != "new_reports_of_previous"
    }
    changed = replace(SOUND, **numbered)  # type: ignore[arg-type]
    shown = {line.count for box in diagram(changed, title="").boxes for line in box.lines}
    assert set(numbered.values()) <= shown


def test_links_are_given_by_the_name_of_the_count() -> None:
    links = {"screened": "/s", "exclusion_reasons.1": "/r1", "included.reports": "/i", "databases.0": "/d0"}
    found = boxes(SOUND, links)
    hrefs = {line.text: line.href for box in found.values() for line in box.lines if line.href}
    assert hrefs == {
        "Records screened": "/s",
        "No exercise": "/r1",
        "Reports of included studies": "/i",
        "PubMed": "/d0",
    }
