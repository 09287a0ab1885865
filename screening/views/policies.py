"""How each stage is decided: the rules in force, what a change would do, earlier versions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reviews.access import May, may, review_for
from reviews.errors import Refused
from reviews.models import Membership, User
from reviews.views.answers import carry_out
from reviews.views.steps import setup_steps
from screening.forms.policies import PolicyForm
from screening.models import Candidate, Policy, Stage
from screening.services import policies


@dataclass(frozen=True, slots=True)
class Part:
    """One stage on the page."""

    policy: Policy
    form: PolicyForm
    preview: policies.Preview | None
    in_words: str
    too_few: str
    readers: list[User]
    second_pair: list[User]


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Both stages; the button “see what would change” shows it before anything is saved."""
    posted = request.method == "POST"
    member = review_for(request, slug, May.EDIT_PROTOCOL if posted else May.VIEW, section="protocol")
    stage = request.POST.get("stage", "")
    parts = [_part(request, member, s, posted=posted and s == stage) for s in Stage]
    wrong = any(part.form.errors for part in parts)
    if "save" in request.POST and not wrong:
        for part in (part for part in parts if part.form.is_bound):
            return _save(request, member, part)
    is_new = not Candidate.objects.filter(review=member.review).exists()
    context = {
        "parts": parts,
        "may_edit": may(member, May.EDIT_PROTOCOL),
        "steps": setup_steps(member.review, 2) if is_new and may(member, May.EDIT_PROTOCOL) else [],
        "versions": member.review.policies.select_related("by", "arbiter").order_by("-pk"),
    }
    return render(request, "screening/policy.html", context, status=422 if wrong else 200)


def _save(request: HttpRequest, member: Membership, part: Part) -> HttpResponse:
    stage, values = Stage(part.policy.stage), part.form.cleaned_data
    verb = partial(policies.change, review=member.review, stage=stage, **values, by=member.user)
    to = reverse("screening:policy", args=[member.review.slug])
    return carry_out(request, f"{to}#stage-{stage}", verb, done="From now on the stage is decided like this.")


def _part(request: HttpRequest, member: Membership, stage: Stage, *, posted: bool) -> Part:
    review, now = member.review, Policy.objects.in_force(member.review, stage)
    form = PolicyForm(
        request.POST if posted else None,
        policy=now,
        arbiters=policies.arbiters(review),
        screeners=policies.screeners(review),
    )
    preview = None
    if posted and form.is_valid():
        try:
            preview = policies.preview(review=review, stage=stage, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
    people = User.objects.in_bulk([*now.readers, *now.second_pair])
    return Part(
        policy=now,
        form=form,
        preview=preview,
        in_words=policies.in_words(now),
        too_few=policies.too_few(now),
        readers=[people[pk] for pk in now.readers if pk in people],
        second_pair=[people[pk] for pk in now.second_pair if pk in people],
    )
