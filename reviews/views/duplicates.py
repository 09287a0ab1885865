"""Clusters of duplicates, and linking and parting records by hand."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.deduplication import RULES
from reviews.models import Event, Membership, Record
from reviews.models.duplicate import DECISIONS
from reviews.queries import duplicates as reads
from reviews.services import duplicates as verbs
from reviews.views.answers import carry_out, page_of

PER_PAGE = 20
FOUND = 20


@require_safe
def duplicates(request: HttpRequest, slug: str) -> HttpResponse:
    """All clusters."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    text, by = request.GET.get("q", "").replace("\x00", ""), request.GET.get("by", "")
    page = page_of(request, reads.clusters_of(member.review, text=text, by=by), per_page=PER_PAGE)
    rules = reads.rules_of(page.object_list)
    context = {
        "page": page,
        "clusters": [(head, rules.get(head.pk, [])) for head in page.object_list],
        "counts": reads.counts_of(member.review),
        "decisions": reads.decisions_of(member.review)[:10],
        "rules": RULES,
        "text": text,
        "by": by,
        "may_decide": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/duplicates.html", context)


@require_safe
def cluster(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One cluster side by side; for a record without duplicates the place to link it with one."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    record = _record(member, pk)
    if record.duplicate_of_id:
        return redirect("reviews:cluster", slug, record.duplicate_of_id)
    shown = reads.cluster_of(record)
    text = request.GET.get("q", "").replace("\x00", "").strip()
    context = {
        "record": record,
        "cluster": shown,
        "words": reads.words_about(shown.members),
        "text": text,
        "found": _others(member, shown, text) if text else [],
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
    """Take back a decision, named by its line of the history."""
    member = review_for(request, slug, May.DEDUPLICATE)
    event = get_object_or_404(Event, pk=pk, review=member.review, verb__in=DECISIONS)
    verb = partial(verbs.take_back, decision=event, by=member.user)
    return carry_out(request, reverse("reviews:duplicates", args=[slug]), verb, done="Taken back.")
