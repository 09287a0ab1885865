"""A report is put aside and taken up again on its page, at a desk and on a phone, in every light."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from screening.models import Candidate
from screening.services import reports
from tests.browser.conftest import Live, accessible
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import a_full_text, a_report, an_upload, pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LONG = "Effects of a very long intervention with many words in its name on outcomes that matter: " * 2


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("dark", [False, True])
def test_a_report_is_set_aside_and_taken_up(live: Live, cast: Cast, phone: bool, dark: bool) -> None:
    for rank in range(1, 6):
        a_reason(cast.review, f"Wrong population, number {rank}", rank)
    read = a_full_text(cast.review, cast.ana, title=LONG)
    other = a_report(cast.review, title="The same trial, indexed elsewhere")
    reports.join(report=other, into=read.report, by=cast.ana)  # type: ignore[arg-type]
    paged = a_report(cast.review, title="A paper with a PDF")
    reports.retrieved(report=paged, file=an_upload(pdf_bytes(2)), by=cast.ana)
    page = live.open(
        cast.ben, reverse("screening:report", args=[cast.review.slug, read.report_id]), phone=phone, dark=dark
    )
    shots = os.environ.get("SHOTS")

    def shoot(name: str) -> None:
        accessible(page)
        if shots:
            page.screenshot(path=str(Path(shots) / f"{name}-{phone}-{dark}.png"), full_page=True)

    expect(page.get_by_role("button", name="Another document")).to_have_count(2)
    shoot("open")
    page.get_by_text("It cannot be decided on yet").click()
    page.get_by_label("about an ongoing study").check()
    page.get_by_label("What is waited for?").fill("Results are expected in 2027")
    shoot("form")
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_role("heading", name="Set aside")).to_be_visible()
    assert Candidate.objects.get(pk=read.pk).status == "ongoing"
    shoot("aside")
    page.goto(live.url + reverse("screening:reports", args=[cast.review.slug]) + "?state=ongoing")
    shoot("list")
    page.goto(live.url + reverse("synthesis:prisma", args=[cast.review.slug]))
    shoot("prisma")
    page.go_back()
    page.get_by_role("link", name="Effects of a very long").click()
    page.get_by_role("button", name="Take it up again").click()
    expect(page.get_by_role("button", name="Include")).to_be_visible()
    if shots:
        page.goto(live.url + reverse("screening:report", args=[cast.review.slug, paged.pk]))
        page.wait_for_timeout(4000)  # the browser's own reader
        page.screenshot(path=str(Path(shots) / f"pdf-{phone}-{dark}.png"))
