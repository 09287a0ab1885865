"""Risk of bias as plots to look at and files to keep."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from extraction.riskofbias import robvis
from reviews.access import May, review_for
from reviews.models import Membership
from synthesis.figures import traffic
from synthesis.figures.formats import render as render_figure
from synthesis.forms.bias import PlotForm
from synthesis.queries.bias_plot import Plot, bias_plot, weighed
from synthesis.views.downloads import as_download, as_file

#: What can be kept, by its name in the address.
DRAWINGS = {"traffic": traffic.draw, "summary": traffic.draw_summary}


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """Both plots, of the tool, result, palette and weights that the address asks for."""
    member = review_for(request, slug, May.VIEW, section="bias")
    form = PlotForm(request.GET, analyses=weighed(member.review))
    plot = _plot(member, form)
    pictures = [
        (what, title, mark_safe(render_figure(draw(plot.lights), "svg", inline=True).decode()))  # noqa: S308 - we drew it
        for (what, draw), title in zip(DRAWINGS.items(), ("Traffic-light plot", "Summary plot"), strict=True)
        if plot.rows
    ]
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {"plot": plot, "form": form, "pictures": pictures, "query": urlencode(asked)}
    return render(request, "synthesis/bias_figures.html", context)


@require_safe
def download(request: HttpRequest, slug: str, what: str, kind: str) -> HttpResponse:
    """A plot as SVG, PDF or PNG, or the judgements as robvis reads them (robvis.csv)."""
    member = review_for(request, slug, May.VIEW)
    plot = _plot(member, PlotForm(request.GET, analyses=weighed(member.review)))
    name = f"{slug}-{plot.table.tool.key}" + (f"-{plot.table.outcome.pk}" if plot.table.outcome else "")
    if (what, kind) == ("robvis", "csv"):
        return as_file(
            robvis.write(plot.table.tool, plot.rows), f"{name}-robvis.csv", "text/csv; charset=utf-8"
        )
    if what not in DRAWINGS or not plot.rows:
        raise Http404("There is no such file.")
    return as_download(DRAWINGS[what](plot.lights), kind, name=f"{name}-{what}")


def _plot(member: Membership, form: PlotForm) -> Plot:
    return bias_plot(
        member, tool=form.tool_key, outcome=form.outcome_id, palette=form.colours, analysis=form.weights
    )
