"""When to stop reading titles and abstracts: what is known, the rule that was chosen, and the decision."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership, User
from reviews.views.answers import carry_out, first_error
from screening import stopping_chart
from screening.forms.stopping import ReadOnForm, StopForm, StoppingRuleForm
from screening.models import Stage, Stop, StoppingRule
from screening.queries.methods import methods_of
from screening.queries.stopping import recaptured, so_far_of, stopping_of
from screening.services import stopping as verbs
from screening.views.tabs import stage_tabs


@require_http_methods(["GET", "HEAD", "POST"])
def stopping(request: HttpRequest, slug: str) -> HttpResponse:
    """The curves and the rules; a new version of the rule arrives here too."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.EDIT_PROTOCOL if posted else May.VIEW, section="screening")
    rule = StoppingRule.objects.in_force(member.review)
    form = StoppingRuleForm(request.POST if posted else None, review=member.review, rule=rule)
    if posted and form.is_valid():
        verb = partial(verbs.choose, review=member.review, **form.cleaned_data, by=member.user)
        return carry_out(request, _address(member), verb, done="From now on this is the rule.")
    context = _context(member, rule) | {"form": form, "may_decide": may(member, May.EDIT_PROTOCOL)}
    return render(request, "screening/stopping.html", context, status=422 if form.errors else 200)


@require_POST
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop reading."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="screening")
    form = StopForm(request.POST)
    verb = partial(_decide, verbs.stop, form, member)
    done = "Reading was stopped. What nobody had begun is set aside, and can come back."
    return carry_out(request, _address(member), verb, done=done)


@require_POST
def read_on(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the stage again."""
    member = review_for(request, slug, May.EDIT_PROTOCOL, section="screening")
    verb = partial(_decide, verbs.read_on, ReadOnForm(request.POST), member)
    return carry_out(request, _address(member), verb, done="Reading goes on. What was set aside is back.")


def _decide(verb: Any, form: Any, member: Membership) -> None:
    if not form.is_valid():
        raise Refused(first_error(form))
    verb(review=member.review, **form.cleaned_data, by=member.user)


def _address(member: Membership) -> str:
    return reverse("screening:stopping", args=[member.review.slug])


def _context(member: Membership, rule: StoppingRule | None) -> dict[str, Any]:
    review = member.review
    so_far = so_far_of(review, rule)
    context: dict[str, Any] = {
        "rule": rule,
        "so_far": so_far,
        "stage": Stage.TITLE_ABSTRACT,
        "stop": Stop.objects.in_force(review),
        "stops": Stop.objects.filter(review=review).select_related("by", "rule").order_by("-pk"),
        "versions": StoppingRule.objects.filter(review=review).select_related("by"),
        "stop_form": StopForm(),
        "read_on_form": ReadOnForm(),
        "methods": methods_of(review),
        "tabs": stage_tabs(review, "stopping"),
    }
    if rule is None or not so_far.reading.read:
        return context
    known = stopping_of(review, rule, so_far)
    alpha = float(1 - rule.confidence)
    return context | {
        "known": known,
        "alpha": f"{alpha:g}",
        "is_met": known.p < alpha,
        "found_chart": stopping_chart.found_chart(known.moments, total=so_far.reading.total),
        "p_chart": stopping_chart.p_chart(known.moments, total=so_far.reading.total, alpha=alpha),
        "table": known.moments[:: max(1, len(known.moments) // 12)],
        "readers": _readers(member),
    }


def _readers(member: Membership) -> list[tuple[User, User, Any]]:
    found = recaptured(member.review)
    people = User.objects.in_bulk({who for pair in found for who in (pair.one, pair.two)})
    return [(people[pair.one], people[pair.two], pair) for pair in found]
