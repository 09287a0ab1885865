"""The PRISMA 2020 flow diagram, and what is behind each of its numbers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from extraction.models import Study
from reviews.access import May, review_for
from reviews.models import Record, Review
from screening.models import Report
from synthesis.figures import flow as drawing
from synthesis.figures.formats import render as render_figure
from synthesis.queries.flow import Flow, boxes_of, flow_of
from synthesis.reporting import flow_rules
from synthesis.reporting.flow_boxes import diagram
from synthesis.views.downloads import as_download

ROWS = 50
NOUNS: dict[type[Model], tuple[str, str]] = {
    Record: ("record", "records"),
    Report: ("report", "reports"),
    Study: ("study", "studies"),
}


def prisma(request: HttpRequest, slug: str) -> HttpResponse:
    """The diagram computed from the database at this moment, with its rules."""
    review = review_for(request, slug, May.VIEW, section="prisma").review
    flow = flow_of(review)
    picture = drawing.draw(diagram(flow.counts, title=review.title, links=_links(review, flow)))
    context = {
        # Our own drawing: its texts are escaped where it is written.
        "svg": mark_safe(render_figure(picture, "svg", inline=True).decode()),  # noqa: S308
        "rules": flow_rules.check(flow.counts),
        "boxes": flow.rows,
    }
    return render(request, "synthesis/prisma.html", context)


def box(request: HttpRequest, slug: str, box: str) -> HttpResponse:
    """Exactly the records, reports or studies that one number counts."""
    review = review_for(request, slug, May.VIEW, section="prisma").review
    found = next((each for each in boxes_of(review) if each.address == box), None)
    if found is None:
        raise Http404("The diagram has no such box.")
    one, many = NOUNS[found.rows.model]
    page = Paginator(found.rows.order_by("pk"), ROWS).get_page(request.GET.get("page"))
    noun = one if page.paginator.count == 1 else many
    return render(
        request, "synthesis/prisma_box.html", {"box": found, "page": page, "kind": one, "noun": noun}
    )


def download(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The diagram as a file."""
    review = review_for(request, slug, May.VIEW).review
    picture = drawing.draw(diagram(flow_of(review).counts, title=review.title))
    return as_download(picture, kind, name=f"{review.slug}-prisma")


def _links(review: Review, flow: Flow) -> dict[str, str]:
    return {
        box.name: reverse("synthesis:prisma_box", args=[review.slug, box.address]) for box, _ in flow.rows
    }
