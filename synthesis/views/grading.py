"""Certainty of the evidence: the list, one analysis domain by domain, and the summary of findings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from reviews.access import May, may, review_for
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import Membership
from synthesis.forms.grading import BasisForm, DecisionForm, SofForm
from synthesis.grading import optimal_size
from synthesis.queries.grading import Graded, basis_of, graded_analyses, sof_settings
from synthesis.queries.grading_summary import Summary, summary_of
from synthesis.queries.inputs import is_stale
from synthesis.queries.results import result_of
from synthesis.reporting import tables as files
from synthesis.services import grading
from synthesis.views.downloads import as_file
from synthesis.views.tables import DOCX


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """One row for each current analysis."""
    member = review_for(request, slug, May.VIEW, section="certainty")
    context = {"rows": graded_analyses(member.review), "may_analyse": may(member, May.ANALYSE)}
    return render(request, "synthesis/grade.html", context)


def analysis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All domains of an analysis; posted is one of them."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.ANALYSE if posted else May.VIEW, section="certainty")
    graded = _graded(member, pk)
    forms = {judged.domain.key: DecisionForm(judged=judged) for judged in graded.domains}
    if posted:
        key = request.POST.get("domain", "")
        if key not in forms:
            raise Http404("There is no such domain.")
        forms[key] = DecisionForm(request.POST, judged=graded.judged(key))
        if _decided(member, graded, key, forms[key]):
            messages.success(request, f"{graded.judged(key).domain.name}: saved.")
            return redirect(f"{reverse('synthesis:certainty', args=[slug, pk])}#{key}")
    return render(
        request, "synthesis/grade_analysis.html", _page(member, graded, forms), status=422 if posted else 200
    )


def basis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The numbers by which certainty is judged."""
    member = review_for(request, slug, May.ANALYSE, section="certainty")
    graded = _graded(member, pk)
    form = BasisForm(request.POST or None, analysis=graded.analysis, basis=graded.basis)
    if form.is_valid():
        try:
            grading.give_basis(analysis=graded.analysis, by=member.user, **form.numbers)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. The suggestions take it into account.")
            return redirect("synthesis:certainty", slug, pk)
    context = {"graded": graded, "analysis": graded.analysis, "form": form}
    return render(request, "synthesis/grade_basis.html", context, status=422 if form.is_bound else 200)


@require_safe
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """The summary of findings."""
    member = review_for(request, slug, May.VIEW, section="certainty")
    context = {"summary": summary_of(member.review), "may_analyse": may(member, May.ANALYSE)}
    return render(request, "synthesis/grade_summary.html", context)


def arrange(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the outcomes of the summary, and what stands above it."""
    member = review_for(request, slug, May.ANALYSE, section="certainty")
    graded, settings = graded_analyses(member.review), sof_settings(member.review)
    by_id = {pk: one.analysis.pk for one in graded for pk in one.line}
    chosen = list(dict.fromkeys(by_id[pk] for pk in settings.analyses if pk in by_id))
    analyses = [one.analysis for one in graded]
    form = SofForm(request.POST or None, analyses=analyses, chosen=chosen, settings=settings)
    if form.is_valid():
        try:
            grading.arrange(review=member.review, by=member.user, **form.arrangement)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("synthesis:certainty_summary", slug)
    context = {"form": form, "analyses": analyses}
    return render(request, "synthesis/grade_arrange.html", context, status=422 if form.is_bound else 200)


@require_safe
def download(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The summary as a web page, for Word or as CSV."""
    member = review_for(request, slug, May.VIEW)
    found, name = summary_of(member.review), f"{slug}-summary-of-findings.{kind}"
    if kind not in ("html", "docx", "csv") or not found.rows:
        raise Http404("The summary of findings comes as HTML, DOCX or CSV, once outcomes are chosen.")
    if kind == "csv":
        return as_file(files.as_csv(found.flat()), name, "text/csv; charset=utf-8")
    title = f"{member.review.title}: summary of findings"
    if kind == "docx":
        return as_file(files.as_docx(found.tables(), title=title), name, DOCX)
    return as_file(_alone(title, found), name, "text/html; charset=utf-8")


def _alone(title: str, found: Summary) -> str:
    return render_to_string("synthesis/grade_alone.html", {"title": title, "summary": found})


def _graded(member: Membership, pk: int) -> Graded:
    found = graded_analyses(member.review, only=pk)
    if not found:
        raise Http404("No such analysis.")
    return found[0]


def _decided(member: Membership, graded: Graded, key: str, form: DecisionForm) -> bool:
    """Whether the decision was kept; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        grading.decide(analysis=graded.analysis, domain=key, by=member.user, **form.cleaned_data)
    except Refused as refusal:
        # What else a verb refuses here is a lack of reasons.
        elsewhere = isinstance(refusal, ChangedMeanwhile | NothingToDo | NotAllowed)
        form.add_error(None if elsewhere else "reason", str(refusal))
        return False
    return True


def _page(member: Membership, graded: Graded, forms: dict[str, DecisionForm]) -> dict[str, Any]:
    return {
        "graded": graded,
        "analysis": graded.analysis,
        "result": result_of(graded.run) if graded.run else None,
        "outdated": graded.run is not None and is_stale(graded.analysis),
        "size": optimal_size(graded.evidence, basis_of(graded.basis)),
        "rows": [(judged, forms[judged.domain.key]) for judged in graded.domains],
        "wrong": next(((graded.judged(key), form) for key, form in forms.items() if form.errors), None),
        "may_analyse": may(member, May.ANALYSE),
    }
