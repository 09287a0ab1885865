"""The draft of a manuscript: numbers where there are some, marked gaps where there are none."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from extraction.models import Arm, Field, StudyReport
from extraction.queries.cells import Cell
from extraction.services import values
from extraction.services.values import Reading
from reviews.models import Review, User
from synthesis.figures.drawing import Drawing
from synthesis.queries.manuscript import manuscript_of
from synthesis.queries.report_facts import facts_of
from synthesis.reporting.manuscript import Figure, Gap, Listing, Manuscript, Section, Text, Warned, write
from synthesis.reporting.tables import Column, Table
from tests.conftest import Cast
from tests.extraction.factories import a_study
from tests.synthesis.factories import a_run, an_analysis, settle


def drafted(review: Review, viewer: User) -> Manuscript:
    """The draft as `viewer` gets it."""
    return manuscript_of(facts_of(review, viewer))


def opened(manuscript: Manuscript) -> Word:
    """Written and read again."""
    return Document(io.BytesIO(write(manuscript)))


def text_of(document: Word) -> str:
    """All paragraphs."""
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def a_drawing(width: float, height: float) -> Drawing:
    """A figure with nothing on it."""
    return Drawing(width=width, height=height, title="A plot", description="Nothing in it.", items=())


def test_every_kind_of_block_arrives_in_word() -> None:
    blocks = (
        Text("Bell \x07 and <b>."),
        Gap("the aim"),
        Warned("old"),
        Listing(("One 2001: a paper", "Two 2002")),
    )
    table = Table("Studies", (Column("Study"), Column("n")), (("One 2001", 3),))
    document = opened(Manuscript("T" * 300, "A draft.", (Section("Methods", blocks, 1),), (table,)))
    text = text_of(document)
    assert "Bell  and <b>." in text
    assert "1. One 2001: a paper\n2. Two 2002" in text
    assert "Table 1. Studies" in text
    marked = {
        run.text: run.font.highlight_color for paragraph in document.paragraphs for run in paragraph.runs
    }
    assert marked["[to be written: the aim]"] is not None
    assert marked["[to be checked: old]"] not in (None, marked["[to be written: the aim]"])
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["One 2001", "3"]
    assert document.sections[-1].orientation == WD_ORIENT.LANDSCAPE


@pytest.mark.parametrize("size", [(400, 300), (3000, 300), (400, 5000)])
def test_a_figure_fits_on_its_page_and_has_words_for_who_cannot_see_it(size: tuple[float, float]) -> None:
    figure = Figure("A plot.", lambda: a_drawing(*size))
    document = opened(Manuscript("Title", "A draft.", (Section("Results", (figure,)),)))
    (shape,) = document.inline_shapes
    page = document.sections[0]
    assert page.page_width is not None
    assert page.left_margin is not None
    assert page.page_height is not None
    assert page.top_margin is not None
    assert shape.width <= page.page_width - 2 * page.left_margin
    assert shape.height <= page.page_height - 2 * page.top_margin
    assert shape.width / shape.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert shape._inline.find(qn("wp:docPr")).get("descr") == "Nothing in it."
    assert "Figure 1. A plot." in text_of(document)


def test_an_empty_review_gives_a_draft_of_gaps_without_a_number(cast: Cast) -> None:
    made = drafted(cast.review, cast.ana)
    assert made.figures == 0
    assert made.tables == ()
    assert made.warnings == 1
    told = [block.text for part in made.sections for block in part.blocks if isinstance(block, Text)]
    # Only the rules of screening stand there, and it is said that nothing was done yet.
    assert len(told) == 1
    assert not re.search(r"\d", " ".join(told))
    assert "[to be written: the results of the syntheses]" in text_of(opened(made))


def test_an_analysis_brings_its_methods_its_numbers_and_its_forest_plot(cast: Cast) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    made = drafted(cast.review, cast.ana)
    document = opened(made)
    text = text_of(document)
    pooled = run.result["pooled"]
    assert "random-effects model" in text
    assert "3 studies were pooled: risk ratio" in text
    assert f"τ² {pooled['tau2']:.3g}" in text
    assert f"computed with {run.engine}" in text
    assert "Forest plot: BCG (run 1" in text
    assert len(document.inline_shapes) == made.figures == 1
    assert len(document.tables) == len(made.tables) == 2
    assert "Table 1. Characteristics of included studies" in text


def test_only_the_newest_run_speaks_and_an_old_one_is_marked(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    settle(analysis.outcome, Arm.objects.all()[0], Field.EVENTS, 90, by=cast.ana)
    old = text_of(opened(drafted(cast.review, cast.ana)))
    assert "[to be checked: “BCG” is out of date" in old
    assert "out of date)." in old
    a_run(analysis, cast.ana)
    new = text_of(opened(drafted(cast.review, cast.ana)))
    assert "out of date" not in new
    assert "(run 2, " in new
    assert "(run 1, " not in new


def test_an_analysis_that_never_ran_is_a_gap(cast: Cast) -> None:
    an_analysis(cast.review, cast.ana)
    made = drafted(cast.review, cast.ana)
    assert made.figures == 0
    assert "[to be written: the result of “BCG”, which has not run]" in text_of(opened(made))


def test_the_way_of_the_reports_is_told_and_drawn_and_the_studies_are_cited(cast: Cast) -> None:
    study = a_study(cast.review, reports=1, label="Braga 2018")
    report = StudyReport.objects.get(study=study).report
    report.citation = "Braga A. Aerobic exercise. 2018;1:2"
    report.save()
    made = drafted(cast.review, cast.ana)
    text = text_of(opened(made))
    assert "1 report was sought" in text
    assert "The review includes 1 study with 1 report." in text
    assert "Figure 1. PRISMA 2020 flow diagram." in text
    assert "1. Braga 2018: Braga A. Aerobic exercise. 2018;1:2" in text


def test_who_is_in_the_middle_of_their_own_work_gets_no_result(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    arm = Arm.objects.all()[0]
    cell = Cell(analysis.outcome_id, arm.pk, None, Field.EVENTS)
    values.record(study=arm.study, readings=[Reading(cell, "4")], by=cast.ben)
    document = opened(drafted(cast.review, cast.ben))
    text = text_of(document)
    assert "pooled:" not in text
    assert len(document.inline_shapes) == 0
    assert "1 analysis is left out until you have finished" in text
    label = arm.study.label
    shown = [row.cells[0].text for table in document.tables[1:] for row in table.rows]
    assert label not in shown
    assert "pooled:" in text_of(opened(drafted(cast.review, cast.ana)))


def test_the_page_shows_what_the_file_says(cast: Cast, client: Client) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    client.force_login(cast.dov)
    page = client.get(reverse("synthesis:report", args=[cast.review.slug])).content.decode()
    answer = client.get(reverse("synthesis:manuscript", args=[cast.review.slug]))
    assert answer["Content-Disposition"] == f'attachment; filename="{cast.review.slug}-manuscript.docx"'
    text = text_of(Document(io.BytesIO(answer.content)))
    for words in (
        "3 studies were pooled: risk ratio",
        "[to be written: the abstract]",
        "Figure in the Word file",
    ):
        assert words in page
    for section in drafted(cast.review, cast.dov).sections:
        assert section.heading in page
        assert section.heading in text


def test_words_that_are_markup_stay_words(cast: Cast, client: Client) -> None:
    cast.review.population = "<script>alert(1)</script>"
    cast.review.save()
    client.force_login(cast.ana)
    page = client.get(reverse("synthesis:report", args=[cast.review.slug])).content.decode()
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in text_of(opened(drafted(cast.review, cast.ana)))


def test_the_draft_is_read_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    for name in ("report", "manuscript"):
        assert client.post(reverse(f"synthesis:{name}", args=[cast.review.slug])).status_code == 405
