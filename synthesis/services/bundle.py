"""Verbs: make one file of all that a reader needs to check the synthesis. It belongs to the member who asked for it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from reviews.access import May, require
from reviews.models import Job, Review, User
from reviews.services import history, jobs
from reviews.services.jobs import Lease
from synthesis import bundle
from synthesis.bundle import AnalysisRun, Said
from synthesis.figures.formats import FORMATS, render
from synthesis.models import Run
from synthesis.queries import bundle as found
from synthesis.queries.flow import flow_of
from synthesis.queries.inputs import is_stale
from synthesis.queries.plots import figure_of, figures_of
from synthesis.reporting import prisma_csv

#: The job's name; where its file is stands in its outcome.
MAKE: Final = "synthesis.make_bundle"


@transaction.atomic
def ask(*, review: Review, by: User) -> Job:
    """Have a bundle made; asking while one is being made gives that one."""
    require(May.VIEW, review=review, by=by)
    Review.objects.select_for_update().get(pk=review.pk)
    waiting = Job.objects.unfinished().filter(name=MAKE, review=review, created_by=by).first()
    if waiting is not None:
        return waiting
    return jobs.enqueue(MAKE, title="Make a bundle", review=review, by=by, review_id=review.pk)


def asked(review: Review, by: User) -> Job | None:
    """The newest bundle that this member asked for."""
    return Job.objects.filter(name=MAKE, review=review, created_by=by).order_by("-pk").first()


def make(lease: Lease, *, review_id: int) -> dict[str, Any]:
    """The job: everything is read anew, so that the bundle is of one moment."""
    review, viewer = Review.objects.get(pk=review_id), lease.job.created_by
    assert viewer is not None  # noqa: S101 - a bundle is asked for by somebody
    require(May.VIEW, review=review, by=viewer)
    pairs = found.newest_runs(review)
    runs = [run for _, run in pairs if run is not None]
    lease.beat(done=0, total=len(runs) + 1, message="Collecting what was pooled")
    said = Said(
        title=review.title,
        address=review.slug,
        stale=tuple(run.analysis_id for run in runs if is_stale(run.analysis)),
        not_run=tuple(analysis.title for analysis, run in pairs if run is None),
    )
    figures, missing = _figures(lease, runs)
    said = replace(said, not_drawn=tuple(missing))
    files = figures | files_of(review, viewer, [found.material_of(run) for run in runs], said)
    files[bundle.SUMS] = bundle.checksums(files)
    return _keep(lease, review, bundle.zipped(files), said, runs, len(files))


def files_of(review: Review, viewer: User, runs: list[AnalysisRun], said: Said) -> dict[str, bytes]:
    """Everything but the figures and the checksums, by path; only what `viewer` may see."""
    ris = found.studies_as_ris(review)
    revman = bundle.package(
        runs,
        found.about_studies(review, viewer, runs),
        found.judgements(review, viewer),
        ris=ris,
        name=re.sub("[^a-z0-9]", "", review.slug) or "review",
    )
    return {
        "README.txt": bundle.readme(runs, said),
        "manifest.json": bundle.manifest(runs, said),
        "run.R": bundle.script(runs).encode("ascii"),
        "R/checking.R": bundle.CHECKING.encode("ascii"),
        "data/data.csv": bundle.data_csv(runs),
        "data/dictionary.csv": bundle.dictionary_csv(runs),
        "data/expected.csv": bundle.expected_csv(runs),
        "prisma.csv": prisma_csv.write(flow_of(review).counts).encode("utf-8", "replace"),
        "studies.ris": ris,
    } | {f"revman/{path}": content for path, content in revman.items()}


def _figures(lease: Lease, runs: list[Run]) -> tuple[dict[str, bytes], list[str]]:
    """Each plot of each run in every format, by path, and what could not be drawn."""
    files: dict[str, bytes] = {}
    missing: list[str] = []
    for number, run in enumerate(runs, start=1):
        lease.beat(message=f"Drawing {run.analysis.title[:100]}")
        for name, title in figures_of(run).items():
            try:
                drawing = figure_of(run, name)
            except (ValueError, OverflowError) as problem:
                # A number too large to draw is no reason to withhold all others.
                missing.append(f"{run.analysis.title}: {title.lower()} ({problem})")
                drawing = None
            if drawing is not None:
                place = f"figures/analysis-{run.analysis_id}-{name}"
                files |= {f"{place}.{kind}": render(drawing, kind) for kind in FORMATS}
        lease.beat(done=number)
    return files, missing


def _keep(
    lease: Lease, review: Review, content: bytes, said: Said, runs: list[Run], count: int
) -> dict[str, Any]:
    """Store the file, and let go of the member's earlier ones: what they held can be made again."""
    digest = hashlib.sha256(content).hexdigest()
    path = f"bundles/{review.pk}/{lease.job.pk}-{digest[:16]}.zip"
    lease.beat(message="Writing the file")
    default_storage.delete(path)
    name = default_storage.save(path, ContentFile(content))
    with lease.step(done=len(runs) + 1, message="Done"):
        history.record(
            "bundle.made",
            f"made a bundle of {len(runs)} analyses",
            review=review,
            by=lease.job.created_by,
            sha256=digest,
        )
    earlier = Job.objects.filter(name=MAKE, review=review, created_by=lease.job.created_by)
    for job in earlier.filter(status=Job.Status.DONE).exclude(pk=lease.job.pk):
        if job.outcome.get("file") not in (None, name):
            default_storage.delete(job.outcome["file"])
    return {
        "file": name,
        "size": len(content),
        "sha256": digest,
        "files": count,
        "runs": [run.pk for run in runs],
        "stale": [run.analysis.title for run in runs if run.analysis_id in said.stale],
        "not_run": list(said.not_run),
    }
