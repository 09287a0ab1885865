"""Calculators by themselves, and for one cell of the sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from extraction.conversions.calculators import CALCULATORS, Calculator, calculator_named, calculators_for
from extraction.forms.calculating import CalculatorForm, by_fitness, contradiction, prefilled, results
from extraction.forms.sheet import whole
from extraction.models import Completion, Field, Study, Value
from extraction.queries.cells import Cell, Line, own_values, sheet_of
from extraction.queries.progress import through
from extraction.services import values
from reviews.access import May, review_for
from reviews.errors import Refused

#: Says that the inputs are to be computed with, not only shown.
GO = "go"


@require_safe
def calculators(request: HttpRequest, slug: str) -> HttpResponse:
    """All calculators; with `calculator` in the address the form of one, and with `go` its result."""
    review_for(request, slug, May.VIEW, section="extraction")
    context = {"calculators": CALCULATORS} | _chosen(request, CALCULATORS)
    return render(request, "extraction/calculators.html", context, status=_status(context))


def calculate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The calculators that can fill a cell, with what its line says already; to post is to use the result."""
    member = review_for(request, slug, May.EXTRACT, section="extraction")
    study = get_object_or_404(Study, review=member.review, pk=pk)
    read, (cell, line) = own_values(study, user=member.user), _cell(study, request)
    offered = by_fitness(calculators_for(cell.field), line, read)
    context = _chosen(request, offered, cell, line, read)
    form = context["form"]
    if request.method == "POST" and context["results"] and not context["refusal"]:
        return _use(request, study, cell, form, read)
    before = read.get(cell)
    context |= {
        "calculators": offered,
        "study": study,
        "cell": cell,
        "cell_name": f"{Field(cell.field).label}, {line.subject}, {line.outcome}",
        "seen": before.pk if before else 0,
        "finished": member.user_id in through(study, Completion.Task.RESULTS),
    }
    part = "extraction/calculator_body.html" if "part" in request.GET else "extraction/calculators.html"
    return render(request, part, context, status=_status(context))


def _cell(study: Study, request: HttpRequest) -> tuple[Cell, Line]:
    """The cell of the address. Raises Http404."""
    key = request.GET.get("cell", "")
    found = next(((cell, line) for cell, line in sheet_of(study).lines().items() if cell.key == key), None)
    if found is None:
        raise Http404("This cell is not asked for (any more).")
    return found


def _chosen(
    request: HttpRequest,
    offered: tuple[Calculator, ...],
    cell: Cell | None = None,
    line: Line | None = None,
    read: dict[Cell, Value] | None = None,
) -> dict[str, Any]:
    """The chosen calculator with its form and result; the only one that is offered is chosen already."""
    data = request.POST if request.method == "POST" else request.GET
    key = data.get("calculator", "") or (offered[0].key if len(offered) == 1 else "")
    if not key:
        return {"chosen": None, "form": None, "results": [], "refusal": ""}
    try:
        chosen = calculator_named(key)
    except ValueError as error:
        raise Http404(str(error)) from error
    initial = prefilled(chosen, line, read) if line and read else {}
    asked = GO in data or request.method == "POST"
    form = CalculatorForm(chosen, data if asked else None, initial=initial)
    done = asked and form.is_valid()
    refusal = contradiction(form, line, read or {}) if done and line else ""
    found = results(form, cell.field if cell else "") if done else []
    return {"chosen": chosen, "form": form, "results": found, "refusal": refusal}


def _status(context: dict[str, Any]) -> int:
    return 422 if context["form"] is not None and context["form"].errors else 200


def _use(
    request: HttpRequest, study: Study, cell: Cell, form: CalculatorForm, read: dict[Cell, Value]
) -> HttpResponse:
    """Writes the result into the cell and goes back to the sheet."""
    result = next(one for one in results(form, cell.field) if one.is_wanted)
    before = read.get(cell)
    reading = values.Reading(
        cell,
        result.text,
        quote=before.quote if before else "",
        page=before.page if before else "",
        report=before.report_id if before else None,
        seen=whole(request.POST.get("seen")) or 0,
        method=result.method,
        inputs=result.inputs,
    )
    try:
        values.record(study=study, readings=[reading], by=request.user)  # type: ignore[arg-type]
    except Refused as error:
        messages.error(request, str(error))
    sheet = reverse("extraction:extract", args=[study.review.slug, study.pk])
    return redirect(f"{sheet}?cell={cell.key}#cell-{cell.key}")
