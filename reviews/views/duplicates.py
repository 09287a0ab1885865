"""Clusters of duplicates, what was decided about them, and linking and parting records by hand."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.filters.duplicates import ClusterFilter
from reviews.models import Event, Membership, Record
from reviews.models.duplicate import DECISIONS
from reviews.queries import duplicates as reads
from reviews.queries import linktable
from reviews.queries.questions import progress_of
from reviews.queries.shown import shown_in
from reviews.services import choices
from reviews.services import duplicates as verbs
from reviews.views.answers import carry_out, page_of

PER_PAGE = 20
FOUND = 20


@require_safe
def duplicates(request: HttpRequest, slug: str) -> HttpResponse:
    """All clusters, what linked them, and how many questions wait."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    found = ClusterFilter(request.GET, review=member.review)
    page = page_of(request, found.qs, per_page=PER_PAGE)
    rules = reads.rules_of(page.object_list)
    context = {
        "filter": found,
        "page": page,
        "clusters": [(head, rules.get(head.pk, [])) for head in page.object_list],
        "counts": reads.counts_of(member.review),
        "links": reads.links_by_rule(member.review),
        "progress": progress_of(member.review),
        "decisions": reads.decisions_of(member.review)[:5],
        "may_decide": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/duplicates.html", context)


@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything people decided about duplicates, each with its undo."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    context = {
        "page": page_of(request, reads.decisions_of(member.review)),
        "may_decide": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/duplicate_decisions.html", context)


@require_safe
def links_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """What rules and people said about pairs, with the evidence."""
    member = review_for(request, slug, May.VIEW)
    answer = StreamingHttpResponse(linktable.as_csv(member.review), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slug}-duplicates.csv"'
    return answer


@require_safe
def cluster(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One cluster side by side; for a record without duplicates the place to link it with one."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    record = _record(member, pk)
    if record.duplicate_of_id:
        return redirect("reviews:cluster", slug, record.duplicate_of_id)
    compared = reads.cluster_of(record)
    text = request.GET.get("q", "").replace("\x00", "").strip()
    context = {
        "record": record,
        "cluster": compared,
        "table": reads.with_shown(compared, shown_in(compared.members)),
        "words": reads.words_about(compared.members),
        "text": text,
        "found": _others(member, compared, text) if text else [],
        "may_decide": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/cluster.html", context)


def _others(member: Membership, shown: reads.Cluster, text: str) -> list[Record]:
    """Records outside of the cluster that hold the text."""
    found = Record.objects.of(member.review).matching(text)
    others = found.exclude(pk__in=[row.pk for row in shown.members]).select_related("search")
    return list(others.defer("abstract")[:FOUND])


def _record(member: Membership, pk: int | str) -> Record:
    if not str(pk).isdecimal():
        pk = 0
    return get_object_or_404(Record.objects.select_related("search", "review"), pk=pk, review=member.review)


@require_POST
def value_show(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show this record's value of a field for its cluster, or (`best`) leave that to the program again."""
    member = review_for(request, slug, May.DEDUPLICATE)
    record = _record(member, pk)
    verb = choices.show_the_best if "best" in request.POST else choices.show
    to = reverse("reviews:cluster", args=[slug, record.duplicate_of_id or record.pk])
    chosen = partial(verb, record=record, field=request.POST.get("field", ""), by=member.user)
    return carry_out(request, to, chosen, done="This is what is screened now.")


@require_POST
def duplicate_link(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Link a record with another one (`other`)."""
    member = review_for(request, slug, May.DEDUPLICATE)
    record, other = _record(member, pk), _record(member, request.POST.get("other", ""))
    to = reverse("reviews:cluster", args=[slug, pk])
    verb = partial(
        verbs.link, left=record, right=other, reason=request.POST.get("reason", ""), by=member.user
    )
    return carry_out(request, to, verb, done="Linked. Both records are kept; one of them is screened.")


@require_POST
def duplicate_part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Part a record from its duplicates."""
    member = review_for(request, slug, May.DEDUPLICATE)
    record = _record(member, pk)
    back = record.duplicate_of_id or record.pk
    to = reverse("reviews:cluster", args=[slug, back])
    verb = partial(verbs.part, record=record, reason=request.POST.get("reason", ""), by=member.user)
    return carry_out(request, to, verb, done=f"“{record}” is a record of its own now, and will be screened.")


@require_POST
def duplicate_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take back a decision, named by its line of the history; then on to where it was asked for."""
    member = review_for(request, slug, May.DEDUPLICATE)
    event = get_object_or_404(Event, pk=pk, review=member.review, verb__in=DECISIONS)
    back = {"questions": "reviews:duplicate_questions", "decisions": "reviews:duplicate_decisions"}
    to = reverse(back.get(request.POST.get("back", ""), "reviews:duplicates"), args=[slug])
    return carry_out(
        request, to, partial(verbs.take_back, decision=event, by=member.user), done="Taken back."
    )
