"""Pairs of records that people are asked about: one group at a time, or many at one go."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.access import May, may, review_for
from reviews.filters.duplicates import QuestionFilter
from reviews.models import DuplicateQuestion, Membership
from reviews.queries import questions as reads
from reviews.services import duplicates as verbs
from reviews.views.answers import carry_out

#: How many pairs the preview of accepting many shows.
SAMPLE = 12


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The next group of records that may be one article, or (`r`, twice or more) records that somebody chose to compare."""
    member = review_for(request, slug, May.VIEW, section="duplicates")
    chosen = _numbers(request.GET.getlist("r"))
    after = (_numbers([request.GET.get("after", "")]) or [0])[0]
    review = member.review
    group = reads.group_of(review, chosen) if chosen else reads.next_group(review, after=after)
    context = {
        # An answer that htmx swaps in comes without the rail, which else brings the review along.
        "review": review,
        "group": group,
        "progress": reads.progress_of(review),
        "last": reads.last_answer(review, member.user),
        "chosen": chosen,
        "may_decide": may(member, May.DEDUPLICATE),
    }
    return render(request, "reviews/duplicate_questions.html", context)


@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """What a person says about the group shown: all the same, none, or only the ones ticked."""
    member = review_for(request, slug, May.DEDUPLICATE)
    shown, ticked = _numbers(request.POST.getlist("record")), _numbers(request.POST.getlist("ticked"))
    said = request.POST.get("answer", "")
    same = {"same": shown, "ticked": ticked}.get(said, [])
    apart = {"different": shown, "ticked": [pk for pk in shown if pk not in ticked]}.get(said, [])
    to = reverse("reviews:duplicate_questions", args=[slug])
    if request.POST.get("back") == "cluster" and shown:
        to = reverse("reviews:cluster", args=[slug, shown[0]])
    if said == "ticked" and len(ticked) < 2:
        messages.error(request, "Tick at least two records that are the same article.")
        return redirect(to)
    return carry_out(
        request, to, partial(verbs.answer, review=member.review, same=same, apart=apart, by=member.user)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer many questions at one go: first what that would be, then the deed."""
    member = review_for(request, slug, May.DEDUPLICATE, section="duplicates")
    rules = reads.counts_by_rule(member.review)
    found = QuestionFilter(
        request.POST if request.method == "POST" else request.GET,
        review=member.review,
        rules=[(rule, words) for rule, words, _ in rules],
    )
    if request.method == "POST" and found.is_valid():
        return _accept(request, member, found.qs)
    number = found.qs.count() if found.is_valid() else 0
    rows = found.qs.select_related("left__search", "right__search")[:SAMPLE] if number else []
    context = {"filter": found, "number": number, "sample": reads.in_words(rows), "rules": rules}
    return render(request, "reviews/duplicate_accept.html", context)


def _accept(request: HttpRequest, member: Membership, questions: Any) -> HttpResponse:
    expected = (_numbers([request.POST.get("expected", "")]) or [0])[0]
    verb = partial(
        verbs.accept,
        review=member.review,
        questions=DuplicateQuestion.objects.filter(pk__in=questions.values("pk")),
        expected=expected,
        by=member.user,
    )
    done = f"{expected} pairs are linked. One click takes all of it back."
    return carry_out(
        request, reverse("reviews:duplicate_decisions", args=[member.review.slug]), verb, done=done
    )


@require_POST
def ask_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Let no link stand on a rule that cannot be trusted here: ask about each of them."""
    member = review_for(request, slug, May.DEDUPLICATE)
    verb = partial(verbs.ask_again, review=member.review, rule=request.POST.get("rule", ""), by=member.user)
    to = reverse("reviews:duplicates", args=[slug])
    return carry_out(request, to, verb, done="These links are questions now.")


def _numbers(texts: list[str]) -> list[int]:
    """At most a hundred ids, as the page sends them."""
    return [int(text) for text in texts[:100] if text.isdecimal() and len(text) < 19]
