"""Who may open what on the top floor."""

from __future__ import annotations

from typing import Any

from extraction.models import Study
from reviews.access import May
from synthesis.services import flow as verbs
from synthesis.services import grading
from tests.conftest import Cast
from tests.extraction.factories import a_study
from tests.pages.rows import Row
from tests.synthesis.factories import a_comparison, a_run, an_analysis, an_outcome


def analysis(cast: Cast) -> dict[str, Any]:
    """An analysis that has run."""
    found = an_analysis(cast.review, cast.ana)
    a_run(found, cast.ana)
    return {"slug": cast.review.slug, "pk": found.pk}


def run(cast: Cast) -> dict[str, Any]:
    """A run."""
    return {"slug": cast.review.slug, "pk": a_run(an_analysis(cast.review, cast.ana), cast.ana).pk}


def forest(cast: Cast) -> dict[str, Any]:
    """A run's forest plot."""
    return run(cast) | {"name": "forest", "kind": "svg"}


def flow(cast: Cast) -> dict[str, Any]:
    """The diagram as a file."""
    return {"slug": cast.review.slug, "kind": "svg"}


def box(cast: Cast) -> dict[str, Any]:
    """A box of the diagram."""
    return {"slug": cast.review.slug, "box": "screened"}


def study(cast: Cast) -> dict[str, Any]:
    """A study of a review that is an update."""
    found = Study.objects.create(review=cast.review, label="Braga 2018", created_by=cast.ana)
    verbs.state(
        review=cast.review,
        earlier_studies=1,
        earlier_reports=1,
        earlier_source="The first version",
        by=cast.ana,
    )
    return {"slug": cast.review.slug, "pk": found.pk}


def specification(cast: Cast) -> dict[str, Any]:
    """What the form posts."""
    return {
        "title": "BCG",
        "outcome": an_outcome(cast.review, domain="Deaths").pk,
        "comparison": (cast.review.comparisons.first() or a_comparison(cast.review)).pk,
        "measure": "RR",
        "model": "random",
        "tau2": "DL",
        "test": "z",
        "level": 95,
    }


def report_table(cast: Cast) -> dict[str, Any]:
    """The table of characteristics, of one study."""
    a_study(cast.review)
    return {"slug": cast.review.slug, "key": "characteristics"}


def report_file(cast: Cast) -> dict[str, Any]:
    """The same as a file."""
    return report_table(cast) | {"kind": "xlsx"}


def findings(cast: Cast) -> dict[str, Any]:
    """The summary of findings as a file."""
    found = an_analysis(cast.review, cast.ana)
    grading.arrange(review=cast.review, chosen=[found], by=cast.ana)
    return {"slug": cast.review.slug, "kind": "csv"}


NUMBERS = {"reduction": 25, "alpha": 0.05, "power": 0.8, "thresholds": "20"}
JUDGEMENT = {"domain": "bias", "bias-change": "-1", "bias-reason": "Nobody was blinded."}


def checklist(cast: Cast) -> dict[str, Any]:
    """A reporting checklist."""
    return {"slug": cast.review.slug, "key": "prisma-2020"}


def checklist_file(cast: Cast) -> dict[str, Any]:
    """The same as a file."""
    return checklist(cast) | {"kind": "csv"}


def no_bundle(cast: Cast) -> dict[str, Any]:
    """A bundle that nobody has asked for."""
    return {"slug": cast.review.slug, "pk": 0}


ROWS = [
    Row("synthesis:analyses", May.VIEW),
    Row("synthesis:analysis_add", May.ANALYSE),
    Row("synthesis:analysis_add", May.ANALYSE, method="post", data=specification),
    Row("synthesis:analysis", May.VIEW, analysis),
    Row("synthesis:analysis_change", May.ANALYSE, analysis),
    Row("synthesis:analysis_change", May.ANALYSE, analysis, method="post", data=specification),
    Row("synthesis:analysis_run", May.ANALYSE, analysis, method="post"),
    Row("synthesis:run", May.VIEW, run),
    Row("synthesis:run_data", May.VIEW, run),
    Row("synthesis:figure", May.VIEW, forest),
    Row("synthesis:certainties", May.VIEW),
    Row("synthesis:certainty", May.VIEW, analysis),
    Row("synthesis:certainty", May.ANALYSE, analysis, method="post", data=JUDGEMENT),
    Row("synthesis:certainty_basis", May.ANALYSE, analysis),
    Row("synthesis:certainty_basis", May.ANALYSE, analysis, method="post", data=NUMBERS),
    Row("synthesis:certainty_summary", May.VIEW),
    Row("synthesis:certainty_arrange", May.ANALYSE),
    Row("synthesis:certainty_arrange", May.ANALYSE, method="post", data={"setting": "Schools"}),
    Row("synthesis:certainty_download", May.VIEW, findings),
    Row("synthesis:bundle", May.VIEW),
    Row("synthesis:bundle", May.VIEW, method="post"),
    # A bundle belongs to who asked for it: tests/synthesis/bundle/test_page.py.
    Row("synthesis:bundle_download", May.VIEW, no_bundle, found=False),
    Row("synthesis:tables", May.VIEW),
    Row("synthesis:table", May.VIEW, report_table),
    Row("synthesis:table_download", May.VIEW, report_file),
    Row("synthesis:report", May.VIEW),
    Row("synthesis:manuscript", May.VIEW),
    Row("synthesis:checklist", May.VIEW, checklist),
    Row("synthesis:checklist_download", May.VIEW, checklist_file),
    Row("synthesis:prisma", May.VIEW),
    Row("synthesis:prisma_box", May.VIEW, box),
    Row("synthesis:prisma_download", May.VIEW, flow),
    Row("synthesis:sources", May.VIEW),
    Row("synthesis:prisma_then", May.VIEW),
    Row("synthesis:prisma_then", May.VIEW, method="post", data=lambda cast: {"day": "2001-01-01"}),
    Row("synthesis:prisma_check", May.VIEW),
    Row("synthesis:prisma_check", May.VIEW, method="post", data=lambda cast: {"text": "data,n\n"}),
    Row("synthesis:prisma_statement", May.ANALYSE),
    Row(
        "synthesis:prisma_statement", May.ANALYSE, method="post", data=lambda cast: {"note_w4": "One record."}
    ),
    Row("synthesis:earlier_study", May.ANALYSE, study, method="post", data=lambda cast: {"earlier": "1"}),
]
