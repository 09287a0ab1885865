"""Analyses and their runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from extraction.models import Comparison, Outcome
from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Job, Membership, Review
from synthesis.figures.formats import render as render_figure
from synthesis.forms.analyses import AnalysisForm
from synthesis.models import Analysis, Run
from synthesis.queries import sections
from synthesis.queries.changes import change_of
from synthesis.queries.forest import LAYOUTS
from synthesis.queries.inputs import is_stale
from synthesis.queries.plots import figure_of
from synthesis.queries.results import result_of
from synthesis.queries.tables import table_of
from synthesis.services import analyses
from synthesis.views.downloads import as_download

RUN = "synthesis.run_analysis"


def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All current analyses with their newest result."""
    member = review_for(request, slug, May.VIEW, section="analyses")
    review = member.review
    rows = _current(review)
    ready = (
        Outcome.objects.filter(review=review).exists() and Comparison.objects.filter(review=review).exists()
    )
    context = {
        "rows": [(analysis, _newest(analysis)) for analysis in rows],
        "ready": ready,
        "may_analyse": may(member, May.ANALYSE),
    }
    return render(request, "synthesis/analyses.html", context)


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Set up an analysis and run it."""
    member = review_for(request, slug, May.ANALYSE, section="analyses")
    form = AnalysisForm(request.POST or None, review=member.review)
    if request.method == "POST" and form.is_valid():
        try:
            analysis = analyses.define(**form.settings, by=member.user)
            analyses.request_run(analysis=analysis, by=member.user)
            return redirect("synthesis:analysis", slug, analysis.pk)
        except Refused as error:
            form.add_error(None, str(error))
    status = 422 if form.is_bound else 200
    return render(request, "synthesis/analysis_form.html", {"form": form}, status=status)


def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for something else: a new specification takes the old one's place."""
    member = review_for(request, slug, May.ANALYSE, section="analyses")
    analysis = get_object_or_404(Analysis, review=member.review, pk=pk)
    initial = AnalysisForm.initial_of(analysis)
    form = AnalysisForm(request.POST or None, review=member.review, initial=initial, amending=True)
    if request.method == "POST" and form.is_valid():
        try:
            newer = analyses.amend(analysis=analysis, **form.settings, by=member.user)
            analyses.request_run(analysis=newer, by=member.user)
            return redirect("synthesis:analysis", slug, newer.pk)
        except Refused as error:
            form.add_error(None, str(error))
    context = {"form": form, "analysis": analysis}
    return render(request, "synthesis/analysis_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Queue a run."""
    member = review_for(request, slug, May.ANALYSE)
    analysis = get_object_or_404(Analysis, review=member.review, pk=pk)
    try:
        analyses.request_run(analysis=analysis, by=member.user)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("synthesis:analysis", slug, pk)


def analysis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An analysis with its newest run, or with the job that computes it."""
    member = review_for(request, slug, May.VIEW, section="analyses")
    subject = get_object_or_404(_current(member.review, replaced=True), pk=pk)
    newest = _newest(subject)
    job = Job.objects.filter(review=member.review, name=RUN, arguments__analysis=pk).order_by("-pk").first()
    context = _shown(request, member, subject, newest) | {
        "job": job if job and job.status != Job.Status.DONE else None,
        "stale": newest is not None and is_stale(subject),
        "runs": subject.runs.select_related("by").order_by("-number"),
    }
    return render(request, "synthesis/analysis.html", context)


def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One run as it was, whatever came after it."""
    member = review_for(request, slug, May.VIEW, section="analyses")
    subject = _run(member, pk)
    context = _shown(request, member, subject.analysis, subject) | {
        "runs": subject.analysis.runs.order_by("-number")
    }
    return render(request, "synthesis/analysis.html", context | {"fixed": True})


def figure(request: HttpRequest, slug: str, pk: int, name: str, kind: str) -> HttpResponse:
    """A figure of a run as a file; `layout` chooses the manner of a forest plot, `dpi` the resolution of a PNG."""
    subject = _run(review_for(request, slug, May.VIEW), pk)
    layout = request.GET.get("layout", "plain")
    picture = figure_of(subject, name, layout=layout if layout in LAYOUTS else "plain")
    if picture is None:
        raise Http404("This run has no such figure.")
    file = f"{slug}-analysis-{subject.analysis_id}-run-{subject.number}-{name}"
    return as_download(picture, kind, name=file)


def data(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a run pooled, as a table: every number that R needs to do it again."""
    subject = _run(review_for(request, slug, May.VIEW), pk)
    name = f"{slug}-analysis-{subject.analysis_id}-run-{subject.number}.csv"
    response = HttpResponse(table_of(subject).to_csv(index=False), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _current(review: Review, *, replaced: bool = False) -> Any:
    """Analyses with what their lists show, in three queries; those that were replaced only when asked for."""
    rows = Analysis.objects.filter(review=review).select_related(
        "outcome", "comparison", "replaces", "created_by"
    )
    newest = Run.objects.filter(analysis=OuterRef("analysis")).order_by("-number").values("pk")[:1]
    runs = Run.objects.filter(pk=Subquery(newest)).select_related("by")
    rows = rows.prefetch_related(Prefetch("runs", queryset=runs, to_attr="newest_runs"))
    return rows if replaced else rows.filter(replaced_by=None)


def _newest(analysis: Analysis) -> Run | None:
    runs: list[Run] = analysis.newest_runs  # type: ignore[attr-defined]
    if not runs:
        return None
    runs[0].analysis = analysis
    return runs[0]


def _run(member: Membership, pk: int) -> Run:
    runs = Run.objects.select_related("analysis__outcome", "analysis__comparison", "analysis__review", "by")
    return get_object_or_404(runs, analysis__review=member.review, pk=pk)


def _shown(request: HttpRequest, member: Membership, subject: Analysis, newest: Run | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "analysis": subject,
        "run": newest,
        "may_analyse": may(member, May.ANALYSE),
        "newer": Analysis.objects.filter(replaces=subject).first(),
    }
    if newest is not None:
        section = sections.chosen(newest, request.GET.get("show", ""))
        layout = request.GET.get("layout", "plain")
        layout = layout if layout in LAYOUTS else "plain"
        context |= {
            "section": section,
            "sections": sections.sections_of(newest),
            "figures": [
                _drawn(newest, name, title, layout) for name, title in sections.figures_in(newest, section)
            ],
            "numbers": sections.numbers_in(newest, section),
            "words": sections.words_of(newest) if section.key == "words" else [],
            "layout": layout,
            "layouts": LAYOUTS.items(),
            "result": result_of(newest),
            "change": change_of(newest),
        }
    return context


def _drawn(run: Run, name: str, title: str, layout: str) -> dict[str, Any]:
    """A figure for the page."""
    picture = figure_of(run, name, layout=layout)
    assert picture is not None  # noqa: S101 - the section names only what there is
    # Our own drawing: its texts are escaped where it is written.
    svg = mark_safe(render_figure(picture, "svg", inline=True).decode())  # noqa: S308
    return {"name": name, "title": title, "svg": svg, "description": picture.description}
