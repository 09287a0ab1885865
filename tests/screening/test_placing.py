"""Many PDFs at once: each finds its report by DOI or title, the rest waits, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.errors import NotAllowed, NothingToDo
from reviews.models import User
from screening.matching import Wanted, guesses, sure
from screening.models import LoosePdf, Report
from screening.services import placing
from tests.conftest import Cast
from tests.screening.factories import a_report, an_upload, pdf_bytes

SignIn = Callable[[User], Client]
TITLE = "Strength training and aerobic exercise training for neuromuscular disease"
OTHER = "Resistance exercise in patients with amyotrophic lateral sclerosis: a trial"


def printed(*lines: str) -> bytes:
    """A PDF with real text."""
    mpl.use("pdf")
    import io

    from matplotlib import pyplot as plt

    out = io.BytesIO()
    figure = plt.figure(figsize=(8, 11))
    for number, line in enumerate(lines):
        figure.text(0.1, 0.9 - 0.05 * number, line, fontsize=8)
    figure.savefig(out, format="pdf")
    plt.close(figure)
    return out.getvalue()


def wanted(*rows: tuple[int, str, str]) -> list[Wanted]:
    return [Wanted(report, title, frozenset(filter(None, [doi]))) for report, title, doi in rows]


BOTH = wanted((1, TITLE, "10.1002/14651858.cd003907"), (2, OTHER, "10.1212/01.wnl.0000264418"))


@pytest.mark.parametrize(
    ("name", "text", "report", "why"),
    [
        ("x.pdf", "doi:10.1002/14651858.CD003907.", 1, "DOI"),
        ("10.1212_01.wnl.0000264418.pdf", "", 2, "DOI"),
        ("x.pdf", f"Neurology\n{OTHER[:40]}-\n{OTHER[40:]}\nAbstract", 2, "title"),
        (f"{TITLE}.pdf", "", 1, "title"),
    ],
)
def test_a_pdf_is_known_by_its_doi_or_its_title(name: str, text: str, report: int, why: str) -> None:
    best = sure(guesses(name=name, text=text, wanted=BOTH))
    assert best is not None
    assert (best.report, best.why) == (report, why)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("nothing that is known", BOTH),
        (f"{TITLE}\n{OTHER}", BOTH),  # a table of contents
        ("doi:10.1002/1 and doi:10.1002/2", wanted((1, TITLE, "10.1002/1"), (2, OTHER, "10.1002/2"))),
        ("Editorial", wanted((1, "Editorial", ""))),
        (TITLE, wanted((1, TITLE, ""), (2, TITLE + " (update)", ""))),
    ],
)
def test_what_could_be_two_or_none_is_not_sure(text: str, rows: list[Wanted]) -> None:
    assert sure(guesses(name="scan.pdf", text=text, wanted=rows)) is None


def test_pdfs_go_to_their_reports_and_the_rest_waits(cast: Cast) -> None:
    report = a_report(cast.review, title=TITLE)
    files = [
        an_upload(printed(TITLE, "Abstract"), "one.pdf"),
        an_upload(printed("Something else entirely, of nobody's interest"), "two.pdf"),
        SimpleUploadedFile("three.pdf", b"<html>Sign in</html>"),
    ]
    placed, waiting, refused = placing.receive(review=cast.review, files=files, by=cast.ana)
    assert placed.report == report
    assert report.documents.get().name == "one.pdf"
    assert (waiting.report, waiting.problem) == (None, "")
    assert "web page" in refused.problem
    assert LoosePdf.objects.get().name == "two.pdf"


def test_the_same_file_twice_is_said(cast: Cast) -> None:
    a_report(cast.review, title=TITLE)
    content = printed(TITLE)
    for known in (content, pdf_bytes()):
        first, again = placing.receive(
            review=cast.review, files=[an_upload(known, "a.pdf"), an_upload(known, "b.pdf")], by=cast.ana
        )
        assert not first.problem
        assert "already" in again.problem


def test_a_waiting_pdf_is_placed_by_hand_or_put_away(cast: Cast) -> None:
    report = a_report(cast.review, title=TITLE)
    placing.receive(
        review=cast.review,
        files=[an_upload(pdf_bytes(1), "scan.pdf"), an_upload(pdf_bytes(2), "x.pdf")],
        by=cast.ana,
    )
    scan, other = LoosePdf.objects.order_by("pk")
    placing.place(loose=scan, report=report, by=cast.ben)
    placing.put_away(loose=other, by=cast.ben)
    report.refresh_from_db()
    assert report.retrieval == Report.Retrieved.RETRIEVED
    assert report.documents.get().name == "scan.pdf"
    assert not LoosePdf.objects.waiting().exists()
    assert LoosePdf.objects.count() == 2
    for verb in (
        lambda: placing.place(loose=scan, report=report, by=cast.ana),
        lambda: placing.put_away(loose=other, by=cast.ana),
    ):
        with pytest.raises(NothingToDo):
            verb()


def test_an_observer_uploads_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        placing.receive(review=cast.review, files=[an_upload(pdf_bytes())], by=cast.dov)


def test_the_page_says_what_became_of_each_file(cast: Cast, signed_in: SignIn) -> None:
    a_report(cast.review, title=TITLE)
    client, address = signed_in(cast.ana), reverse("screening:pdfs", args=[cast.review.slug])
    files: list[Any] = [
        an_upload(printed(TITLE), "one.pdf"),
        an_upload(b"no pdf", "two.pdf"),
        an_upload(pdf_bytes(), "s.pdf"),
    ]
    text = client.post(address, {"files": files}).content.decode()
    assert "by its title" in text
    assert "This is not a PDF" in text
    assert "Waits below" in text
    assert "Choose at least one PDF" in client.post(address, {}).content.decode()


def test_the_page_places_what_waits(cast: Cast, signed_in: SignIn) -> None:
    report = a_report(cast.review, title=TITLE)
    placing.receive(review=cast.review, files=[an_upload(pdf_bytes())], by=cast.ana)
    loose, client = LoosePdf.objects.get(), signed_in(cast.ana)
    address = reverse("screening:place_pdf", args=[cast.review.slug, loose.pk])
    client.post(address, {"report": "nonsense"})
    assert LoosePdf.objects.waiting().exists()
    client.post(address, {"report": report.pk})
    assert report.documents.count() == 1


def test_queries_of_the_page_do_not_grow_with_what_waits(cast: Cast, signed_in: SignIn) -> None:
    a_report(cast.review, title=TITLE)
    client, address = signed_in(cast.ana), reverse("screening:pdfs", args=[cast.review.slug])
    client.get(address)

    def queries(files: int) -> int:
        placing.receive(
            review=cast.review, files=[an_upload(pdf_bytes(n)) for n in range(1, files + 1)], by=cast.ana
        )
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    assert queries(1) == queries(5)
