"""The PRISMA 2020 flow diagram, and what is behind each of its numbers."""

from __future__ import annotations

from itertools import chain

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from extraction.models import Study
from reviews.access import May, may, review_for
from reviews.models import Record, Review
from reviews.views.answers import page_of
from screening.models import Report
from synthesis.figures import flow as drawing
from synthesis.figures.flow_diagram import FlowDiagram
from synthesis.figures.formats import render as render_figure
from synthesis.forms.flow import PartsForm
from synthesis.queries.flow import Flow, boxes_of, flow_of
from synthesis.queries.flow_checks import places_to_look
from synthesis.queries.sources import contributions
from synthesis.reporting import flow_document, flow_rules, prisma_csv
from synthesis.reporting.flow_boxes import diagram
from synthesis.views.downloads import as_download, as_file

NOUNS: dict[type[Model], tuple[str, str]] = {
    Record: ("record", "records"),
    Report: ("report", "reports"),
    Study: ("study", "studies"),
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def prisma(request: HttpRequest, slug: str) -> HttpResponse:
    """The diagram computed from the database at this moment, with its rules."""
    membership = review_for(request, slug, May.VIEW, section="prisma")
    review, form = membership.review, PartsForm(request.GET)
    flow = flow_of(review)
    shown = diagram(flow.counts, title=review.title, links=_links(review, flow), parts=form.parts)
    rules = flow_rules.check(flow.counts)
    # What means to go through all records is looked for only when its rule does not hold.
    sound = {rule.code for rule in rules if rule.ok} & {"E2", "W4"}
    looks = [(code, box, box.count()) for code, box in places_to_look(review) if code not in sound]
    context = {
        "svg": drawn(shown),
        "form": form,
        "rules": [(rule, [(box, n) for code, box, n in looks if code == rule.code and n]) for rule in rules],
        "boxes": flow.rows,
        "may_state": may(membership, May.ANALYSE),
    }
    return render(request, "synthesis/prisma.html", context)


def sources(request: HttpRequest, slug: str) -> HttpResponse:
    """What each source gave to the review, and what only it gave."""
    review = review_for(request, slug, May.VIEW, section="prisma").review
    return render(request, "synthesis/sources.html", {"contributions": contributions(review)})


def box(request: HttpRequest, slug: str, box: str) -> HttpResponse:
    """Exactly the records, reports or studies that one number counts."""
    review = review_for(request, slug, May.VIEW, section="prisma").review
    all_boxes = chain(boxes_of(review), (box for _, box in places_to_look(review)))
    found = next((each for each in all_boxes if each.address == box), None)
    if found is None:
        raise Http404("The diagram has no such box.")
    one, many = NOUNS[found.rows.model]
    page, count = page_of(request, found.rows.order_by("pk")), found.count()
    context = {"box": found, "page": page, "count": count, "kind": one, "noun": one if count == 1 else many}
    return render(request, "synthesis/prisma_box.html", context)


def download(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The diagram as a file: a picture, a Word document, a page of its own, or the PRISMA2020 package's table."""
    review = review_for(request, slug, May.VIEW).review
    flow, name = flow_of(review), f"{review.slug}-prisma"
    links = {box: request.build_absolute_uri(address) for box, address in _links(review, flow).items()}
    shown = diagram(flow.counts, title=review.title, links=links, parts=PartsForm(request.GET).parts)
    if kind == "csv":
        return as_file(prisma_csv.write(flow.counts, links=links), f"{name}.csv", "text/csv; charset=utf-8")
    if kind == "docx":
        return as_file(flow_document.write(shown), f"{name}.docx", WORD)
    if kind == "html":
        page = render(request, "synthesis/prisma_alone.html", {"svg": drawn(shown), "diagram": shown})
        return as_file(page.content, f"{name}.html", "text/html; charset=utf-8")
    return as_download(drawing.draw(shown), kind, name=name)


def drawn(shown: FlowDiagram) -> SafeString:
    """The diagram to stand in a page. It is our own drawing: its texts are escaped where it is written."""
    return mark_safe(render_figure(drawing.draw(shown), "svg", inline=True).decode())  # noqa: S308


def _links(review: Review, flow: Flow) -> dict[str, str]:
    return {
        box.name: reverse("synthesis:prisma_box", args=[review.slug, box.address]) for box, _ in flow.rows
    }
