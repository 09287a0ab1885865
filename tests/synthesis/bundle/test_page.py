"""The bundle as a member of the team meets it: asked for on a page, made by the worker, downloaded by who asked."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.models import ComparisonArm, StudyReport
from reviews.formats import Reference, read
from reviews.models import Event, Job
from reviews.services import jobs
from screening.models import Report
from synthesis.figures.formats import FORMATS
from synthesis.queries.plots import figures_of
from synthesis.reporting import prisma_csv
from synthesis.services import bundle as verbs
from tests.conftest import Cast
from tests.screening.factories import a_report
from tests.synthesis.factories import a_run, an_analysis

SignIn = Callable[[Any], Client]


def page(cast: Cast) -> str:
    return reverse("synthesis:bundle", args=[cast.review.slug])


def made(cast: Cast, by: Any = None) -> Job:
    """A bundle that the worker has made."""
    job = verbs.ask(review=cast.review, by=by or cast.ana)
    jobs.run(job.pk, verbs.make)
    job.refresh_from_db()
    assert job.status == job.Status.DONE, job.message
    return job


def files_of(job: Job) -> dict[str, bytes]:
    with default_storage.open(job.outcome["file"]) as stream, zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(autouse=True)
def _only_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDF and PNG take long to draw; one test looks at all three."""
    monkeypatch.setattr(verbs, "FORMATS", ("svg",))


def test_everything_is_in_it_and_agrees_with_the_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "FORMATS", FORMATS)
    analysis = an_analysis(cast.review, cast.ana)
    run = a_run(analysis, cast.ana)
    files = files_of(made(cast))
    figures = {
        f"figures/analysis-{analysis.pk}-{name}.{kind}" for name in figures_of(run) for kind in FORMATS
    }
    plain = {
        "README.txt",
        "SHA256SUMS",
        "manifest.json",
        "run.R",
        "R/checking.R",
        "prisma.csv",
        "studies.ris",
    }
    data = {"data/data.csv", "data/dictionary.csv", "data/expected.csv"}
    assert figures | plain | data <= set(files)
    assert {name for name in files if name not in figures | plain | data} == {
        f"revman/{name}" for name in _revman(cast)
    }
    told = json.loads(files["manifest.json"])["analyses"][0]
    assert (told["run"], told["inputs_sha256"]) == (run.pk, run.inputs_hash)
    rows = rows_of(files["data/data.csv"])
    assert [row["study"] for row in rows] == ["Trial 001", "Trial 002", "Trial 003"]
    assert [float(row["x1i"]) for row in rows] == [4, 6, 3]
    estimate = next(
        row
        for row in rows_of(files["data/expected.csv"])
        if (row["part"], row["quantity"]) == ("pooled", "estimate")
    )
    assert float(estimate["value"]) == run.result["pooled"]["estimate"]
    assert run.engine.encode() in files["README.txt"]


def _revman(cast: Cast) -> set[str]:
    name = cast.review.slug.replace("-", "")
    return {
        f"{name}.zip",
        *(
            f"{name}-analysis-data/{name}-{part}.csv"
            for part in ("data-rows", "overall-estimates-and-settings", "subgroup-estimates")
        ),
        *(
            f"{name}-study-data/{name}-{part}"
            for part in ("study-information.csv", "risk-of-bias.csv", "included.ris")
        ),
    }


def test_a_plot_that_cannot_be_drawn_is_named_and_stops_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise ValueError("The axis would be endless.")

    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    monkeypatch.setattr(verbs, "figure_of", refused)
    files = files_of(made(cast))
    assert not [name for name in files if name.startswith("figures/")]
    assert b"BCG: forest plot (The axis would be endless.): could not be drawn" in files["README.txt"]


