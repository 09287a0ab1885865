"""How far extractors agree."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from extraction.queries.agreement import Agreement, Share, agreement_of
from reviews.access import May, review_for
from reviews.queries.table import Echo, harmless

COLUMNS = ("of", "name", "measure", "count", "of_cells", "percent", "low_95", "high_95")


@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """By field and by extractor, on the studies that the viewer may compare."""
    member = review_for(request, slug, May.SETTLE, section="extraction")
    context = {"agreement": agreement_of(member.review, viewer=member.user)}
    return render(request, "extraction/agreement.html", context)


@require_safe
def agreement_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same as a table for a spreadsheet: one line for each number."""
    member = review_for(request, slug, May.SETTLE)
    found = agreement_of(member.review, viewer=member.user)
    answer = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-extraction-agreement.csv"'
    return answer


def _lines(found: Agreement) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in found.fields:
        counts = {
            "agreed exactly": row.exact,
            "agreed after rounding": row.rounded,
            "differed": row.differed,
            "only some found a number": row.one_empty,
            "agreed, exactly or after rounding": row.agreed.count,
        }
        for measure, count in counts.items():
            yield writer.writerow(_cells("field", str(row.field.label), measure, Share(count, row.cells)))
    for person in found.extractors:
        counts = {
            "became the settled value": person.kept,
            "became it after rounding": person.rounded,
            "corrected": person.corrected,
            "missed": person.missed,
        }
        counts |= {f"corrected because: {reason}": count for reason, count in person.most_given}
        for measure, count in counts.items():
            share = Share(count, person.cells)
            yield writer.writerow(_cells("extractor", str(person.person), measure, share))


def _cells(of: str, name: str, measure: str, share: Share) -> list[object]:
    low, high = share.interval or (None, None)
    numbers = ["" if number is None else f"{number:.1f}" for number in (share.percent, low, high)]
    return [of, harmless(name), harmless(measure), share.count, share.of, *numbers]