def test_the_checksums_are_those_of_the_files(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    files = files_of(made(cast))
    lines = [line.split("  ", 1) for line in files.pop("SHA256SUMS").decode().splitlines()]
    assert {path: digest for digest, path in lines} == {
        path: hashlib.sha256(content).hexdigest() for path, content in files.items()
    }


def test_the_same_review_gives_the_same_bytes(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    first, second = made(cast), made(cast)
    assert first.outcome["sha256"] == second.outcome["sha256"]
    assert Event.objects.filter(verb="bundle.made").count() == 2


def test_a_newer_bundle_takes_the_place_of_the_member_s_older_one(cast: Cast, signed_in: SignIn) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    older, other, newer = made(cast), made(cast, cast.ben), made(cast)
    address = [
        reverse("synthesis:bundle_download", args=[cast.review.slug, job.pk]) for job in (older, newer)
    ]
    client = signed_in(cast.ana)
    assert [client.get(one).status_code for one in address] == [404, 200]
    assert default_storage.exists(other.outcome["file"])


def test_only_who_asked_can_download(cast: Cast, signed_in: SignIn) -> None:
    a_run(an_analysis(cast.review, cast.ana), cast.ana)
    address = reverse("synthesis:bundle_download", args=[cast.review.slug, made(cast).pk])
    answer = signed_in(cast.ana).get(address)
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]
    assert signed_in(cast.ben).get(address).status_code == 404
    assert signed_in(cast.eve).get(address).status_code == 404


def test_a_job_of_another_kind_is_no_bundle(cast: Cast, signed_in: SignIn) -> None:
    run = a_run(an_analysis(cast.review, cast.ana), cast.ana)
    assert run.job is not None
    address = reverse("synthesis:bundle_download", args=[cast.review.slug, run.job.pk])
    assert signed_in(cast.ana).get(address).status_code == 404


def test_a_bundle_asked_for_twice_is_made_once(cast: Cast, signed_in: SignIn) -> None:
    an_analysis(cast.review, cast.ana)
    client = signed_in(cast.dov)
    for _ in range(2):
        assert client.post(page(cast)).status_code == 302
    assert Job.objects.filter(name=verbs.MAKE).count() == 1
    assert "waiting for a worker" in client.get(page(cast)).content.decode()


def test_who_left_the_team_gets_nothing(cast: Cast) -> None:
    job = verbs.ask(review=cast.review, by=cast.ben)
    from django.utils import timezone

    cast.review.memberships.filter(user=cast.ben).update(left_at=timezone.now())
    jobs.run(job.pk, verbs.make)
    job.refresh_from_db()
    assert job.status == job.Status.FAILED
    assert "not a member" in job.message


def test_what_is_out_of_date_or_not_run_is_told_on_the_page_and_inside(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    ComparisonArm.objects.filter(arm__study__label="Trial 001").delete()
    from synthesis.services import analyses

    analyses.define(
        title="Not yet", outcome=analysis.outcome, comparison=analysis.comparison, by=cast.ana, measure="OR",
        model="random", tau2="DL", test="z", level=95.0,
    )  # fmt: skip
    job = made(cast)
    assert (job.outcome["stale"], job.outcome["not_run"]) == (["BCG"], ["Not yet"])
    text = signed_in(cast.ana).get(page(cast)).content.decode()
    assert "Out of date when the bundle was made" in text
    assert "Not in it, because they have not been run: Not yet." in text
    readme = files_of(job)["README.txt"].decode()
    assert "OUT OF DATE" in readme
    assert "Not yet: not run yet" in readme


def test_a_run_after_the_bundle_is_told(cast: Cast, signed_in: SignIn) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    made(cast)
    client = signed_in(cast.ana)
    assert "Analyses have been run since" not in client.get(page(cast)).content.decode()
    a_run(analysis, cast.ana)
    assert "Analyses have been run since" in client.get(page(cast)).content.decode()


def test_the_references_name_their_study_and_are_read_back(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    run = a_run(analysis, cast.ana)
    described = a_report(cast.review)
    bare = Report.objects.create(review=cast.review, title="A report of its own", citation="Smith 2001")
    for report, source in zip((described, bare), run.inputs, strict=False):
        StudyReport.objects.create(study_id=source["study"], report=report, by=cast.ana)
    ris = files_of(made(cast))["studies.ris"]
    found = [one for one in read(io.BytesIO(ris)) if isinstance(one, Reference)]
    assert [dict(one.tags)["NS"] for one in found] == ["Trial 001", "Trial 002"]
    assert [one.title for one in found] == [described.title, "A report of its own"]


def test_the_flow_is_read_back(cast: Cast) -> None:
    an_analysis(cast.review, cast.ana)
    assert prisma_csv.read(files_of(made(cast))["prisma.csv"].decode()).screened == 0


@pytest.mark.parametrize("word", ["get", "post"])
def test_an_empty_review_says_what_to_do(cast: Cast, signed_in: SignIn, word: str) -> None:
    answer = getattr(signed_in(cast.dov), word)(page(cast), follow=True)
    assert answer.status_code == 200
    assert "Set one up first" in answer.content.decode()


def test_an_analysis_of_one_study_is_in_it_without_a_pooled_effect(cast: Cast) -> None:
    a_run(an_analysis(cast.review, cast.ana, studies=1), cast.ana)
    files = files_of(made(cast))
    assert {row["part"] for row in rows_of(files["data/expected.csv"])} == {"studies"}
    assert not [name for name in files if "funnel" in name]


def test_queries_of_the_page_do_not_grow_with_analyses(cast: Cast, signed_in: SignIn) -> None:
    from synthesis.services import analyses

    client, analysis = signed_in(cast.ana), an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    made(cast)
    client.get(page(cast))
    with CaptureQueriesContext(connection) as few:
        client.get(page(cast))
    for number in range(5):
        more = analyses.define(
            title=f"BCG {number}", outcome=analysis.outcome, comparison=analysis.comparison, by=cast.ana,
            measure="RR", model="random", tau2="DL", test="z", level=95.0,
        )  # fmt: skip
        a_run(more, cast.ana)
    with CaptureQueriesContext(connection) as many:
        client.get(page(cast))
    assert len(many) == len(few)
